"""A question for a passage and the conclusion that answers it."""

from medslake.tasks import HAS_CONCLUSION, HAS_PASSAGE, NEAR_PAPER_SIZE, PASSAGE, Task, TaskExample, wordings

AIM, FOUND = "We asked whether a morning walk changes fasting glucose.", "Glucose fell by 0.4 mmol/L in walkers."
QUESTION, ANSWER = "Does walking before breakfast lower fasting glucose?", "A walk before breakfast lowers fasting glucose slightly."
ABSTRACT = {"topic": "PQA-L", "context": [{"name": "OBJECTIVE", "text": AIM}, {"name": "RESULTS", "text": FOUND}]}

TASK = Task(
    id="task11",
    name="pubmedqa_question_generation",
    category="Text Completion",
    domain="Academical Papers",
    source="pubmedqa",
    kind="questions",
    where=NEAR_PAPER_SIZE,
    requires={"no passage": HAS_PASSAGE, "no conclusion": HAS_CONCLUSION},
    input_sql=f"concat('Context: ', {PASSAGE}, '\\nAnswer: ', long_answer)",
    output_sql="question",
    definitions=wordings(__file__),
    example=TaskExample(
        {"record_id": "90000001", "question": QUESTION, "long_answer": ANSWER, **ABSTRACT},
        ((f"Context: {AIM}\n{FOUND}\nAnswer: {ANSWER}", QUESTION),),
    ),
)
