"""Collections of Medical Meadow: flashcards, and pages of WikiDoc for physicians and for patients."""

from medslake.tasks import Task, TaskExample, wordings


def meadow(number: int, name: str, source: str, topic: str, reader: str, reply: str, example: tuple[str, str]) -> Task:
    """reader, reply: in words, who asks and what the answer looks like. example: question and answer."""
    return Task(
        id=f"task{number}",
        name=name,
        category="Question Answering",
        domain="Medical Knowledge",
        source=source,
        kind="questions",
        where=f"topic = '{topic}'",
        requires={"no question": "trim(question) <> ''"},
        input_sql="question",
        output_sql="answer",
        definitions=wordings(__file__, reader=reader, reply=reply),
        notes="Which of tasks 69 to 71 holds which file is inferred from their definitions and counts.",
        example=TaskExample({"record_id": "1", "question": example[0], "answer": example[1], "topic": topic}, (example,)),
    )


TASKS = (
    meadow(
        69,
        "medalpaca_flashcards",
        "medalpaca",
        "flashcards",
        "a medical student with a set of flashcards",
        "one to three sentences, as on the back of the card",
        ("Which nerve lifts the eyelid?", "The oculomotor nerve supplies the muscle that lifts the upper eyelid."),
    ),
    meadow(
        70,
        "medalpaca_wikidoc",
        "wikidoc",
        "wikidoc",
        "a physician who looks up a disease",
        "a paragraph in the style of a reference work",
        ("What is the pathophysiology of gout?", "Urate crystals settle in the joint and inflame it."),
    ),
    meadow(
        71,
        "medalpaca_wikidoc_patient_information",
        "wikidoc",
        "patient_information",
        "a patient who reads about a condition",
        "a paragraph in words that patients know",
        ("Who is at risk of gout?", "Men, and people who drink much beer, get gout more often."),
    ),
)
