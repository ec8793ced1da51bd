"""The strict variant: one test for every line of what it must get right."""

from __future__ import annotations

import pytest

from medslake import registry
from medslake.metrics import Pair, Scored

SEQUENCES = (
    "Intraoperative rad with other rad before/after surgery",
    "Intraoperative radiation",
    "No radiation and/or cancer-directed surgery",
    "Radiation after surgery",
    "Radiation before and after surgery",
    "Radiation prior to surgery",
    "Surgery both before and after radiation",
)
RELATIONS = ("entailment", "contradiction", "neutral")
TRUTH = ("True", "False")
VERDICTS = ("yes", "no")
DIGITS = ("0", "1", "2")
DISEASES = ("Pneumonia", "Influenza", "Stable angina", "Unstable angina", "HIV (initial infection)")


def strict(metric: str, *pairs: Pair) -> Scored:
    return registry.get("metric", metric).strict(pairs)


def hit(metric: str, prediction: str | None, reference: str, **context: object) -> bool:
    value = strict(metric, Pair(prediction, reference, **context)).values["accuracy"]  # type: ignore[arg-type]
    assert value in (0.0, 100.0)
    return value == 100.0


# Multiple choice -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "prediction",
    [
        "C",
        "c",
        "The answer is C",
        "C. because it hurts",
        "(C)",
        "**C**",
        "C) aspirin",
        "The right answer is C: aspirin.",
        "Answer:\nC",
        "The correct option is (C).",
        "Option C is correct because A is wrong",
        "I choose C",
        "C\n\nA: wrong, as it is too late.",
    ],
)
def test_mcqa_reads_common_forms(prediction: str) -> None:
    assert hit("mcqa", prediction, "The right answer is C: aspirin")
    assert not hit("mcqa", prediction, "The right answer is B: heparin")


@pytest.mark.parametrize(
    "prediction",
    [
        "Because the patient has vitamin C deficiency",
        "A patient with fever needs rest",
        "Dr. Smith would decide",
        "Aspirin",
        "It is a fever",
        "Either A or B",
        "",
        "   ",
    ],
)
@pytest.mark.parametrize("gold", ["A", "B", "C", "D"])
def test_mcqa_without_a_letter_is_wrong_and_invalid(prediction: str, gold: str) -> None:
    scored = strict("mcqa", Pair(prediction, f"The right answer is {gold}: x"))
    assert scored.values["accuracy"] == 0 and scored.n_invalid == 1 and scored.n_missing == 0


def test_mcqa_counts_invalid_and_missing_apart() -> None:
    gold = "The right answer is A: x"
    scored = strict("mcqa", Pair("A", gold), Pair("Nobody knows", gold), Pair(None, gold), Pair("B", gold))
    assert (scored.n, scored.n_invalid, scored.n_missing, scored.values["accuracy"]) == (4, 1, 1, 25)


def test_mcqa_gold_e_can_be_reached() -> None:
    assert hit("mcqa", "E", "The right answer is E: none of these")
    assert not hit("mcqa", "A", "The right answer is E: none of these")


@pytest.mark.parametrize(
    "prediction", ["A, D", "A and D", "AD", "D et A", "Les bonnes réponses sont A: Le foie, D: Le rein.", "A: x, D: y"]
)
def test_mcqa_several_gold_letters_are_a_set(prediction: str) -> None:
    gold = "Les bonnes réponses sont A: Le foie, D: Le rein"
    assert hit("mcqa", prediction, gold, language="fr")
    assert not hit("mcqa", "A", gold, language="fr")
    assert not hit("mcqa", "A, B, C, D", gold, language="fr")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "正确答案是 B: 休息"),
        ("zh", "答案：B"),
        ("zh", "故选B"),
        ("zh", "选择B选项"),
        ("ja", "正しい答えは B: 休む です"),
        ("ja", "正解はBです"),
        ("fr", "La bonne réponse est B: le repos"),
        ("fr", "Les bonnes réponses est B: le repos"),
        ("fr", "La réponse est la B"),
        ("es", "La respuesta correcta es B: reposo"),
        ("es", "La respuesta correcta es: B: reposo"),
        ("ru", "Правильный ответ: B: нет"),
        ("ru", "Правильный ответ: В"),  # a Cyrillic letter of the same shape
        ("en", "The right answer is B: rest"),
    ],
)
def test_mcqa_localised_prefixes_on_both_sides(language: str, text: str) -> None:
    assert hit("mcqa", text, "The right answer is B: x", language=language)
    assert hit("mcqa", "B", text, language=language)
    assert not hit("mcqa", "C", text, language=language)


@pytest.mark.parametrize(
    ("prediction", "gold", "expected"),
    [
        ("maybe", "maybe", True),
        ("Maybe, the trial was small.", "maybe", True),
        ("The answer is maybe", "maybe", True),
        ("yes", "maybe", False),
        ("not sure", "no", False),
        ("No.", "no", True),
        ("yes, no or maybe", "yes", False),
        ("yes, no, maybe", "yes", False),
        ("Yes, there is no doubt", "yes", True),
        ("", "no", False),
    ],
)
def test_yes_no_maybe(prediction: str, gold: str, expected: bool) -> None:
    assert hit("yes_no_maybe", prediction, gold, labels=("yes", "no", "maybe")) is expected


# Named entities --------------------------------------------------------------------------------------------------------------------------


def f1(prediction: str | None, reference: str) -> float:
    return strict("ner", Pair(prediction, reference)).values["f1"]


def test_ner_order_does_not_matter() -> None:
    assert f1("ibuprofen, aspirin.", "aspirin, ibuprofen.") == 100


def test_ner_a_wrong_last_letter_is_wrong() -> None:
    assert f1("aspirix.", "aspirin.") == 0
    assert f1("aspirin", "aspirin.") == 100


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        ("aspirin, N,N-dimethylformamide.", "N,N-dimethylformamide, aspirin.", 100),
        ("2, 4-dinitrophenol, aspirin", "aspirin, 2, 4-dinitrophenol.", 100),
        # Without annotated names both sides are cut alike: the piece of a name is one.
        ("4-dinitrophenol", "2, 4-dinitrophenol.", 200 / 3),
        ("poly(I, C), heparin", "heparin, poly(I, C).", 100),
        ("poly(I, heparin", "heparin, poly(I, C).", 80),
    ],
)
def test_ner_names_that_hold_a_comma(prediction: str, reference: str, expected: float) -> None:
    assert f1(prediction, reference) == pytest.approx(expected)


@pytest.mark.parametrize(
    "sentence", ["There is no related enetity.", "There is no related entity.", "there is no related entity", "No related entity"]
)
def test_ner_both_spellings_of_none(sentence: str) -> None:
    empty, other = Pair(sentence, "There is no related enetity."), Pair("aspirin", "aspirin.")
    assert dict(strict("ner", empty, other).values) == {"precision": 100, "recall": 100, "f1": 100}
    assert strict("ner", Pair(sentence, "aspirin."), other).values["recall"] == 50
    assert strict("ner", Pair("aspirin", sentence), other).values["precision"] == 50


def test_ner_empty_on_both_sides_is_correct() -> None:
    scored = strict("ner", Pair("", "There is no related enetity."), Pair("aspirin", "aspirin."))
    assert scored.rows["f1"] == [1.0, 1.0] and scored.values["f1"] == 100


def test_ner_a_missing_answer_counts() -> None:
    assert strict("ner", Pair(None, "aspirin, heparin."), Pair("x1", "x1")).values["recall"] == pytest.approx(100 / 3)
    silent = strict("ner", Pair(None, "There is no related enetity."), Pair("x1", "x1"))
    assert silent.values["precision"] == 50 and silent.rows["f1"][0] == 0 and silent.n_missing == 1


def test_ner_reports_precision_recall_and_f1_pooled_over_rows() -> None:
    values = strict("ner", Pair("a1, b1", "a1"), Pair("c1", "c1, d1, e1")).values
    assert dict(values) == {"precision": pytest.approx(200 / 3), "recall": pytest.approx(50), "f1": pytest.approx(400 / 7)}


def test_ner_names_that_end_in_a_full_stop() -> None:
    assert f1("Bacillus sp.", "Bacillus sp..") == 100


# Containment -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prediction", "gold", "expected"),
    [
        ("The diagnosis result is Pneumonia.", "Pneumonia", True),
        ("pneumonia", "Pneumonia", True),
        ("I think it is pneumonia, as there is fever.", "Pneumonia", True),
        ("not pneumonia", "Pneumonia", False),
        ("This is not a case of pneumonia", "Pneumonia", False),
        ("Pneumonia is unlikely", "Pneumonia", False),
        ("Pneumonia was ruled out", "Pneumonia", False),
        ("Not pneumonia but influenza", "Influenza", True),
        ("Pneumonia, influenza, stable angina", "Pneumonia", False),
        ("Pneumonia or influenza", "Influenza", False),
        ("Unstable angina", "Unstable angina", True),
        ("Unstable angina", "Stable angina", False),
        ("HIV (initial infection)", "HIV (initial infection)", True),
        ("bronchopneumonia", "Pneumonia", False),
        ("", "Pneumonia", False),
    ],
)
def test_diagnosis_states_one_label_unnegated(prediction: str, gold: str, expected: bool) -> None:
    assert hit("diagnosis", prediction, f"The diagnosis result is {gold}.", labels=DISEASES) is expected


@pytest.mark.parametrize("gold", SEQUENCES)
def test_labels_that_are_part_of_others_are_told_apart(gold: str) -> None:
    reference = f"The treatment planning is: {gold}."
    for label in SEQUENCES:
        assert hit("treatment_planning", f"The treatment planning is: {label}.", reference, labels=SEQUENCES) is (label == gold)
        assert hit("treatment_planning", f"I suggest {label.lower()} here", reference, labels=SEQUENCES) is (label == gold)
    assert not hit("treatment_planning", "; ".join(SEQUENCES), reference, labels=SEQUENCES)
    assert not hit("treatment_planning", f"not {gold.lower()}", reference, labels=SEQUENCES)


@pytest.mark.parametrize(
    ("metric", "labels", "prediction", "gold", "expected"),
    [
        ("nli", RELATIONS, "Entailment.", "entailment", True),
        ("nli", RELATIONS, "entailment, contradiction or neutral", "entailment", False),
        ("nli", RELATIONS, "not entailment", "entailment", False),
        ("outcome_prediction", TRUTH, "True", "True", True),
        ("outcome_prediction", TRUTH, "not true", "True", False),
        ("outcome_prediction", TRUTH, "True or False", "False", False),
        ("outcome_prediction", TRUTH, "untrue", "True", False),
        ("fact_verification", VERDICTS, "I do not know", "no", False),
        ("fact_verification", VERDICTS, "No, it does not.", "no", True),
        ("fact_verification", VERDICTS, "yes, no", "yes", False),
        ("fact_verification", DIGITS, "2", "2", True),
        ("fact_verification", DIGITS, "The label is 2.", "2", True),
        ("fact_verification", DIGITS, "0, 1, 2", "0", False),
        ("fact_verification", DIGITS, "12", "2", False),
        ("information_extraction", (), '"Forty women."', "forty women", True),
        ("information_extraction", (), "not forty women", "forty women", False),
        ("information_extraction", (), "all of it: men, forty women, controls", "forty women", False),
    ],
)
def test_containment_is_not_enough(metric: str, labels: tuple[str, ...], prediction: str, gold: str, expected: bool) -> None:
    assert hit(metric, prediction, gold, labels=labels) is expected


def test_hoc_leaves_out_negated_labels() -> None:
    labels = ("inducing angiogenesis", "resisting cell death")
    scored = strict("hoc", Pair("inducing angiogenesis, not resisting cell death", "inducing angiogenesis", labels=labels))
    assert scored.values["precision"] == 50 and scored.stats is not None and scored.stats.sum() == 1


# Text ------------------------------------------------------------------------------------------------------------------------------------


def test_rouge_equals_rouge_score_and_bleu_equals_sacrebleu() -> None:
    import sacrebleu
    from rouge_score.rouge_scorer import RougeScorer

    predictions = ["the patient has a mild fever", "no change was seen", "", "lungs are clear"]
    references = ["the patient has fever", "there was no change", "stable", "the lungs are clear now"]
    scored = strict("text_similarity", *(Pair(p, r) for p, r in zip(predictions, references, strict=True)))
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"])
    for name in ("rouge1", "rouge2", "rougeL"):
        expected = [scorer.score(r, p)[name].fmeasure for p, r in zip(predictions, references, strict=True)]
        assert scored.values[name] == pytest.approx(100 * sum(expected) / 4)
    assert scored.values["bleu"] == pytest.approx(sacrebleu.corpus_bleu(predictions, [references]).score)


def test_the_signature_of_sacrebleu_is_stored() -> None:
    import sacrebleu
    from sacrebleu.metrics import BLEU

    metric = BLEU()
    metric.corpus_score(["a"], [["a"]])
    signature = strict("text_similarity", Pair("a", "a")).signature
    assert str(metric.get_signature()) in signature and sacrebleu.__version__ in signature
    assert "rouge-score-0.1.2" in signature


@pytest.mark.parametrize(
    ("language", "prediction", "reference", "rouge1"),
    [
        ("zh", "患者发烧", "患者咳嗽", 50),
        ("ja", "右心不全です", "右心不全", 80),
        ("ru", "Сильная боль", "боль", 200 / 3),
        ("fr", "été", "ete", 0),
    ],
)
def test_rouge_cuts_words_in_every_language(language: str, prediction: str, reference: str, rouge1: float) -> None:
    assert strict("rationale", Pair(prediction, reference, language=language)).values["rouge1"] == pytest.approx(rouge1)


def test_bleu_of_japanese_is_over_words() -> None:
    words = strict("rationale", Pair("右心不全では静脈が怒張する", "右心不全では静脈が怒張する", language="ja"))
    assert words.values["bleu"] == pytest.approx(100)
    assert "janome" in words.signature and "tok:none" in words.signature


@pytest.mark.parametrize("metric", ["text_similarity", "explanation", "rationale"])
def test_missing_and_blank_texts_stay_in_the_mean(metric: str) -> None:
    scored = strict(metric, Pair("a b c d", "a b c d"), Pair(None, "a b c d"), Pair(" ", "a b c d"), Pair("x", "a b c d"))
    assert scored.values["rouge1"] == pytest.approx(25)
    assert (scored.n, scored.n_scored, scored.n_missing, scored.n_invalid) == (4, 4, 1, 1)


def test_the_best_of_several_right_answers_counts() -> None:
    assert strict("explanation", Pair("a b", "x y", alternatives=("a b", "z"))).values["rouge1"] == pytest.approx(100)


def test_balanced_accuracy_of_outcomes_is_the_mean_over_classes() -> None:
    always = [Pair("True", "True")] * 3 + [Pair("True", "False")]
    assert dict(strict("outcome_prediction", *always).values) == {"accuracy": 75, "balanced_accuracy": 50}


@pytest.mark.parametrize(
    ("language", "prediction", "reference"),
    [
        (
            "fr",
            "L\u2019e\u0301te\u0301 a e\u0301te\u0301 tre\u0300s chaud a\u0300 Orle\u0301ans",
            "L\u2019\u00e9t\u00e9 a \u00e9t\u00e9 tr\u00e8s chaud \u00e0 Orl\u00e9ans",
        ),
        ("zh", "\uff23\uff34\u68c0\u67e5\u7ed3\u679c\u6b63\u5e38", "CT\u68c0\u67e5\u7ed3\u679c\u6b63\u5e38"),
        ("ja", "\uff23\uff32\uff30\u304c\u9ad8\u3044\u60a3\u8005\u3067\u3042\u308b", "CRP\u304c\u9ad8\u3044\u60a3\u8005\u3067\u3042\u308b"),
    ],
)
def test_the_same_text_in_another_encoding_scores_100(language: str, prediction: str, reference: str) -> None:
    values = strict("rationale", Pair(prediction, reference, language=language)).values
    assert dict(values) == {name: pytest.approx(100) for name in ("rouge1", "rouge2", "rougeL", "bleu")}


def test_the_strict_signatures_say_which_reader_it_was() -> None:
    for name in ("mcqa", "yes_no_maybe", "diagnosis", "nli", "hoc", "outcome_prediction", "fact_verification", "treatment_planning", "ner"):
        assert registry.get("metric", name).strict(registry.get("metric", name).example.pairs).signature.endswith(":medslake-2")
