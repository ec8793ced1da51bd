"""Rationales of MMedBench in English."""

from medslake.tasks.base import TaskExample
from medslake.tasks.explanation.mmedbench_rationales import rationale_task

TASK = rationale_task(
    "task52",
    "en",
    TaskExample(
        row={
            "record_id": "English/Train/000001",
            "language": "en",
            "question": "Which vitamin deficiency causes night blindness?",
            "options": [{"key": "A", "text": "Vitamin A"}, {"key": "B", "text": "Vitamin C"}],
            "answer_keys": ["A"],
            "rationale": "Rhodopsin is made from vitamin A, so a lack of it dims vision in the dark.",
        },
        instances=(
            (
                "Question: Which vitamin deficiency causes night blindness?\n"
                "Options: A: Vitamin A\tB: Vitamin C\nThe right answer is A: Vitamin A.",
                "Rhodopsin is made from vitamin A, so a lack of it dims vision in the dark.",
            ),
        ),
    ),
)
