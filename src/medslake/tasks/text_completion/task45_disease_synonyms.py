"""Further synonyms of a disease whose name and some synonyms are given."""

from medslake.tasks import Task, TaskExample, wordings

#: Distinct synonyms that differ from the name and can stand in a list separated by semicolons.
SYNONYMS = "filter(array_distinct(synonyms), s -> lower(s) <> lower(name) and instr(s, ';') = 0)"
ROWS = tuple(
    {"record_id": concept, "concept_id": concept, "name": name, "synonyms": synonyms}
    for concept, name, synonyms in (
        ("DOID:9000001", "reed fever", ["Reed fever", "marsh chill", "fen ague", "harvest shakes"]),
        ("DOID:9000002", "weaver's cough", ["loom lung"]),
        ("DOID:9000003", "plain rash", []),
    )
)

TASK = Task(
    id="task45",
    name="do_synonym_generation",
    category="Text Completion",
    domain="Medical Knowledge",
    source="disease_ontology",
    kind="concepts",
    requires={"no synonym": f"size({SYNONYMS}) > 0"},
    # The list is bound once as `item`: the first half (rounded down) is given, the rest is asked for.
    items=f"filter(array({SYNONYMS}), l -> size(l) > 0)",
    input_sql="concat_ws('; ', concat('Entity: ', name), nullif(array_join(slice(item, 1, size(item) div 2), '; '), ''))",
    output_sql="array_join(slice(item, size(item) div 2 + 1, size(item)), '; ')",
    definitions=wordings(__file__),
    notes="The first half of the synonyms, rounded down, is given with the name; the rest is the output.",
    example=TaskExample(
        ROWS[0],
        (("Entity: reed fever; marsh chill", "fen ague; harvest shakes"), ("Entity: weaver's cough", "loom lung")),
        others=ROWS[1:],
    ),
)
