"""Does a passage state an objective?"""

from medslake.tasks import HAS_PASSAGE, NEAR_PAPER_SIZE, PASSAGE, Task, TaskExample, wordings

#: Section names and words with which authors of structured abstracts announce their aim.
HEADED = "exists(context, c -> upper(c.name) rlike 'OBJECTIVE|AIM|PURPOSE|GOAL')"
SAID = f"{PASSAGE} rlike '(?i)\\\\b(aims?|aimed|objectives?|purposes?|goals?)\\\\b'"
ROWS = tuple(
    {"record_id": record, "topic": "PQA-L", "context": [{"name": name, "text": text} for name, text in passages]}
    for record, passages in (
        ("90000007", (("AIMS", "To compare two dressings."), ("RESULTS", "Healing took ten days."))),
        ("90000008", (("BACKGROUND", "The goal was to reduce waiting."),)),
        ("90000009", (("RESULTS", "Patients claimed relief."),)),
    )
)

TASK = Task(
    id="task14",
    name="pubmedqa_classification",
    category="Intent Identification",
    domain="Academical Papers",
    source="pubmedqa",
    kind="questions",
    where=NEAR_PAPER_SIZE,
    requires={"no passage": HAS_PASSAGE},
    input_sql=PASSAGE,
    output_sql=f"if({HEADED} or {SAID}, '1', '0')",
    labels=("1", "0"),
    definitions=wordings(__file__),
    notes=(
        "PubMedQA has no such label. It is read off the abstract: 1 where a section is headed as objective, aim, purpose or goal, or "
        "one of these words is used. The section names are not part of the input."
    ),
    example=TaskExample(
        ROWS[0],
        (
            ("To compare two dressings.\nHealing took ten days.", "1"),
            ("The goal was to reduce waiting.", "1"),
            ("Patients claimed relief.", "0"),
        ),
        others=ROWS[1:],
    ),
)
