"""Consultations of the icliniq file of ChatDoctor."""

from medslake.tasks.base import TaskExample
from medslake.tasks.dialogue.chatdoctor_consultations import consultation_task

TASK = consultation_task(
    "task67",
    "chatdoctor_icliniq",
    "icliniq",
    TaskExample(
        row={
            "record_id": "icliniq/000001",
            "collection": "icliniq",
            "turns": [
                {"speaker": "patient", "text": "Hello doctor, I wake at four each night with heartburn. What can I take?"},
                {
                    "speaker": "doctor",
                    "text": (
                        "Acid flows back more easily when you lie flat. Raise the head of the bed, eat earlier, and ask your pharmacist "
                        "for an antacid; come for a check if it lasts three weeks."
                    ),
                },
            ],
        },
        instances=(
            (
                "Hello doctor, I wake at four each night with heartburn. What can I take?",
                "Acid flows back more easily when you lie flat. Raise the head of the bed, eat earlier, and ask your pharmacist for "
                "an antacid; come for a check if it lasts three weeks.",
            ),
        ),
    ),
)
