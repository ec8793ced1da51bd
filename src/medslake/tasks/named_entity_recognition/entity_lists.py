"""All entities of one type in a sentence: `e1, e2.`, or the sentence for none."""

from typing import Any

from medslake.tasks import HELD_BACK, Bench, Task, TaskExample, entities_in, entity_names, released_names, wordings

#: What is written when a sentence holds no entity: the gold of the released converter, quoted by every definition here.
NO_ENTITY = "There is no related entity."
#: As MedS-Bench spells it: the released scorer knows an empty answer by this sentence alone, letter for letter.
PUBLISHED = "There is no related enetity."
CHEMICALS = "Drugs, elements, compounds and other named substances count."


def enumerated(names: str, none: str) -> str:
    """SQL: the names, or the sentence for none. One join and one test on its length: the list itself would be evaluated twice."""
    return f"coalesce(nullif(concat(array_join({names}, ', '), '.'), '.'), '{none}')"


def entity_list(
    number: int, name: str, source: str, dataset: str, kind: str, one: str, scope: str, example: TaskExample, **more: Any
) -> Task:
    """kind: of the entities. one: as a noun, such as `chemical`. scope: a sentence on what counts. none: the published sentence."""
    names, released = entity_names(kind), released_names(kind)
    none = more.pop("none", PUBLISHED)
    return Task(
        id=f"task{number}",
        name=name,
        category="Named Entity Recognition",
        domain="Medical Knowledge",
        source=source,
        kind="annotated_texts",
        where=f"unit = 'sentence' and array_contains(entity_types, '{kind}')",
        input_sql="text",
        output_sql=enumerated(names, NO_ENTITY),
        names_sql=names,
        paper={"output_sql": enumerated(released, none), "names_sql": f"array_distinct({released})"},
        published_words={} if none == NO_ENTITY else {NO_ENTITY: none},
        definitions=wordings(__file__, one=one, many=f"{one}s", scope=scope, none=NO_ENTITY),
        bench=Bench("ner", ("ner",), dataset, size=1500),
        notes="Names are copied by design; the data set name is spelled as in MedS-Bench.",
        example=example,
        **more,
    )


def example(kind: str, record: str, text: str, names: tuple[str, ...], expected: str, without: str) -> TaskExample:
    """A sentence with these names, and one without any. record: the part of their ids before the number, the split at its end."""
    shared = {"split": record.split("/")[-1], "unit": "sentence", "entity_types": [kind]}
    row = {**shared, "record_id": f"{record}/000001", "text": text, "entities": entities_in(text, *((kind, name) for name in names))}
    other = {**shared, "record_id": f"{record}/000002", "text": without, "entities": []}
    return TaskExample(row, ((text, expected), (without, NO_ENTITY)), others=(other,))


TASKS = (
    entity_list(
        *(125, "bc4chem_named_enetity_recognition", "bc4chemd", "BC4-Chem", "Chemical", "chemical", CHEMICALS),
        example("Chemical", "test", "Velatrine and zinc met.", ("Velatrine", "zinc"), "Velatrine, zinc.", "Nothing dissolved."),
        requires=HELD_BACK,
    ),
    entity_list(
        *(126, "bc5chem_named_enetity_recognition", "bc5cdr", "BC5-Chem", "Chemical", "chemical", CHEMICALS),
        example(
            *("Chemical", "chem/train", "Ketorolac and warfarin raised the risk, warfarin more so.", ("Ketorolac", "warfarin", "warfarin")),
            *("Ketorolac, warfarin.", "The kidneys recovered within a week."),
        ),
        version=2,
    ),
    # MedS-Ins has no training task for diseases.
    entity_list(
        *(127, "test_bc5disease_named_enetity_recognition", "bc5cdr", "BC5-Disease", "Disease", "disease"),
        "Disorders, symptoms and adverse effects count as well.",
        example(
            *("Disease", "disease/test", "Two patients had seizures; one had renal failure.", ("seizures", "renal failure")),
            *("seizures, renal failure.", "Doses were halved."),
        ),
        trained=False,
        version=2,
    ),
    entity_list(
        *(128, "species800_named_enetity_recognition", "species_800", "Species-800", "Species", "organism"),
        "Species, strains and larger groups of living things count, by scientific and by common names.",
        example("Species", "sentence/test", "A linden grew beside reeds.", ("linden", "reeds"), "linden, reeds.", "It rained."),
        # The released converter of this corpus spells it rightly.
        none=NO_ENTITY,
    ),
)
