"""Rationales of MMedBench in Chinese."""

from medslake.tasks.base import TaskExample
from medslake.tasks.explanation.mmedbench_rationales import rationale_task

TASK = rationale_task(
    "task51",
    "zh",
    TaskExample(
        row={
            "record_id": "Chinese/Train/000001",
            "language": "zh",
            "question": "缺乏哪种维生素会引起夜盲症？",
            "options": [{"key": "A", "text": "维生素A"}, {"key": "B", "text": "维生素C"}],
            "answer_keys": ["A"],
            "rationale": "视网膜合成视紫红质需要维生素A，缺乏时暗适应变差，因此选A。",
        },
        instances=(
            (
                "问题: 缺乏哪种维生素会引起夜盲症？\n选项: A: 维生素A\tB: 维生素C\n正确答案是 A: 维生素A。",
                "视网膜合成视紫红质需要维生素A，缺乏时暗适应变差，因此选A。",
            ),
        ),
    ),
)
