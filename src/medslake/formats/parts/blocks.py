"""Text lines of splittable files with exact line numbers, computed in the JVM.

Spark may cut a file into blocks and pack blocks of several files into one task. Here every block gets a task of its own, so that
`monotonically_increasing_id` counts the lines of one block from 0; lines of earlier blocks of the same file come from one small aggregate.
A gz file cannot be cut: one task unpacks it and numbers its lines, which then go on to as many tasks as blocks of that size would have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from medslake.formats.base import Delivered

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

__all__ = ["numbered", "reading_session", "spark_path", "spread", "text_lines"]

#: The low 33 bits of monotonically_increasing_id number the rows of a task.
_ROW_BITS = 2**33 - 1
#: Rows that follow each other and go to the same task.
_RUN = 1000
_GLOB_SIGNS = re.compile(r"([{}\[\]*?\\])")


def spark_path(uri: str) -> str:
    """A path that Spark takes literally: Hadoop reads the signs of patterns in it otherwise."""
    return _GLOB_SIGNS.sub(r"\\\1", uri)


def reading_session(spark: SparkSession) -> SparkSession:
    """A sibling session that gives every file block a task of its own; the caller's settings stay as they are.

    A block counts as full as soon as it is packed when opening a file 'costs' as much as a whole partition.
    """
    session = spark.newSession()
    for key, value in spark.conf.getAll.items():
        if session.conf.isModifiable(key):
            session.conf.set(key, value)
    session.conf.set("spark.sql.files.openCostInBytes", session.conf.get("spark.sql.files.maxPartitionBytes") or "128m")
    session.conf.set("spark.sql.session.timeZone", "UTC")
    return session


def _file_key() -> Column:
    from pyspark.sql import functions as F

    # `_metadata.file_path` is an escaped URI in which a plus sign stands for itself.
    path = F.url_decode(F.replace(F.col("_metadata.file_path"), F.lit("+"), F.lit("%2B")))
    return F.regexp_replace(path, "^file:/+", "/")


def numbered(session: SparkSession, scan: DataFrame, delivered: Sequence[Delivered], *, splittable: bool) -> DataFrame:
    """A file scan plus _file, _sha256, _utf8 and `_number`, the 1-based number of the row in its file.

    scan: straight from `session.read`, with at most filters on top. splittable: False when Spark never cuts these files.
    """
    from pyspark.sql import functions as F

    placed = scan.select(
        "*",
        _file_key().alias("_path"),
        F.col("_metadata.file_block_start").alias("_block"),
        F.monotonically_increasing_id().bitwiseAND(F.lit(_ROW_BITS)).alias("_in_block"),
    )
    files = session.createDataFrame(
        [(d.uri, d.name, d.sha256, d.utf8) for d in delivered], "_path STRING, _file STRING, _sha256 STRING, _utf8 BOOLEAN"
    )
    found = placed.join(F.broadcast(files), "_path")
    limit = _block(session)
    if not splittable or all(d.size <= limit or d.name.endswith(".gz") for d in delivered):
        return found.withColumn("_number", F.col("_in_block") + 1).drop("_path", "_block", "_in_block")
    counts = placed.groupBy("_path", "_block").count().collect()
    before: dict[str, int] = {}
    offsets = []
    for row in sorted(counts, key=lambda r: (r["_path"], r["_block"])):
        done = before.get(row["_path"], 0)
        offsets.append((row["_path"], row["_block"], done))
        before[row["_path"]] = done + row["count"]
    blocks = session.createDataFrame(offsets, "_path STRING, _block BIGINT, _before BIGINT")
    counted = found.join(F.broadcast(blocks), ["_path", "_block"], "left")
    # A block unknown to the count would mean that the file changed in between: a null number stops the write.
    return counted.withColumn("_number", F.col("_before") + F.col("_in_block") + 1).drop("_path", "_block", "_in_block", "_before")


def spread(session: SparkSession, rows: DataFrame, number: str, delivered: Sequence[Delivered], *, cut: bool = False) -> DataFrame:
    """Rows of files that a task each reads to their end, over more tasks where a file is larger than two blocks.

    cut: Spark cuts those that are not packed. number: column with the number of the row in its file, which stays with it: unlike a round
    robin this needs no sort, so that the reading task holds nothing, and the same rows go the same way in every run.
    """
    from pyspark.sql import functions as F

    limit = _block(session)
    if max((one.unpacked for one in delivered if not cut or one.name.endswith(".gz")), default=0) <= 2 * limit:
        return rows
    tasks = sum(one.unpacked for one in delivered) // limit + 1
    return rows.repartitionById(tasks, F.expr(f"CAST(pmod(coalesce({number}, 0) DIV {_RUN}, {tasks}) AS INT)"))


def text_lines(spark: SparkSession, delivered: Sequence[Delivered], *, blank: bool = True, encoding: str = "UTF-8") -> DataFrame:
    """Lines as `value` with _file, _sha256, _utf8 and _number (see `numbered`); a carriage return at the end is dropped.

    blank: False leaves out lines of white space before counting. Bytes that are not UTF-8 stay as they are in `value`.
    """
    from pyspark.sql import functions as F

    session = reading_session(spark)
    scan = session.read.option("lineSep", "\n").text([spark_path(d.uri) for d in delivered])
    if not blank:
        scan = scan.where(F.trim(F.regexp_replace("value", r"\s+", " ")) != "")
    lines = spread(session, numbered(session, scan, delivered, splittable=True), "_number", delivered, cut=True)
    if encoding.upper() not in ("UTF-8", "US-ASCII"):
        lines = lines.withColumn("value", F.decode(F.col("value").cast("binary"), encoding))
    # Not by a regular expression: it would replace bytes that are not UTF-8, and nobody could tell any more.
    bare = F.expr("substring(value, 1, char_length(value) - 1)")
    return lines.withColumn("value", F.when(F.endswith("value", F.lit("\r")), bare).otherwise(F.col("value")))


def _block(session: SparkSession) -> int:
    return _bytes(session.conf.get("spark.sql.files.maxPartitionBytes") or "128m")


def _bytes(size: str) -> int:
    number = size.lower().rstrip("bkmgt \t")
    unit = size.lower().removeprefix(number).strip()[:1]
    return int(number) * {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}[unit]
