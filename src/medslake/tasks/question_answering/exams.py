"""Questions of medical exams in six languages, the right one of several options asked for, or the right ones."""

from dataclasses import replace
from typing import Any

from medslake.tasks import HAS_KEYED_ANSWER, LAYOUTS, Bench, Definition, Layout, Task, TaskExample, as_spelled, is_one_of, wordings

#: RuMedBench asks for yes or no; the options are those that MMedBench gives its questions.
YES_NO = ("да", "нет")
RUSSIAN = replace(
    LAYOUTS["ru"],
    listed="array(named_struct('key', 'A', 'text', 'да'), named_struct('key', 'B', 'text', 'нет'))",
    right=f"array(if({as_spelled('answer', YES_NO)} = 'да', 'A', 'B'))",
)


def exam(number: int, source: str, layout: Layout, dataset: str, example: TaskExample, several: bool = False, **more: Any) -> Task:
    """dataset: in the tables of the benchmark. several: more than one option may be right. more: further fields of the task."""
    published, where = layout.published, more.pop("where", "true")
    words = {} if published == layout else {"output_sql": published.answer_sql, "choices_sql": published.choices_sql}
    fields: dict[str, Any] = {
        "domain": "Medical Knowledge",
        "requires": {"no answer among the options": HAS_KEYED_ANSWER},
        "input_sql": layout.question_sql,
        "choices_sql": layout.choices_sql,
        "bench": Bench("mcqa", ("mcqa",), dataset, shots=0),
        **more,
        "paper": words | more.get("paper", {}),
    }
    return Task(
        id=f"task{number}",
        category="Question Answering",
        source=source,
        kind="questions",
        input_language=layout.language,
        output_language=layout.language,
        where=f"language = '{layout.code}' and {where}",
        output_sql=layout.answer_sql,
        definitions=definitions(layout, several),
        example=example,
        **fields,
    )


def definitions(layout: Layout, several: bool) -> tuple[Definition, ...]:
    if not several:
        return wordings(__file__, answer=layout.answer)
    option = "<letter>: <text of that option>"
    return wordings(
        __file__,
        "exams_several_answers",
        one=f"{layout.answer} {option}{layout.end}",
        more=f"{layout.answers} {option}, {option}{layout.end}",
    )


def example(record: str, code: str, question: str, options: tuple[str, ...], asked: str, answer: str, keys: str = "ABCD") -> TaskExample:
    """The second option is right."""
    keyed = [{"key": key, "text": text} for key, text in zip(keys, options, strict=False)]
    row = {"record_id": record, "language": code, "question": question, "options": keyed, "answer_keys": [keys[1]]}
    return TaskExample(row, ((asked, answer),))


FLUCONAZOLE = example(
    "en/test/000001",
    "en",
    "A patient on warfarin starts a new drug and bleeds. Which drug is the likeliest cause?",
    ("Rifampicin", "Fluconazole", "Carbamazepine", "Vitamin K"),
    "Question: A patient on warfarin starts a new drug and bleeds. Which drug is the likeliest cause?\n"
    "Options: A: Rifampicin\tB: Fluconazole\tC: Carbamazepine\tD: Vitamin K",
    "The right answer is B: Fluconazole",
)
LIPASE = example(
    "m1",
    "en",
    "Which enzyme splits fats?",
    ("Pepsin", "Lipase"),
    "Question: Which enzyme splits fats?\nOptions: A: Pepsin\tB: Lipase",
    "The right answer is B: Lipase",
)
TASKS = (
    exam(57, "medqa", LAYOUTS["en"], "MedQA", FLUCONAZOLE, name="medqa_question_answering_en"),
    exam(
        58,
        "medqa",
        LAYOUTS["zh"],
        "MedQA (Chinese, via MMedBench)",
        example(
            "Mainland/test/000001",
            "zh",
            "成人静息心率的正常范围是（　　）。",
            ("30～50次/分", "60～100次/分"),
            "问题: 成人静息心率的正常范围是（　　）。\n选项: A: 30～50次/分\tB: 60～100次/分",
            "正确答案是 B: 60～100次/分",
        ),
        name="medqa_question_answering_zh",
        where="record_id not like 'Taiwan/%'",
        notes="MedS-Ins takes the mainland questions alone; those from Taiwan are in traditional script and left out.",
    ),
    exam(
        59,
        "igakuqa",
        LAYOUTS["ja"].lettered,
        "IgakuQA",
        TaskExample(
            {
                "record_id": "116A9",
                "language": "ja",
                "question": "脂溶性ビタミンはどれか。2つ選べ。",
                "options": [{"key": key, "text": f"ビタミン{name}"} for key, name in zip("abc", "ACD", strict=True)],
                "answer_keys": ["a", "c"],
            },
            (
                (
                    "質問: 脂溶性ビタミンはどれか。2つ選べ。\nオプション: A: ビタミンA\tB: ビタミンC\tC: ビタミンD",
                    "正しい答えは A: ビタミンA, C: ビタミンD です",
                ),
            ),
        ),
        several=True,
        name="igakuqa_question_answering",
        notes="MedS-Ins reads these exams in MMedBench, whose split (1,590 and 199 questions) counts here where its files are at hand.",
    ),
    exam(
        60,
        "frenchmedmcqa",
        LAYOUTS["fr"].lettered,
        "FrenchMedMCQA",
        example(
            "test/000001",
            "fr",
            "Quelle enzyme hydrolyse l'amidon ?",
            ("La lipase", "L'amylase"),
            "Question: Quelle enzyme hydrolyse l'amidon ?\nOptions: A: La lipase\tB: L'amylase",
            "La bonne réponse est B: L'amylase",
            keys="abcde",
        ),
        several=True,
        name="frenchmedmcqa_question_answering",
    ),
    exam(
        61,
        "rumedbench",
        RUSSIAN,
        "RuMedBench",
        TaskExample(
            {
                "record_id": "p1",
                "language": "ru",
                "question": "Хватает ли при авитаминозе витаминов?",
                "context": [{"name": None, "text": "Авитаминоз — это отсутствие витамина."}],
                "answer": "нет",
            },
            (
                (
                    "Контекст: Авитаминоз — это отсутствие витамина.\nВопрос: Хватает ли при авитаминозе витаминов?\n"
                    "Варианты: A: да\tB: нет",
                    "Правильный ответ: B: нет",
                ),
            ),
        ),
        name="rumedbench_question_answering",
        requires={"no passage": "size(context) > 0", "unknown label": is_one_of("answer", YES_NO)},
        input_sql=f"concat('Контекст: ', array_join(context.text, '\\n'), '\\n', {RUSSIAN.question_sql})",
        paper={"input_sql": RUSSIAN.question_sql},
        notes="The published inputs, which are those of MMedBench, lack the passage that the question is about.",
    ),
    exam(
        64,
        "medmcqa",
        LAYOUTS["en"],
        "MedMCQA",
        LIPASE,
        name="medmcqa_question_answering",
        domain="Exam",
        choices_sql=None,
        bench=None,
    ),
    exam(
        122,
        "medmcqa",
        LAYOUTS["en"],
        "MedMCQA",
        LIPASE,
        name="medmcqa_test_set",
        domain="Exam",
        where="split = 'test'",
        trained=False,
        paper={"input_sql": LAYOUTS["en"].listed_below_sql},
        version=2,
        notes="The 4,183 questions of MedMCQA's development set, as answers to its test set are not published.",
    ),
    exam(
        129,
        "headqa",
        LAYOUTS["es"].lettered,
        "HeadQA",
        example(
            "es/Cuaderno_2016_1_B/1",
            "es",
            "La insulina se sintetiza en:",
            ("El hígado.", "El páncreas."),
            "Pregunta: La insulina se sintetiza en:\nOpciones: A: El hígado.\tB: El páncreas.",
            "La respuesta correcta es B: El páncreas.",
            keys="12345",
        ),
        name="headqa_question_answering",
        requires={"no answer among the options": HAS_KEYED_ANSWER, "it asks about a picture": "context is null"},
        paper={"requires": {"no answer among the options": HAS_KEYED_ANSWER}},
        notes="Questions about a picture are left out, as the picture is in no text; MedS-Bench scores the 67 that it has.",
    ),
)
