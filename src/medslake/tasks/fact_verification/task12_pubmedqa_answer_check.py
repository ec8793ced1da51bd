"""Does an answer belong to a question?"""

from medslake.tasks import HAS_CONCLUSION, HAS_PASSAGE, NEAR_PAPER_SIZE, Bench, Partners, Task, TaskExample, one_of, wordings

LABELS = ("yes", "no")
#: Half of the rows, by hash of the record, keep their own answer; so does a row that has no partner.
OWN = "(size(partners) = 0 or pmod(xxhash64(record_id, 12), 2) = 0)"
ROWS = tuple(
    {"record_id": record, "question": question, "topic": "PQA-L", "context": [{"name": "RESULTS", "text": text}], "long_answer": answer}
    for record, question, text, answer in (
        ("90000003", "Does the device warm premature infants?", "Temperatures rose.", "The device keeps premature infants warm."),
        ("90000004", "Do older surgeons operate faster?", "Times did not differ.", "Age of the surgeon does not affect operating time."),
        ("90000006", "Is there a role for tea in wound care?", "Nothing changed.", ""),
    )
)

TASK = Task(
    id="task12",
    name="pubmedqa_classification",
    category="Fact Verification",
    domain="Academical Papers",
    source="pubmedqa",
    kind="questions",
    where=NEAR_PAPER_SIZE,
    requires={"no passage": HAS_PASSAGE, "no conclusion": HAS_CONCLUSION},
    partners=Partners(("long_answer",), used=f"not {OWN}"),
    input_sql=f"concat('Question: ', question, '\\nAnswer: ', if({OWN}, long_answer, get(partners, 0).long_answer))",
    output_sql=f"if({OWN}, 'yes', 'no')",
    choices_sql=one_of(LABELS),
    labels=LABELS,
    definitions=wordings(__file__),
    bench=Bench("fact_verification", ("fact_verification",), "PubMedQA", size=650),
    notes=(
        "In MedS-Bench all 650 golds of this task are 'no', so that a constant answer scores 100. Here both labels occur: about half "
        "of the questions keep their own conclusion, the others get that of another record of the same split, the next in a seeded "
        "hash order."
    ),
    example=TaskExample(
        ROWS[0],
        (
            ("Question: Does the device warm premature infants?\nAnswer: Age of the surgeon does not affect operating time.", "no"),
            ("Question: Do older surgeons operate faster?\nAnswer: Age of the surgeon does not affect operating time.", "yes"),
        ),
        others=ROWS[1:],
    ),
)
