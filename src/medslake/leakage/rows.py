"""Rows as the leak tests see them: who a text belongs to, where it came from, its normal form.

Rows meet inside a scope. Training rows and benchmark rows share the scope ""; the shots of a benchmark row and the row itself have a scope
of their own, so that a shot is compared with the rows that show it and with no other.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from medslake.leak_tests.parts.normalise import key_of, normalised, tokens

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["COLUMNS", "rows_of", "shot_rows"]

#: id: of the row. set: `<side>/<task>`. records: names of the silver records, native records and persons that the row is made of.
#: key: MD5 of the normal form; tokens: those of the normal form, set off by spaces. templated: rendered from a structured encounter.
COLUMNS = (
    *("id", "scope", "side", "set", "templated"),
    *("instance_id", "task_id", "source", "access", "file", "row", "records", "key", "tokens"),
)
#: Names of different kinds never equal each other; a native record is known by its file's digest, under whatever name it was delivered.
_RECORDS = (
    "array_distinct(array_compact(concat("
    "transform(record_ids, r -> concat('record ', source, ' ', r)),"
    " array(concat('row ', origin.sha256, ' ', origin.row), concat('subject ', source, ' ', subject_id)))))"
)


def rows_of(frame: DataFrame, side: str, encounters: Collection[str] = (), *, scope: str = "''") -> DataFrame:
    """COLUMNS of a frame shaped like gold.instructions or gold.benchmark; rows whose normal form is empty are left out.

    side: of the rows; train rows and shots of the tasks `encounters`, which read structured ones, are of side `encounter`. scope: SQL
    expression.
    """
    from pyspark.sql import functions as F

    templated = f"task_id in ({', '.join(repr(task) for task in sorted(encounters))})" if encounters else "false"
    named = f"if({templated}, 'encounter', '{side}')" if side != "bench" else "'bench'"
    names = ("instance_id", "task_id", "source", "access")
    plain = frame.select(
        *names,
        "origin.file",
        "origin.row",
        F.expr(scope).alias("scope"),
        F.expr(_RECORDS).alias("records"),
        normalised("input").alias("text"),
    )
    normal = plain.where("text <> ''").withColumns(
        {
            "side": F.expr(named),
            "templated": F.expr(templated),
            "set": F.concat(F.lit(f"{side}/"), F.col("task_id")),
            "key": key_of("text"),
            "tokens": tokens("text"),
        }
    )
    return normal.withColumn("id", F.xxhash64("side", "scope", "instance_id", "key")).select(*COLUMNS)


def shot_rows(instructions: DataFrame, benchmark: DataFrame, encounters: Collection[str] = ()) -> DataFrame:
    """Shots and the rows that show them: one scope for each instance of `benchmark` that has shots; texts come from `instructions`."""
    from pyspark.sql import functions as F

    shown = benchmark.selectExpr("instance_id as scope", "explode(shots) as shot").distinct()
    shots = shown.join(instructions, shown["shot"] == instructions["instance_id"]).drop("shot")
    own = benchmark.where(F.size("shots") > 0).dropDuplicates(["instance_id", "input"])
    return rows_of(shots, "shot", encounters, scope="scope").unionByName(rows_of(own, "bench", encounters, scope="instance_id"))
