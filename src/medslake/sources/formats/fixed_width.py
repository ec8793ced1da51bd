"""Fixed-width text: one record per line, columns at fixed character positions; a lone column makes it a plain list.

options:
    widths    column -> (start, end), 0-based characters, end exclusive; end None = to the end of the line
    encoding  ISO-8859-1, US-ASCII or UTF-8 (default)

The record number is the line number. Values are trimmed at both ends; blank lines are skipped but counted. A line that ends before the
last column starts is set aside (`line_too_short`), as is one that is not valid in its encoding (`not_utf8`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medslake.sources.base import NativeFile
from medslake.sources.formats import RAW_LIMIT, Delivered, Reader
from medslake.sources.formats.whole_text import records, schema_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["READER"]


def _read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    from pyspark.sql import functions as F

    widths = native.options["widths"]
    encoding = native.options.get("encoding", "UTF-8")
    lines = records(spark, delivered, separator="\r?\n", encoding=encoding).where(F.trim("_text") != "")
    last = max(start for start, _ in widths.values())
    error = (
        F.when(~F.col("_valid"), F.lit(f"not_utf8: the line is not valid {encoding}"))
        .when(F.length("_text") <= last, F.concat(F.lit(f"line_too_short: needs more than {last} characters, has "), F.length("_text")))
        .otherwise(F.lit(None).cast("string"))
    )
    lines = lines.withColumn("_error", error)
    columns = []
    for field in schema_of(native):
        start, end = widths[field.name]
        size = F.lit(2**31 - 1) if end is None else F.lit(end - start)
        value = F.trim(F.substring(F.col("_text"), F.lit(start + 1), size))
        columns.append(F.when(F.col("_error").isNull(), value).cast(field.dataType).alias(field.name))
    raw = F.when(F.col("_error").isNotNull(), F.substring("_text", 1, RAW_LIMIT)).alias("_raw")
    return lines.select(*columns, "_file", "_sha256", "_row", "_error", raw)


READER = Reader(name="fixed_width", read=_read, text=False)
