"""PubMedQA questions with expert labels, for the benchmark."""

from medslake.tasks.base import Bench, Task, TaskExample
from medslake.tasks.parts.choices import one_of
from medslake.tasks.question_answering.pubmedqa_verdicts import INPUT, LABELS, VERDICT_DEFINITIONS

TASK = Task(
    id="task123",
    name="pubmedqa_test_set",
    category="Question Answering",
    domain="Academical Papers",
    source="pubmedqa",
    kind="questions",
    input_language="English",
    output_language="English",
    where="topic = 'PQA-L' and size(context) > 0 and answer in ('yes', 'no', 'maybe')",
    input_sql=INPUT,
    output_sql="answer",
    choices_sql=one_of(LABELS),
    labels=LABELS,
    definitions=VERDICT_DEFINITIONS,
    bench=Bench(group="mcqa", metrics=("yes_no_maybe",), dataset="PubMedQA", shots=0),
    trained=False,
    notes=(
        "MedS-Bench scores all 1,000 labelled questions; here only the 500 of PubMedQA's own test set are asked, because the other "
        "500 are its training set and task124 trains on them."
    ),
    example=TaskExample(
        row={
            "record_id": "90000011",
            "question": "Do warm blankets prevent shivering?",
            "topic": "PQA-L",
            "context": [
                {"name": "METHODS", "text": "Forty patients got warm blankets."},
                {"name": "RESULTS", "text": "Shivering was as frequent as before in one ward and rarer in the other."},
            ],
            "answer": "maybe",
        },
        instances=(
            (
                "Context: Forty patients got warm blankets.\nShivering was as frequent as before in one ward and rarer in the other.\n"
                "Question: Do warm blankets prevent shivering?",
                "maybe",
            ),
        ),
    ),
)
