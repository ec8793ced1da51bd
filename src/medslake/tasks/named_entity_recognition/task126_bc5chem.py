"""Chemical names in BC5CDR sentences."""

from medslake.tasks.base import Bench, Task, TaskExample
from medslake.tasks.named_entity_recognition.entity_lists import entity_list_definitions, entity_list_sql

TASK = Task(
    id="task126",
    name="bc5chem_named_enetity_recognition",
    category="Named Entity Recognition",
    domain="Medical Knowledge",
    source="bc5cdr",
    kind="annotated_texts",
    input_language="English",
    output_language="English",
    where="unit = 'sentence' and array_contains(entity_types, 'Chemical')",
    input_sql="text",
    output_sql=entity_list_sql("Chemical"),
    definitions=entity_list_definitions("chemical", "chemicals", "Drugs, elements, compounds and other named substances count."),
    bench=Bench(group="ner", metrics=("ner",), dataset="BC5-Chem", size=1500),
    notes="The data set name and the sentence for no entity are spelled as in MedS-Bench.",
    example=TaskExample(
        row={
            "record_id": "chem/train/000001",
            "unit": "sentence",
            "text": "Ketorolac and warfarin raised the risk, warfarin more so.",
            "entity_types": ["Chemical"],
            "entities": [
                {"start": 0, "end": 9, "type": "Chemical", "text": "Ketorolac"},
                {"start": 14, "end": 22, "type": "Chemical", "text": "warfarin"},
                {"start": 40, "end": 48, "type": "Chemical", "text": "warfarin"},
            ],
        },
        others=(
            {
                "record_id": "chem/train/000002",
                "unit": "sentence",
                "text": "The kidneys recovered within a week.",
                "entity_types": ["Chemical"],
                "entities": [],
            },
        ),
        instances=(
            ("Ketorolac and warfarin raised the risk, warfarin more so.", "Ketorolac, warfarin."),
            ("The kidneys recovered within a week.", "There is no related enetity."),
        ),
    ),
)
