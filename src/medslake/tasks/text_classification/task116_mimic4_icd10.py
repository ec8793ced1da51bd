"""The ICD-10 codes of a stay in hospital, from its discharge summary."""

from medslake.tasks import Task, TaskExample, wordings

NAME = "try_element_at(label_names, l)"
#: A procedure (ICD-10-PCS), which the released script looks up among the names of whole tables, and so finds none.
PROCEDURE = "length(l) = 7 and l rlike '^([0-9B-DFG]|H[A-Z]|X.[A-Z])'"

TASK = Task(
    id="task116",
    name="mimic4_icd10_text_clissification",
    category="Text Classification",
    domain="Clinical Text",
    source="mimic4_icd10",
    kind="labelled_texts",
    requires={"no code": "size(labels) > 0"},
    input_sql="text",
    output_sql=f"array_join(transform(labels, l -> concat(l, coalesce(concat(': ', {NAME}), ''))), '; ')",
    definitions=wordings(__file__),
    paper={
        "requires": {},
        "output_sql": (
            f"array_join(transform(filter(labels, l -> {NAME} is not null and not ({PROCEDURE})), l -> concat(l, ': ', {NAME})), '; ')"
        ),
    },
    notes=(
        "The spelling of the name is that of MedS-Ins. Codes have their names where icd10_order was ingested before; the set of codes is "
        "that of ICD-10-CM and ICD-10-PCS, too large to be spelled out."
    ),
    example=TaskExample(
        {
            "record_id": "80000001",
            "text": "name ___ admitted with ember fever",
            "labels": ["U900", "0XY00Z0", "U901"],
            "label_names": {"U900": "Ember fever", "0XY00Z0": "Splinting of the knee"},
            "label_set": "icd10",
            "unit": "document",
        },
        (("name ___ admitted with ember fever", "U900: Ember fever; 0XY00Z0: Splinting of the knee; U901"),),
        others=({"record_id": "80000002", "text": "name ___ none", "labels": [], "label_set": "icd10", "unit": "document"},),
    ),
)
