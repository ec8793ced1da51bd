"""Species-800: PubMed abstracts with the species that they name, as sentences in IOB2 and as documents in brat standoff.

The IOB files come from the standoff by a converter and name the type of a tag or leave it out (B, I). The standoff is what the tools of the
repository make of the release, a folder per split, the NCBI Taxonomy ids as normalisations. No file was at hand; both layouts were read in
the code that writes and reads them. The release itself (S800.tsv, abstracts/) bears no split.
"""

from medslake.sources import BRAT_SCHEMA, IOB_SCHEMA, Example, NativeFile, Source, annotated, annotated_documents, by_file, row_number

_SPLITS = ("train", "devel", "test")

SOURCE = Source(
    name="species_800",
    title="Species-800, mentions of organisms",
    citation=(
        "Pafilis E, Frankild SP, Fanini L, et al. The SPECIES and ORGANISMS resources for fast and accurate identification of taxonomic "
        "names in text. PLoS ONE 8:e65390 (2013)."
    ),
    licence="Not stated; taken as non-commercial",
    access="noncommercial",
    domain="Academical Papers",
    page=("https://github.com/spyysalo/s800", "https://huggingface.co/datasets/species_800"),
    files=(
        NativeFile(
            "iob",
            tuple(f"{home}{split}.tsv" for home in ("", "s800/", "conll/") for split in _SPLITS),
            "iob",
            IOB_SCHEMA,
            required=False,
            all_globs=True,
        ),
        NativeFile(
            "standoff",
            tuple(f"{home}{split}/*.txt" for home in ("split-standoff/", "") for split in _SPLITS),
            "brat",
            BRAT_SCHEMA,
            key=("document_id",),
            required=False,
            all_globs=True,
        ),
    ),
    split=by_file(train="train[./]", validation="devel[./]", test="test[./]"),
    silver={
        "annotated_texts": (
            annotated("iob", types=("Species",), bare="Species", record_id=row_number("'sentence', _split")),
            annotated_documents("standoff", types=("Species",), subject_id="document_id"),
        )
    },
    example=Example(
        files={
            "train.tsv": "Linden\tB\ntrees\tI\ngrow\tO\n.\tO\n",
            "devel.tsv": "None\tO\n",
            "test.tsv": "A\tO\nreed\tB-Species\n",
            "split-standoff/train/9000001.txt": "Reed grows.\nLindens too.\n",
            "split-standoff/train/9000001.ann": "T1\tSpecies 0 4\tReed\nN1\tReference T1 Taxonomy:900\tReed\n",
            "split-standoff/test/9000002.txt": "Nothing grew.\n",
            "split-standoff/test/9000002.ann": "",
        },
        rows={
            "annotated_texts": [
                {
                    "record_id": "9000001",
                    "split": "train",
                    "unit": "document",
                    "text": "Reed grows.\nLindens too.\n",
                    "entities": [{"id": "T1", "start": 0, "end": 4, "type": "Species", "text": "Reed", "concept": "Taxonomy:900"}],
                },
                {"record_id": "9000002", "split": "test", "entities": []},
                {"record_id": "sentence/test/000001", "split": "test", "text": "A reed"},
                {
                    "record_id": "sentence/train/000001",
                    "text": "Linden trees grow.",
                    "entities": [{"id": None, "start": 0, "end": 12, "type": "Species", "text": "Linden trees", "concept": None}],
                },
                {"record_id": "sentence/validation/000001", "split": "validation"},
            ]
        },
    ),
)
