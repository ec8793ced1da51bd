"""The dose in which a sentence says that a drug was taken."""

from medslake.tasks import Bench, Task, TaskExample, entities_in, wordings

RELATED = "r -> r.type = 'Drug-Dose'"
DRUGS = f"array_distinct(transform(filter(relations, {RELATED}), r -> filter(entities, e -> e.id = r.head)[0].text))"
OF_DRUG = f"filter(relations, {RELATED} and exists(entities, e -> e.id = r.head and e.text = item))"
DOSES = f"array_distinct(transform({OF_DRUG}, r -> filter(entities, e -> e.id = r.tail)[0].text))"
TEXT = "Two drops of velatrine helped, and so did 5 mg of oskarin or of corimol."
NAMES = (("Dose", "Two drops"), ("Drug", "velatrine"), ("Dose", "5 mg"), ("Drug", "oskarin"), ("Drug", "corimol"))
ENTITIES = [{**entity, "id": f"T{n}"} for n, entity in enumerate(entities_in(TEXT, *NAMES), start=1)]

TASK = Task(
    id="task29",
    name="drug_dose_extraction",
    category="Information Extraction",
    domain="Medical Knowledge",
    source="ade_corpus_v2",
    kind="annotated_texts",
    requires={"no dose": f"exists(relations, {RELATED})"},
    items=DRUGS,
    # As published: a tab and a blank before the drug.
    input_sql="concat(text, '\\t ', item)",
    output_sql=f"element_at({DOSES}, 1)",
    alternatives_sql=f"slice({DOSES}, 2, size(relations))",
    definitions=wordings(__file__),
    bench=Bench("information_extraction", ("information_extraction",), "ADE Corpus V2"),
    notes="One instance for each drug of a sentence that a dose is told of; doses are copied by design.",
    example=TaskExample(
        {
            "record_id": "900001/drug_dose/000001",
            "text": TEXT,
            "unit": "sentence",
            "entity_types": ["Drug", "Dose"],
            "entities": ENTITIES,
            "relations": [{"type": "Drug-Dose", "head": drug, "tail": dose} for drug, dose in (("T2", "T1"), ("T4", "T3"), ("T5", "T3"))],
        },
        ((f"{TEXT}\t velatrine", "Two drops"), (f"{TEXT}\t oskarin", "5 mg"), (f"{TEXT}\t corimol", "5 mg")),
    ),
)
