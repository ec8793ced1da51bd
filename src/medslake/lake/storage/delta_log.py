"""Snapshots and commits over delta-rs, shared by the embedded adapter and the Arrow tables.

delta-rs' write transaction validates nothing and, with retries, lets a stale overwrite pass after an append. So every commit here is a
compare-and-swap (`max_commit_retries=0`): when another writer was first, the change is made again from the new snapshot.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Field, Schema
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction, Transaction, create_table_with_add_actions

from medslake.errors import CommitConflict, SchemaMismatch, UsageError
from medslake.lake.schema import ddl, enforce
from medslake.lake.schema.ddl import Column, TableSpec, with_columns
from medslake.lake.schema.types import spell
from medslake.lake.storage.place import Place
from medslake.lake.storage.protocol import refuse_unreadable, refuse_unwritable
from medslake.lake.storage.stats import footer
from medslake.lake.storage.tables import Commit, CommitInfo

__all__ = [
    "Change",
    "DataFile",
    "Snapshot",
    "commit",
    "current",
    "evolve",
    "history",
    "newest",
    "newest_commits",
    "open_snapshot",
    "txn_version",
    "wanted",
    "whole",
]

ATTEMPTS = 30
_HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class DataFile:
    """A file of a snapshot. path: relative to the table, raw (not percent-encoded). partition: column -> value, None = null."""

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
        """The schema, and behind it the nullable columns that the DDL of today has and this version does not: they read as null."""
        later = ddl.later_columns(self.name, self.columns)
        return {**self.schema, "fields": [*self.schema["fields"], *TableSpec(self.name, later).schema_json()["fields"]]}

    def spec(self) -> TableSpec:
        """What the table itself keeps: columns, comments, key, NOT NULL, partitioning."""
        return TableSpec.from_schema_json(self.name, self.schema, self.partition_by, self.table.metadata().description or "")

    def files(self, where: Mapping[str, Sequence[str | None]] | None = None) -> list[DataFile]:
        """Files in path order, optionally only those of the partitions whose values are listed."""
        actions = pa.table(self.table.get_add_actions(flatten=True))
        found = []
        for action in actions.select([c for c in actions.column_names if not c.startswith(("min.", "max.", "null_count."))]).to_pylist():
            partition = {c: action[f"partition.{c}"] for c in self.partition_by}
            if where is None or all(partition[c] in values for c, values in where.items() if c in partition):
                # The log percent-encodes paths; delta-rs hands them out as they stand there and encodes again what it is given.
                rows = action.get("num_records")
                found.append(DataFile(unquote(action["path"]), action["size_bytes"], -1 if rows is None else rows, partition))
        return sorted(found, key=lambda f: f.path)


@dataclass(frozen=True)
class Change:
    """What a commit does: `adds` are published files (relative paths), `removes` files of the snapshot; `rows` as told in the history.

    throwaway: the added files were made for this snapshot only and are deleted when the commit loses the race.
    """

    adds: Sequence[str]
    removes: Sequence[DataFile] = ()
    rows: int = 0
    throwaway: bool = False
    detail: Mapping[str, Any] = field(default_factory=dict)


def open_snapshot(place: Place, name: str, version: int | None = None) -> Snapshot:
    """The newest (or that) version; raises UnknownName, and UsageError for versions and protocol features that cannot be read."""
    uri = place.table(name)
    try:
        table = DeltaTable(uri, version=version) if version is not None else DeltaTable(uri)
    except TableNotFoundError:
        raise place.known(name) from None
    except DeltaError as error:
        if version is None or not DeltaTable.is_deltatable(uri):
            raise
        newest = DeltaTable(uri).version()
        raise UsageError(f"{name} has no version {version} (newest: {newest}).", hint=f"See the history of {name}.") from error
    refuse_unreadable(name, table)
    return Snapshot(name, table, table.version(), json.loads(table.schema().to_json()), tuple(table.metadata().partition_columns))


def newest(place: Place, name: str) -> Snapshot | None:
    """The newest snapshot, None when there is no table yet."""
    return open_snapshot(place, name) if DeltaTable.is_deltatable(place.table(name)) else None


def wanted(table: TableSpec, snapshot: Snapshot | None) -> TableSpec:
    """What rows must look like: the DDL's columns, then those that only the table has; raises SchemaMismatch where types disagree."""
    if snapshot is None:
        return table
    enforce.refuse_other_types(table, {f["name"]: f["type"] for f in snapshot.schema["fields"]})
    if snapshot.partition_by != table.partition_by:
        raise SchemaMismatch(f"table {table.name}: partitioned on disk by {snapshot.partition_by}, by its DDL by {table.partition_by}.")
    extra = [f for f in snapshot.schema["fields"] if f["name"] not in table.names]
    return with_columns(table, [Column(f["name"], spell(f["type"]), comment=f["metadata"].get("comment", "")) for f in extra])


def txn_version(fingerprint: str) -> int:
    """The fingerprint as a Delta transaction version: 63 bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(fingerprint.encode()).digest()[:8], "big") >> 1


def current(snapshot: Snapshot, fingerprints: Mapping[str, str | None]) -> dict[str, Commit]:
    """App -> its newest commit, for the apps whose newest commit has this fingerprint."""
    wanted = {
        app: fingerprint
        for app, fingerprint in fingerprints.items()
        if fingerprint is not None and snapshot.table.transaction_version(app) == txn_version(fingerprint)
    }
    found = newest_commits(snapshot.name, lambda limit: history(snapshot, limit), wanted) if wanted else {}
    # The log entry may be gone (log retention), the transaction is not: all that can be told is the table as it stands.
    for app in wanted.keys() - found.keys():
        found[app] = Commit(snapshot.name, snapshot.version, sum(f.rows for f in snapshot.files()), committed=False)
    return {app: found[app] for app in wanted if found[app].metadata.get("fingerprint", wanted[app]) == wanted[app]}


def newest_commits(name: str, entries: Callable[[int | None], list[dict[str, Any]]], apps: Iterable[str]) -> dict[str, Commit]:
    """App -> its newest commit as the history tells it; entries: the newest so many entries of the history, all for None."""
    missing, found = set(apps), dict[str, Commit]()
    for limit in (20, 500, None):
        told = entries(limit)
        for entry in told:
            metadata = entry["metadata"]
            kept = metadata.get("parts") or {metadata.get("app"): metadata}
            for app in missing & kept.keys():
                found[app] = Commit(name, entry["version"], kept[app]["rows"], committed=False, metadata=kept[app])
            missing -= found.keys()
        if not missing or limit is None or len(told) < limit:
            break
    return found


def whole(name: str, info: CommitInfo, found: Mapping[str, Commit]) -> Commit | None:
    """One commit for all that `info` does, when all of it is current."""
    if found.keys() != info.fingerprints.keys():
        return None
    newest = max(found.values(), key=lambda c: c.version)
    return Commit(name, newest.version, sum(c.rows for c in found.values()), committed=False, metadata=newest.metadata)


def history(snapshot: Snapshot, limit: int | None = None) -> list[dict[str, Any]]:
    """Newest first: version, timestamp (ms), operation, metadata."""
    found = []
    for entry in snapshot.table.history(limit):
        metadata = told_metadata(entry.get("userMetadata"))
        operation = metadata.get("operation") or entry.get("operation", "")
        found.append({"version": entry["version"], "timestamp": entry.get("timestamp"), "operation": operation, "metadata": metadata})
    return found


def told_metadata(text: str | None) -> dict[str, Any]:
    """userMetadata as a dict; what another program wrote there as {"text": ...}."""
    try:
        told = json.loads(text or "{}")
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"text": text}


def commit(
    place: Place, table: TableSpec, info: CommitInfo, operation: str, change: Callable[[Snapshot | None], Change], **told: Any
) -> Commit:
    """Commit what `change` makes of the newest snapshot, at once or not at all; raises CommitConflict after many lost races.

    `operation` (append, replace, upsert) and `told` land in the userMetadata beside `info`.
    """
    unnamed: set[str] = set()
    try:
        for attempt in range(ATTEMPTS):
            snapshot = newest(place, table.name)
            if snapshot is not None:
                refuse_unwritable(table.name, snapshot.table, snapshot.schema)
                if (there := whole(table.name, info, current(snapshot, info.fingerprints))) is not None:
                    return there
                wanted(table, snapshot)
                if missing := [c for c in table.columns if c.name not in snapshot.columns]:
                    _add_columns(snapshot, missing, info)
                    continue
            changed = change(snapshot)
            unnamed.update(changed.adds)
            metadata = {
                **(info.metadata or {}), **told, **changed.detail, "operation": operation, "app": info.app,
                "fingerprint": info.fingerprint, "rows": changed.rows, "commit": uuid.uuid4().hex,
                **({"parts": info.parts} if info.parts else {}),
            }  # fmt: skip
            try:
                version = _swap(place, table, snapshot, changed, info, metadata)
            except BaseException:
                # A failure behind the commit (a checkpoint, an interrupt): the log may name the files already.
                if _may_have_landed(place, table.name, metadata["commit"]):
                    unnamed.clear()
                raise
            if version is not None:
                unnamed.difference_update(changed.adds)
                return Commit(table.name, version, changed.rows, committed=True, metadata=metadata)
            if changed.throwaway:
                _discard(place, table.name, unnamed)
                unnamed.clear()
            time.sleep(random.uniform(0, 0.02 * min(2**attempt, 50)))
        raise CommitConflict(
            f"{table.name} was changed by other writers {ATTEMPTS} times while this one tried to commit; nothing was committed.",
            hint="Run the same command again.",
        )
    finally:
        _discard(place, table.name, unnamed)


def evolve(place: Place, name: str, columns: Sequence[Column], info: CommitInfo) -> int:
    """Add nullable columns; those that are there already (same type) are passed over. Returns the newest version."""
    for _ in range(ATTEMPTS):
        snapshot = open_snapshot(place, name)
        refuse_unwritable(name, snapshot.table, snapshot.schema)
        on_disk = {f["name"]: f["type"] for f in snapshot.schema["fields"]}
        enforce.refuse_redefined(name, columns, on_disk)
        new = [c for c in columns if c.name not in on_disk]
        if not new:
            return snapshot.version
        if _add_columns(snapshot, new, info):
            return open_snapshot(place, name).version
    raise CommitConflict(f"{name} was changed by other writers {ATTEMPTS} times; no column was added.", hint="Run the same command again.")


def partition_of(relative: str) -> dict[str, str | None]:
    """Partition values of a file from its Hive path."""
    pairs = [segment.partition("=") for segment in relative.split("/")[:-1]]
    return {column: None if value == _HIVE_NULL else unquote(value) for column, _, value in pairs}


def _add_columns(snapshot: Snapshot, columns: Sequence[Column], info: CommitInfo) -> bool:
    spec = TableSpec(snapshot.name, tuple(columns))
    fields = [Field.from_json(json.dumps(f)) for f in spec.schema_json()["fields"]]
    told = {**(info.metadata or {}), "operation": "add columns", "columns": [c.name for c in columns]}
    with _lost_race() as race:
        snapshot.table.alter.add_columns(fields, commit_properties=_properties(told))
    return not race.lost


def _swap(
    place: Place, table: TableSpec, snapshot: Snapshot | None, change: Change, info: CommitInfo, metadata: dict[str, Any]
) -> int | None:
    """Write the next version, None when another writer was first."""
    now = int(time.time() * 1000)
    adds = [_add_action(place, table.name, relative, now) for relative in change.adds]
    txn = [Transaction(app, txn_version(fingerprint)) for app, fingerprint in info.fingerprints.items() if fingerprint] or None
    properties = _properties(metadata, txn)
    with _lost_race() as race:
        if snapshot is None:
            create_table_with_add_actions(
                place.table(table.name),
                Schema.from_json(json.dumps(table.schema_json())),
                adds,
                mode="error",
                partition_by=list(table.partition_by),
                name=table.name,
                description=table.comment or None,
                commit_properties=properties,
            )
        else:
            removes = [
                RemoveAction(path=f.path, data_change=True, deletion_timestamp=now, size=f.size, partition_values=dict(f.partition))
                for f in change.removes
            ]
            schema = Schema.from_json(json.dumps(snapshot.schema))
            snapshot.table.create_write_transaction(
                [*removes, *adds], "append", schema, list(snapshot.partition_by), commit_properties=properties
            )
    if race.lost:
        return None
    return 0 if snapshot is None else snapshot.version + 1


@dataclass
class _Race:
    lost: bool = False


@contextlib.contextmanager
def _lost_race() -> Iterator[_Race]:
    """Tell a lost compare-and-swap from every other failure, which passes through."""
    race = _Race()
    try:
        yield race
    except CommitFailedError:
        race.lost = True
    except DeltaError as error:
        if "already exists" not in str(error):
            raise
        race.lost = True


def _properties(metadata: Mapping[str, Any], transactions: list[Transaction] | None = None) -> CommitProperties:
    text = json.dumps(metadata, ensure_ascii=False, default=str)
    return CommitProperties(custom_metadata={"userMetadata": text}, max_commit_retries=0, app_transactions=transactions)


def _add_action(place: Place, name: str, relative: str, now: int) -> AddAction:
    path = place.file(name, relative)
    _, stats = footer(path, place.filesystem)
    return AddAction(
        path=relative,
        size=place.filesystem.get_file_info(path).size,
        partition_values=partition_of(relative),
        modification_time=now,
        data_change=True,
        stats=stats,
    )


def _may_have_landed(place: Place, name: str, commit_id: str) -> bool:
    """Whether the log holds that commit; True when in doubt, since an unnamed file is harmless and a missing one is not."""
    try:
        snapshot = newest(place, name)
        return snapshot is not None and any(e["metadata"].get("commit") == commit_id for e in history(snapshot, 100))
    except (DeltaError, OSError):
        return True


def _discard(place: Place, name: str, published: Iterable[str]) -> None:
    """Delete published files that no version names."""
    for relative in published:
        place.drop(name, relative)
