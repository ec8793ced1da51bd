"""Readability: papers of PLOS with summaries in plain language (NaCTeM).

The names of its members are those that the converter of MedS-Ins reads; no file was at hand, and its licence is not known. The article may
hold the summary.
"""

import json

from medslake.sources import Example, NativeFile, Source, by_hash, mapped, row_number, sections
from medslake.synth import Draw, Length, Twin, TwinFile, json_lines

_SUMMARY = "plain language summary"


def _paper(draw: Draw, number: int) -> dict[str, str]:
    """Every second paper holds its summary."""
    start, end = draw.parts(Length(5_400, 9_500), 2)
    summary = draw.words(Length(180, 250))
    article = f"{start} {summary} {end}" if draw.chance(0.5) else f"{start} {end}"
    return {"title": draw.words(Length(14, 22), ended=False), "article": article, _SUMMARY: summary}


_SIZES = {"train": 26_124, "val": 1_000, "test": 1_000}

SOURCE = Source(
    name="readability",
    title="NaCTeM readability corpus, PLOS papers",
    citation="Luo Z, Xie Q, Ananiadou S. Readability controllable biomedical document summarization. Findings of EMNLP 2022.",
    licence="Not stated on what was read; taken as non-commercial",
    access="noncommercial",
    domain="Medical Knowledge",
    page="https://www.nactem.ac.uk/readability/",
    files=(
        NativeFile(
            "papers",
            ("plos_corpus/*_plos.jsonl", "*_plos.jsonl"),
            "jsonl",
            "title STRING, article STRING, plain_language_summary STRING",
            options={"aliases": {_SUMMARY: "plain_language_summary"}, "required": ("article",)},
        ),
    ),
    # Only the file named train is known: the hash speaks for all of them.
    split=by_hash("subject_id"),
    silver={
        "documents": mapped(
            "papers",
            record_id=row_number("regexp_extract(_file, '([a-z]+)_plos', 1)"),
            subject_id="title",
            title="title",
            sections=sections("article", summary="plain_language_summary"),
        )
    },
    example=Example(
        files={
            "plos_corpus/train_plos.jsonl": json.dumps({"title": "On mice", "article": "Mice shiver. They rest.", _SUMMARY: "Mice rest."})
            + "\n"
            + json.dumps({"title": "On tea", "article": "Tea warms."})
            + "\n"
        },
        rows={
            "documents": [
                {
                    "record_id": "train/000001",
                    "title": "On mice",
                    "sections": [{"name": "article", "text": "Mice shiver. They rest."}, {"name": "summary", "text": "Mice rest."}],
                },
                {"record_id": "train/000002", "sections": [{"name": "article", "text": "Tea warms."}]},
            ]
        },
    ),
    twin=Twin(*(TwinFile(f"plos_corpus/{split}_plos.jsonl", _paper, json_lines(), n, chunk=50) for split, n in _SIZES.items())),
)
