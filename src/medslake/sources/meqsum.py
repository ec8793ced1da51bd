"""MeQSum: consumer health questions and their summaries (Ben Abacha and Demner-Fushman, ACL 2019)."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING

from medslake.sources.base import Example, FileContent, NativeFile, Source
from medslake.sources.parts.mapping import hash_split, joined, origin
from medslake.synth.words import DISEASES, FILLERS, PERSON_WORDS, SIGNS
from medslake.synth.workbook import workbook

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["SOURCE"]

FILE = "MeQSum_ACL2019_BenAbacha_Demner-Fushman.xlsx"
_HEADER = ("File", "CHQ", "Summary")
_EXAMPLE = (
    (
        "syn-1.txt",
        "SUBJECT: humming ear\nMESSAGE: My left ear hums at night since the fair last week. Is that for good?",
        "Is humming of the ear after noise permanent?",
    ),
    ("syn-2.txt", "can children take nemivane? mine is four and the leaflet does not say", "Is nemivane safe for young children?"),
    ("syn-3.txt", "how long does linden rash last, mine itches badly", "How long does linden rash last?"),
)


def _harmonise(bronze: Mapping[str, DataFrame]) -> Mapping[str, DataFrame]:
    from pyspark.sql import functions as F

    documents = bronze["questions"].select(
        F.col("File").alias("record_id"),
        F.lit(None).cast("string").alias("subject_id"),
        hash_split("File").alias("split"),
        F.lit("en").alias("language"),
        F.lit("Medical Knowledge").alias("domain"),
        F.lit(None).cast("string").alias("title"),
        F.array(
            F.struct(F.lit("question").alias("name"), F.col("CHQ").alias("text")),
            F.struct(F.lit("summary").alias("name"), F.col("Summary").alias("text")),
        ).alias("sections"),
        origin().alias("origin"),
        joined().alias("joined"),
    )
    return {"documents": documents}


def _generate(rng: Random, n: int) -> Mapping[str, FileContent]:
    rows = []
    for number in range(1, n + 1):
        disease = rng.choice(DISEASES)
        asked, summary = rng.choice(
            (
                ("Which medicine helps me?", "What is the treatment for {name}?"),
                ("Which test should I have done?", "How is {name} diagnosed?"),
                ("How did I get this?", "What causes {name}?"),
            )
        )
        text = (
            f"Hello, I am {rng.choice(PERSON_WORDS)} and have {disease.symptom()} and {rng.choice(SIGNS)}. "
            f"My doctor says it is {disease.name()}. {rng.choice(FILLERS)} {asked} Thank you."
        )
        rows.append((f"synthetic-{number:05d}.txt", text, summary.format(name=disease.name())))
    return {FILE: workbook("QS", [_HEADER, *rows])}


SOURCE = Source(
    name="meqsum",
    title="MeQSum, summaries of consumer health questions",
    citation="Ben Abacha A, Demner-Fushman D. On the summarization of consumer health questions. ACL 2019.",
    licence="CC BY 4.0",
    access="public",
    urls=("https://github.com/abachaa/MeQSum",),
    files=(
        NativeFile(
            table="questions",
            globs=(FILE, "MeQSum*.xlsx"),
            format="xlsx",
            schema="File STRING, CHQ STRING, Summary STRING",
            key=("File",),
            options={"sheet": "QS", "required": ("CHQ", "Summary")},
            sha256={FILE: "abedd939d5014306ca576522416bf69103e85dc8fcf1668a4099e8b84a39eeea"},
        ),
    ),
    split_rule="No official split: 9:1 train and test by a seeded hash of the file name of the question.",
    harmonise=_harmonise,
    example=Example(
        files=lambda: {FILE: workbook("QS", [_HEADER, *_EXAMPLE])},
        rows={
            "documents": [
                {
                    "record_id": name,
                    "language": "en",
                    "sections": [{"name": "question", "text": question}, {"name": "summary", "text": summary}],
                }
                for name, question, summary in _EXAMPLE
            ]
        },
    ),
    generate=_generate,
)
