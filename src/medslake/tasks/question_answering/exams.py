"""Questions of medical licensing exams, the right one of several options asked for."""

from medslake.tasks import HAS_KEYED_ANSWER, LAYOUTS, Bench, Task, TaskExample, wordings


def exam(number: int, code: str, dataset: str, example: TaskExample, where: str = "true", notes: str = "") -> Task:
    """Questions of MedQA in one language, by its ISO 639-1 code."""
    layout = LAYOUTS[code]
    return Task(
        id=f"task{number}",
        name=f"medqa_question_answering_{code}",
        category="Question Answering",
        domain="Medical Knowledge",
        source="medqa",
        kind="questions",
        input_language=layout.language,
        output_language=layout.language,
        where=f"language = '{code}' and {where}",
        requires={"no answer among the options": HAS_KEYED_ANSWER},
        input_sql=layout.question_sql,
        output_sql=layout.answer_sql,
        choices_sql=layout.choices_sql,
        definitions=wordings(__file__, answer=layout.answer),
        bench=Bench("mcqa", ("mcqa",), dataset, shots=0),
        notes=notes,
        example=example,
    )


def example(record: str, code: str, question: str, options: tuple[str, ...], asked: str, answer: str) -> TaskExample:
    """B is right."""
    keyed = [{"key": key, "text": text} for key, text in zip("ABCD", options, strict=False)]
    row = {"record_id": record, "language": code, "question": question, "options": keyed, "answer_keys": ["B"]}
    return TaskExample(row, ((asked, answer),))


TASKS = (
    exam(
        57,
        "en",
        "MedQA",
        example(
            "en/test/000001",
            "en",
            "A patient on warfarin starts a new drug and bleeds. Which drug is the likeliest cause?",
            ("Rifampicin", "Fluconazole", "Carbamazepine", "Vitamin K"),
            "Question: A patient on warfarin starts a new drug and bleeds. Which drug is the likeliest cause?\n"
            "Options: A: Rifampicin\tB: Fluconazole\tC: Carbamazepine\tD: Vitamin K",
            "The right answer is B: Fluconazole",
        ),
    ),
    exam(
        58,
        "zh",
        "MedQA (Chinese, via MMedBench)",
        example(
            "Mainland/test/000001",
            "zh",
            "成人静息心率的正常范围是（　　）。",
            ("30～50次/分", "60～100次/分"),
            "问题: 成人静息心率的正常范围是（　　）。\n选项: A: 30～50次/分\tB: 60～100次/分",
            "正确答案是 B: 60～100次/分",
        ),
        where="record_id not like 'Taiwan/%'",
        notes="MedS-Ins takes the mainland questions alone; those from Taiwan are in traditional script and left out.",
    ),
)
