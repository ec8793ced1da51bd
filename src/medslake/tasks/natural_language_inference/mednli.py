"""Clinical premises of MedNLI and what follows from them: to be judged (41), written (42), and told apart in threes (44)."""

from typing import Any

from medslake.tasks import (
    Bench,
    Task,
    TaskExample,
    as_published_sentence,
    as_sentence,
    hypotheses,
    is_one_of,
    listed,
    one_of,
    premise,
    stripped,
    wordings,
)

LABELS = ("Entailment", "Contradiction", "Neutral")
#: Three hypotheses at a time, in the order of a hash.
THREES = (
    "transform(sequence(1, size(candidates) - size(candidates) % 3, 3), n -> array_sort(slice(candidates, n, 3), (a, b) -> "
    "if(xxhash64(a.id, a.text, 44) < xxhash64(b.id, b.text, 44), -1, 1)))"
)
LINES = "array_join(transform(item, (h, i) -> concat('Sentence', i + 1, {}, {})), '\\n')"


def mednli(number: int, kind: str, example: TaskExample, **how: Any) -> Task:
    shared: dict[str, Any] = {"category": "Natural Language Inference", "domain": "Clinical Text", "source": "mednli", "kind": "pairs"}
    name = f"mednli_textual_entailment_{kind}"
    return Task(id=f"task{number}", name=name, **shared, example=example, **how)


TASKS = (
    mednli(
        41,
        "discriminative",
        TaskExample(
            premise("He had a CT , normal . ", ("a", "He was scanned. ", "entailment"), ("b", "Unread.", None)),
            (("Sentence1: He had a CT , normal .\n\nSentence2: He was scanned.", "Entailment"),),
        ),
        items=f"filter(candidates, h -> {is_one_of('h.label', LABELS)})",
        input_sql=f"concat('Sentence1: ', {stripped('text')}, '\\n\\nSentence2: ', {stripped('item.text')})",
        output_sql="initcap(item.label)",
        choices_sql=one_of(LABELS),
        labels=LABELS,
        definitions=wordings(__file__, "task41_mednli_relation"),
        paper={"input_sql": "concat('Sentence1: ', text, '\\n\\nSentence2: ', item.text)"},
        bench=Bench("nli", ("nli",), "MedNLI", size=1422),
    ),
    mednli(
        42,
        "generative",
        TaskExample(
            premise(" he had a CT ", ("a", "he was scanned", "entailment"), ("b", "No CT.", "contradiction")),
            (("He had a CT", "He was scanned."),),
        ),
        **hypotheses("entailment"),
        definitions=wordings(__file__, "task42_mednli_hypothesis"),
        bench=Bench("nli", ("hypothesis",), "MedNLI", size=1422),
    ),
    mednli(
        44,
        "classification",
        TaskExample(
            premise("He had a CT.", ("a", "He was scanned.", "entailment"), ("b", "No CT", "contradiction"), ("c", "He fell.", "neutral")),
            (
                (
                    "Statement: He had a CT.\nSentence1: No CT\nSentence2: He fell.\nSentence3: He was scanned.",
                    "Sentence1 is contradiction.\nSentence2 is neutral.\nSentence3 is entailment.",
                ),
            ),
            others=(premise("Two only.", ("d", "One.", "neutral"), ("e", "None.", "contradiction")),),
        ),
        requires={"fewer than three hypotheses": "size(candidates) >= 3"},
        items=f"filter({THREES}, t -> size(array_distinct(transform(t, h -> h.label))) = 3)",
        input_sql=f"concat('Statement: ', {as_sentence('text')}, '\\n', {LINES.format(repr(': '), as_sentence('h.text'))})",
        output_sql=LINES.format(repr(" is "), "concat(h.label, '.')"),
        definitions=wordings(__file__, "task44_mednli_threes", listed=listed([label.lower() for label in LABELS])),
        paper={
            "items": THREES,
            "input_sql": (
                f"concat('Statement: ', {as_published_sentence('text')}, '\\n', "
                f"{LINES.format(repr(': '), as_published_sentence('h.text'))})"
            ),
            "output_sql": f"concat({LINES.format(repr(' is '), 'concat(h.label, {})'.format(repr('.')))}, '\\n')",
        },
    ),
)
