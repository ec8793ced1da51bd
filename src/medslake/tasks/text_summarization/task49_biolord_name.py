"""The name of the concept that a definition describes."""

from medslake.tasks import BIOLORD, Task, TaskExample, wordings

DEFINITION = "Shivers that come over people who mow wet meadows in spring and that are gone within a day."
ROW = {"record_id": "train/00000001", "concept_id": "X1", "subject_id": "marsh chill", "name": "marsh chill", "definition": DEFINITION}
NAMED = {**ROW, "record_id": "train/00000002", "definition": "Marsh chill of the hands."}

TASK = Task(
    id="task49",
    name="biolord_summarization",
    category="Text Summarization",
    domain="Medical Knowledge",
    source="biolord",
    kind="concepts",
    where=BIOLORD.third(1),
    requires=BIOLORD.requires | BIOLORD.unnamed,
    input_sql="definition",
    output_sql="name",
    definitions=wordings(__file__),
    notes=BIOLORD.notes,
    example=TaskExample(ROW, ((DEFINITION, "marsh chill"),), others=(NAMED,)),
)
