"""Fixed-width text in any old encoding: one record per line; a lone column from 0 on makes it a plain list. `_row` is the line number.

Options: `spans` {column: (start, end)} with 0-based character positions, end None = to the end of the line; without spans the first column
takes the line. `encoding`: UTF-8 (default), US-ASCII or ISO-8859-1. `required`: columns that may not be null. Fields are trimmed at both
ends; empty fields are null, blank lines count but are no records. A line that ends before its last column starts is set aside
(`line_too_short`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medslake.formats import MAX_RECORD_BYTES, Delivered, Format, FormatExample, NativeFile
from medslake.formats.parts.blocks import text_lines
from medslake.formats.parts.typed import is_not_a_number, typed_cell
from medslake.formats.parts.verdicts import judged, line_errors, raw_line

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["FORMAT"]


def read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """See `formats.base`."""
    from pyspark.sql import functions as F

    spans = native.options.get("spans") or {native.names[0]: (0, None)}
    lines = text_lines(spark, delivered, encoding=native.options.get("encoding", "UTF-8")).where(F.trim("value") != "")
    lines = lines.withColumn("_line", F.when(F.octet_length("value") <= MAX_RECORD_BYTES, F.make_valid_utf8("value")))
    last = max(start for start, _ in spans.values())
    short = F.when(F.length("_line") <= last, F.concat(F.lit(f"line_too_short: needs {last + 1} characters, has "), F.length("_line")))
    columns, wrong = [], []
    for name, kind in native.columns:
        start, end = spans[name]
        size = MAX_RECORD_BYTES if end is None else end - start
        cell = F.nullif(F.trim(F.substring("_line", start + 1, size)), F.lit(""))
        typed = typed_cell(cell, kind)
        columns.append(typed.alias(name))
        is_wrong = cell.isNotNull() & typed.isNull() & ~is_not_a_number(cell, kind)
        wrong.append(F.when(is_wrong, F.lit(f"type: column {name} is not {kind}")))
    return judged(lines, native, [*line_errors(), short, *wrong], raw_line(), columns)


FORMAT = Format(
    name="fixed_width",
    about="Text lines cut at fixed columns, in any old encoding.",
    read=read,
    example=FormatExample(
        "U900  12 Ember fever\n\nU901     Linden rash\nU902  30 Reed cough\nU903   7 Marsh chill\n",
        schema="code STRING, n INT, title STRING",
        rows=({"code": "U900", "n": 12, "title": "Ember fever"}, {"code": "U901", "n": None}, {"n": 30}, {"code": "U903", "n": 7}),
        options={"spans": {"code": (0, 6), "n": (6, 8), "title": (9, None)}},
    ),
)
