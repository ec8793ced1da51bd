"""What a disease of the Disease Ontology is."""

from medslake.tasks import Bench, Task, TaskExample, wordings

DEFINITION = "A soft tissue disease that is characterized by slack cheeks after years of blowing."
ROW = {"record_id": "DOID:9000004", "concept_id": "DOID:9000004", "name": "glassblower's cheek", "definition": DEFINITION}
UNDEFINED = {"record_id": "DOID:9000005", "concept_id": "DOID:9000005", "name": "unnamed ache", "definition": None}

TASK = Task(
    id="task46",
    name="do_entity_explanation",
    category="Explanation",
    domain="Medical Knowledge",
    source="disease_ontology",
    kind="concepts",
    requires={"no definition": "trim(definition) <> ''"},
    input_sql="name",
    output_sql="definition",
    definitions=wordings(__file__),
    bench=Bench("explanation", ("explanation",), "DO"),
    example=TaskExample(ROW, (("glassblower's cheek", DEFINITION),), others=(UNDEFINED,)),
)
