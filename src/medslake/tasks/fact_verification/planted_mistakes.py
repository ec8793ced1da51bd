"""Which sentence of a passage on a health topic is wrong? Five tasks of one question, each with another mistake in the same passage."""

from typing import Any

import pyarrow as pa

from medslake.tasks import Derived, Partners, Task, TaskExample, planted, section, wordings

SUMMARY = section("summary")
FOUND = pa.list_(pa.struct([("kind", pa.string()), ("passage", pa.string()), ("sentence", pa.string())]))
COUNT = 5


def mistakes(batch: pa.RecordBatch) -> pa.Array:
    """Up to five mistakes for each topic; its partner's title is the other subject."""
    found = []
    for row in batch.select(["record_id", "title", "sections", "partners"]).to_pylist():
        text = next(part["text"] for part in row["sections"] if part["name"] == "summary")
        other = row["partners"][0]["title"] if row["partners"] else None
        found.append([one._asdict() for one in planted(text, row["title"] or "", other or "", row["record_id"], COUNT)])
    return pa.array(found, FOUND)


#: Declared once, so that the five tasks share what is made.
DERIVED = Derived("mistakes ARRAY<STRUCT<kind: STRING, passage: STRING, sentence: STRING>>", mistakes)


def row(record: str, title: str, *lines: str) -> dict[str, Any]:
    return {"record_id": record, "language": "en", "title": title, "sections": [{"name": "summary", "text": "\n".join(lines)}]}


REED, LASTS, REST = "Reed fever is a mild illness of the skin.", "It lasts for three days.", "Adults must rest at home."
ROWS = (
    row("9001", "Reed fever", f"{REED} {LASTS}", REST, "Wash your hands"),
    row("9002", "Loom cough", "Loom cough comes at night. It goes by itself. Nobody dies of it."),
    row("9003", "Tea", "Tea warms."),
    {**row("9004", "Fiebre", "La fiebre es leve. Dura tres días. Es rara."), "language": "es"},
)


def planted_mistake(number: int, right: str, wrong: str) -> Task:
    """right, wrong: the sentence of the example that is changed, and what it becomes."""
    (told,) = (part["text"] for part in ROWS[0]["sections"])
    # The second topic allows one mistake alone.
    second = "Reed fever comes at night. It goes by itself. Nobody dies of it.", "Reed fever comes at night."
    return Task(
        id=f"task{131 + number}",
        name=f"fact_verication_short_medical_{number}",
        category="Fact Verification",
        domain="Medical Knowledge",
        source="medlineplus_topics",
        kind="documents",
        where="language = 'en'",
        requires={"fewer than three sentences": f"size(regexp_extract_all({SUMMARY}, '[.!?]( |\\\\n|$)', 0)) >= 3"},
        partners=Partners(("title",), used="item.kind = 'subject'"),
        derived=DERIVED,
        items=f"slice(mistakes, {number}, 1)",
        input_sql="item.passage",
        output_sql="item.sentence",
        mistake_sql="item.kind",
        definitions=wordings(__file__),
        copied="the wrong sentence of the passage is quoted",
        collection="paper",
        notes=(
            "The five tasks of MedS-Ins have one definition, and the ends of their names are not known: here each topic has up to five "
            "mistakes, and the n-th task asks for the n-th. Its kind stands in the column mistake: negation, number, degree, term, subject."
        ),
        example=TaskExample(ROWS[0], ((told.replace(right, wrong), wrong), *((second,) if number == 1 else ())), others=ROWS[1:]),
    )


#: The mistakes of the example, in the order of the tasks: the sentence that is changed, and what it becomes.
EXPECTED = (
    (REED, "Reed fever is a severe illness of the skin."),
    (REED, "Loom cough is a mild illness of the skin."),
    (REED, "Reed fever is not a mild illness of the skin."),
    (REST, "Children must rest at home."),
    (LASTS, "It lasts for seven days."),
)
TASKS = tuple(planted_mistake(number, *changed) for number, changed in enumerate(EXPECTED, start=1))
