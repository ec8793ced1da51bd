"""Comma-separated values as in RFC 4180: fields quoted with `"`, quotes doubled, quoted fields may span lines. `_row` counts data rows.

Options: `delimiter` (","), `quote` ('"', "" for none), `header` (True), `aliases` {column as delivered: column of the schema},
`optional` (columns of the schema that may be absent: null then), `required` (columns that may not be null), `unnamed_index` (False; True:
where the first row has one field more than the header names, an index without a name, "" to `aliases`, stands before the others).
Empty fields are null. What the text of a typed column must look like: `parts.typed`; else an error names the column, never a value.
Quotes: `parts.csv_records`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import IO, TYPE_CHECKING, Any

from medslake.formats import MAX_RECORD_BYTES, RAW_LIMIT, Delivered, Format, FormatExample, NativeFile, Record
from medslake.formats.parts.blocks import text_lines
from medslake.formats.parts.csv_records import AFTER_QUOTE, OPEN_QUOTE, Dialect, split
from medslake.formats.parts.typed import is_not_a_number, typed_cell
from medslake.formats.parts.verdicts import judged, line_errors, raw_line, two_values
from medslake.formats.parts.whole_files import parsed

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

__all__ = ["FORMATS"]

_NUL = "nul: the record holds a NUL"
#: Files of one header -> cells `_c0`, `_c1` ..., errors in order, raw record.
RowsOf = Callable[["SparkSession", NativeFile, Sequence[Delivered], int], "tuple[DataFrame, list[Column], Column]"]


def read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """See `formats.base`. Files with different headers, and files with fields over several lines, are read apart and united."""
    families: dict[tuple[tuple[str, ...], bool], list[Delivered]] = defaultdict(list)
    for one in delivered:
        families[one.columns or tuple(native.names), one.multiline].append(one)
    frames = [
        _family(_spanning_rows if spanning else _line_rows, spark, native, header, files) for (header, spanning), files in families.items()
    ]
    return reduce(lambda a, b: a.unionByName(b), frames)


def _column_places(native: NativeFile, header: Sequence[str]) -> Mapping[str, list[int]]:
    """Column of the schema -> where it stands in the file, more than once where an alias stands beside it; absent columns are left out."""
    aliases = native.options.get("aliases", {})
    places: dict[str, list[int]] = defaultdict(list)
    for at, delivered in enumerate(header):
        places[aliases.get(delivered, delivered)].append(at)
    return {name: places[name] for name in native.names if name in places}


def _family(rows: RowsOf, spark: SparkSession, native: NativeFile, header: Sequence[str], files: Sequence[Delivered]) -> DataFrame:
    from pyspark.sql import functions as F

    frame, errors, raw = rows(spark, native, files, len(header))
    places = _column_places(native, header)
    given = {name: [F.nullif(F.col(f"_c{at}"), F.lit("")) for at in found] for name, found in places.items()}
    cells = {name: F.coalesce(*found) for name, found in given.items()}
    values = [typed_cell(cells[name], kind) if name in cells else F.lit(None).cast(kind) for name, kind in native.columns]
    columns = {name: f"_v{at}" for at, name in enumerate(native.names)}
    # Two steps, so that no value is made twice.
    frame = frame.select("*", *[value.alias(columns[name]) for name, value in zip(native.names, values, strict=True)])
    twice = [
        F.when(
            reduce(lambda a, b: a + b, [one.isNotNull().cast("int") for one in found]) > 1,
            F.lit(two_values(name)),
        )
        for name, found in given.items()
        if len(found) > 1
    ]
    wrong_type = [
        F.when(
            F.col(columns[name]).isNull() & cells[name].isNotNull() & ~is_not_a_number(cells[name], kind),
            F.lit(f"type: column {name} is not {kind}"),
        )
        for name, kind in native.columns
        if name in cells and kind.upper() != "STRING"
    ]
    return judged(frame, native, [*errors, *twice, *wrong_type], raw, [F.col(columns[name]).alias(name) for name in native.names])


def _line_rows(spark: SparkSession, native: NativeFile, files: Sequence[Delivered], width: int) -> tuple[DataFrame, list[Column], Column]:
    """One line is one record: the raw line stays at hand."""
    from pyspark.sql import functions as F

    dialect = Dialect(native.options["delimiter"], native.options["quote"])
    options = {
        "sep": dialect.delimiter,
        "quote": dialect.quote,
        "escape": dialect.quote or "\\",
        "mode": "PERMISSIVE",
        "columnNameOfCorruptRecord": "_corrupt",
        "maxCharsPerColumn": "-1",
    }
    lines = text_lines(spark, files, blank=False)
    if native.options.get("header", True):
        lines = lines.where("_number > 1").withColumn("_number", F.col("_number") - 1)
    readable = F.when(F.octet_length("value") <= MAX_RECORD_BYTES, F.col("value"))
    schema = ", ".join([f"_c{at} STRING" for at in range(width)] + ["_corrupt STRING"])
    cut = lines.withColumn("_cells", F.from_csv(readable, schema, options)).select("*", "_cells.*")
    errors = line_errors()
    if any(one.odd for one in files):
        errors += _odd_lines(dialect)
    errors.append(F.when(F.col("_corrupt").isNotNull(), F.lit(_not_so_many(width))))
    return cut, errors, raw_line()


def _not_so_many(width: int) -> str:
    return f"columns: the row does not have {width} columns"


def _odd_lines(dialect: Dialect) -> list[Column]:
    """What Spark's parser would read in a way of its own."""
    from pyspark.sql import functions as F

    value = F.col("value")
    errors = [F.when(F.contains(value, F.lit("\0")), F.lit(_NUL))]
    if dialect.quote:
        held, bad = F.contains(value, F.lit(dialect.quote)), ~value.rlike(rf"(?s)\A(?:{dialect.good})\z")
        opens = value.rlike(rf"(?s)\A(?:{dialect.open})\z")
        errors.append(F.when(held & bad, F.when(opens, F.lit(OPEN_QUOTE)).otherwise(F.lit(AFTER_QUOTE))))
    return errors


def _spanning_rows(
    spark: SparkSession, native: NativeFile, files: Sequence[Delivered], width: int
) -> tuple[DataFrame, list[Column], Column]:
    """Quoted fields hold line breaks: the splitter runs over whole files."""
    from pyspark.sql import functions as F

    options = {**native.options, "width": width}
    schema = ", ".join(f"_c{at} STRING" for at in range(width))
    frame = parsed(spark, _cells, schema, options, files).withColumnRenamed("_row", "_number")
    cells = F.to_json(F.struct(*[f"_c{at}" for at in range(width)]))
    return (
        frame.withColumnsRenamed({"_error": "_unread", "_raw": "_text"}),
        [F.col("_unread")],
        F.coalesce("_text", F.substring(cells, 1, RAW_LIMIT)),
    )


def _cells(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    width, before = options["width"], int(options.get("header", True))
    columns = [f"_c{at}" for at in range(width)]
    for record, cells in split(stream, Dialect(options["delimiter"], options["quote"])):
        row = record.row - before
        if not row:
            continue
        if cells is None:
            yield replace(record, row=row)
        elif len(cells) != width:
            yield Record(row, {}, _not_so_many(width), record.raw)
        elif record.raw and "\0" in record.raw:
            yield Record(row, {}, _NUL, record.raw)
        else:
            yield Record(row, dict(zip(columns, cells, strict=True)), None, record.raw)


CSV = Format(
    name="csv",
    about="Comma-separated values, RFC 4180.",
    read=read,
    options={"delimiter": ",", "quote": '"'},
    header=True,
    example=FormatExample(
        'id,age,note\n7,30,"one,\ntwo"\n8,,three\n9,41,"four ""5"""\n10,12,six\n',
        schema="id STRING, age INT, note STRING",
        rows=({"id": "7", "age": 30, "note": "one,\ntwo"}, {"id": "8", "age": None}, {"note": 'four "5"'}, {"id": "10", "age": 12}),
    ),
)
TSV = replace(
    CSV,
    name="tsv",
    about="Tab-separated values without quotes, unless option quote says so.",
    options={"delimiter": "\t", "quote": ""},
    example=FormatExample(
        'id\tage\tnote\n7\t30\t"one\n8\t\ttwo\n9\t41\tthree\n10\t12\tfour\n',
        schema="id STRING, age INT, note STRING",
        rows=({"id": "7", "note": '"one'}, {"id": "8", "age": None}, {"id": "9", "age": 41}, {"id": "10"}),
    ),
)
FORMATS = (CSV, TSV)
