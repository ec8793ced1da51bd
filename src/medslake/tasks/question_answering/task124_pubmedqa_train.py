"""PubMedQA questions for training: the artificial set and the training half of the labelled one."""

from medslake.tasks.base import Task, TaskExample
from medslake.tasks.question_answering.pubmedqa_verdicts import INPUT, LABELS, VERDICT_DEFINITIONS

TASK = Task(
    id="task124",
    name="pubmedqa_train_set",
    category="Question Answering",
    domain="Academical Papers",
    source="pubmedqa",
    kind="questions",
    input_language="English",
    output_language="English",
    where="split = 'train' and size(context) > 0 and answer in ('yes', 'no', 'maybe')",
    input_sql=INPUT,
    output_sql="answer",
    labels=LABELS,
    definitions=VERDICT_DEFINITIONS,
    notes=(
        "MedS-Ins trains on the 211,269 artificial rows (PQA-A), which know no 'maybe'. The 500 labelled rows of PubMedQA's own "
        "training split are taken as well; its test split is not."
    ),
    example=TaskExample(
        row={
            "record_id": "90000012",
            "question": "Chewing gum speeds up recovery of the bowel?",
            "topic": "PQA-A",
            "context": [{"name": "RESULTS", "text": "First passage of gas came six hours earlier."}],
            "answer": "yes",
        },
        others=(
            {
                "record_id": "90000013",
                "split": "test",
                "question": "Does music calm surgeons?",
                "topic": "PQA-L",
                "context": [{"name": "RESULTS", "text": "Heart rates were equal."}],
                "answer": "no",
            },
        ),
        instances=(
            (
                "Context: First passage of gas came six hours earlier.\nQuestion: Chewing gum speeds up recovery of the bowel?",
                "yes",
            ),
        ),
    ),
)
