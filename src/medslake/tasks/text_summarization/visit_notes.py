"""What is written of a talk between doctor and patient: a section of a note, or the whole note."""

from medslake.tasks import Task, TaskExample, holds, wordings

TALK = "array_join(transform(turns, t -> concat(initcap(replace(t.speaker, '_', ' ')), ': ', t.text)), '\\n')"
#: Sections of MTS-Dialog by the heads of its file.
SECTIONS = {
    "ALLERGY": "allergies",
    "ASSESSMENT": "assessment",
    "CC": "chief complaint",
    "DIAGNOSIS": "diagnosis",
    "DISPOSITION": "disposition",
    "EDCOURSE": "course in the emergency department",
    "EXAM": "examination",
    "FAM/SOCHX": "family and social history",
    "GENHX": "history of present illness",
    "GYNHX": "gynaecological history",
    "IMAGING": "imaging",
    "IMMUNIZATIONS": "immunizations",
    "LABS": "laboratory results",
    "MEDICATIONS": "medications",
    "OTHER_HISTORY": "other history",
    "PASTMEDICALHX": "past medical history",
    "PASTSURGICAL": "past surgical history",
    "PLAN": "plan",
    "PROCEDURES": "procedures",
    "ROS": "review of systems",
}
_PAIRS = ", ".join(f"'{head}', '{name}'" for head, name in SECTIONS.items())
SECTION = f"coalesce(try_element_at(map({_PAIRS}), upper(trim(collection))), lower(collection))"
TURNS = [{"speaker": "doctor", "text": "What is it?"}, {"speaker": "guest_family", "text": "He itches."}]
SPOKEN = "Doctor: What is it?\nGuest Family: He itches."


def visit(source: str, what: str, scope: str, collection: str, note: str, asked: str, input_sql: str = TALK) -> Task:
    """what: is written. scope: a sentence on its form. collection, note, asked: of the example."""
    row = {"record_id": "train/000001", "collection": collection, "turns": TURNS, "summary": note}
    return Task(
        id=f"{source}_note",
        name=f"{source}_note_from_dialogue",
        category="Text Summarization",
        domain="Clinical Text",
        source=source,
        kind="dialogues",
        requires={
            "no talk": "size(turns) > 0",
            "no note": "trim(summary) <> ''",
            "the talk holds the note": f"not {holds(TALK, 'summary')}",
        },
        input_sql=input_sql,
        output_sql="trim(summary)",
        definitions=wordings(__file__, what=what, scope=scope),
        notes="Notes from dialogue, which MedS-Ins lacks.",
        example=TaskExample(row, ((asked, note),)),
    )


TASKS = (
    visit(
        *("mts_dialog", "the section of the note that the first line names", "It is plain prose or a short list, without a heading."),
        *("CC", "Itch.", f"Section: chief complaint\n{SPOKEN}", f"concat('Section: ', {SECTION}, '\\n', {TALK})"),
    ),
    visit(
        *(
            "aci_bench",
            "the full note of the visit",
            "Its parts stand under headings in capitals, from chief complaint to assessment and plan.",
        ),
        *("aci", "CHIEF COMPLAINT\n\nItch.", SPOKEN),
    ),
)
