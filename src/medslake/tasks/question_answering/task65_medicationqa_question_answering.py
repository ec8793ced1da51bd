"""What consumers ask about drugs, answered from trusted pages."""

from medslake.tasks import Task, TaskExample, wordings

ASKED, TOLD = "can i split a corimol tablet?", "Yes, along the score line.\nTake both halves with food."

TASK = Task(
    id="task65",
    name="medicationqa_question_answering",
    category="Question Answering",
    domain="Exam",
    source="medication_qa",
    kind="questions",
    requires={"no question": "trim(question) <> ''", "no answer": "trim(answer) <> ''"},
    input_sql="question",
    output_sql="answer",
    definitions=wordings(__file__),
    notes="The released script opens the file of LiveQA (task62), so the published instances are short forms of its questions.",
    example=TaskExample({"record_id": "000001", "question": ASKED, "answer": TOLD, "topic": "Usage"}, ((ASKED, TOLD),)),
)
