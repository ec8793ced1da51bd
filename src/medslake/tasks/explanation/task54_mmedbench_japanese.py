"""Rationales of MMedBench in Japanese."""

from medslake.tasks.base import TaskExample
from medslake.tasks.explanation.mmedbench_rationales import rationale_task

TASK = rationale_task(
    "task54",
    "ja",
    TaskExample(
        row={
            "record_id": "Japanese/Train/000001",
            "language": "ja",
            "question": "夜盲症の原因となる欠乏はどれか。",
            "options": [{"key": "A", "text": "ビタミンA"}, {"key": "B", "text": "ビタミンC"}],
            "answer_keys": ["A"],
            "rationale": "ロドプシンの合成にビタミンAが必要なため、欠乏すると暗所で見えにくくなる。",
        },
        instances=(
            (
                "質問: 夜盲症の原因となる欠乏はどれか。\nオプション: A: ビタミンA\tB: ビタミンC\n正しい答えは A: ビタミンA です。",
                "ロドプシンの合成にビタミンAが必要なため、欠乏すると暗所で見えにくくなる。",
            ),
        ),
    ),
)
