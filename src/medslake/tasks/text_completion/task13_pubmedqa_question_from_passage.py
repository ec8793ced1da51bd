"""A question that a passage answers."""

from medslake.tasks import HAS_PASSAGE, NEAR_PAPER_SIZE, PASSAGE, Task, TaskExample, wordings

QUESTION = "Is a second dose needed after a mild reaction?"
DONE, FOUND = "Sixty adults with a mild reaction were observed for a day.", "Two of them needed a second dose."
ABSTRACT = {"topic": "PQA-L", "context": [{"name": "METHODS", "text": DONE}, {"name": "RESULTS", "text": FOUND}]}

TASK = Task(
    id="task13",
    name="pubmedqa_question_generation",
    category="Text Completion",
    domain="Academical Papers",
    source="pubmedqa",
    kind="questions",
    where=NEAR_PAPER_SIZE,
    requires={"no passage": HAS_PASSAGE},
    input_sql=PASSAGE,
    output_sql="question",
    definitions=wordings(__file__),
    example=TaskExample({"record_id": "90000002", "question": QUESTION, **ABSTRACT}, ((f"{DONE}\n{FOUND}", QUESTION),)),
)
