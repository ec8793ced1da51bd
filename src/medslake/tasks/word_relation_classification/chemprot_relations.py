"""What holds between a chemical and a protein that a sentence names."""

from medslake.tasks import Task, TaskExample, entities_in, listed, numbered, wordings

#: As the release spells them; some name two relations.
LABELS = (
    "INHIBITOR",
    "SUBSTRATE",
    "INDIRECT-DOWNREGULATOR",
    "INDIRECT-UPREGULATOR",
    "ACTIVATOR",
    "ANTAGONIST",
    "PRODUCT-OF",
    "AGONIST",
    "DOWNREGULATOR",
    "UPREGULATOR",
    "AGONIST-ACTIVATOR",
    "SUBSTRATE_PRODUCT-OF",
    "AGONIST-INHIBITOR",
)
FIRST, SECOND = (f"filter(entities, e -> e.id = 'T{n}')[0]" for n in (1, 2))
TEXT = "Velatrine lowered the oskar kinase of bakers."
ENTITIES = [
    {**entity, "id": f"T{n}"}
    for n, entity in enumerate(entities_in(TEXT, ("Participant", "Velatrine"), ("Participant", "oskar kinase")), start=1)
]

TASK = Task(
    id="chemprot_relations",
    name="chemprot_relation_classification",
    category="Word Relation Classification",
    domain="Academical Papers",
    source="chemprot",
    kind="annotated_texts",
    requires={"no relation": "size(relations) = 1"},
    # The marks of the release: << >> around the participant that stands first, [[ ]] around the other.
    input_sql=(
        f"concat(substring(text, 1, {FIRST}.start), '<< ', {FIRST}.text, ' >>', "
        f"substring(text, {FIRST}.end + 1, {SECOND}.start - {FIRST}.end), '[[ ', {SECOND}.text, ' ]]', substring(text, {SECOND}.end + 1))"
    ),
    output_sql="relations[0].type",
    labels=LABELS,
    definitions=wordings(__file__, listed=listed(LABELS), numbered=numbered(LABELS)),
    notes="Relation extraction, which MedS-Ins lacks: between a chemical and a protein, in the groups of ChemProt.",
    example=TaskExample(
        {
            "record_id": "train/000001",
            "text": TEXT,
            "unit": "sentence",
            "entity_types": ["Participant"],
            "entities": ENTITIES,
            "relations": [{"type": "INHIBITOR", "head": "T1", "tail": "T2"}],
        },
        (("<< Velatrine >> lowered the [[ oskar kinase ]] of bakers.", "INHIBITOR"),),
    ),
)
