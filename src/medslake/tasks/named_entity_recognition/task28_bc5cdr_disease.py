"""One disease name from a title and abstract of BC5CDR."""

from medslake.tasks.base import Task, TaskExample
from medslake.tasks.named_entity_recognition.single_disease import DISEASES, single_disease_definitions

TASK = Task(
    id="task28",
    name="disease_entity_extraction_bc5cdr_dataset",
    category="Named Entity Recognition",
    domain="Medical Knowledge",
    source="bc5cdr",
    kind="annotated_texts",
    input_language="English",
    output_language="English",
    where="unit = 'document' and exists(entities, e -> e.type = 'Disease')",
    input_sql="text",
    output_sql=f"element_at({DISEASES}, 1)",
    alternatives_sql=f"slice({DISEASES}, 2, size(entities))",
    definitions=single_disease_definitions("passage"),
    notes=(
        "Reads whole abstracts, since the sentences of BC5CDR are asked by task127. The first disease is the output, the others are "
        "alternatives."
    ),
    example=TaskExample(
        row={
            "record_id": "90000020",
            "unit": "document",
            "text": "Cough under captopril. Cough and, once, angioedema were seen with captopril.",
            "entity_types": ["Chemical", "Disease"],
            "entities": [
                {"start": 0, "end": 5, "type": "Disease", "text": "Cough"},
                {"start": 12, "end": 21, "type": "Chemical", "text": "captopril"},
                {"start": 23, "end": 28, "type": "Disease", "text": "Cough"},
                {"start": 40, "end": 50, "type": "Disease", "text": "angioedema"},
                {"start": 66, "end": 75, "type": "Chemical", "text": "captopril"},
            ],
        },
        instances=(("Cough under captopril. Cough and, once, angioedema were seen with captopril.", "Cough"),),
    ),
)
