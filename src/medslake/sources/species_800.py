"""Species-800: PubMed abstracts with the species that they name, as sentences in IOB2 and as documents in brat standoff.

The IOB files come from the standoff by a converter and name the type of a tag or leave it out (B, I). The standoff is what the tools of the
repository make of the release, a folder per split, the NCBI Taxonomy ids as normalisations. The release itself is S800.tsv (taxon, document
and PMID, offsets of the first and of the last character, text) and a file per abstract; it bears no split. No file was at hand: the layouts
were read in the code that writes and reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medslake.sources import (
    BRAT_SCHEMA,
    IOB_SCHEMA,
    TEXT_FOLDER_SCHEMA,
    Example,
    NativeFile,
    Source,
    annotated,
    annotated_documents,
    annotated_in_tables,
    by_file,
    by_hash,
    row_number,
    typed,
)
from medslake.sources.iob_corpora import iob_twin
from medslake.synth import Draw, Length, Twin, TwinFile, TwinTables, files, tsv
from medslake.synth.parts.corpora import normalised, species_article

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPLITS = ("train", "devel", "test")
_TEXT = Length(180, 290)
_TOPICS = ("bacteria", "botany", "insects", "medicine", "fungi", "protists", "virology", "zoology")


def _standoff(draw: Draw, number: int) -> list[tuple[str, str]]:
    made, text = species_article(draw, str(93_000_000 + number), _TEXT, 0.3)
    return [(f"{made.identity}.txt", text), (f"{made.identity}.ann", normalised(made, "Taxonomy"))]


def _released(draw: Draw, number: int) -> Iterator[tuple[str, object]]:
    made, text = species_article(draw, f"{_TOPICS[number % 8]}{number // 8:03d}", _TEXT, 0.3)
    yield "abstracts", (f"{made.identity}.txt", text)
    for start, end, _, concept in made.mentions:
        yield "mentions", (concept[1:], f"{made.identity}:{94_000_000 + number}", start, end - 1, made.whole[start:end])


def _twin() -> Twin:
    sentences = iob_twin("Species", "name", 0.3, Length(24, 50), again=0.1, bare=True, train=5_734, devel=831, test=1_631)
    standoff = (TwinFile(f"split-standoff/{s}/", _standoff, files(), n) for s, n in zip(_SPLITS, (560, 80, 160), strict=True))
    tables = {"abstracts": ("abstracts/", files()), "mentions": ("S800.tsv", tsv(None))}
    return Twin(*sentences.files, *standoff, TwinTables(_released, tables, 800, first=0))


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
        NativeFile("abstracts", ("abstracts/*.txt", "original-data/abstracts/*.txt"), "text_folder", TEXT_FOLDER_SCHEMA, required=False),
        NativeFile(
            "mentions",
            ("S800.tsv", "original-data/S800.tsv"),
            "tsv",
            "taxon STRING, document STRING, first STRING, last STRING, text STRING",
            options={"header": False, "required": ("taxon", "document", "first", "last", "text")},
            required=False,
        ),
    ),
    split=(by_file(train="train[./]", validation="devel[./]", test="test[./]"), by_hash("subject_id")),
    silver={
        "annotated_texts": (
            annotated("iob", types=("Species",), bare="Species", record_id=row_number("'sentence', _split")),
            annotated_documents("standoff", types=("Species",), subject_id="document_id"),
            annotated_in_tables(
                *("abstracts", "mentions", "Species"),
                document="regexp_extract(document, '^([^:]*)', 1)",
                start=typed("first", "INT"),
                end=typed("last", "INT") + " + 1",
                concept="concat('Taxonomy:', taxon)",
            ),
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
            "abstracts/zoo001.txt": "Oskar saw\n\na reed and a linden.\n",
            "abstracts/zoo002.txt": "Nobody saw a reed.\n",
            "abstracts/zoo003.txt": "None here.\n",
            "S800.tsv": "901\tzoo001:9000003\t24\t29\tlinden\n900\tzoo001:9000003\t13\t16\treed\n900\tzoo002:9000004\t12\t16\treed\n",
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
                {
                    "record_id": "zoo001",
                    "unit": "document",
                    "text": "Oskar saw\n\na reed and a linden.",
                    "entities": [
                        {"id": None, "start": 13, "end": 17, "type": "Species", "text": "reed", "concept": "Taxonomy:900"},
                        {"id": None, "start": 24, "end": 30, "type": "Species", "text": "linden", "concept": "Taxonomy:901"},
                    ],
                },
                {"record_id": "zoo003", "entities": []},
            ]
        },
    ),
    twin=_twin(),
)
