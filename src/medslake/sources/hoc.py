"""Hallmarks of Cancer: PubMed abstracts whose sentences bear up to ten labels.

The original release holds one text and one label file per PMID. In a label file every sentence's labels follow a `<`; labels are joined by
AND (blanks around it or not), each is a path such as `Resisting cell death--Apoptosis`, and NULL or nothing means none. The Parquet form
has one row per sentence, `<PMID>_<n from 0>`, with class numbers; it adds PMIDs that the folders lack.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING

from medslake.sources import (
    ORIGIN,
    TEXT_FOLDER_SCHEMA,
    Bronze,
    Example,
    FileContent,
    NativeFile,
    Source,
    by_hash,
    github_archive,
    joined_on,
    joined_rows,
    mapped,
    origin,
    quoted,
    typed,
)
from medslake.synth import Twin, TwinFile, files, parquet, written
from medslake.synth.parts.hallmarks import hallmark_files

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


def _of_folders(bronze: Bronze) -> DataFrame:
    """pmid, position, sentence, labels, origin (of the sentence), joined (origins of its labels)."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    text, labels = bronze["text"], bronze.get("labels")
    place = F.row_number().over(Window.partitionBy("document_id").orderBy("_row"))
    sentences = text.select(F.col("document_id").alias("pmid"), place.alias("position"), F.trim("line").alias("sentence"), origin())
    if labels is None:
        return sentences.withColumns({"labels": F.lit(None).cast("ARRAY<STRING>"), "joined": F.array()})
    lines = F.expr("array_join(transform(array_sort(collect_list(struct(_row, line))), l -> l.line), ' ')")
    files = labels.groupBy(F.col("document_id").alias("pmid")).agg(F.split(lines, "<").alias("_groups"), joined_rows())
    joined = joined_on(sentences, files, "pmid", told=(bronze, "text, labels"))
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

    classes = F.expr(f"map({', '.join(f'{n}L, {quoted(name)}' for n, name in enumerate(_CLASSES))})")
    names = F.transform("label", lambda number: F.try_element_at(classes, number))
    return rows.withColumn("_found", names).select(
        F.nullif(F.regexp_extract("document_id", r"^(.*)_\d+$", 1), F.lit("")).alias("pmid"),
        (F.expr(typed(r"regexp_extract(document_id, '_([0-9]+)$', 1)", "INT")) + 1).alias("position"),
        F.trim("text").alias("sentence"),
        _in_order("_found").alias("labels"),
        origin(),
        F.array().cast(f"ARRAY<{ORIGIN}>").alias("joined"),
    )


def _sentences(bronze: Bronze) -> DataFrame | None:
    """One row per sentence: those of the folders, and of the Parquet form those of PMIDs that the folders lack."""
    from pyspark.sql import functions as F

    parts = []
    if "text" in bronze:
        parts.append(_of_folders(bronze))
    if "sentences" in bronze:
        rows = _of_parquet(bronze["sentences"])
        if "text" in bronze:
            folders = bronze["text"].select(F.col("document_id").alias("pmid")).distinct()
            bronze.left_out["sentences that the folders hold"] = joined_on(rows, folders, "pmid", keep="matched")
            rows = joined_on(rows, folders, "pmid", told=(bronze, "sentences, text"), keep="unmatched")
        parts.append(rows)
    return reduce(lambda a, b: a.unionByName(b), parts) if parts else None


def _documents(bronze: Bronze) -> DataFrame | None:
    """One row per PMID: its sentences joined, and the union of their labels."""
    from pyspark.sql import functions as F

    sentences = _sentences(bronze)
    if sentences is None:
        return None
    ordered = F.array_sort(F.collect_list(F.struct("position", "sentence", "labels", "origin")))
    grouped = (
        sentences.where("pmid IS NOT NULL").groupBy("pmid").agg(ordered.alias("_s"), F.flatten(F.collect_set("joined")).alias("_labels"))
    )
    # One sentence without labels that could be read leaves the union of the document unknown.
    union = "IF(exists(_s, s -> s.labels IS NULL), CAST(NULL AS ARRAY<STRING>), flatten(transform(_s, s -> s.labels)))"
    return grouped.withColumn("_found", F.expr(union)).select(
        "pmid",
        F.expr("array_join(transform(_s, s -> s.sentence), ' ')").alias("text"),
        _in_order("_found").alias("labels"),
        F.expr("_s[0].origin").alias("origin"),
        F.expr("concat(transform(slice(_s, 2, size(_s)), s -> s.origin), array_sort(array_distinct(_labels)))").alias("joined"),
    )


def _example_files() -> Mapping[str, FileContent]:
    return {
        "text/801.txt": "Cells with undying went on .\nNothing else was seen .\nGrowthin rose and undying too .\n",
        "labels/801.txt": "<  Resisting cell death--Apoptosis< <Sustaining proliferative signaling--Growth-- ANDResisting cell death--",
        "text/802.txt": "Plain words only .\n",
        "labels/802.txt": "< NULL",
        "train_source.parquet": written(
            parquet({"document_id": "string", "text": "string", "label": "[int64]"}),
            [
                {"document_id": "802_0", "text": "Ignored: the folders have it .", "label": [7]},
                {"document_id": "803_1", "text": "Cloakin fell .", "label": [10, 3]},
                {"document_id": "803_0", "text": "A start .", "label": [7]},
            ],
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


SOURCE = Source(
    name="hoc",
    title="Hallmarks of Cancer",
    citation=(
        "Baker S, Silins I, Guo Y, Ali I, Hogberg J, Stenius U, Korhonen A. Automatic semantic classification of scientific literature "
        "according to the hallmarks of cancer. Bioinformatics 32(3):432-440 (2016)."
    ),
    licence="GPL-3.0",
    access="public",
    domain="Academical Papers",
    page=("https://github.com/sb895/Hallmarks-of-Cancer", "https://huggingface.co/datasets/bigbio/hallmarks_of_cancer"),
    downloads=github_archive("sb895/Hallmarks-of-Cancer", "3bc6e6deb90cf5bc4f9988c493fe2c32e9b3cf2a"),
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
    # No abstract straddles two splits: the release has none.
    split=by_hash("subject_id", train=0.8, validation=0.1),
    silver={
        "labelled_texts": (
            mapped(
                _sentences,
                aside={"document_id: it is not a PMID and the number of a sentence": "pmid IS NULL OR position IS NULL"},
                record_id="concat_ws('/', pmid, position)",
                subject_id="pmid",
                text="sentence",
                labels="labels",
                label_set="'hallmarks_of_cancer'",
                unit="'sentence'",
                position="position",
            ),
            mapped(
                _documents,
                record_id="pmid",
                subject_id="pmid",
                text="text",
                labels="labels",
                label_set="'hallmarks_of_cancer'",
                unit="'document'",
            ),
        )
    },
    example=_EXAMPLE,
    twin=Twin(TwinFile("", hallmark_files, files(), 1_852, least=24)),
)
