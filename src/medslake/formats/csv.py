"""Comma-separated values as in RFC 4180: fields quoted with `"`, quotes doubled, quoted fields may span lines. `_row` counts data rows.

Options: `delimiter` (","), `quote` ('"', "" for none), `header` (True), `aliases` {column as delivered: column of the schema},
`optional` (columns of the schema that may be absent: null then), `required` (columns that may not be null).
Empty fields are null. Typed columns are cast; what does not parse becomes an error that names the column, never a value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from medslake.formats import MAX_RECORD_BYTES, RAW_LIMIT, Delivered, Format, FormatExample, NativeFile
from medslake.formats.parts.blocks import numbered, reading_session, spark_path, text_lines
from medslake.formats.parts.verdicts import INVALID_UTF8, TOO_LONG, judged, line_errors, raw_line

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

__all__ = ["FORMATS"]

#: Files of one header -> parsed cells `_c0`, `_c1` ..., errors in order, raw record.
RowsOf = Callable[
    ["SparkSession", NativeFile, Sequence[Delivered], Mapping[str, str], Sequence[str]], "tuple[DataFrame, list[Column], Column]"
]


def _column_places(native: NativeFile, header: Sequence[str]) -> Mapping[str, int]:
    """Column of the schema -> its place in the file; aliases apply, absent columns are left out."""
    aliases = native.options.get("aliases", {})
    places: dict[str, int] = {}
    for at, delivered in enumerate(header):
        name = delivered.strip().removeprefix("\ufeff")
        places.setdefault(aliases.get(name, name), at)
    return {name: places[name] for name in native.names if name in places}


def read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """See `formats.base`. Files with different headers, and files with fields over several lines, are read apart and united."""
    families: dict[tuple[tuple[str, ...], bool], list[Delivered]] = defaultdict(list)
    for one in delivered:
        families[one.columns or tuple(native.names), one.multiline].append(one)
    options = {
        "sep": native.options["delimiter"],
        "quote": native.options["quote"],
        "escape": native.options["quote"] or "\\",
        "mode": "PERMISSIVE",
        "columnNameOfCorruptRecord": "_corrupt",
        "maxCharsPerColumn": "-1",
    }
    frames = [
        _family(_spanning_rows if spanning else _line_rows, spark, native, header, files, options)
        for (header, spanning), files in families.items()
    ]
    return reduce(lambda a, b: a.unionByName(b), frames)


def _family(
    rows: RowsOf, spark: SparkSession, native: NativeFile, header: Sequence[str], files: Sequence[Delivered], options: Mapping[str, str]
) -> DataFrame:
    from pyspark.sql import functions as F

    parsed, errors, raw = rows(spark, native, files, options, header)
    places = _column_places(native, header)
    cells = {name: F.nullif(F.col(f"_c{at}"), F.lit("")) for name, at in places.items()}
    typed = {name: _typed(cells[name], kind) if name in cells else F.lit(None).cast(kind) for name, kind in native.columns}
    wrong_type = [
        F.when(cell.isNotNull() & typed[name].isNull(), F.lit(f"type: column {name} is not {kind}"))
        for name, kind in native.columns
        if (cell := cells.get(name)) is not None and kind.upper() != "STRING"
    ]
    return judged(parsed, native, [*errors, *wrong_type], raw, [column.alias(name) for name, column in typed.items()])


def _typed(cell: Column, kind: str) -> Column:
    return cell if kind.upper() == "STRING" else cell.try_cast(kind)


def _schema(header: Sequence[str]) -> str:
    return ", ".join([f"_c{at} STRING" for at in range(len(header))] + ["_corrupt STRING"])


def _line_rows(
    spark: SparkSession, native: NativeFile, files: Sequence[Delivered], options: Mapping[str, str], header: Sequence[str]
) -> tuple[DataFrame, list[Column], Column]:
    """One line is one record: the raw line stays at hand."""
    from pyspark.sql import functions as F

    lines = text_lines(spark, files, blank=False)
    if native.options.get("header", True):
        lines = lines.where("_number > 1").withColumn("_number", F.col("_number") - 1)
    readable = F.when(F.octet_length("value") <= MAX_RECORD_BYTES, F.col("value"))
    parsed = lines.withColumn("_cells", F.from_csv(readable, _schema(header), dict(options))).select("*", "_cells.*")
    quote = options["quote"]
    # The inventory found every line balanced unless a quote stays open at the end of a file.
    open_quote = (
        [F.when((F.length("value") - F.length(F.replace("value", F.lit(quote), F.lit("")))) % 2 == 1, F.lit("quote: a quote stays open"))]
        if quote and any(d.unbalanced for d in files)
        else []
    )
    columns = F.when(F.col("_corrupt").isNotNull(), F.lit(f"columns: the row does not have {len(header)} columns"))
    return parsed, [*line_errors(), *open_quote, columns], raw_line()


def _spanning_rows(
    spark: SparkSession, native: NativeFile, files: Sequence[Delivered], options: Mapping[str, str], header: Sequence[str]
) -> tuple[DataFrame, list[Column], Column]:
    """Quoted fields hold line breaks: Spark's own parser runs over whole files."""
    from pyspark.sql import functions as F

    session = reading_session(spark)
    session.conf.set("spark.sql.csv.parser.columnPruning.enabled", "false")
    scan = session.read.schema(_schema(header)).options(**options, header=native.options.get("header", True), multiLine=True)
    parsed = numbered(session, scan.csv([spark_path(d.uri) for d in files]), files, splittable=False)
    cells = [F.col(f"_c{at}") for at in range(len(header))]
    size = reduce(lambda a, b: a + b, [F.coalesce(F.octet_length(c), F.lit(0)) for c in cells])
    broken = reduce(lambda a, b: a | b, [F.coalesce(F.contains(c, F.lit("\ufffd")), F.lit(False)) for c in cells])
    errors = [
        F.when(size > MAX_RECORD_BYTES, F.lit(TOO_LONG)),
        F.when(~F.col("_utf8") & broken, F.lit(INVALID_UTF8)),
        F.when(F.col("_corrupt").isNotNull(), F.lit(f"columns: the row does not have {len(header)} columns")),
    ]
    return parsed, errors, F.substring(F.coalesce("_corrupt", F.to_json(F.struct(*cells))), 1, RAW_LIMIT)


CSV = Format(
    name="csv",
    about="Comma-separated values, RFC 4180.",
    read=read,
    options={"delimiter": ",", "quote": '"'},
    header=True,
    example=FormatExample(
        'id,age,note\n7,30,"one,\ntwo"\n8,,three\n',
        schema="id STRING, age INT, note STRING",
        rows=({"id": "7", "age": 30, "note": "one,\ntwo"}, {"id": "8", "age": None}),
    ),
)
TSV = replace(
    CSV,
    name="tsv",
    about="Tab-separated values without quotes, unless option quote says so.",
    options={"delimiter": "\t", "quote": ""},
    example=FormatExample('id\tnote\n7\t"one\n', schema="id STRING, note STRING", rows=({"id": "7", "note": '"one'},)),
)
FORMATS = (CSV, TSV)
