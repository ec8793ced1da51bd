"""Fixed-width text in any old encoding: one record per line; a lone column from 0 on makes it a plain list. `_row` is the line number.

Options: `spans` {column: (start, end)} with 0-based character positions, end None = to the end of the line; `encoding` UTF-8 (default),
US-ASCII or ISO-8859-1; `required`: columns that may not be null. Fields are trimmed at both ends; empty fields are null, blank lines are
no records. A line that ends before its last column starts is set aside (`line_too_short`). Files are read whole in the JVM, so this
is for code lists, not for bulk data; `text_lines` reads large files in UTF-8.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from medslake.sources.base import NativeFile
from medslake.sources.formats import MAX_RECORD_BYTES, RAW_LIMIT, Delivered, Reader
from medslake.sources.formats.blocks import spark_path
from medslake.sources.formats.verdicts import INVALID_UTF8, TOO_LONG, judged

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["READER", "read"]


def _lines(spark: SparkSession, one: Delivered, encoding: str) -> DataFrame:
    """`_number, _line, _broken` and the file's name and digest."""
    from pyspark.sql import functions as F

    whole = spark.read.text(spark_path(one.uri), wholetext=True)
    utf8 = encoding.upper() in ("UTF-8", "US-ASCII")
    text = F.col("value") if utf8 else F.decode(F.col("value").cast("binary"), encoding)
    # Only the pieces leave the explosion: a column of the whole text beside them would be worked out again for every piece.
    cut = whole.select(F.posexplode(F.split(F.regexp_replace(text, r"\r?\n\z", ""), r"\r?\n")).alias("_place", "_line"))
    # Cutting has replaced bad bytes by U+FFFD, which no code list holds otherwise.
    broken = F.lit(utf8) & F.contains("_line", F.lit("\ufffd"))
    return cut.select(
        F.lit(one.name).alias("_file"),
        F.lit(one.sha256).alias("_sha256"),
        (F.col("_place") + 1).cast("bigint").alias("_number"),
        "_line",
        broken.alias("_broken"),
    )


def read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """See `sources.formats`."""
    from pyspark.sql import functions as F

    spans = native.options.get("spans") or {native.names[0]: (0, None)}
    encoding = native.options.get("encoding", "UTF-8")
    frames = [_lines(spark, one, encoding) for one in delivered]
    lines = reduce(lambda a, b: a.unionByName(b), frames).where(F.trim("_line") != "")
    last = max(start for start, _ in spans.values())
    errors = [
        F.when(F.octet_length("_line") > MAX_RECORD_BYTES, F.lit(TOO_LONG)),
        F.when(F.col("_broken"), F.lit(INVALID_UTF8)),
        F.when(F.length("_line") <= last, F.concat(F.lit(f"line_too_short: needs {last + 1} characters, has "), F.length("_line"))),
    ]
    columns, wrong = [], []
    for name, kind in native.columns:
        start, end = spans[name]
        size = F.lit(MAX_RECORD_BYTES if end is None else end - start)
        cell = F.nullif(F.trim(F.substring(F.col("_line"), F.lit(start + 1), size)), F.lit(""))
        typed = cell.try_cast(kind)
        columns.append(typed.alias(name))
        wrong.append(F.when(cell.isNotNull() & typed.isNull(), F.lit(f"type: column {name} is not {kind}")))
    return judged(lines, native, [*errors, *wrong], F.substring("_line", 1, RAW_LIMIT), columns)


READER = Reader("fixed_width", read, text=False)
