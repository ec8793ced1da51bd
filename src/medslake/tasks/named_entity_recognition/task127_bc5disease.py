"""Disease names in BC5CDR sentences, for the benchmark only."""

from medslake.tasks.base import Bench, Task, TaskExample
from medslake.tasks.named_entity_recognition.entity_lists import entity_list_definitions, entity_list_sql

TASK = Task(
    id="task127",
    name="test_bc5disease_named_enetity_recognition",
    category="Named Entity Recognition",
    domain="Medical Knowledge",
    source="bc5cdr",
    kind="annotated_texts",
    input_language="English",
    output_language="English",
    where="unit = 'sentence' and array_contains(entity_types, 'Disease')",
    input_sql="text",
    output_sql=entity_list_sql("Disease"),
    definitions=entity_list_definitions("disease", "diseases", "Disorders, symptoms and adverse effects count as well."),
    bench=Bench(group="ner", metrics=("ner",), dataset="BC5-Disease", size=1500),
    trained=False,
    notes="MedS-Ins has no training task for it. The data set name and the sentence for no entity are spelled as in MedS-Bench.",
    example=TaskExample(
        row={
            "record_id": "disease/test/000001",
            "split": "test",
            "unit": "sentence",
            "text": "Two patients had seizures; one had renal failure.",
            "entity_types": ["Disease"],
            "entities": [
                {"start": 17, "end": 25, "type": "Disease", "text": "seizures"},
                {"start": 35, "end": 48, "type": "Disease", "text": "renal failure"},
            ],
        },
        others=(
            {
                "record_id": "disease/test/000002",
                "split": "test",
                "unit": "sentence",
                "text": "Doses were halved.",
                "entity_types": ["Disease"],
                "entities": [],
            },
        ),
        instances=(
            ("Two patients had seizures; one had renal failure.", "seizures, renal failure."),
            ("Doses were halved.", "There is no related enetity."),
        ),
    ),
)
