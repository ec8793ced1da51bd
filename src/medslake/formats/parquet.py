"""Parquet files. `_row` is the 1-based row of the file. Columns that the schema does not name are left out; absent ones are an error.

Options: `aliases` {column as delivered: column of the schema}, `required`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from medslake.formats import Delivered, Format
from medslake.formats.parts.whole_files import Record, read_whole_files
from medslake.sources.base import NativeFile

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["FORMAT", "read"]


def _records(names: Sequence[str], stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(stream)
    delivered = {column: member for member, column in options.get("aliases", {}).items()}
    columns = {column: delivered.get(column, column) for column in names}
    absent = [member for member in columns.values() if member not in file.schema_arrow.names]
    if absent:
        raise ValueError(f"column {', '.join(absent)} is missing; the file has {', '.join(file.schema_arrow.names)}")
    row = 0
    for batch in file.iter_batches(batch_size=2000, columns=list(columns.values())):
        for values in batch.to_pylist():
            row += 1
            yield Record(row, {column: values[member] for column, member in columns.items()})


def read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """See `sources.formats`."""
    return read_whole_files(spark, native, delivered, partial(_records, native.names))


FORMAT = Format("parquet", read, text=False)
