"""MedQA, USMLE questions in English with four options."""

from medslake.tasks.base import Bench, Task, TaskExample
from medslake.tasks.parts.multiple_choice import HAS_KEYED_ANSWER, LAYOUTS
from medslake.tasks.question_answering.exam_definitions import exam_definitions

_LAYOUT = LAYOUTS["en"]

TASK = Task(
    id="task57",
    name="medqa_question_answering_en",
    category="Question Answering",
    domain="Medical Knowledge",
    source="medqa",
    kind="questions",
    input_language="English",
    output_language="English",
    where=f"language = 'en' and {HAS_KEYED_ANSWER}",
    input_sql=_LAYOUT.question_sql,
    output_sql=_LAYOUT.answer_sql,
    choices_sql=_LAYOUT.choices_sql,
    definitions=exam_definitions(_LAYOUT.answer),
    bench=Bench(group="mcqa", metrics=("mcqa",), dataset="MedQA", shots=0),
    example=TaskExample(
        row={
            "record_id": "en/test/000001",
            "language": "en",
            "question": "A patient on warfarin starts a new drug and bleeds. Which drug is the likeliest cause?",
            "options": [
                {"key": "A", "text": "Rifampicin"},
                {"key": "B", "text": "Fluconazole"},
                {"key": "C", "text": "Carbamazepine"},
                {"key": "D", "text": "Vitamin K"},
            ],
            "answer_keys": ["B"],
        },
        instances=(
            (
                "Question: A patient on warfarin starts a new drug and bleeds. Which drug is the likeliest cause?\n"
                "Options: A: Rifampicin\tB: Fluconazole\tC: Carbamazepine\tD: Vitamin K",
                "The right answer is B: Fluconazole",
            ),
        ),
    ),
)
