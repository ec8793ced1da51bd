"""Consultations of the healthcaremagic file of ChatDoctor."""

from medslake.tasks.base import TaskExample
from medslake.tasks.dialogue.chatdoctor_consultations import consultation_task

TASK = consultation_task(
    "task66",
    "chatdoctor_healthcaremagic_100k",
    "healthcaremagic",
    TaskExample(
        row={
            "record_id": "healthcaremagic/000001",
            "collection": "healthcaremagic",
            "turns": [
                {"speaker": "patient", "text": "My ankle swells every evening since I changed jobs and stand all day. Should I worry?"},
                {
                    "speaker": "doctor",
                    "text": (
                        "Standing for hours lets fluid gather in the legs. Try support stockings and short walks, and see a doctor if "
                        "only one leg swells or it hurts."
                    ),
                },
            ],
        },
        instances=(
            (
                "My ankle swells every evening since I changed jobs and stand all day. Should I worry?",
                "Standing for hours lets fluid gather in the legs. Try support stockings and short walks, and see a doctor if only "
                "one leg swells or it hurts.",
            ),
        ),
    ),
)
