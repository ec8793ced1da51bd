"""JSON lines. `_row` is the line number; blank lines count but are no records. Members that the schema does not name are left out.

Options: `required` (columns that may not be null), `aliases` {member as delivered: column of the schema}. A STRING column takes a nested
value as its JSON text, so that members whose type varies (a string, or a list) survive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medslake.formats import MAX_RECORD_BYTES, Delivered, Format, FormatExample, NativeFile
from medslake.formats.parts.blocks import text_lines
from medslake.formats.parts.verdicts import judged, line_errors, raw_line

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["FORMAT"]


def read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """See `formats.base`."""
    from pyspark.sql import functions as F

    delivered_name = {column: member for member, column in native.options.get("aliases", {}).items()}
    columns = [(delivered_name.get(name, name), name, kind) for name, kind in native.columns]
    schema = ", ".join([*[f"`{member}` {kind}" for member, _, kind in columns], "_corrupt STRING"])
    lines = text_lines(spark, delivered).where(F.trim("value") != "")
    # A byte order mark may open the file.
    value = F.when(F.octet_length("value") <= MAX_RECORD_BYTES, F.regexp_replace("value", "^\ufeff", ""))
    parsed = lines.withColumn("_json", F.from_json(value, schema, {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": "_corrupt"}))
    broken = F.when(F.col("_json._corrupt").isNotNull(), F.lit("json: the line is no JSON object that fits the schema"))
    cells = [F.col(f"_json.`{member}`").alias(name) for member, name, _ in columns]
    return judged(parsed, native, [*line_errors(), broken], raw_line(), cells)


FORMAT = Format(
    name="jsonl",
    about="A JSON object per line.",
    read=read,
    example=FormatExample('{"a": "x"}\n\n{"a": [1]}\n', schema="a STRING", rows=({"a": "x"}, {"a": "[1]"})),
)
