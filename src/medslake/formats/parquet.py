"""Parquet files. `_row` is the 1-based row of the file. Columns that the schema does not name are left out; absent ones are an error.

Options: `aliases` {column as delivered: column of the schema}, `required`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

from medslake.formats import Format, FormatExample, Record

__all__ = ["FORMAT"]


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(stream)
    delivered = {column: member for member, column in options.get("aliases", {}).items()}
    columns = {column: delivered.get(column, column) for column in options["columns"]}
    absent = [member for member in columns.values() if member not in file.schema_arrow.names]
    if absent:
        raise ValueError(f"column {', '.join(absent)} is missing; the file has {', '.join(file.schema_arrow.names)}")
    row = 0
    for batch in file.iter_batches(batch_size=2000, columns=list(columns.values())):
        for values in batch.to_pylist():
            row += 1
            yield Record(row, {column: values[member] for column, member in columns.items()})


def _example() -> bytes:
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table({"a": ["x", "y"], "b": [1, 2]}), out)
    return out.getvalue()


FORMAT = Format(
    name="parquet",
    about="Apache Parquet.",
    parse=parse,
    text=False,
    example=FormatExample(_example, schema="a STRING", rows=({"a": "x"}, {"a": "y"}), file="example.parquet"),
)
