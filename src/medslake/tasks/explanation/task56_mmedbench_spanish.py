"""Rationales of MMedBench in Spanish."""

from medslake.tasks.base import TaskExample
from medslake.tasks.explanation.mmedbench_rationales import rationale_task

TASK = rationale_task(
    "task56",
    "es",
    TaskExample(
        row={
            "record_id": "Spanish/Train/000001",
            "language": "es",
            "question": "¿La falta de qué vitamina causa ceguera nocturna?",
            "options": [{"key": "A", "text": "Vitamina A"}, {"key": "B", "text": "Vitamina C"}],
            "answer_keys": ["A"],
            "rationale": "La rodopsina se forma a partir de la vitamina A; sin ella se ve mal en la oscuridad.",
        },
        instances=(
            (
                "Pregunta: ¿La falta de qué vitamina causa ceguera nocturna?\n"
                "Opciones: A: Vitamina A\tB: Vitamina C\nLa respuesta correcta es A: Vitamina A.",
                "La rodopsina se forma a partir de la vitamina A; sin ella se ve mal en la oscuridad.",
            ),
        ),
    ),
)
