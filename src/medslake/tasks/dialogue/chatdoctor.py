"""The doctor's reply to a patient's message, one task for each file of ChatDoctor."""

from medslake.tasks import Task, TaskExample, wordings


def consultations(number: int, name: str, collection: str, asked: str, replied: str) -> Task:
    turns = [{"speaker": "patient", "text": asked}, {"speaker": "doctor", "text": replied}]
    return Task(
        id=f"task{number}",
        name=name,
        category="Dialogue",
        domain="Daily Conversation",
        source="chatdoctor",
        kind="dialogues",
        where=f"collection = '{collection}'",
        requires={"no reply of a doctor": "size(turns) >= 2 and element_at(turns, -1).speaker = 'doctor'"},
        input_sql="array_join(transform(slice(turns, 1, size(turns) - 1), t -> t.text), '\\n')",
        output_sql="element_at(turns, -1).text",
        definitions=wordings(__file__),
        notes="Which of tasks 66, 67 and 68 holds which file is not published; the order by size is ours.",
        example=TaskExample({"record_id": f"{collection}/000001", "collection": collection, "turns": turns}, ((asked, replied),)),
    )


TASKS = (
    consultations(
        66,
        "chatdoctor_healthcaremagic_100k",
        "healthcaremagic",
        "My ankle swells every evening since I changed jobs and stand all day. Should I worry?",
        "Standing for hours lets fluid gather in the legs. Try support stockings and short walks, and see a doctor if only one leg swells "
        "or it hurts.",
    ),
    consultations(
        67,
        "chatdoctor_icliniq",
        "icliniq",
        "Hello doctor, I wake at four each night with heartburn. What can I take?",
        "Acid flows back more easily when you lie flat. Raise the head of the bed, eat earlier, and ask your pharmacist for an antacid; "
        "come for a check if it lasts three weeks.",
    ),
    consultations(
        68,
        "chatdoctor_genmedgpt_5k",
        "genmedgpt",
        "Doctor, my eyes itch whenever I mow the lawn.",
        "That sounds like an allergy to grass pollen. Antihistamine eye drops should help, and a skin test can confirm it.",
    ),
)
