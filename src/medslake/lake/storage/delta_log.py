"""Commits over delta-rs, shared by the embedded adapter and the Arrow tables; the native adapter signs its own commits here.

delta-rs' write transaction validates nothing and, with retries, lets a stale overwrite pass after an append. So every commit here is a
compare-and-swap (`max_commit_retries=0`): when another writer was first, the change is made again from the new snapshot.
"""

from __future__ import annotations

import contextlib
import json
import logging
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from deltalake import CommitProperties, Field, Schema
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.transaction import AddAction, RemoveAction, Transaction, create_table_with_add_actions

from medslake.errors import CommitConflict, SchemaMismatch, UsageError
from medslake.lake.schema import enforce
from medslake.lake.schema.ddl import Column, TableSpec, with_columns
from medslake.lake.schema.types import spell
from medslake.lake.storage.place import Place
from medslake.lake.storage.protocol import refuse_unwritable
from medslake.lake.storage.snapshot import DataFile, Snapshot, newest, open_snapshot, rows_of
from medslake.lake.storage.stats import STATISTICS, footer, log_properties, table_properties
from medslake.lake.storage.tables import Commit, CommitInfo
from medslake.lake.storage.transactions import current, marks, noted, txn_version

__all__ = ["Change", "announce", "commit", "confirm", "evolve", "quieten", "standing", "wanted"]

Slices = Mapping[str, Sequence[str]]

_LOG = logging.getLogger(__name__)
ATTEMPTS = 30
_HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Change:
    """What a commit does: `adds` are published files (relative paths), `removes` files of the snapshot; `rows` as told in the history.

    throwaway: the added files were made for this snapshot only and are deleted when the commit loses the race. moved: the added files hold
    the rows of the removed ones.
    """

    adds: Sequence[str]
    removes: Sequence[DataFile] = ()
    rows: int = 0
    throwaway: bool = False
    moved: bool = False
    detail: Mapping[str, Any] = field(default_factory=dict)


def wanted(table: TableSpec, snapshot: Snapshot | None) -> TableSpec:
    """What rows must look like: the DDL's columns, then those that only the table has; raises SchemaMismatch where types disagree."""
    if snapshot is None:
        return table
    enforce.refuse_other_types(table, {f["name"]: f["type"] for f in snapshot.schema["fields"]})
    if snapshot.partition_by != table.partition_by:
        raise SchemaMismatch(f"table {table.name}: partitioned on disk by {snapshot.partition_by}, by its DDL by {table.partition_by}.")
    extra = [f for f in snapshot.schema["fields"] if f["name"] not in table.names]
    return with_columns(table, [Column(f["name"], spell(f["type"]), comment=f["metadata"].get("comment", "")) for f in extra])


def standing(snapshot: Snapshot | None, info: CommitInfo, slice_: Slices | None = None) -> Commit | None:
    """What stands in place of the commit, when all that `info` does is current. slice_: that is replaced; None for what adds rows."""
    if snapshot is None or not all(current(snapshot, {app: fingerprint}) for app, fingerprint in info.fingerprints.items()):
        return None
    rows = rows_of(snapshot.files(slice_)) if slice_ is not None else sum(noted(snapshot, app, "rows") for app in info.fingerprints)
    return Commit(snapshot.name, snapshot.version, rows, committed=False)


def commit(
    place: Place,
    table: TableSpec,
    info: CommitInfo,
    operation: str,
    change: Callable[[Snapshot | None], Change],
    *,
    slice_: Slices | None = None,
    **told: Any,
) -> Commit:
    """Commit what `change` makes of the newest snapshot, at once or not at all; raises CommitConflict after many lost races.

    `operation` (append, replace, upsert) and `told` land in the userMetadata beside `info`. slice_: see `standing`.
    """
    unnamed: set[str] = set()
    try:
        for attempt in range(ATTEMPTS):
            snapshot = newest(place, table.name)
            if snapshot is not None:
                refuse_unwritable(table.name, snapshot.table, snapshot.schema)
                if (there := standing(snapshot, info, slice_)) is not None:
                    return there
                wanted(table, snapshot)
                if missing := [c for c in table.columns if c.name not in snapshot.columns]:
                    _add_columns(snapshot, missing, info)
                    continue
            changed = change(snapshot)
            if changed.moved and not changed.adds:
                assert snapshot is not None
                return Commit(table.name, snapshot.version, 0, committed=False)
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
                if unnamed and _may_have_landed(place, table.name, snapshot, changed.adds):
                    unnamed.clear()
                raise
            if version is not None:
                unnamed.difference_update(changed.adds)
                return Commit(table.name, version, changed.rows, committed=True)
            if changed.throwaway:
                _discard(place, table.name, unnamed)
                unnamed.clear()
            time.sleep(random.uniform(0, 0.02 * min(2**attempt, 50)))
        raise CommitConflict(
            f"{table.name} was changed by other writers {ATTEMPTS} times while this one tried to commit.",
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


def quieten(snapshot: Snapshot) -> bool:
    """Before another engine writes its own statistics: have an older table say which columns may have some.

    Returns whether the table says so; False when another writer was first.
    """
    wanted = table_properties(snapshot.spec().columns, snapshot.partition_by)
    there = snapshot.table.metadata().configuration
    if any(name in there for name in STATISTICS):
        return True
    with _lost_race() as race:
        snapshot.table.alter.set_table_properties(wanted, commit_properties=_properties({"operation": "set properties"}))
    return not race.lost


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
    adds = [_add_action(place, table.name, relative, now, data_change=not change.moved) for relative in change.adds]
    numbers = marks(info, metadata["operation"], change.rows, metadata["commit"])
    properties = _properties(metadata, [Transaction(app, number) for app, number in numbers.items()] or None)
    with _lost_race() as race:
        if snapshot is None:
            create_table_with_add_actions(
                place.table(table.name, new=True),
                Schema.from_json(json.dumps(table.schema_json())),
                adds,
                mode="error",
                partition_by=list(table.partition_by),
                name=table.name,
                description=table.comment or None,
                configuration={**table_properties(table.columns, table.partition_by), **log_properties(table.name)},
                commit_properties=properties,
            )
        else:
            removes = [
                RemoveAction(
                    path=f.path,
                    data_change=not change.moved,
                    deletion_timestamp=now,
                    size=f.size,
                    partition_values=dict(f.partition),
                )
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


def _add_action(place: Place, name: str, relative: str, now: int, *, data_change: bool = True) -> AddAction:
    path = place.file(name, relative)
    _, stats = footer(path, place.filesystem)
    return AddAction(
        path=relative,
        size=place.filesystem.get_file_info(path).size,
        partition_values=partition_of(relative),
        modification_time=now,
        data_change=data_change,
        stats=stats,
    )


def _may_have_landed(place: Place, name: str, before: Snapshot | None, adds: Sequence[str]) -> bool:
    """Whether the version after `before` names these files; True when in doubt: an unnamed file is harmless, a missing one is not."""
    version = 0 if before is None else before.version + 1
    try:
        there = newest(place, name)
        if there is None or there.version < version:
            return False
        return bool({f.path for f in open_snapshot(place, name, version).files()} & set(adds))
    except (DeltaError, OSError, UsageError):
        return True


def _discard(place: Place, name: str, published: Iterable[str]) -> None:
    """Delete published files that no version names."""
    for relative in published:
        place.drop(name, relative)


def announce(place: Place, name: str, info: CommitInfo) -> dict[str, int | None]:
    """Before another engine commits what `info` does: what stood is no longer current, whatever becomes of it.

    Returns app -> number, as `confirm` takes it. Where no app wrote here before, nothing is committed.
    """
    while (snapshot := newest(place, name)) is not None:
        there = {app: snapshot.transaction(app) for app in info.fingerprints}
        told = [app for app, number in there.items() if number is not None]
        token = txn_version(uuid.uuid4().hex)
        if not told or _sign(snapshot, dict.fromkeys(told, token), "announce"):
            return {app: None if number is None else token for app, number in there.items()}
    return dict.fromkeys(info.fingerprints)


def confirm(place: Place, name: str, info: CommitInfo, operation: str, rows: int, announced: Mapping[str, int | None]) -> int:
    """After another engine committed it: its transactions, unless somebody else has announced a commit of theirs; returns the version."""
    numbers = marks(info, operation, rows, uuid.uuid4().hex)
    while True:
        snapshot = open_snapshot(place, name)
        undisturbed = all(snapshot.transaction(app) == number for app, number in announced.items())
        try:
            if not numbers or not undisturbed or _sign(snapshot, numbers, "confirm"):
                return snapshot.version
        except DeltaError as error:
            # The rows stand. Without the signature the same write is made again next time.
            _LOG.warning("%s cannot be signed by delta-rs: %s", name, error)
            return snapshot.version


def _sign(snapshot: Snapshot, numbers: Mapping[str, int], operation: str) -> bool:
    """A commit of transactions alone; False when another writer was first."""
    schema = Schema.from_json(json.dumps(snapshot.schema))
    properties = _properties({"operation": operation}, [Transaction(app, number) for app, number in numbers.items()])
    with _lost_race() as race:
        snapshot.table.create_write_transaction([], "append", schema, list(snapshot.partition_by), commit_properties=properties)
    return not race.lost
