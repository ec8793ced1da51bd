"""What tasks 66 to 68 share: the doctor's reply to a patient's message."""

from __future__ import annotations

from medslake.tasks.base import Task, TaskExample
from medslake.tasks.parts.wordings import definitions

__all__ = ["consultation_task"]


def consultation_task(task_id: str, name: str, collection: str, example: TaskExample) -> Task:
    """collection: subset of the source, as in silver.dialogues."""
    return Task(
        id=task_id,
        name=name,
        category="Dialogue",
        domain="Daily Conversation",
        source="chatdoctor",
        kind="dialogues",
        input_language="English",
        output_language="English",
        where=f"collection = '{collection}' and size(turns) >= 2 and element_at(turns, -1).speaker = 'doctor'",
        input_sql="array_join(transform(slice(turns, 1, size(turns) - 1), t -> t.text), '\\n')",
        output_sql="element_at(turns, -1).text",
        definitions=_DEFINITIONS,
        notes="Which of tasks 66, 67 and 68 holds which file is not published; the order by size is ours.",
        example=example,
    )


_DEFINITIONS = definitions(
    plain=(
        "A patient describes a health problem. Write the doctor's reply: say what may be behind it and what to do next. Answer in "
        "plain prose, addressed to the patient.",
        "Below is a message from a patient to a doctor. Respond as the doctor would, with an assessment and advice in a few "
        "sentences. Write only the reply.",
        "Reply to the patient's message. Be friendly and to the point, name likely causes, and recommend examinations, treatment or "
        "a visit where they are called for. Use running text.",
    ),
    role=(
        "You are a doctor who answers patients online. Read the message and write your consultation as one reply in the second "
        "person, without a heading or a list.",
        "As a general practitioner on duty in a chat service, advise the patient who writes below. Give your view of the problem and "
        "the next steps. The output is your message to the patient and nothing else.",
        "Imagine you are the physician whom this patient has chosen to ask. Answer the questions raised, explain what they mean in "
        "ordinary words and say when to seek care in person. Reply in prose.",
    ),
    stepwise=(
        "First find the patient's complaint and history in the message. Then consider what could explain them. Finally write a reply "
        "that tells the patient your assessment and your advice; send just the reply.",
        "Step 1: list the symptoms to yourself. Step 2: think of the likely conditions. Step 3: think of tests and treatment. Step "
        "4: write the doctor's answer to the patient from this, as connected text.",
        "Read the message, decide how urgent it is, choose what to recommend, and then answer the patient in a few sentences. Keep "
        "the first three steps to yourself.",
    ),
    formal=(
        "Given a patient's description of a medical concern, generate the response of a physician. The response shall address the "
        "patient, assess the concern and state recommendations in continuous text.",
        "The input is the patient's part of a medical consultation. The output shall be the physician's part, consisting of an "
        "evaluation and of advice, without any speaker label.",
        "A professional reply to the following patient enquiry is to be composed. It must respond to each question asked and must "
        "contain nothing but the reply.",
    ),
    terse=(
        "Patient's message given. Write the doctor's reply, prose only.",
        "Answer this patient as a doctor: assessment and advice.",
        "Doctor's response to the message below, a few sentences.",
    ),
)
