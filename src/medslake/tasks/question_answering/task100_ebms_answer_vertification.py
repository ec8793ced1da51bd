"""The evidence on which a bottom line for clinicians rests."""

from medslake.tasks import Bench, Task, TaskExample, wordings

TRIAL, REVIEW = "In a trial of 60 children honey cut coughing at night.", "A review of three trials agreed."

TASK = Task(
    id="task100",
    name="ebms_answer_vertification",
    category="Question Answering",
    domain="Medical Knowledge",
    source="ebm_summariser_corpus",
    kind="pairs",
    where="label_set = 'grounds'",
    requires={"no statement": "trim(text) <> ''"},
    items="candidates.text",
    input_sql="text",
    output_sql="item",
    alternatives_sql="array_except(candidates.text, array(item))",
    definitions=wordings(__file__),
    bench=Bench("fact_verification", ("supporting_text",), "EBMS", size=304),
    notes="The spelling of the name is that of MedS-Ins. A statement is asked once for each of its grounds; the others count as right too.",
    example=TaskExample(
        {
            "record_id": "1/1",
            "text": "Honey eases cough in children.",
            "label_set": "grounds",
            "candidates": [{"text": TRIAL, "label": "ground"}, {"text": REVIEW, "label": "ground"}],
        },
        (("Honey eases cough in children.", TRIAL), ("Honey eases cough in children.", REVIEW)),
    ),
)
