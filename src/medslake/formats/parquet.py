"""Parquet files. `_row` is the 1-based row of the file. Columns that the schema does not name are left out; absent ones are an error.

Options: `aliases` {column as delivered: column of the schema}, `required`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

from medslake.formats import INVALID_UTF8, Format, FormatExample, Record, Unreadable
from medslake.formats.parts.verdicts import two_values

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FORMAT"]

_BATCH = 2000


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(stream)
    there, aliases = file.schema_arrow.names, options.get("aliases", {})
    members = {column: [name for name in there if aliases.get(name, name) == column] for column in options["columns"]}
    twice = [column for column, found in members.items() if len(found) > len(set(found))]
    if twice:
        raise Unreadable(f"header_twice: column {', '.join(twice)} is there more than once")
    absent = [column for column, found in members.items() if not found]
    if absent:
        raise Unreadable(f"missing_column: column {', '.join(absent)} is missing among its {len(there)}")
    row = 0
    for batch in file.iter_batches(batch_size=_BATCH, columns=[member for found in members.values() for member in found]):
        for values in _values(batch):
            row += 1
            yield Record(row, {}, INVALID_UTF8) if values is None else _record(row, values, members)


def _values(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | None]:
    """Rows of a batch; None for one whose text is not UTF-8."""
    try:
        yield from batch.to_pylist()
        return
    except UnicodeDecodeError:
        pass
    for at in range(batch.num_rows):
        try:
            yield batch.slice(at, 1).to_pylist()[0]
        except UnicodeDecodeError:
            yield None


def _record(row: int, values: Mapping[str, Any], members: Mapping[str, list[str]]) -> Record:
    found = {}
    for column, names in members.items():
        filled = [value for name in names if (value := values[name]) is not None]
        if len(filled) > 1:
            return Record(row, {}, two_values(column))
        found[column] = filled[0] if filled else None
    return Record(row, found)


def _example() -> bytes:
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table({"a": ["x", "y", None, "z"], "b": [1, 2, 3, 4]}), out)
    return out.getvalue()


FORMAT = Format(
    name="parquet",
    about="Apache Parquet.",
    parse=parse,
    text=False,
    example=FormatExample(
        _example,
        schema="a STRING, b BIGINT",
        rows=({"a": "x", "b": 1}, {"a": "y"}, {"a": None, "b": 3}, {"a": "z", "b": 4}),
        file="example.parquet",
    ),
)
