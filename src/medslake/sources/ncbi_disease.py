"""NCBI Disease: disease mentions in 793 PubMed abstracts, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING

from medslake.formats.iob import IOB_SCHEMA, annotated
from medslake.sources.base import Example, NativeFile, Source
from medslake.sources.parts.mapping import joined, origin
from medslake.synth.annotated import iob_file

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["SOURCE"]


def _harmonise(bronze: Mapping[str, DataFrame]) -> Mapping[str, DataFrame]:
    from pyspark.sql import functions as F

    named = F.element_at(F.split("_file", "/"), -1)
    split = F.when(named.startswith("train"), "train").when(named.startswith("dev"), "validation").otherwise("test")
    rows = annotated(bronze["iob"]).select(
        F.concat_ws("/", split, F.lpad(F.col("_row").cast("string"), 6, "0")).alias("record_id"),
        F.lit(None).cast("string").alias("subject_id"),
        split.alias("split"),
        F.lit("en").alias("language"),
        F.lit("Academical Papers").alias("domain"),
        "text",
        F.lit("sentence").alias("unit"),
        F.array(F.lit("Disease")).alias("entity_types"),
        "entities",
        F.lit(None).cast("ARRAY<STRUCT<type: STRING, head: STRING, tail: STRING>>").alias("relations"),
        origin().alias("origin"),
        joined().alias("joined"),
    )
    return {"annotated_texts": rows}


_EXAMPLE = Example(
    files={
        "train.tsv": "Linden\tB-Disease\nrash\tI-Disease\nis\tO\nmild\tO\n;\tO\nrest\tO\nhelps\tO\n.\tO\n",
        "devel.tsv": "Nobody\tO\nfell\tO\nill\tO\n.\tO\n",
        "test.tsv": "Two\tO\nhad\tO\nmarlow\tB-Disease\nfever\tI-Disease\n\nIs\tO\nit\tO\npalsy\tB-Disease\n?\tO\n",
    },
    rows={
        "annotated_texts": [
            {"record_id": "test/000001", "split": "test", "text": "Two had marlow fever", "unit": "sentence", "subject_id": None},
            {
                "record_id": "test/000002",
                "text": "Is it palsy?",
                "entities": [{"start": 6, "end": 11, "type": "Disease", "text": "palsy", "concept": None}],
            },
            {
                "record_id": "train/000001",
                "split": "train",
                "text": "Linden rash is mild; rest helps.",
                "entities": [{"start": 0, "end": 11, "type": "Disease", "text": "Linden rash", "concept": None}],
            },
            {"record_id": "validation/000001", "split": "validation", "text": "Nobody fell ill.", "entities": []},
        ]
    },
)


def _generate(rng: Random, n: int) -> Mapping[str, str]:
    small = max(1, n // 8)
    return {
        f"{split}.tsv": iob_file(rng, count, "Disease")
        for split, count in (("train", max(1, n - 2 * small)), ("devel", small), ("test", small))
    }


SOURCE = Source(
    name="ncbi_disease",
    title="NCBI Disease corpus",
    citation=(
        "Dogan RI, Leaman R, Lu Z. NCBI disease corpus. J Biomed Inform 47:1-10 (2014). IOB form: Crichton G, Pyysalo S, Chiu B, "
        "Korhonen A. A neural network multi-task learning approach to biomedical named entity recognition. BMC Bioinformatics 18:368 "
        "(2017)."
    ),
    licence="CC BY 4.0 (IOB form); the corpus itself CC0",
    access="public",
    urls=("https://github.com/cambridgeltl/MTL-Bioinformatics-2016",),
    files=(
        NativeFile(
            "iob",
            tuple(f"{folder}{split}.tsv" for folder in ("", "NCBI-disease-IOB/") for split in ("train", "devel", "test")),
            "iob",
            IOB_SCHEMA,
            sha256={
                "train.tsv": "58379baf4614b8d757d93dd7a21b202849ca99f9b9d71b49185523ff5443300c",
                "devel.tsv": "b4e1e7efcc2a35047bf2f3d281648357470e674f555d4a26a0049ac37d59cc61",
                "test.tsv": "8f088ce45dc4746592188f9e69de3d89d87f3bb8f0ed8c4a287d018123fa148d",
            },
            all_globs=True,
        ),
    ),
    split_rule="The official training, development (here validation) and test sets, told by the file.",
    harmonise=_harmonise,
    example=_EXAMPLE,
    generate=_generate,
)
