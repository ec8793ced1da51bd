"""One name of a kind out of a text, any of those it holds being right."""

from medslake.tasks import TOKENS, Task, TaskExample, entities_in, entity_names, released_names, wordings

DISEASE = "Disorders count, injuries that come straight from an accident do not."


def single_entity(
    number: int, name: str, source: str, kind: str, one: str, scope: str, text: str, record: str, said: str, *named: str
) -> Task:
    """kind: of the entities. one: what they are called, scope: a sentence on what counts. text: what a row is called; record, said,
    named: the example and its names; after a `-`, one of another kind.
    """
    unit = "document" if text == "passage" else "sentence"
    names, released = entity_names(kind), released_names(kind)
    entities = entities_in(said, *(("Other", each[1:]) if each.startswith("-") else (kind, each) for each in named))
    row = {"record_id": record, "unit": unit, "text": said, "entity_types": [kind], "entities": entities}
    published = {
        "where": f"unit = 'sentence' and array_contains(entity_types, '{kind}')",
        "requires": {f"no {one}": f"size({released}) > 0"},
        "input_sql": TOKENS,
        "output_sql": f"element_at({released}, 1)",
        "alternatives_sql": f"slice(array_distinct({released}), 2, size(tokens))",
    }
    return Task(
        id=f"task{number}",
        name=name,
        category="Named Entity Recognition",
        domain="Medical Knowledge",
        source=source,
        kind="annotated_texts",
        where=f"unit = '{unit}'",
        requires={f"no {one}": f"exists(entities, e -> e.type = '{kind}')"},
        input_sql="text",
        output_sql=f"element_at({names}, 1)",
        alternatives_sql=f"slice({names}, 2, size(entities))",
        # The sentences of the ADE corpus come as they are written.
        paper={} if source == "ade_corpus_v2" else published,
        definitions=wordings(__file__, one=one, scope=scope, text=text),
        notes="The first name is the output, the others are alternatives; texts without one are left out. Names are copied by design.",
        example=TaskExample(row, ((said, named[0]),)),
    )


TASKS = (
    single_entity(
        *(26, "drug_extraction_ade", "ade_corpus_v2", "Drug", "drug", "Medicines, hormones and other substances given to a patient count."),
        *("sentence", "900001/drug_ae/000001", "Two drops of velatrine and of corimol gave a rash.", "velatrine", "corimol", "-rash"),
    ),
    single_entity(
        *(27, "disease_entity_extraction_ncbi_dataset", "ncbi_disease", "Disease", "disease", DISEASE),
        *(
            "sentence",
            "train/000001",
            "Some develop colonic polyps and later colorectal cancer.",
            "colonic polyps",
            "colorectal cancer",
        ),
    ),
    # Whole abstracts, since the sentences of BC5CDR are asked by task127.
    single_entity(
        *(28, "disease_entity_extraction_bc5cdr_dataset", "bc5cdr", "Disease", "disease", DISEASE),
        *("passage", "90000020", "Cough under captopril. Cough and, once, angioedema were seen with captopril."),
        *("Cough", "-captopril", "Cough", "angioedema", "-captopril"),
    ),
    single_entity(
        *(31, "gene_extraction_bc2gm_dataset", "bc2gm", "GENE", "gene or protein", "Transcripts and parts of genes and proteins count."),
        *("sentence", "train/000001", "Velin kinase binds the oskA promoter in yeast.", "Velin kinase", "oskA promoter"),
    ),
    # Upstream its definition speaks of genes; what is annotated, and what its answers hold, are species.
    single_entity(
        *(33, "gene_extraction_linnaeus_dataset", "linnaeus", "Species", "species"),
        "Scientific and common names count, and so do words for people, such as patients.",
        *(
            "sentence",
            "train/000001",
            "Streptococcus faecium grew in the blood of two patients.",
            "Streptococcus faecium",
            "patients",
        ),
    ),
    single_entity(
        *(35, "cell_extraction_anem_dataset", "anem", "Cell", "kind of cell", "Cells of any organism count, parts of a cell do not."),
        *("sentence", "train/000001", "Methotrexate slowed the osteoblasts of bone.", "osteoblasts", "-bone"),
    ),
    single_entity(
        *(36, "organism_substance_extraction_anem_dataset", "anem", "Organism_substance", "body substance"),
        "Blood, plasma, urine and whatever else a body holds or secretes count.",
        *("sentence", "train/000001", "Plasma was drawn from the vein, urine was kept.", "Plasma", "-vein", "urine"),
    ),
)
