"""Rationales of MMedBench in Russian."""

from medslake.tasks.base import TaskExample
from medslake.tasks.explanation.mmedbench_rationales import rationale_task

TASK = rationale_task(
    "task55",
    "ru",
    TaskExample(
        row={
            "record_id": "Russian/Train/000001",
            "language": "ru",
            "question": "Вызывает ли недостаток витамина A куриную слепоту?",
            "options": [{"key": "A", "text": "да"}, {"key": "B", "text": "нет"}],
            "answer_keys": ["A"],
            "rationale": "Из витамина A образуется родопсин, без него ухудшается зрение в темноте.",
        },
        instances=(
            (
                "Вопрос: Вызывает ли недостаток витамина A куриную слепоту?\nВарианты: A: да\tB: нет\nПравильный ответ: A: да.",
                "Из витамина A образуется родопсин, без него ухудшается зрение в темноте.",
            ),
        ),
    ),
)
