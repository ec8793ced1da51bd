"""Rationales of MMedBench in French."""

from medslake.tasks.base import TaskExample
from medslake.tasks.explanation.mmedbench_rationales import rationale_task

TASK = rationale_task(
    "task53",
    "fr",
    TaskExample(
        row={
            "record_id": "French/Train/000001",
            "language": "fr",
            "question": "Quelles vitamines sont liposolubles ?",
            "options": [
                {"key": "A", "text": "La vitamine A"},
                {"key": "B", "text": "La vitamine C"},
                {"key": "C", "text": "La vitamine D"},
            ],
            "answer_keys": ["A", "C"],
            "rationale": "Les vitamines A et D se dissolvent dans les graisses, la vitamine C dans l'eau.",
        },
        instances=(
            (
                "Question: Quelles vitamines sont liposolubles ?\nOptions: A: La vitamine A\tB: La vitamine C\tC: La vitamine D\nLes "
                "bonnes réponses sont A: La vitamine A, C: La vitamine D.",
                "Les vitamines A et D se dissolvent dans les graisses, la vitamine C dans l'eau.",
            ),
        ),
    ),
)
