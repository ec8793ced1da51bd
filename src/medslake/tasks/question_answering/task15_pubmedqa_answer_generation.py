"""The conclusion that answers a question from its passages."""

from medslake.tasks import HAS_CONCLUSION, HAS_PASSAGE, NEAR_PAPER_SIZE, PASSAGE, Task, TaskExample, wordings

QUESTION, ANSWER = "Does chilled saline shorten the procedure?", "Chilling the saline made no useful difference."
RESULTS = "The procedure took 20 minutes with chilled and 21 with warm saline."
ABSTRACT = {"topic": "PQA-L", "context": [{"name": "RESULTS", "text": RESULTS}]}

TASK = Task(
    id="task15",
    name="pubmedqa_answer_generation",
    category="Question Answering",
    domain="Academical Papers",
    source="pubmedqa",
    kind="questions",
    where=NEAR_PAPER_SIZE,
    requires={"no passage": HAS_PASSAGE, "no conclusion": HAS_CONCLUSION},
    input_sql=f"concat('Question: ', question, '\\nContext: ', {PASSAGE})",
    output_sql="long_answer",
    definitions=wordings(__file__),
    example=TaskExample(
        {"record_id": "90000010", "question": QUESTION, "long_answer": ANSWER, **ABSTRACT},
        ((f"Question: {QUESTION}\nContext: {RESULTS}", ANSWER),),
    ),
)
