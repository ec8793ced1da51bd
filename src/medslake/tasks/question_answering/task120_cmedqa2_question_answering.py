"""Replies of doctors to the questions of a Chinese health forum."""

from medslake.tasks import Task, TaskExample, wordings

ASKED, TOLD = "孩子换牙期间牙龈出血，需要看医生吗？", "换牙时少量出血很常见。注意口腔清洁，如果出血不止，请带孩子去口腔科检查。"

TASK = Task(
    id="task120",
    name="cmedqa2_question_answering",
    category="Question Answering",
    domain="Medical Knowledge",
    source="cmedqa2",
    kind="questions",
    input_language="Chinese",
    output_language="Chinese",
    requires={"no question": "trim(question) <> ''", "no answer": "trim(answer) <> ''"},
    input_sql="question",
    output_sql="answer",
    definitions=wordings(__file__),
    notes="A question that got several replies is asked once for each.",
    example=TaskExample({"record_id": "1", "language": "zh", "question": ASKED, "answer": TOLD}, ((ASKED, TOLD),)),
)
