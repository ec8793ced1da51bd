"""Which of five concepts a definition belongs to."""

from medslake.tasks import BIOLORD, Partners, Task, TaskExample, holds, wordings

#: Names of other concepts, in the order of the ring. Another name of the same concept, or one with the same definition, is no wrong answer.
OTHERS = (
    "transform(filter(partners, p -> p.subject_id <> subject_id and p.concept_id <> concept_id and p.definition <> definition "
    f"and not {holds('definition', 'p.name')}), p -> p.name)"
)
NAMES = f"array_distinct(concat(array(name), {OTHERS}))"
#: A line each, in the order of a seeded hash.
SHUFFLED = "array_join(transform(array_sort(transform(item, n -> struct(xxhash64(record_id, n, 48), n as name))), n -> n.name), '\\n')"

REED, FELLED = "A cough of those who cut reed, by the evening.", "A rash that follows the felling of trees."
ROWS = tuple(
    {"record_id": f"train/{n}", "subject_id": name, "concept_id": concept, "name": name, "definition": definition}
    for n, name, concept, definition in (
        (1, "harvest cough", "X1", REED),
        (2, "cutter's wheeze", "X1", "Wheezing of reed cutters."),
        (3, "linden rash", "X2", FELLED),
        (4, "tanner's itch", "X3", "The tanner's itch begins at the wrists."),
    )
)

TASK = Task(
    id="task48",
    name="biolord_definition_to_concept_matching",
    category="Text Retrieval",
    domain="Medical Knowledge",
    source="biolord",
    kind="concepts",
    where=BIOLORD.third(0),
    requires=BIOLORD.requires | BIOLORD.unnamed,
    partners=Partners(("subject_id", "concept_id", "name", "definition"), count=4),
    items=f"filter(array({NAMES}), l -> size(l) > 1)",
    input_sql=f"concat('Definition: ', definition, '\\nConcepts:\\n', {SHUFFLED})",
    output_sql="name",
    definitions=wordings(__file__),
    notes=BIOLORD.notes + " The wrong concepts, four at most, are the next ones of the same split in a seeded hash order.",
    example=TaskExample(
        ROWS[0],
        (
            (f"Definition: {REED}\nConcepts:\nharvest cough\nlinden rash", "harvest cough"),
            ("Definition: Wheezing of reed cutters.\nConcepts:\nlinden rash\ncutter's wheeze", "cutter's wheeze"),
            (f"Definition: {FELLED}\nConcepts:\nlinden rash\ncutter's wheeze\nharvest cough", "linden rash"),
        ),
        others=ROWS[1:],
    ),
)
