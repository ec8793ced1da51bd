"""Questions of the Spanish exams for specialists in health care, put into the other language of HEAD-QA."""

from medslake.tasks import Task, TaskExample, unescaped, wordings

#: Questions, not their options, whose ids go on.
QUESTION = "record_id not like '%/%/%'"
#: What the languages are called in the wordings that are in Spanish.
IN_SPANISH = {"en": "inglés", "es": "español"}
LIVER = {"record_id": "Cuaderno_2013_1_B/7/1", "texts": {"es": "El hígado.", "en": "The liver."}}


def questions(number: int, source: tuple[str, str], target: tuple[str, str]) -> Task:
    """source, target: ISO 639-1 code and name of the languages."""
    (one, from_language), (other, to_language) = source, target
    said, put = f"texts['{one}']", f"texts['{other}']"
    told = {"es": "La vitamina K actúa en:", "en": "Vitamin K acts on:"}
    row = {"record_id": "Cuaderno_2013_1_B/7", "texts": {**told, "es": told["es"].replace(" K", "   K")}}
    return Task(
        id=f"task{number}",
        name=f"head_qa_language_translation_{one}_to_{other}",
        category="Translation",
        domain="Exam",
        source="headqa",
        kind="parallel_texts",
        input_language=from_language,
        output_language=to_language,
        # The test exams are asked by task129.
        where=f"{QUESTION} and split <> 'test'",
        requires={"not told in both languages": f"trim({said}) <> '' and trim({put}) <> ''"},
        input_sql=unescaped(said),
        output_sql=unescaped(put),
        paper={"where": QUESTION, "input_sql": f"trim(replace({said}, ':', ''))", "output_sql": f"trim(replace({put}, ':', ''))"},
        definitions=wordings(__file__, source=from_language, target=to_language, origen=IN_SPANISH[one], destino=IN_SPANISH[other]),
        notes="HEAD-QA was written in Spanish; its English text is a translation by machine.",
        example=TaskExample(row, ((told[one], told[other]),), others=(LIVER,)),
    )


TASKS = (questions(23, ("en", "English"), ("es", "Spanish")), questions(24, ("es", "Spanish"), ("en", "English")))
