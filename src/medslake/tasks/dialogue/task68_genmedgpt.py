"""Consultations of the genmedgpt file of ChatDoctor."""

from medslake.tasks.base import TaskExample
from medslake.tasks.dialogue.chatdoctor_consultations import consultation_task

TASK = consultation_task(
    "task68",
    "chatdoctor_genmedgpt_5k",
    "genmedgpt",
    TaskExample(
        row={
            "record_id": "genmedgpt/000001",
            "collection": "genmedgpt",
            "turns": [
                {"speaker": "patient", "text": "Doctor, my eyes itch whenever I mow the lawn."},
                {
                    "speaker": "doctor",
                    "text": (
                        "That sounds like an allergy to grass pollen. Antihistamine eye drops should help, and a skin test can confirm it."
                    ),
                },
            ],
        },
        instances=(
            (
                "Doctor, my eyes itch whenever I mow the lawn.",
                "That sounds like an allergy to grass pollen. Antihistamine eye drops should help, and a skin test can confirm it.",
            ),
        ),
    ),
)
