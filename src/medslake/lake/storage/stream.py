"""Rows that need not fit into memory: walked through in chunks, once to be checked and once to be written."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medslake.errors import SchemaMismatch
from medslake.lake.schema.ddl import TableSpec

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["Stream", "in_order", "is_arrow", "write_files"]

CHUNK_BYTES = 64 << 20
CHUNKS_PER_FILE = 16


@dataclass(frozen=True)
class Stream:
    """Rows as batches of one schema; `batches()` begins anew each time and gives the same."""

    schema: pa.Schema
    batches: Callable[[], Iterator[pa.RecordBatch]]

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """The rows of an Arrow IPC file, of which one batch at a time is in memory."""

        def batches() -> Iterator[pa.RecordBatch]:
            with pa.OSFile(str(path), "rb") as file, pa.ipc.open_file(file) as reader:
                for number in range(reader.num_record_batches):
                    yield reader.get_batch(number)

        with pa.OSFile(str(path), "rb") as file, pa.ipc.open_file(file) as reader:
            return cls(reader.schema, batches)

    def chunks(self) -> Iterator[pa.Table]:
        """All rows in order, some 64 MB at a time; a stream without rows is one empty table."""
        held: list[pa.RecordBatch] = []
        size, given = 0, False
        for batch in self.batches():
            held.append(batch)
            size += batch.nbytes
            if size >= CHUNK_BYTES:
                yield pa.Table.from_batches(held)
                held, size, given = [], 0, True
        if held or not given:
            yield pa.Table.from_batches(held, self.schema)


def is_arrow(rows: object) -> bool:
    """Whether rows are here and not in Spark."""
    return isinstance(rows, pa.Table | Stream)


def in_order(table: TableSpec, parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same parts; raises SchemaMismatch where a row's key is not above that of the row before, since no part sees the others' keys."""
    last: list[pa.Table] = []
    for part in parts:
        if table.key and part.num_rows:
            keys = pa.concat_tables([*last, part.select(list(table.key))])
            if not _ascending(keys, table.key):
                told = ", ".join(table.key)
                raise SchemaMismatch(f"table {table.name}: rows of a stream must come in order of ({told}), each once.")
            last = [keys.slice(keys.num_rows - 1)]
        yield part


def write_files(parts: Iterable[pa.Table], filesystem: FileSystem, folder: str) -> int:
    """Write Parquet files into a folder, a row group for each part and sixteen to a file; returns the number of rows."""
    left = iter(parts)
    rows = 0
    for number in itertools.count():
        group = itertools.islice(left, CHUNKS_PER_FILE)
        first = next(group, None)
        if first is None:
            return rows
        path = f"{folder}part-{number:05d}-{uuid.uuid4().hex}.parquet"
        with filesystem.open_output_stream(path) as out, pq.ParquetWriter(out, first.schema, compression="zstd") as writer:
            for part in itertools.chain([first], group):
                writer.write_table(part, row_group_size=max(1, part.num_rows))
                rows += part.num_rows
    return rows


def _ascending(keys: pa.Table, columns: Sequence[str]) -> bool:
    above: Any = None
    for name in reversed(columns):
        before, after = keys[name].slice(0, keys.num_rows - 1), keys[name].slice(1)
        greater = pc.greater(after, before)
        above = greater if above is None else pc.or_(greater, pc.and_(pc.equal(after, before), above))
    return above is None or pc.all(above, min_count=0).as_py() is True
