"""Tables without a JVM: pyarrow rows, the same Delta files, the same rules as the Spark adapters."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from medslake.errors import SchemaMismatch, UsageError
from medslake.lake.schema import ddl, enforce
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.schema.types import arrow_type, from_arrow
from medslake.lake.storage import delta_log
from medslake.lake.storage.delta_log import Change
from medslake.lake.storage.history import history
from medslake.lake.storage.place import Place, escape_partition
from medslake.lake.storage.snapshot import DataFile, Snapshot, newest, open_snapshot, rows_of
from medslake.lake.storage.stream import Stream, in_order, write_files
from medslake.lake.storage.tables import Commit, CommitInfo, Where

__all__ = ["BATCH_ROWS", "ROWS_PER_FILE", "ArrowTables", "dataset"]

Filter = Mapping[str, Any] | ds.Expression | None
ROWS_PER_FILE = 250_000
#: Rows per batch: enough to keep a tokenizer's threads busy, some 10 MB of text.
BATCH_ROWS = 8192
#: Files of at most FEW_ROWS count as small, MANY of them in one partition as too many.
FEW_ROWS, MANY = 25_000, 8


class ArrowTables:
    """Reads and writes `pyarrow.Table`s by table name. `specs` gives the DDL of a name."""

    def __init__(self, root: str | Place, specs: Callable[[str], TableSpec] = ddl.spec) -> None:
        self.place = root if isinstance(root, Place) else Place(root)
        self.specs = specs

    def exists(self, name: str) -> bool:
        return self.place.has_log(name)

    def names(self) -> list[str]:
        """Tables that exist, sorted."""
        return self.place.names()

    def version(self, name: str) -> int:
        return open_snapshot(self.place, name).version

    def count(self, name: str) -> int:
        """Rows of the newest version, told by the log alone."""
        return rows_of(open_snapshot(self.place, name).files())

    def size(self, name: str, version: int | None = None) -> tuple[int, int]:
        """Rows and bytes of the files of a version, told by the log alone; a file of unknown length counts as very long."""
        files = open_snapshot(self.place, name, version).files()
        return sum(f.rows if f.rows >= 0 else 1 << 40 for f in files), sum(f.size for f in files)

    def history(self, name: str, limit: int | None = None) -> list[dict[str, Any]]:
        """Newest first: version, timestamp (ms), operation, metadata."""
        return history(self.place, name, limit)

    def read(self, name: str, version: int | None = None, columns: Sequence[str] | None = None, where: Filter = None) -> pa.Table:
        """Rows of a version; where: column -> value (or a list of values, or None for null), or a pyarrow expression."""
        snapshot = open_snapshot(self.place, name, version)
        return dataset(self.place, snapshot).to_table(columns=list(columns) if columns is not None else None, filter=_expression(where))

    def batches(
        self, name: str, columns: Sequence[str], where: Filter = None, *, version: int | None = None, size: int = BATCH_ROWS
    ) -> Iterator[pa.RecordBatch]:
        """Rows in file order, `size` at most at a time; few batches are in memory at once."""
        scanner = dataset(self.place, open_snapshot(self.place, name, version)).scanner(
            columns=list(columns), filter=_expression(where), batch_size=size, batch_readahead=2, fragment_readahead=1
        )
        for batch in scanner.to_batches():
            if batch.num_rows:
                yield batch

    def files(self, name: str, version: int, partition: Mapping[str, Sequence[str]]) -> list[str]:
        """Paths, inside the lake's file system, of a version's files in the partitions that are named."""
        return [self.place.file(name, f.path) for f in open_snapshot(self.place, name, version).files(partition)]

    def append(self, name: str, rows: pa.Table, info: CommitInfo, *, spec: TableSpec | None = None, count: int | None = None) -> Commit:
        return self._write(spec or self.specs(name), rows, info, "append", {}, count)

    def replace(
        self,
        name: str,
        rows: pa.Table | Stream,
        info: CommitInfo,
        *,
        where: Where | None = None,
        spec: TableSpec | None = None,
        count: int | None = None,
    ) -> Commit:
        """Replace all rows, or those of the partition `where`; rows outside it are refused.

        A Stream is written as it comes, in bounded memory: its rows lie in one partition and come in order of the table's key.
        """
        return self._write(spec or self.specs(name), rows, info, "replace", where or {}, count)

    def upsert(
        self, name: str, rows: pa.Table, info: CommitInfo, *, on: Sequence[str] | None = None, spec: TableSpec | None = None
    ) -> Commit:
        """Update rows that match on the key columns (default: the DDL's key), insert the others; duplicate keys in `rows` are refused."""
        snapshot = newest(self.place, name)
        if (there := delta_log.standing(snapshot, info)) is not None:
            return there
        table = delta_log.wanted(spec or self.specs(name), snapshot)
        key = enforce.key_columns(table, on)
        rows = _fitted(table, rows, {})
        counted = rows.select(key).group_by(list(key)).aggregate([([], "count_all")])
        twice = counted.filter(ds.field("count_all") > 1).drop_columns("count_all")
        enforce.refuse_duplicates(table, key, twice.num_rows, twice.slice(0, 3).to_pylist())
        enforce.refuse_rows(table, {k: rows[k].null_count for k in key}, {}, 0, {})

        def change(now: Snapshot | None) -> Change:
            touched, kept = self._untouched(table, now, rows, key)
            whole = pa.concat_tables([padded(table, kept), rows]) if kept is not None else rows
            adds = self._publish(table, whole)
            return Change(adds, touched, rows.num_rows, throwaway=True, detail={"on": list(key)})

        return delta_log.commit(self.place, table, info, "upsert", change)

    def gather(self, name: str, rows: pa.Table, info: CommitInfo) -> Commit:
        """Append a few rows; the partitions that they go to are left with few files, however often this is done.

        Where small files have become many, these rows are written together with theirs, in the same commit.
        """
        table = delta_log.wanted(self.specs(name), newest(self.place, name))
        rows = _fitted(table, rows, {})

        def change(now: Snapshot | None) -> Change:
            touched = [] if now is None else _crowded(now, rows)
            old = [padded(table, dataset(self.place, now, touched).to_table())] if now is not None and touched else []
            return Change(self._publish(table, pa.concat_tables([*old, rows])), touched, rows.num_rows, throwaway=True)

        return delta_log.commit(self.place, table, info, "append", change)

    def merged(self, now: Snapshot, files: Sequence[DataFile]) -> list[str]:
        """Write the rows of some files of one partition anew, as one file; returns it. Nothing is committed."""
        spec = now.spec()
        return self._publish(spec, padded(spec, dataset(self.place, now, files).to_table(columns=list(spec.names))))

    def find(self, name: str, column: str, values: Sequence[Any]) -> pa.Table:
        """Rows with one of these values; opens only files that may have one, so that a few rows of many are found at once."""
        snapshot = open_snapshot(self.place, name)
        rows = dataset(self.place, snapshot, snapshot.holding({column: values})).to_table(filter=_expression({column: values}))
        return padded(self.specs(name), rows)

    def amend(self, name: str, where: Mapping[str, Any], rows: pa.Table, info: CommitInfo) -> Commit:
        """Put `rows` in the place of those that have these values (column -> value, or a list of values)."""
        table = delta_log.wanted(self.specs(name), newest(self.place, name))
        rows = _fitted(table, rows, {})
        lists = {column: value if isinstance(value, list) else [value] for column, value in where.items()}
        matched = _expression(lists)
        assert matched is not None

        def change(now: Snapshot | None) -> Change:
            if now is None:
                return Change(self._publish(table, rows), (), rows.num_rows, throwaway=True)
            touched, kept = [], [rows]
            for file in now.holding(lists):
                old = padded(table, dataset(self.place, now, [file]).to_table())
                others = old.filter(~matched)
                if others.num_rows < old.num_rows:
                    touched.append(file)
                    kept.append(others)
            return Change(self._publish(table, pa.concat_tables(kept)), touched, rows.num_rows, throwaway=True)

        return delta_log.commit(self.place, table, info, "amend", change)

    def _write(
        self, declared: TableSpec, rows: pa.Table | Stream, info: CommitInfo, operation: str, where: Where, known: int | None
    ) -> Commit:
        snapshot = newest(self.place, declared.name)
        table = delta_log.wanted(declared, snapshot)
        slice_ = enforce.slice_columns(table, where)
        replaced = slice_ if operation == "replace" else None
        if (there := delta_log.standing(snapshot, info, replaced)) is not None:
            return there
        if isinstance(rows, Stream):
            adds, count = self._publish_stream(table, rows, slice_)
        else:
            rows = _fitted(table, rows, slice_, known=known is not None)
            adds, count = self._publish(table, rows), rows.num_rows

        def change(now: Snapshot | None) -> Change:
            gone = now.files(slice_) if now is not None and operation == "replace" else []
            return Change(adds, gone, count)

        told = {"where": dict(where)} if where else {}
        return delta_log.commit(self.place, table, info, operation, change, slice_=replaced, **told)

    def _publish_stream(self, table: TableSpec, rows: Stream, slice_: Mapping[str, Sequence[str]]) -> tuple[list[str], int]:
        """Write a stream's rows as Parquet files of one partition; returns these and the number of rows."""
        if missing := [c for c in table.partition_by if len(slice_.get(c, ())) != 1]:
            raise UsageError(f"A stream of rows of {table.name} must lie in one partition; its {missing[0]} is not given.")
        self.place.clean_stages(table.name)
        stage = self.place.new_stage(table.name)
        folder = self.place.file(table.name, stage + "/" + "".join(f"{c}={escape_partition(slice_[c][0])}/" for c in table.partition_by))
        self.place.filesystem.create_dir(folder.rstrip("/"), recursive=True)
        body = [c for c in table.names if c not in table.partition_by]
        parts = in_order(table, (_fitted(table, part, slice_) for part in rows.chunks()))
        try:
            count = write_files((part.select(body) for part in parts), self.place.filesystem, folder)
        except BaseException:
            self.place.drop(table.name, stage)
            raise
        return self.place.publish(table.name, stage), count

    def _publish(self, table: TableSpec, rows: pa.Table) -> list[str]:
        """Write rows as Parquet files, one per partition and 250,000 rows, sorted by key."""
        self.place.clean_stages(table.name)
        if rows.num_rows == 0:
            return []
        stage = self.place.new_stage(table.name)
        if order := table.partition_by + table.key:
            rows = rows.take(pc.sort_indices(rows, sort_keys=[(c, "ascending") for c in order]))
        body = [c for c in table.names if c not in table.partition_by]
        for partition, part in _partitions(rows, table.partition_by):
            folder = "".join(f"{c}={escape_partition(v)}/" for c, v in zip(table.partition_by, partition, strict=True))
            self.place.filesystem.create_dir(self.place.file(table.name, f"{stage}/{folder}").rstrip("/"), recursive=True)
            for start in range(0, part.num_rows, ROWS_PER_FILE):
                path = self.place.file(table.name, f"{stage}/{folder}part-{start // ROWS_PER_FILE:05d}-{uuid.uuid4().hex}.parquet")
                with self.place.filesystem.open_output_stream(path) as out:
                    pq.write_table(part.slice(start, ROWS_PER_FILE).select(body), out, compression="zstd")
        return self.place.publish(table.name, stage)

    def _untouched(
        self, table: TableSpec, now: Snapshot | None, rows: pa.Table, key: Sequence[str]
    ) -> tuple[list[DataFile], pa.Table | None]:
        """Files that hold a key of `rows`, and their rows whose key is not among them."""
        if now is None:
            return [], None
        given = rows.select(list(key)).append_column("_given", pa.repeat(True, rows.num_rows))
        slices = {c: pc.unique(rows[c]).to_pylist() for c in key if c in now.partition_by}
        touched, kept = [], []
        for file in now.files(slices or None):
            old = dataset(self.place, now, [file])
            keys = old.to_table(columns=list(key))
            keys = keys.append_column("_at", pa.array(range(keys.num_rows), pa.int64()))
            hit = keys.join(given, keys=list(key), join_type="left semi")
            if hit.num_rows:
                stay = keys.join(given, keys=list(key), join_type="left anti")["_at"]
                touched.append(file)
                kept.append(padded(table, old.to_table()).take(pc.take(stay, pc.sort_indices(stay))))
        return touched, pa.concat_tables(kept) if kept else None


def dataset(place: Place, snapshot: Snapshot, files: Sequence[DataFile] | None = None) -> ds.Dataset:
    """The snapshot as a pyarrow dataset: partition columns from the log, columns added later as nulls."""
    schema = pa.schema([pa.field(f["name"], arrow_type(f["type"])) for f in snapshot.as_read["fields"]])
    parquet = ds.ParquetFileFormat()
    fragments = []
    for file in snapshot.files() if files is None else files:
        partition: ds.Expression | None = None
        for column, value in file.partition.items():
            held = ds.field(column).is_null() if value is None else ds.field(column) == value
            partition = held if partition is None else partition & held
        fragments.append(parquet.make_fragment(place.file(snapshot.name, file.path), place.filesystem, partition))
    return ds.FileSystemDataset(fragments, schema, parquet, place.filesystem)


def _crowded(now: Snapshot, rows: pa.Table) -> list[DataFile]:
    """The small files of those partitions that the rows go to and that have MANY of them."""
    columns = now.partition_by
    goals = set(zip(*(rows[c].to_pylist() for c in columns), strict=True)) if columns else {()}
    small: dict[tuple[str | None, ...], list[DataFile]] = {}
    for file in now.files():
        if file.rows <= FEW_ROWS and (part := tuple(file.partition[c] for c in columns)) in goals:
            small.setdefault(part, []).append(file)
    return [file for files in small.values() if len(files) >= MANY for file in files]


def _expression(where: Filter) -> ds.Expression | None:
    if where is None or isinstance(where, ds.Expression):
        return where
    found: ds.Expression | None = None
    for column, value in where.items():
        if value is None:
            held = ds.field(column).is_null()
        else:
            held = ds.field(column).isin(list(value)) if isinstance(value, (list, tuple, set)) else ds.field(column) == value
        found = held if found is None else found & held
    return found


def _fitted(table: TableSpec, rows: pa.Table, slice_: Mapping[str, Sequence[str]], known: bool = False) -> pa.Table:
    """Rows in the DDL's columns and types; raises SchemaMismatch. known: they are, so that only their slice is looked at."""
    fitted = rows if known and rows.schema == table.arrow_schema() else _cast(table, rows)
    outside = 0
    for column, values in slice_.items():
        outside = max(outside, fitted.num_rows - fitted.filter(ds.field(column).isin(list(values))).num_rows)
    nulls = {} if known else {c.name: fitted[c.name].null_count for c in table.columns if not c.nullable}
    empty = {c: fitted.filter(ds.field(c) == "").num_rows for c in table.partition_by}
    enforce.refuse_rows(table, nulls, empty, outside, slice_)
    return fitted


def _cast(table: TableSpec, rows: pa.Table) -> pa.Table:
    steps = enforce.fit(table, [(f.name, from_arrow(f.type)) for f in rows.schema])
    columns = []
    for name, step in steps.items():
        kind = arrow_type(table.column(name).json_type)
        try:
            columns.append(_nulls(rows.num_rows, kind) if step == "fill" else rows[name].cast(kind))
        except pa.ArrowInvalid as error:
            raise SchemaMismatch(f"table {table.name}, column {name}: {error}, wanted {table.column(name).type}.") from error
    return pa.table(columns, schema=table.arrow_schema())


def _nulls(length: int, kind: pa.DataType) -> pa.Array[Any]:
    return pa.array([None] * length, kind)


def padded(table: TableSpec, rows: pa.Table) -> pa.Table:
    """Rows of an older schema in the table's columns, missing ones null."""
    schema = table.arrow_schema()
    return pa.table(
        [rows[f.name].cast(f.type) if f.name in rows.column_names else _nulls(rows.num_rows, f.type) for f in schema], schema=schema
    )


def _partitions(rows: pa.Table, by: Sequence[str]) -> list[tuple[tuple[str | None, ...], pa.Table]]:
    """Rows sorted by `by`, cut into runs of equal values."""
    if not by:
        return [((), rows)]
    found = []
    values = list(zip(*(rows[c].to_pylist() for c in by), strict=True))
    start = 0
    for at in range(1, len(values) + 1):
        if at == len(values) or values[at] != values[start]:
            found.append((values[start], rows.slice(start, at - start)))
            start = at
    return found
