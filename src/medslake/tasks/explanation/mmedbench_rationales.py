"""Why the right option of a multiple-choice question is right, in six languages."""

from medslake.tasks import HAS_KEYED_ANSWER, LAYOUTS, Bench, Task, TaskExample, wordings


def rationales(number: int, code: str, question: str, options: tuple[str, ...], keys: str, rationale: str, asked: str) -> Task:
    """code: ISO 639-1 code of question and rationale. keys: letters of the right options. asked: the input expected of the example."""
    layout = LAYOUTS[code]
    row = {
        "record_id": f"{layout.language}/Train/000001",
        "language": code,
        "question": question,
        "options": [{"key": key, "text": text} for key, text in zip("ABC", options, strict=False)],
        "answer_keys": list(keys),
        "rationale": rationale,
    }
    return Task(
        id=f"task{number}",
        name=f"mmedbench_explanation_{layout.language.lower()}",
        category="Explanation",
        domain="Medical Knowledge",
        source="mmedbench",
        kind="questions",
        input_language=layout.language,
        output_language=layout.language,
        where=f"language = '{code}'",
        requires={"no answer among the options": HAS_KEYED_ANSWER, "no rationale": "trim(rationale) <> ''"},
        input_sql=layout.question_and_answer_sql,
        output_sql="rationale",
        paper={"input_sql": layout.published_question_and_answer_sql},
        definitions=wordings(__file__, language=layout.language),
        bench=Bench("rationale", ("rationale",), "MMedBench", max_new_tokens=1000),
        example=TaskExample(row, ((asked, rationale),)),
        version=2,
    )


TASKS = (
    rationales(
        51,
        "zh",
        "缺乏哪种维生素会引起夜盲症？",
        ("维生素A", "维生素C"),
        "A",
        "视网膜合成视紫红质需要维生素A，缺乏时暗适应变差，因此选A。",
        "问题: 缺乏哪种维生素会引起夜盲症？\n选项: A: 维生素A\tB: 维生素C\n正确答案是 A: 维生素A。",
    ),
    rationales(
        52,
        "en",
        "Which vitamin deficiency causes night blindness?",
        ("Vitamin A", "Vitamin C"),
        "A",
        "Rhodopsin is made from vitamin A, so a lack of it dims vision in the dark.",
        "Question: Which vitamin deficiency causes night blindness?\nOptions: A: Vitamin A\tB: Vitamin C\n"
        "The right answer is A: Vitamin A.",
    ),
    rationales(
        53,
        "fr",
        "Quelles vitamines sont liposolubles ?",
        ("La vitamine A", "La vitamine C", "La vitamine D"),
        "AC",
        "Les vitamines A et D se dissolvent dans les graisses, la vitamine C dans l'eau.",
        "Question: Quelles vitamines sont liposolubles ?\nOptions: A: La vitamine A\tB: La vitamine C\tC: La vitamine D\n"
        "Les bonnes réponses sont A: La vitamine A, C: La vitamine D.",
    ),
    rationales(
        54,
        "ja",
        "夜盲症の原因となる欠乏はどれか。",
        ("ビタミンA", "ビタミンC"),
        "A",
        "ロドプシンの合成にビタミンAが必要なため、欠乏すると暗所で見えにくくなる。",
        "質問: 夜盲症の原因となる欠乏はどれか。\nオプション: A: ビタミンA\tB: ビタミンC\n正しい答えは A: ビタミンA です。",
    ),
    rationales(
        55,
        "ru",
        "Вызывает ли недостаток витамина A куриную слепоту?",
        ("да", "нет"),
        "A",
        "Из витамина A образуется родопсин, без него ухудшается зрение в темноте.",
        "Вопрос: Вызывает ли недостаток витамина A куриную слепоту?\nВарианты: A: да\tB: нет\nПравильный ответ: A: да.",
    ),
    rationales(
        56,
        "es",
        "¿La falta de qué vitamina causa ceguera nocturna?",
        ("Vitamina A", "Vitamina C"),
        "A",
        "La rodopsina se forma a partir de la vitamina A; sin ella se ve mal en la oscuridad.",
        "Pregunta: ¿La falta de qué vitamina causa ceguera nocturna?\nOpciones: A: Vitamina A\tB: Vitamina C\n"
        "La respuesta correcta es A: Vitamina A.",
    ),
)
