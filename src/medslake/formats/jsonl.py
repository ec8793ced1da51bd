"""JSON lines. `_row` is the line number; blank lines count but are no records. Members that the schema does not name are left out.

Options: `required` (columns that may not be null), `aliases` {member as delivered: column of the schema}. A STRING column takes a nested
value as its JSON text, so that members whose type varies (a string, or a list) survive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from medslake.formats import (
    EXTRA,
    INVALID_UTF8,
    MAX_RECORD_BYTES,
    TOO_LONG,
    Delivered,
    Format,
    FormatExample,
    NativeFile,
    Record,
    Unreadable,
)
from medslake.formats.parts.arrow_rows import Rows
from medslake.formats.parts.blocks import text_lines
from medslake.formats.parts.json_text import Element, loads, typed_record, written
from medslake.formats.parts.verdicts import raw_line, required_keys

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["FORMAT"]

#: Lines in a batch for the parser: of the longest ones that are read, 256 MiB.
_LINES = "512"


def read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """See `formats.base`. The JVM cuts lines, so that a large file is read by many tasks; each line is parsed in Python."""
    from pyspark.sql import functions as F

    lines = text_lines(spark, delivered).where(F.trim("value") != "")
    held = F.octet_length("value") <= MAX_RECORD_BYTES
    given = lines.select(
        F.when(held, F.col("value").cast("binary")).alias("line"),
        F.when(~held, raw_line()).alias("head"),
        F.col("_number").alias("number"),
        "_file",
        "_sha256",
    )
    given.sparkSession.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", _LINES)
    run = partial(_run, native.columns, tuple(required_keys(native)), dict(native.options))
    return given.mapInArrow(run, f"{native.schema}, {EXTRA}")


def _run(
    columns: Sequence[tuple[str, str]], required: Sequence[str], options: Mapping[str, Any], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    rows = Rows(columns, required, written)
    for batch in batches:
        places: list[list[Any]] = [batch.column(name).to_pylist() for name in ("line", "head", "number")]
        for line, head, number in zip(*places, strict=True):
            rows.add(_record(line, head, number, options))
        native, told = rows.taken()
        fields = [*rows.names, "_file", "_sha256", "_row", "_error", "_raw"]
        yield pa.RecordBatch.from_arrays([*native, batch.column("_file"), batch.column("_sha256"), *told], names=fields)


def _record(line: bytes | None, head: str | None, row: int, options: Mapping[str, Any]) -> Record:
    if line is None:
        return Record(row, {}, TOO_LONG, head)
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return Record(row, {}, INVALID_UTF8, line.decode("utf-8", errors="replace"))
    # A byte order mark may open the file.
    text = text.removeprefix("\ufeff") if row == 1 else text
    try:
        value = loads(text)
    except Unreadable as error:
        return Record(row, {}, str(error), text)
    return typed_record(Element(row, None, value, text), value if isinstance(value, dict) else None, options)


FORMAT = Format(
    name="jsonl",
    about="A JSON object per line.",
    read=read,
    as_text=written,
    example=FormatExample(
        '{"a": "ember", "n": 1}\n\n{"a": [1.50]}\n{"a": "reed", "n": 3}\n{"a": "marsh"}\n',
        schema="a STRING, n INT",
        rows=({"a": "ember", "n": 1}, {"a": "[1.50]"}, {"a": "reed", "n": 3}, {"a": "marsh"}),
    ),
)
