"""A parser over delivered files in Spark workers, one file at a time, as Arrow batches; what it reads is what the inventory saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from medslake.formats.base import EXTRA, REFUSED, Delivered, Parse, Record, Unreadable
from medslake.formats.parts.arrow_rows import Rows
from medslake.formats.parts.blocks import spread
from medslake.formats.parts.hashed import Hashed, content, opened
from medslake.lake.schema.ddl import parse_columns

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["parsed"]

_FILES = "uri STRING, name STRING, sha256 STRING, utf8 BOOLEAN, beside MAP<STRING, STRUCT<uri: STRING, sha256: STRING>>"
_CHANGED = "file_changed: the file changed while it was read"


def parsed(
    spark: SparkSession,
    parse: Parse,
    schema: str,
    options: Mapping[str, Any],
    delivered: Sequence[Delivered],
    *,
    required: Sequence[str] = (),
    beside: Sequence[str] = (),
    as_text: Callable[[Any], str] | None = None,
) -> DataFrame:
    """Columns of `schema` and EXTRA. Files of 32 MiB or more get a task each, small ones share tasks; what a task reads of few large ones
    is spread over more.

    A parser that gives up, by whatever exception, and a file that is no longer what the inventory saw end in a row of REFUSED.
    """
    work = [(one.uri, one.name, one.sha256, one.utf8 and all(b.utf8 for b in one.beside), _places(one, beside)) for one in delivered]
    tasks = min(len(work), max(2 * spark.sparkContext.defaultParallelism, sum(one.size for one in delivered) // 2**25 + 1))
    files = spark.createDataFrame(spark.sparkContext.parallelize(work, tasks), _FILES)
    columns = tuple((column.name, column.type) for column in parse_columns(schema))
    options = {**options, "columns": dict(columns)}
    run = partial(_run, parse, tuple(beside), options, columns, tuple(required), as_text)
    rows = files.mapInArrow(run, f"{schema}, {EXTRA}")
    # Many large files keep all tasks busy as they are.
    return spread(spark, rows, "_row", delivered) if len(delivered) < 2 * spark.sparkContext.defaultParallelism else rows


def _places(one: Delivered, beside: Sequence[str]) -> dict[str, tuple[str, str]]:
    return {ending: (b.uri, b.sha256) for ending in beside for b in one.beside if b.name.removesuffix(".gz").endswith(ending)}


def _run(
    parse: Parse,
    beside: Sequence[str],
    options: Mapping[str, Any],
    columns: Sequence[tuple[str, str]],
    required: Sequence[str],
    as_text: Callable[[Any], str] | None,
    batches: Iterator[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    rows = Rows(columns, required, as_text)
    for batch in batches:
        for file in batch.to_pylist():
            for record in _guarded(parse, beside, options, file):
                rows.add(record, utf8=file["utf8"])
                if rows.full:
                    yield _batch(rows, file)
            if rows.rows:
                yield _batch(rows, file)


def _guarded(parse: Parse, beside: Sequence[str], options: Mapping[str, Any], file: Mapping[str, Any]) -> Iterator[Record]:
    row = 0
    places = dict(file["beside"])
    absent = [ending for ending in beside if ending not in places]
    if absent:
        yield Record(1, {}, f"missing_file: no file of the same name that ends in {', '.join(absent)} lies beside it", "")
        return
    try:
        if beside:
            options = {**options, "beside": {ending: _beside(*places[ending].values()) for ending in beside}}
        with Hashed(file["uri"]) as raw, opened(raw, file["uri"]) as stream:
            for record in parse(stream, file["name"], options):
                if record.row <= row:
                    # Two records of one number would be one place to whoever walks back from a row.
                    raise Unreadable(f"row_order: a record has number {record.row} after {row}; records are counted from 1")
                row = record.row
                yield record
            if raw.sha256() != file["sha256"]:
                raise Unreadable(_CHANGED)
    except Unreadable as error:
        yield _refused(row, str(error))
    except FileNotFoundError:
        yield _refused(row, _CHANGED)
    except Exception as error:
        # Its message may quote the file.
        yield _refused(row, f"unreadable: the reader gives up with {type(error).__name__}")


def _refused(row: int, why: str) -> Record:
    return Record(row + 1, {}, f"{REFUSED}{why}", "")


def _beside(uri: str, sha256: str) -> bytes:
    found = content(uri, sha256)
    if found is None:
        raise Unreadable(_CHANGED)
    return found


def _batch(rows: Rows, file: Mapping[str, Any]) -> pa.RecordBatch:
    import pyarrow as pa

    native, told = rows.taken()
    count = len(told[0])
    place = [pa.repeat(file["name"], count), pa.repeat(file["sha256"], count)]
    fields = [*rows.names, "_file", "_sha256", "_row", "_error", "_raw"]
    return pa.RecordBatch.from_arrays([*native, *place, *told], names=fields)
