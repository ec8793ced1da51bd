"""Hallmarks of Cancer: PubMed abstracts whose sentences bear up to ten labels.

The original release holds one text and one label file per PMID. In a label file every sentence's labels follow a `<`; labels are joined by
AND (blanks around it or not), each is a path such as `Resisting cell death--Apoptosis`, and NULL or nothing means none. The Parquet form
has one row per sentence, `<PMID>_<n from 0>`, with class numbers; it adds PMIDs that the folders lack.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from random import Random
from typing import TYPE_CHECKING

from medslake.formats.text_folder import TEXT_FOLDER_SCHEMA
from medslake.sources.base import Example, NativeFile, Source
from medslake.sources.parts.mapping import hash_split, joined_rows, origin
from medslake.synth.parquet import parquet_bytes
from medslake.synth.words import FILLERS, HALLMARK_KEYWORDS

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

__all__ = ["HALLMARKS", "SOURCE"]

#: The labels in the order of the benchmark's label set.
HALLMARKS = (
    "sustaining proliferative signaling",
    "evading growth suppressors",
    "resisting cell death",
    "enabling replicative immortality",
    "inducing angiogenesis",
    "activating invasion and metastasis",
    "genomic instability and mutation",
    "tumor promoting inflammation",
    "cellular energetics",
    "avoiding immune destruction",
)
#: Class numbers of the Parquet form; 7 says that no label holds.
_CLASSES = (
    "evading growth suppressors",
    "tumor promoting inflammation",
    "enabling replicative immortality",
    "cellular energetics",
    "resisting cell death",
    "activating invasion and metastasis",
    "genomic instability and mutation",
    "none",
    "inducing angiogenesis",
    "sustaining proliferative signaling",
    "avoiding immune destruction",
)


def _in_order(found: str) -> Column:
    """The labels of an array in the order of HALLMARKS; null, which the gate sets aside, where the array is null or holds another name."""
    from pyspark.sql import functions as F

    known = F.array(*map(F.lit, HALLMARKS))
    strange = F.size(F.array_except(found, F.array(F.lit("none"), *map(F.lit, HALLMARKS)))) > 0
    return F.when(F.col(found).isNotNull() & ~strange, F.filter(known, lambda name: F.array_contains(found, name)))


def _of_folders(text: DataFrame, labels: DataFrame | None) -> DataFrame:
    """pmid, position, sentence, labels, _place (origin of the sentence), _others (origins of its labels)."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    place = F.row_number().over(Window.partitionBy("document_id").orderBy("_row"))
    sentences = text.select(
        F.col("document_id").alias("pmid"), place.alias("position"), F.trim("line").alias("sentence"), origin().alias("_place")
    )
    if labels is None:
        return sentences.withColumns({"labels": F.lit(None).cast("ARRAY<STRING>"), "_others": F.array()})
    lines = F.expr("array_join(transform(array_sort(collect_list(struct(_row, line))), l -> l.line), ' ')")
    files = labels.groupBy(F.col("document_id").alias("pmid")).agg(F.split(lines, "<").alias("_groups"), joined_rows().alias("_others"))
    joined = sentences.join(files, "pmid", "left")
    # The text before the first `<` belongs to no sentence. As many groups as sentences, or none of them can be trusted.
    count = F.count("*").over(Window.partitionBy("pmid"))
    group = F.when(F.size("_groups") - 1 == count, F.get("_groups", F.col("position")))
    names = F.filter(
        F.transform(F.split(group, "AND"), lambda path: F.lower(F.trim(F.split(path, "--")[0]))), lambda name: ~name.isin("", "null")
    )
    labelled = joined.withColumn("_found", names)
    return labelled.withColumn("labels", _in_order("_found")).drop("_groups", "_found")


def _of_parquet(rows: DataFrame) -> DataFrame:
    """The same columns as `_of_folders`."""
    from pyspark.sql import functions as F

    names = F.transform("label", lambda number: F.get(F.array(*map(F.lit, _CLASSES)), number.cast("int")))
    return rows.withColumn("_found", names).select(
        F.regexp_extract("document_id", r"^(.*)_\d+$", 1).alias("pmid"),
        (F.regexp_extract("document_id", r"_(\d+)$", 1).cast("int") + 1).alias("position"),
        F.trim("text").alias("sentence"),
        _in_order("_found").alias("labels"),
        origin().alias("_place"),
        F.expr("CAST(array() AS ARRAY<STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT>>)").alias(
            "_others"
        ),
    )


def _finished(rows: DataFrame, unit: str) -> DataFrame:
    from pyspark.sql import functions as F

    return rows.select(
        "record_id",
        F.col("pmid").alias("subject_id"),
        hash_split("pmid", train=0.8, validation=0.1).alias("split"),
        F.lit("en").alias("language"),
        F.lit("Academical Papers").alias("domain"),
        "text",
        "labels",
        F.lit("hallmarks_of_cancer").alias("label_set"),
        F.lit(unit).alias("unit"),
        F.col("position").cast("int").alias("position"),
        "origin",
        "joined",
    )


def _harmonise(bronze: Mapping[str, DataFrame]) -> Mapping[str, DataFrame]:
    from pyspark.sql import functions as F

    parts = []
    if "text" in bronze:
        parts.append(_of_folders(bronze["text"], bronze.get("labels")))
    if "sentences" in bronze:
        rows = _of_parquet(bronze["sentences"])
        if "text" in bronze:
            rows = rows.join(bronze["text"].select(F.col("document_id").alias("pmid")).distinct(), "pmid", "left_anti")
        parts.append(rows)
    sentences = reduce(lambda a, b: a.unionByName(b), parts)
    number = F.concat_ws("/", "pmid", F.col("position").cast("string"))
    single = sentences.withColumns({"record_id": number, "text": F.col("sentence"), "origin": F.col("_place"), "joined": F.col("_others")})
    ordered = F.array_sort(F.collect_list(F.struct("position", "sentence", "labels", "_place")))
    grouped = sentences.groupBy("pmid").agg(ordered.alias("_s"), F.flatten(F.collect_set("_others")).alias("_labels"))
    whole = grouped.withColumn(
        # One sentence without labels that could be read leaves the union of the document unknown.
        "_found",
        F.expr("IF(exists(_s, s -> s.labels IS NULL), CAST(NULL AS ARRAY<STRING>), flatten(transform(_s, s -> s.labels)))"),
    ).select(
        "pmid",
        F.col("pmid").alias("record_id"),
        F.expr("array_join(transform(_s, s -> s.sentence), ' ')").alias("text"),
        _in_order("_found").alias("labels"),
        F.lit(None).cast("int").alias("position"),
        F.expr("_s[0]._place").alias("origin"),
        F.expr("concat(transform(slice(_s, 2, size(_s)), s -> s._place), array_sort(array_distinct(_labels)))").alias("joined"),
    )
    return {"labelled_texts": _finished(single, "sentence").unionByName(_finished(whole, "document"))}


def _parquet(rows: list[tuple[str, str, list[int]]]) -> bytes:
    import pyarrow as pa

    schema = pa.schema([("document_id", pa.string()), ("text", pa.string()), ("label", pa.list_(pa.int64()))])
    return parquet_bytes([{"document_id": d, "text": t, "label": c} for d, t, c in rows], schema)


def _example_files() -> Mapping[str, bytes | str]:
    return {
        "text/801.txt": "Cells with undying went on .\nNothing else was seen .\nGrowthin rose and undying too .\n",
        "labels/801.txt": "<  Resisting cell death--Apoptosis< <Sustaining proliferative signaling--Growth-- ANDResisting cell death--",
        "text/802.txt": "Plain words only .\n",
        "labels/802.txt": "< NULL",
        "train_source.parquet": _parquet(
            [("802_0", "Ignored: the folders have it .", [7]), ("803_1", "Cloakin fell .", [10, 3]), ("803_0", "A start .", [7])]
        ),
    }


_EXAMPLE = Example(
    files=_example_files,
    rows={
        "labelled_texts": [
            {
                "record_id": "801",
                "subject_id": "801",
                "unit": "document",
                "text": "Cells with undying went on . Nothing else was seen . Growthin rose and undying too .",
                "labels": ["sustaining proliferative signaling", "resisting cell death"],
                "label_set": "hallmarks_of_cancer",
                "position": None,
            },
            {"record_id": "801/1", "unit": "sentence", "labels": ["resisting cell death"], "position": 1},
            {"record_id": "801/2", "text": "Nothing else was seen .", "labels": []},
            {"record_id": "801/3", "labels": ["sustaining proliferative signaling", "resisting cell death"]},
            {"record_id": "802", "text": "Plain words only .", "labels": []},
            {"record_id": "802/1", "labels": []},
            {"record_id": "803", "text": "A start . Cloakin fell .", "labels": ["cellular energetics", "avoiding immune destruction"]},
            {"record_id": "803/1", "text": "A start .", "labels": []},
            {"record_id": "803/2", "labels": ["cellular energetics", "avoiding immune destruction"], "position": 2},
        ]
    },
)


def _generate(rng: Random, n: int) -> Mapping[str, str]:
    files = {}
    for place in range(max(1, n // 4)):
        lines, groups = [], []
        for _ in range(rng.randint(3, 5)):
            names = rng.sample(list(HALLMARK_KEYWORDS), rng.choice([0, 1, 1, 2]))
            told = " and ".join(HALLMARK_KEYWORDS[name] for name in names)
            lines.append(f"The level of {told} rose in sample {rng.randint(1, 999)} ." if names else rng.choice(FILLERS))
            groups.append(" AND ".join(f"{name.capitalize()}--Invented" for name in names) or rng.choice(["", "NULL"]))
        files[f"text/{8_100_000 + place}.txt"] = "\n".join(lines) + "\n"
        files[f"labels/{8_100_000 + place}.txt"] = "".join(f"<{group}" for group in groups)
    return files


SOURCE = Source(
    name="hoc",
    title="Hallmarks of Cancer",
    citation=(
        "Baker S, Silins I, Guo Y, Ali I, Hogberg J, Stenius U, Korhonen A. Automatic semantic classification of scientific literature "
        "according to the hallmarks of cancer. Bioinformatics 32(3):432-440 (2016)."
    ),
    licence="GPL-3.0",
    access="public",
    urls=("https://github.com/sb895/Hallmarks-of-Cancer", "https://huggingface.co/datasets/bigbio/hallmarks_of_cancer"),
    files=(
        NativeFile("text", ("text/*.txt",), "text_folder", TEXT_FOLDER_SCHEMA, required=False),
        NativeFile("labels", ("labels/*.txt",), "text_folder", TEXT_FOLDER_SCHEMA, required=False),
        NativeFile(
            "sentences",
            ("train_source.parquet", "*.parquet"),
            "parquet",
            "document_id STRING, text STRING, label ARRAY<BIGINT>",
            key=("document_id",),
            options={"required": ("text", "label")},
            sha256={"train_source.parquet": "e40a7458ce47552201e20c045a90885c509aaf66318de0177cac0471bdd80290"},
            required=False,
        ),
    ),
    split_rule="The release has no split: 8:1:1 by a seeded hash of the PMID, so that no abstract straddles two splits.",
    harmonise=_harmonise,
    example=_EXAMPLE,
    generate=_generate,
)
