"""The rows of an older version made the newest ones: a new commit, through the gate as every other.

What the table remembers of its writers becomes what it was then, so that a job whose input is that of then finds its work done, and every
other does it anew. Where the gate of today sets rows of then aside, no job does.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medslake.errors import UsageError
from medslake.lake.duck import duck, quoted
from medslake.lake.runs import Run, Written
from medslake.lake.sql.diff import diff
from medslake.lake.storage.arrow import dataset
from medslake.lake.storage.place import Place
from medslake.lake.storage.snapshot import Snapshot, open_snapshot, rows_of
from medslake.lake.storage.timeline import apps
from medslake.lake.storage.transactions import NOTES, WHOLE, txn_version

if TYPE_CHECKING:
    from medslake.lake.store import Store

__all__ = ["Restoration", "outlined", "restore"]

#: What is read at once; more goes through Spark.
ROWS, BYTES = 500_000, 256 << 20


@dataclass(frozen=True)
class Restoration:
    """What a restore changes. now: the newest version. came: rows that come back; went: rows that go; changed: rows, by key, that become
    what they were; where a table has no key, a changed row both comes and goes. rows, rows_after: of the table before and afterwards.
    """

    table: str
    version: int
    now: int
    rows: int
    rows_after: int
    came: int
    went: int
    changed: int

    @property
    def differs(self) -> bool:
        return bool(self.came or self.went or self.changed)


def outlined(store: Store, table: str, version: int) -> Restoration:
    """What restoring a version would change, by its rows. Raises UnknownName, UsageError (a version that is gone, a table of ops)."""
    if table.startswith("ops."):
        raise UsageError(f"{table} says what happened, which no restore changes.", hint="Restore the table that it tells of.")
    now, then = open_snapshot(store.place, table), open_snapshot(store.place, table, version)
    came, went = _rows_moved(store.place, now, then)
    changed = 0
    if came or went:
        try:
            found = diff(store.place, table, now.version, version)
        except UsageError:
            # Without a key a row is all that it says.
            pass
        else:
            # Which file a row lies in is a part of the row, though a diff does not look at it.
            gained = sum(one.came for one in found.slices.values())
            changed, came, went = came - gained, gained, sum(one.went for one in found.slices.values())
    return Restoration(table, version, now.version, rows_of(now.files()), rows_of(then.files()), came, went, changed)


def restore(store: Store, run: Run, table: str, version: int) -> Written:
    """Commit the rows of a version as a run's work. Raises as `Run.write` does."""
    now, then = open_snapshot(store.place, table), open_snapshot(store.place, table, version)
    numbers = _numbers(store.place, now, then)
    rows, size = store.arrow.size(table, version)

    def remembered(aside: int) -> Mapping[str, int | None]:
        if not aside:
            return numbers
        return {app: number if app.endswith(NOTES) else _nobodys() for app, number in numbers.items()}

    def read() -> Any:
        small = rows <= ROWS and size <= BYTES
        return run.read_arrow(table, version) if small else run.read(table, version)

    return run.write(table, read, numbers=remembered)


def _numbers(place: Place, now: Snapshot, then: Snapshot) -> dict[str, int | None]:
    """Of every writer that the log knows what it had left then; one that was not there yet is made to have left nothing.

    Where nobody ever wrote the table as a whole, the restore does not either: what stands of its slices is what stood then.
    """
    found: dict[str, int | None] = {f"{now.name}/{WHOLE}": None}
    for app in sorted(apps(place, now.name)):
        left = then.transaction(app)
        if left is None:
            left = 0 if app.endswith(NOTES) else _nobodys()
        found[app] = left
    return found


def _nobodys() -> int:
    """A number that no fingerprint has."""
    return txn_version(uuid.uuid4().hex)


def _rows_moved(place: Place, now: Snapshot, then: Snapshot) -> tuple[int, int]:
    """Rows that `then` has more of and that `now` has more of, whole rows told apart by a 64-bit hash."""
    columns = list(dict.fromkeys([*now.columns, *then.columns]))
    shared = {f.path for f in now.files()} & {f.path for f in then.files()}
    with duck(memory_limit="2GB", preserve_insertion_order="false") as connection:
        parts = []
        for side, sign, snapshot in (("later", 1, then), ("newest", -1, now)):
            connection.register(side, dataset(place, snapshot, [f for f in snapshot.files() if f.path not in shared]))
            there = {field["name"] for field in snapshot.as_read["fields"]}
            hashed = ", ".join(quoted(c) if c in there else "NULL" for c in columns)
            parts.append(f"SELECT hash({hashed}) AS h, {sign} AS n FROM {side}")
        ((came, went),) = connection.sql(
            f"""
            WITH sums AS (SELECT h, sum(n) AS n FROM ({" UNION ALL ".join(parts)}) GROUP BY h HAVING sum(n) <> 0)
            SELECT coalesce(sum(greatest(n, 0)), 0), coalesce(sum(greatest(-n, 0)), 0) FROM sums
            """
        ).fetchall()
    return int(came), int(went)
