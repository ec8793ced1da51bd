"""Snapshots: what a version of a table is made of, told by Delta's log without reading a row."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from medslake.errors import UsageError
from medslake.lake.schema.ddl import TableSpec, later_columns
from medslake.lake.storage.place import Place
from medslake.lake.storage.protocol import refuse_unreadable

__all__ = ["DataFile", "Snapshot", "is_newest", "log_entries", "newest", "open_snapshot", "rows_of"]

_ENTRY = re.compile(r"(\d{20})(\.json$|\.checkpoint\.)")


@dataclass(frozen=True)
class DataFile:
    """A file of a snapshot. path: relative to the table, raw (not percent-encoded). partition: column -> value, None = null.

    rows: as the log counts them, -1 where it does not.
    """

    path: str
    size: int
    rows: int
    partition: Mapping[str, str | None]


@dataclass(frozen=True)
class Snapshot:
    """One version of a table."""

    name: str
    table: DeltaTable
    version: int
    schema: dict[str, Any]
    partition_by: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(f["name"] for f in self.schema["fields"])

    @property
    def as_read(self) -> dict[str, Any]:
        """The schema, and behind it the columns that the DDL of today has and this version does not: they read as null."""
        later = later_columns(self.name, self.columns)
        return {**self.schema, "fields": [*self.schema["fields"], *TableSpec(self.name, later).schema_json()["fields"]]}

    def spec(self) -> TableSpec:
        """What the table itself keeps: columns, comments, key, NOT NULL, partitioning."""
        return TableSpec.from_schema_json(self.name, self.schema, self.partition_by, self.table.metadata().description or "")

    def transaction(self, app: str) -> int | None:
        """The number that the newest commit of an application left, see `medslake.lake.storage.transactions`."""
        return self.table.transaction_version(app)

    def files(self, where: Mapping[str, Sequence[str | None]] | None = None) -> list[DataFile]:
        """Files in path order, optionally only those of the partitions whose values are listed."""
        if where is None:
            return list(self._files)
        return [f for f in self._files if all(f.partition[c] in values for c, values in where.items() if c in f.partition)]

    def holding(self, where: Mapping[str, Sequence[Any]]) -> list[DataFile]:
        """Files that may hold a row with one of these values in each of the columns, as partitions and statistics tell."""
        found = self.files({c: values for c, values in where.items() if c in self.partition_by})
        actions = pa.table(self.table.get_add_actions(flatten=True))
        for column, values in where.items():
            if {f"min.{column}", f"max.{column}"} <= set(actions.column_names):
                bounds = zip(*(actions[c].to_pylist() for c in ("path", f"min.{column}", f"max.{column}")), strict=True)
                without = {
                    unquote(path) for path, low, high in bounds
                    if low is not None and high is not None and not any(low <= value <= high for value in values)
                }  # fmt: skip
                found = [f for f in found if f.path not in without]
        return found

    @cached_property
    def _files(self) -> list[DataFile]:
        actions = pa.table(self.table.get_add_actions(flatten=True))
        found = []
        for action in actions.select([c for c in actions.column_names if not c.startswith(("min.", "max.", "null_count."))]).to_pylist():
            partition = {c: action[f"partition.{c}"] for c in self.partition_by}
            # The log percent-encodes paths; delta-rs hands them out as they stand there and encodes again what it is given.
            rows = action.get("num_records")
            found.append(DataFile(unquote(action["path"]), action["size_bytes"], -1 if rows is None else rows, partition))
        return sorted(found, key=lambda f: f.path)


def open_snapshot(place: Place, name: str, version: int | None = None, *, whole: bool = True) -> Snapshot:
    """The newest (or that) version; raises UnknownName, and UsageError for versions and protocol features that cannot be read.

    whole: of an older version, that its files are there, which a vacuum may have ended; False asks the log alone.
    """
    uri = place.table(name)
    try:
        table = DeltaTable(uri, version=version) if version is not None else DeltaTable(uri)
    except (TableNotFoundError, DeltaError) as error:
        if not place.has_log(name):
            raise place.known(name) from None
        if version is None:
            raise
        raise _no_version(place, name, version, DeltaTable(uri).version()) from error
    refuse_unreadable(name, table)
    found = Snapshot(name, table, table.version(), json.loads(table.schema().to_json()), tuple(table.metadata().partition_columns))
    if version is not None and whole and not is_newest(place, name, version):
        _refuse_ended(place, found)
    return found


def newest(place: Place, name: str) -> Snapshot | None:
    """The newest snapshot, None when there is no table yet."""
    return open_snapshot(place, name) if place.has_log(name) else None


def is_newest(place: Place, name: str, version: int) -> bool:
    """Whether no commit came after that version, without reading the log."""
    from pyarrow.fs import FileType

    following = place.file(name, f"_delta_log/{version + 1:020}.json")
    return bool(place.filesystem.get_file_info(following).type is FileType.NotFound)


def rows_of(files: Sequence[DataFile]) -> int:
    """Rows of these files; those that the log does not count are left out."""
    return sum(max(f.rows, 0) for f in files)


def log_entries(place: Place, name: str) -> list[tuple[int, str, bool]]:
    """Version, path inside the lake's file system, and whether it is a commit (else a checkpoint), of what the log still has, in order."""
    from pyarrow.fs import FileSelector

    found = []
    for info in place.filesystem.get_file_info(FileSelector(place.file(name, "_delta_log"), allow_not_found=True)):
        if entry := _ENTRY.match(info.base_name):
            found.append((int(entry[1]), str(info.path), entry[2] == ".json"))
    return sorted(found)


def _refuse_ended(place: Place, snapshot: Snapshot) -> None:
    from pyarrow.fs import FileType

    files = place.filesystem.get_file_info([place.file(snapshot.name, file.path) for file in snapshot.files()])
    if any(file.type is FileType.NotFound for file in files):
        raise UsageError(
            f"{snapshot.name} has no version {snapshot.version} any more: a vacuum took files of it away.",
            hint=f"Run: medslake history {snapshot.name}",
        )


def _no_version(place: Place, name: str, version: int, newest: int) -> UsageError:
    if not 0 <= version < newest:
        return UsageError(f"{name} has no version {version} (newest: {newest}).", hint=f"Run: medslake history {name}")
    # A version can be read from version 0 or a checkpoint on.
    starts = [v for v, _, is_commit in log_entries(place, name) if v == 0 or not is_commit]
    oldest = min(starts, default=newest)
    return UsageError(
        f"{name} has no version {version} any more; oldest: {oldest}, newest: {newest}.",
        hint="Delta deletes the log of old versions, by itself after 30 days (delta.logRetentionDuration).",
    )
