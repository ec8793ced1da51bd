"""LINNAEUS: species in full-text articles, as sentences in IOB2 and as documents with a table of mentions.

The IOB files mark no document, so that documents cannot be made of them. The release itself, of which no file was at hand, has a text per
article in `txt/` and `tags.tsv` (species, document, start, end, text, category), whose first line begins with `#`; it bears no split.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from medslake.sources import TEXT_FOLDER_SCHEMA, Example, NativeFile, annotated_in_tables, by_hash, mtl_bioinformatics, typed
from medslake.sources.iob_corpora import corpus, iob_twin
from medslake.synth import Draw, Length, Twin, TwinTables, files, tsv
from medslake.synth.parts.corpora import species_article

__all__ = ["SOURCE"]

_HOMES = ("", "manual-corpus-species-1.0/", "original-data/")
_SENTENCES = corpus(
    "linnaeus",
    "LINNAEUS",
    "Gerner M, Nenadic G, Bergman CM. LINNAEUS: a species name identification system. BMC Bioinformatics 11:85 (2010).",
    "CC BY 4.0 (IOB form); the corpus itself CC BY 4.0",
    "Species",
    "linnaeus-IOB",
    {
        "train.tsv": "74c8612944a4de87665680989a3d589c843562d3ec175e3b512295691b221d9a",
        "devel.tsv": "042b5676d4f541995d617f43e2926afdf6653ed60ad9010c2f45b78ae869f2b6",
    },
    iob_twin("Species", "name", 0.13, Length(21, 54), again=0.05, train=11_935, devel=4_078, test=7_142),
)
_WRITTEN, _TOLD = _SENTENCES.example.materialised(), _SENTENCES.example.rows["annotated_texts"]
_DOCUMENTS = annotated_in_tables(
    *("texts", "mentions", "Species"),
    where="NOT startswith(species, '#')",
    document="document",
    start=typed("start", "INT"),
    end=typed("end", "INT"),
    concept="nullif(species, '0')",
)


def _article(draw: Draw, number: int) -> Iterator[tuple[str, object]]:
    made, text = species_article(draw, f"pmcA{10_000 + number}", Length(4_300, 7_500), 0.13)
    yield "texts", (f"{made.identity}.txt", text)
    for start, end, _, concept in made.mentions:
        yield "mentions", (f"species:ncbi:{concept[1:]}", made.identity, start, end, made.whole[start:end], "")


_TAGS = tsv("#species id, document, start, end, text, code")
_ARTICLES = TwinTables(_article, {"texts": ("txt/", files()), "mentions": ("tags.tsv", _TAGS)}, 100, chunk=10)

SOURCE = replace(
    _SENTENCES,
    files=(
        *(replace(native, required=False) for native in _SENTENCES.files),
        NativeFile("texts", tuple(f"{home}txt/*.txt" for home in _HOMES), "text_folder", TEXT_FOLDER_SCHEMA, required=False),
        NativeFile(
            "mentions",
            tuple(f"{home}tags.tsv" for home in _HOMES),
            "tsv",
            "species STRING, document STRING, start STRING, end STRING, text STRING, category STRING",
            options={"header": False, "required": ("species", "document", "text")},
            required=False,
        ),
    ),
    page=("https://github.com/cambridgeltl/MTL-Bioinformatics-2016", "http://linnaeus.sourceforge.net/"),
    downloads=mtl_bioinformatics("linnaeus-IOB"),
    split=(*_SENTENCES.splits, by_hash("subject_id")),
    silver={"annotated_texts": (*_SENTENCES.rules("annotated_texts"), _DOCUMENTS)},
    example=Example(
        files={
            **_WRITTEN,
            "txt/pmcA1.txt": "Reed grew.\n\nA linden too.\n",
            "txt/pmcA2.txt": "Nobody saw reed.\n",
            "tags.tsv": (
                "#species id\tdocument\tstart\tend\ttext\tcode\nspecies:ncbi:901\tpmcA1\t14\t20\tlinden\t\n0\tpmcA1\t0\t4\tReed\t0\n"
                "species:ncbi:900\tpmcA2\tx\t15\treed\t\n"
            ),
        },
        rows={
            "annotated_texts": [
                {
                    "record_id": "pmcA1",
                    "unit": "document",
                    "text": "Reed grew.\n\nA linden too.",
                    "entities": [
                        {"id": None, "start": 0, "end": 4, "type": "Species", "text": "Reed", "concept": None},
                        {"id": None, "start": 14, "end": 20, "type": "Species", "text": "linden", "concept": "species:ncbi:901"},
                    ],
                },
                *_TOLD,
            ]
        },
    ),
    twin=Twin(*_SENTENCES.twin.files, _ARTICLES) if _SENTENCES.twin else None,
)
