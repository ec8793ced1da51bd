"""The paper variant, line by line: what the released scorer does, its defects included. Every expectation is worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medslake import registry
from medslake.errors import UsageError
from medslake.metrics import Pair


def paper(metric: str, *pairs: Pair) -> dict[str, float]:
    return dict(registry.get("metric", metric).paper(pairs).values)


def hit(metric: str, prediction: str | None, reference: str) -> bool:
    return paper(metric, Pair(prediction, reference)) == {"accuracy": 100.0}


@pytest.mark.parametrize(
    ("metric", "prediction", "reference", "expected"),
    [
        ("mcqa", "The right answer is B: x", "The right answer is B: y", True),
        ("mcqa", "the RIGHT answer is b", "The right answer is B: y", True),
        ("mcqa", "b", "The right answer is B", True),
        ("mcqa", "B", "The right answer is C", False),
        ("mcqa", "The answer is B", "The right answer is B", False),  # first character t
        ("mcqa", "Because it hurts", "The right answer is B", True),  # first character b
        ("mcqa", "(B)", "The right answer is B", False),
        ("mcqa", "", "The right answer is B", False),
        ("mcqa", "The right answer is", "The right answer is B", False),
        ("mcqa", None, "The right answer is B", False),
        ("mcqa", "The right answer is E", "The right answer is E", False),
        ("mcqa", "正确答案是 B", "正确答案是 B", False),
        ("mcqa", "Правильный ответ: A", "Правильный ответ: A", False),
        ("mcqa", "La bonne réponse est A", "La bonne réponse est A", False),
        ("yes_no_maybe", "yes", "yes", True),
        ("yes_no_maybe", "Yes, it does", "yes", True),
        ("yes_no_maybe", "not sure", "no", True),  # first character n
        ("yes_no_maybe", "a", "a", False),
        ("mcqa", "yes", "yes", False),
        ("yes_no_maybe", "maybe", "maybe", False),
        ("yes_no_maybe", "", "no", True),  # an empty cell is turned into the text nan
        ("yes_no_maybe", None, "yes", False),
    ],
)
def test_mcqa(metric: str, prediction: str | None, reference: str, expected: bool) -> None:
    assert hit(metric, prediction, reference) is expected


def test_bleu1_is_clipped_precision_with_brevity_penalty() -> None:
    # the the the / the cat: one of three matches, longer than the reference.
    assert paper("text_similarity", Pair("the the the", "the cat"))["bleu1"] == pytest.approx(100 / 3)
    # 2 of 2 match, 2 words against 4: exp(1 - 4/2).
    assert paper("text_similarity", Pair("a b", "a b c d"))["bleu1"] == pytest.approx(100 * 0.36787944117144233)
    # Nothing matches; case matters.
    assert paper("text_similarity", Pair("A", "a"))["bleu1"] == 0


def test_rouge_is_rouge_l_f1_over_different_words() -> None:
    # Words a, b against a, b, c, d: 2/2 and 2/4.
    assert paper("text_similarity", Pair("a b", "a b c d"))["rouge"] == pytest.approx(100 * 2 / 3)
    # The package counts different words: "a a a" is one word, fully found.
    assert paper("text_similarity", Pair("a a a", "a"))["rouge"] == pytest.approx(100)
    # Sentences are split at full stops and their matches united: order across sentences does not matter.
    assert paper("text_similarity", Pair("c d. a b", "a b. c d"))["rouge"] == pytest.approx(100)
    assert paper("text_similarity", Pair("c d a b", "a b c d"))["rouge"] == pytest.approx(50)


def test_texts_at_which_the_scorer_stops_score_0_and_stay() -> None:
    assert paper("text_similarity", Pair("a", "a"), Pair(None, "a"), Pair("", "a"), Pair("...", "a")) == {
        "bleu1": pytest.approx(25),
        "rouge": pytest.approx(25),
    }


def test_explanation_skips_rows_without_text_only() -> None:
    assert paper("explanation", Pair("a", "a"), Pair(None, "a"))["bleu1"] == pytest.approx(100)
    assert paper("explanation", Pair("a", "a"), Pair(" ", "a"))["bleu1"] == pytest.approx(50)


def test_rationale_skips_rows_blank_on_either_side() -> None:
    assert paper("rationale", Pair("a", "a"), Pair(" \n", "a"), Pair("b", " "), Pair(None, "a"))["rouge"] == pytest.approx(100)


@pytest.mark.parametrize(
    ("language", "prediction", "reference", "bleu1"),
    [
        ("zh", "患者发烧", "患者咳嗽", 50.0),  # 患者 | 发烧
        ("ja", "右心不全です", "右心不全", 200 / 3),  # 右心 | 不全 | です, where janome cuts so
        ("ru", "да нет", "да", 50.0),
        ("es", "el bazo, no", "el bazo", 50.0),  # el | bazo | , | no
        ("fr", "l'eau", "l'eau", 100.0),
    ],
)
def test_rationale_cuts_words_by_language(language: str, prediction: str, reference: str, bleu1: float) -> None:
    assert paper("rationale", Pair(prediction, reference, language=language))["bleu1"] == pytest.approx(bleu1)


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        ("It is 'forty women' here", '"Forty women"', True),
        ("forty\nwomen", "fortywomen", True),  # new lines are deleted, not made blanks
        ("forty men", "forty women", False),
        ("not forty women", "forty women", True),
        ("anything", "''", True),  # nothing is left of the reference
        ("", "x", False),
        (None, "x", False),
    ],
)
def test_information_extraction(prediction: str | None, reference: str, expected: bool) -> None:
    assert hit("information_extraction", prediction, reference) is expected


def test_ner_cuts_the_last_letter_and_pools_counts() -> None:
    # {aspirin, ibuprofe} against {ibuprofen, aspiri}: nothing matches.
    assert paper("ner", Pair("ibuprofen, aspirin.", "aspirin, ibuprofen."))["f1"] == 0
    # The cut letters differ, and are cut: a match.
    assert paper("ner", Pair("aspirix.", "aspirin."))["f1"] == 100
    # {a1, b1, c} against {a1, x1, c}, then {d} against {e1, f}: 2 right of 4 written and 5 wanted.
    values = paper("ner", Pair("a1, b1, c1", "a1, x1, cz"), Pair("d1", "e1, f1"))
    assert values == {"precision": pytest.approx(50), "recall": pytest.approx(40), "f1": pytest.approx(400 / 9)}


def test_ner_full_stops_vanish_everywhere_and_names_split_at_commas() -> None:
    assert paper("ner", Pair("B. subtilis x", "B subtilis y."))["f1"] == 100
    # 1, 2-diol: two names {1, 2-dio}; N,N-diol: one.
    assert paper("ner", Pair("1, 2-diol.", "1, 2-diol."))["recall"] == 100
    assert paper("ner", Pair("2-diol.", "1, 2-diol."))["recall"] == 50


def test_ner_knows_one_spelling_of_the_sentence_for_none() -> None:
    none, right = "There is no related enetity.", "There is no related entity."
    assert paper("ner", Pair(none, none), Pair("a1", "a1"))["f1"] == 100
    assert paper("ner", Pair(right, none), Pair("a1", "a1"))["precision"] == 50


def test_ner_skips_rows_without_text() -> None:
    assert paper("ner", Pair("aspirin", "aspirin"), Pair(None, "heparin"))["recall"] == 100
    # An empty cell, and one that pandas takes for empty, is no text; a blank is text: the empty name, which is wrong.
    assert paper("ner", Pair("aspirin", "aspirin"), Pair("", "heparin"), Pair("None", "heparin"))["recall"] == 100
    assert paper("ner", Pair("aspirin", "aspirin"), Pair(" ", "heparin"))["recall"] == 50


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        ("I think PNEUMONIA", "The diagnosis result is Pneumonia.", True),
        ("not pneumonia", "The diagnosis result is Pneumonia.", True),
        ("unstable angina", "The diagnosis result is Stable angina.", True),
        ("pneumonia", "the diagnosis result is Pneumonia.", False),  # the prefix is case-sensitive
        ("gerd", "The diagnosis result is GERD.", True),
        (None, "The diagnosis result is GERD.", False),
    ],
)
def test_diagnosis(prediction: str | None, reference: str, expected: bool) -> None:
    assert hit("diagnosis", prediction, reference) is expected


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        ("radiation after surgery", "The treatment planning is: Radiation after surgery.", True),
        ("No radiation after surgery", "The treatment planning is: Radiation after surgery.", True),
        ("radiation", "The treatment planning is: Radiation after surgery.", False),
    ],
)
def test_treatment_planning(prediction: str, reference: str, expected: bool) -> None:
    assert hit("treatment_planning", prediction, reference) is expected


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        ("TRUE.", "True", True),
        ("untrue", "true", True),
        ("true or false", "true", False),
        ("false", "False", True),
        ("not true, false", "false", False),
        ("yes", "yes", False),  # any other gold is 0
        (None, "true", False),
    ],
)
def test_outcome_prediction(prediction: str | None, reference: str, expected: bool) -> None:
    assert hit("outcome_prediction", prediction, reference) is expected


def test_hoc_is_macro_over_all_labels_found_as_substrings() -> None:
    labels = ("inducing angiogenesis", "resisting cell death", "cellular energetics", *(f"another hallmark {k}" for k in range(7)))
    one = Pair("Not INDUCING ANGIOGENESIS", "inducing angiogenesis", labels=labels)
    assert paper("hoc", one) == {"precision": 10, "recall": 10, "f1": 10}
    # cellular energetics: 1 right, 1 missed: P 1, R 1/2, F 2/3; the other label as before.
    energetics = replace(one, prediction="cellular energetics", reference="cellular energetics")
    values = paper("hoc", one, energetics, replace(energetics, prediction=None))
    assert values == {"precision": pytest.approx(20), "recall": pytest.approx(15), "f1": pytest.approx(100 / 6)}


def test_hoc_without_labels_is_refused() -> None:
    with pytest.raises(UsageError, match="closed labels"):
        paper("hoc", Pair("a", "a"))


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        ("No.", "No.", True),
        ("I do not know", "no", True),
        ("yes\nno", "no", False),  # first line only
        ("\nno", "no", False),  # which is empty here
        ("Label 2", "2", True),
        (None, "no", False),
    ],
)
def test_fact_verification_verdicts(prediction: str | None, reference: str, expected: bool) -> None:
    assert hit("fact_verification", prediction, reference) is expected


def test_supporting_text_is_lower_cased_and_empty_answers_stay() -> None:
    values = paper("supporting_text", Pair(" A B ", "a. b."), Pair("", "a b"))
    # "a b" against "a b" once the full stops are gone; the empty answer halves it.
    assert values == {"bleu1": pytest.approx(50), "rouge": pytest.approx(50)}


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        ("Entailment", "entailment.", True),
        ("no entailment, but contradiction", "entailment", True),
        ("neutral", "entailment", False),
    ],
)
def test_nli_relation(prediction: str, reference: str, expected: bool) -> None:
    assert hit("nli", prediction, reference) is expected


def test_a_hypothesis_is_scored_raw() -> None:
    # Case and full stop stay: "A" does not match, "." and "b" do: 2 of 3, equally long.
    assert paper("hypothesis", Pair("A b.", "a b."))["bleu1"] == pytest.approx(200 / 3)
    assert paper("hypothesis", Pair("A b.", "a b."))["rouge"] == pytest.approx(50)
