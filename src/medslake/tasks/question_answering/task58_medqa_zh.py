"""MedQA, questions of the medical licensing examination of mainland China."""

from medslake.tasks.base import Bench, Task, TaskExample
from medslake.tasks.parts.multiple_choice import HAS_KEYED_ANSWER, LAYOUTS
from medslake.tasks.question_answering.exam_definitions import exam_definitions

_LAYOUT = LAYOUTS["zh"]

TASK = Task(
    id="task58",
    name="medqa_question_answering_zh",
    category="Question Answering",
    domain="Medical Knowledge",
    source="medqa",
    kind="questions",
    input_language="Chinese",
    output_language="Chinese",
    where=f"language = 'zh' and record_id not like 'Taiwan/%' and {HAS_KEYED_ANSWER}",
    input_sql=_LAYOUT.question_sql,
    output_sql=_LAYOUT.answer_sql,
    choices_sql=_LAYOUT.choices_sql,
    definitions=exam_definitions(_LAYOUT.answer),
    bench=Bench(group="mcqa", metrics=("mcqa",), dataset="MedQA (Chinese, via MMedBench)", shots=0),
    notes="MedS-Ins takes the mainland questions alone; those from Taiwan are in traditional script and left out.",
    example=TaskExample(
        row={
            "record_id": "Mainland/test/000001",
            "language": "zh",
            "question": "成人静息心率的正常范围是（　　）。",
            "options": [{"key": "A", "text": "30～50次/分"}, {"key": "B", "text": "60～100次/分"}],
            "answer_keys": ["B"],
        },
        instances=(("问题: 成人静息心率的正常范围是（　　）。\n选项: A: 30～50次/分\tB: 60～100次/分", "正确答案是 B: 60～100次/分"),),
    ),
)
