"""What is known of a table and of its versions, for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from medslake.lake.care.named import named_versions
from medslake.lake.duck import duck
from medslake.lake.schema import ddl
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.storage.arrow import dataset
from medslake.lake.storage.snapshot import newest, open_snapshot, rows_of
from medslake.lake.storage.timeline import Made, span, there, timeline

if TYPE_CHECKING:
    from medslake.lake.store import Store

__all__ = ["TableFacts", "Version", "table_facts", "versions"]

#: Commits among which the last run is looked for.
LAST = 20


class Version(NamedTuple):
    """One commit of a table. readable: whether its rows can still be read. named: who names it."""

    table: str
    made: Made
    readable: bool
    named: tuple[str, ...]


@dataclass(frozen=True)
class TableFacts:
    """What a table is and holds. versions: the oldest that the log can tell, and the newest; a vacuum may have ended some between. classes:
    access class -> rows. last: its newest run, where that is among the last commits.

    there False: it is declared, and not in this lake.
    """

    spec: TableSpec
    there: bool
    rows: int = 0
    files: int = 0
    bytes: int = 0
    versions: tuple[int, int] | None = None
    classes: Mapping[str, int] | None = None
    last: Mapping[str, Any] | None = None


def versions(store: Store, tables: list[str], limit: int | None = None) -> list[Version]:
    """The newest `limit` commits of each table, newest first. Raises UnknownName."""
    named = named_versions(store)
    found = []
    for name in tables:
        told = timeline(store.place, name, limit)
        whole = set(told.whole(there(store.place, told)))
        for one in told.made[::-1][:limit]:
            found.append(Version(name, one, one.version in whole, tuple(named.get(name, {}).get(one.version, ()))))
    return found


def table_facts(store: Store, name: str) -> TableFacts:
    """Raises UnknownName."""
    snapshot = newest(store.place, name)
    if snapshot is None:
        return TableFacts(store.spec(name), there=False)
    files = snapshot.files()
    spec = ddl.spec(name) if name in ddl.names() else snapshot.spec()
    return TableFacts(
        spec,
        True,
        rows_of(files),
        len(files),
        sum(f.size for f in files),
        span(store.place, name),
        _classes(store, name),
        _last_run(store, name),
    )


def _classes(store: Store, name: str) -> dict[str, int] | None:
    snapshot = open_snapshot(store.place, name)
    column = next((column for column in ("access", "_access") if column in snapshot.columns), None)
    if column is None:
        return None
    with duck() as connection:
        connection.register("rows", dataset(store.place, snapshot))
        counted = connection.sql(f"SELECT coalesce({column}, 'unknown'), count(*) FROM rows GROUP BY 1 ORDER BY 2 DESC, 1").fetchall()
    return {str(level): int(rows) for level, rows in counted}


def _last_run(store: Store, name: str) -> dict[str, Any] | None:
    """The run that made the newest version that a run made, with its state where ops.runs has it."""
    newest = next((one for one in store.history(name, LAST) if one["metadata"].get("run")), None)
    if newest is None:
        return None
    told = newest["metadata"]
    found = {"run": str(told["run"]), "verb": str(told.get("job") or newest["operation"]), "version": newest["version"]}
    rows = store.arrow.find("ops.runs", "run_id", [found["run"]]).to_pylist() if store.exists("ops.runs") else []
    return found | ({"state": rows[0]["state"], "ended": rows[0]["ended"].isoformat()} if rows else {})
