"""One disease name from a sentence of the NCBI disease corpus."""

from medslake.tasks.base import Task, TaskExample
from medslake.tasks.named_entity_recognition.single_disease import DISEASES, single_disease_definitions

TASK = Task(
    id="task27",
    name="disease_entity_extraction_ncbi_dataset",
    category="Named Entity Recognition",
    domain="Medical Knowledge",
    source="ncbi_disease",
    kind="annotated_texts",
    input_language="English",
    output_language="English",
    where="unit = 'sentence' and exists(entities, e -> e.type = 'Disease')",
    input_sql="text",
    output_sql=f"element_at({DISEASES}, 1)",
    alternatives_sql=f"slice({DISEASES}, 2, size(entities))",
    definitions=single_disease_definitions("sentence"),
    notes="The first disease is the output, the others are alternatives; sentences without a disease are left out.",
    example=TaskExample(
        row={
            "record_id": "train/000001",
            "unit": "sentence",
            "text": "Carriers develop colonic polyps and later colorectal cancer.",
            "entity_types": ["Disease"],
            "entities": [
                {"start": 17, "end": 31, "type": "Disease", "text": "colonic polyps"},
                {"start": 42, "end": 59, "type": "Disease", "text": "colorectal cancer"},
            ],
        },
        instances=(("Carriers develop colonic polyps and later colorectal cancer.", "colonic polyps"),),
    ),
)
