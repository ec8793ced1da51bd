"""Delivered files to records: a format's Spark reader, or its parser in Spark workers, one file at a time, as Arrow batches."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import IO, TYPE_CHECKING, Any
from xml.parsers import expat

from medslake.formats import EXTRA, INVALID_UTF8, MAX_RECORD_BYTES, RAW_LIMIT, TOO_LONG, Delivered, Format, NativeFile, Parse, Record
from medslake.formats.parts.verdicts import required_keys
from medslake.lake.schema.ddl import parse_columns
from medslake.lake.schema.types import arrow_type

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["read_records"]

_BATCH_RECORDS = 2000
_BATCH_BYTES = 8 * 1024 * 1024
_FILES = "uri STRING, name STRING, sha256 STRING, utf8 BOOLEAN, beside MAP<STRING, STRING>"
#: What parsers raise on content that they cannot go on with.
_UNREADABLE = (ValueError, EOFError, OSError, LookupError, zipfile.BadZipFile, zlib.error, expat.ExpatError)


def read_records(spark: SparkSession, form: Format, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """All records of the delivered files of one family, in the columns of `formats.base`."""
    native = replace(native, options={**form.options, **native.options})
    if form.read is not None:
        return form.read(spark, native, delivered)
    assert form.parse is not None
    return _parsed(spark, form.parse, form.beside, native, delivered)


def _parsed(spark: SparkSession, parse: Parse, beside: Sequence[str], native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """Run `parse` over every file in Spark workers; files of 32 MiB or more get a task each, small ones share tasks.

    A file whose parser gives up keeps the records before the fault and one more with `unreadable: ...`.
    """
    import pyarrow as pa

    schema = f"{native.schema}, {EXTRA}"
    arrow_schema = pa.schema([pa.field(column.name, arrow_type(column.json_type)) for column in parse_columns(schema)])
    work = [(one.uri, one.name, one.sha256, one.utf8 and all(b.utf8 for b in one.beside), _places(one, beside)) for one in delivered]
    tasks = min(len(work), max(2 * spark.sparkContext.defaultParallelism, sum(one.size for one in delivered) // 2**25 + 1))
    files = spark.createDataFrame(spark.sparkContext.parallelize(work, tasks), _FILES)
    options = {**native.options, "columns": dict(native.columns)}
    return files.mapInArrow(partial(_run, parse, tuple(beside), options, tuple(required_keys(native)), arrow_schema), schema)


def _places(one: Delivered, beside: Sequence[str]) -> dict[str, str]:
    return {ending: b.uri for ending in beside for b in one.beside if b.name.removesuffix(".gz").endswith(ending)}


def _run(
    parse: Parse,
    beside: Sequence[str],
    options: Mapping[str, Any],
    required: Sequence[str],
    schema: pa.Schema,
    batches: Iterator[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for file in batch.to_pylist():
            rows: list[dict[str, Any]] = []
            size = 0
            for record in _guarded(parse, beside, options, file):
                rows.append(_row(record, required, file))
                size += len(record.raw or "") + _weight(record.values)
                if len(rows) >= _BATCH_RECORDS or size >= _BATCH_BYTES:
                    yield _arrow(rows, schema)
                    rows, size = [], 0
            if rows:
                yield _arrow(rows, schema)


def _guarded(parse: Parse, beside: Sequence[str], options: Mapping[str, Any], file: Mapping[str, Any]) -> Iterator[Record]:
    row = 0
    places = dict(file["beside"])
    absent = [ending for ending in beside if ending not in places]
    if absent:
        yield Record(1, {}, f"missing_file: no file of the same name that ends in {', '.join(absent)} lies beside it", "")
        return
    try:
        if beside:
            options = {**options, "beside": {ending: _content(places[ending]) for ending in beside}}
        with _open(file["uri"]) as stream:
            for record in parse(stream, file["name"], options):
                row = record.row
                yield record
    except _UNREADABLE as error:
        yield Record(row + 1, {}, f"unreadable: the file cannot be read from here on ({error})"[:500], "")


def _open(uri: str) -> IO[bytes]:
    """The content of a native file as a binary stream, gunzipped by its name."""
    from pyarrow import fs

    filesystem, path = fs.FileSystem.from_uri(uri) if "://" in uri else (fs.LocalFileSystem(), uri)
    stream: Any = filesystem.open_input_file(path)
    return gzip.open(stream) if path.endswith(".gz") else stream  # type: ignore[return-value]


def _content(uri: str) -> bytes:
    with _open(uri) as stream:
        return stream.read()


def _row(record: Record, required: Sequence[str], file: Mapping[str, Any]) -> dict[str, Any]:
    error = record.error
    if error is None and _weight(record.values) > MAX_RECORD_BYTES:
        error = TOO_LONG
    if error is None and not file["utf8"] and "\ufffd" in _as_json(record.values):
        error = INVALID_UTF8
    if error is None:
        missing = [name for name in required if record.values.get(name) is None]
        error = f"missing_key: {missing[0]} is missing or null" if missing else None
    raw = None if error is None else (record.raw if record.raw is not None else _as_json(record.values))
    return {**record.values, "_file": file["name"], "_sha256": file["sha256"], "_row": record.row, "_error": error, "_raw": raw}


def _arrow(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Rows as one batch; a row whose values do not fit their types keeps only its place, its error and itself as JSON."""
    import pyarrow as pa

    try:
        return pa.RecordBatch.from_pylist(rows, schema=schema)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        fitting = [_fitted(row, schema) for row in rows]
        return pa.RecordBatch.from_pylist(fitting, schema=schema)


def _fitted(row: dict[str, Any], schema: pa.Schema) -> dict[str, Any]:
    import pyarrow as pa

    out, wrong = {}, []
    for field in schema:
        try:
            out[field.name] = pa.array([row.get(field.name)], type=field.type)[0].as_py()
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            wrong.append(field)
    if not wrong:
        return row
    native = {name: value for name, value in row.items() if not name.startswith("_")}
    error = row["_error"] or f"type: column {wrong[0].name} is not {wrong[0].type}"
    kept = {name: out[name] for name in ("_file", "_sha256", "_row")}
    return {**kept, "_error": error, "_raw": row["_raw"] if row["_raw"] is not None else _as_json(native)}


def _as_json(values: Mapping[str, Any]) -> str:
    import json

    return json.dumps(dict(values), ensure_ascii=False, default=str)[:RAW_LIMIT]


def _weight(values: Mapping[str, Any]) -> int:
    return sum(len(value) for value in values.values() if isinstance(value, (str, list)))
