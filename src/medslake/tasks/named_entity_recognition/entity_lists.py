"""All entities of one type in a sentence of BC5CDR: `e1, e2.`, or the sentence for none."""

from medslake.tasks import Bench, Task, TaskExample, entities_in, entity_names, wordings

#: What is written when a sentence holds no entity. The spelling is that of MedS-Bench: the released scorer knows an empty answer by this
#: sentence alone, letter for letter. Golds and definitions quote it from here.
NO_ENTITY = "There is no related enetity."


def entity_list(number: int, name: str, entity: str, dataset: str, scope: str, example: TaskExample, trained: bool = True) -> Task:
    """entity: as a noun, such as `chemical`. scope: a clause that says what counts."""
    names = entity_names(entity.title())
    return Task(
        id=f"task{number}",
        name=name,
        category="Named Entity Recognition",
        domain="Medical Knowledge",
        source="bc5cdr",
        kind="annotated_texts",
        where=f"unit = 'sentence' and array_contains(entity_types, '{entity.title()}')",
        input_sql="text",
        # One join and one test on its length: the list itself would be evaluated twice.
        output_sql=f"coalesce(nullif(concat(array_join({names}, ', '), '.'), '.'), '{NO_ENTITY}')",
        names_sql=names,
        definitions=wordings(__file__, one=entity, many=f"{entity}s", scope=scope, none=NO_ENTITY),
        bench=Bench("ner", ("ner",), dataset, size=1500),
        trained=trained,
        notes="The data set name and the sentence for no entity are spelled as in MedS-Bench.",
        example=example,
    )


def example(entity: str, split: str, text: str, names: tuple[str, ...], expected: str, without: str) -> TaskExample:
    """A sentence with these names, and one without any."""
    corpus = entity.removesuffix("ical")
    shared = {"split": split, "unit": "sentence", "entity_types": [entity.title()]}
    entities = entities_in(text, *((entity.title(), name) for name in names))
    row = {**shared, "record_id": f"{corpus}/{split}/000001", "text": text, "entities": entities}
    other = {**shared, "record_id": f"{corpus}/{split}/000002", "text": without, "entities": []}
    return TaskExample(row, ((text, expected), (without, NO_ENTITY)), others=(other,))


TASKS = (
    entity_list(
        126,
        "bc5chem_named_enetity_recognition",
        "chemical",
        "BC5-Chem",
        "Drugs, elements, compounds and other named substances count.",
        example(
            "chemical",
            "train",
            "Ketorolac and warfarin raised the risk, warfarin more so.",
            ("Ketorolac", "warfarin", "warfarin"),
            "Ketorolac, warfarin.",
            "The kidneys recovered within a week.",
        ),
    ),
    # MedS-Ins has no training task for diseases.
    entity_list(
        127,
        "test_bc5disease_named_enetity_recognition",
        "disease",
        "BC5-Disease",
        "Disorders, symptoms and adverse effects count as well.",
        example(
            "disease",
            "test",
            "Two patients had seizures; one had renal failure.",
            ("seizures", "renal failure"),
            "seizures, renal failure.",
            "Doses were halved.",
        ),
        trained=False,
    ),
)
