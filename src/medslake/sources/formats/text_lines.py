"""Plain text lines, whole or cut at fixed columns. `_row` is the line number; blank lines count but are no records.

Options: `spans` {column: (start, end)} with 0-based character positions, end None = to the end of the line; fields are trimmed and cast to
their type, empty fields are null. Without spans the only column of the schema takes the line. `required`: columns that may not be null.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medslake.sources.base import NativeFile
from medslake.sources.formats import MAX_RECORD_BYTES, Delivered, Reader
from medslake.sources.formats.blocks import text_lines
from medslake.sources.formats.verdicts import judged, line_errors, raw_line

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

__all__ = ["READER", "read"]


def _cut(span: tuple[int, int | None] | None) -> Column:
    from pyspark.sql import functions as F

    if span is None:
        return F.col("_text")
    start, end = span
    part = F.expr(f"substring(_text, {start + 1})") if end is None else F.substring("_text", start + 1, end - start)
    return F.nullif(F.trim(part), F.lit(""))


def read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """See `sources.formats`."""
    from pyspark.sql import functions as F

    spans = native.options.get("spans", {})
    lines = text_lines(spark, delivered).where(F.trim("value") != "")
    lines = lines.withColumn("_text", F.when(F.octet_length("value") <= MAX_RECORD_BYTES, F.make_valid_utf8("value")))
    cells = {name: _cut(spans.get(name)) for name, _ in native.columns}
    typed = {name: cells[name] if kind.upper() == "STRING" else cells[name].try_cast(kind) for name, kind in native.columns}
    wrong = [
        F.when(cells[name].isNotNull() & typed[name].isNull(), F.lit(f"type: column {name} is not {kind}"))
        for name, kind in native.columns
        if kind.upper() != "STRING"
    ]
    return judged(lines, native, [*line_errors(), *wrong], raw_line(), [column.alias(name) for name, column in typed.items()])


READER = Reader("text_lines", read)
