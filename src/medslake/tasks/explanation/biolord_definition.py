"""The definition of a biomedical concept."""

from medslake.tasks import BIOLORD, Bench, Task, TaskExample, wordings

DEFINITION = "A cough of those who cut reed, which comes with wheezing in the evening and goes when the work is given up."
ROW = {"record_id": "train/00000001", "concept_id": "X1", "subject_id": "reed cough", "name": "reed cough", "definition": DEFINITION}

TASK = Task(
    id="task50",
    name="biolord_explanation",
    category="Explanation",
    domain="Medical Knowledge",
    source="biolord",
    kind="concepts",
    where=BIOLORD.third(2),
    requires=BIOLORD.requires,
    input_sql="name",
    output_sql="definition",
    paper={"input_sql": "concat('Concept: ', name)"},
    definitions=wordings(__file__),
    bench=Bench("explanation", ("explanation",), "BioLORD", size=1000),
    notes=BIOLORD.notes,
    example=TaskExample(ROW, (("reed cough", DEFINITION),)),
    version=2,
)
