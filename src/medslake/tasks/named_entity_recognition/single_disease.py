"""One disease name out of a text, any of those it holds being right."""

from medslake.tasks import Task, TaskExample, entities_in, entity_names, wordings

DISEASES = entity_names("Disease")


def single_disease(number: int, source: str, unit: str, text: str, record: str, said: str, *named: tuple[str, str]) -> Task:
    """unit: of the rows read; text: what a row is called in the wordings. record, said, named: the example and its entities."""
    entities = entities_in(said, *named)
    row = {"record_id": record, "unit": unit, "text": said, "entity_types": sorted({kind for kind, _ in named}), "entities": entities}
    return Task(
        id=f"task{number}",
        name=f"disease_entity_extraction_{source.removesuffix('_disease')}_dataset",
        category="Named Entity Recognition",
        domain="Medical Knowledge",
        source=source,
        kind="annotated_texts",
        where=f"unit = '{unit}'",
        requires={"no disease": "exists(entities, e -> e.type = 'Disease')"},
        input_sql="text",
        output_sql=f"element_at({DISEASES}, 1)",
        alternatives_sql=f"slice({DISEASES}, 2, size(entities))",
        definitions=wordings(__file__, text=text),
        notes="The first disease is the output, the others are alternatives; texts without a disease are left out.",
        example=TaskExample(row, ((said, named[0][1]),)),
    )


TASKS = (
    single_disease(
        27,
        *("ncbi_disease", "sentence", "sentence", "train/000001"),
        "Carriers develop colonic polyps and later colorectal cancer.",
        *(("Disease", "colonic polyps"), ("Disease", "colorectal cancer")),
    ),
    # Whole abstracts, since the sentences of BC5CDR are asked by task127.
    single_disease(
        28,
        *("bc5cdr", "document", "passage", "90000020"),
        "Cough under captopril. Cough and, once, angioedema were seen with captopril.",
        *(("Disease", "Cough"), ("Chemical", "captopril"), ("Disease", "Cough"), ("Disease", "angioedema"), ("Chemical", "captopril")),
    ),
)
