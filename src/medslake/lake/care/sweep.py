"""What a vacuum over the tables of a lake would take away, and which versions it keeps because they are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medslake.errors import Failures
from medslake.lake.care.named import named_versions, records_gone
from medslake.lake.storage.care import vacuum
from medslake.lake.storage.tables import Vacuumed

if TYPE_CHECKING:
    from medslake.lake.store import Store

__all__ = ["Swept", "outlined", "sweep"]


@dataclass(frozen=True)
class Swept:
    """One table. keep: every version that is named. named: of these, those that are older than asked for and there -> who names them."""

    table: Vacuumed
    keep: frozenset[int]
    named: Mapping[int, tuple[str, ...]]


def outlined(store: Store, tables: Sequence[str], *, hours: float, failures: Failures) -> list[Swept]:
    """What `sweep` would do with tables of which older versions are kept for so many hours; failures: of tables that cannot be read."""
    named = named_versions(store)
    first = []
    for name in tables:
        with failures.of(name):
            first.append(vacuum(store.place, name, retention_hours=hours, keep=named.get(name, {}).keys()))
    gone = records_gone(store, named, {one.table: one.ended for one in first if one.ended})
    found = []
    for one in first:
        versions = {version: list(by) for version, by in named.get(one.table, {}).items()}
        for version, by in gone.get(one.table, {}).items():
            versions.setdefault(version, []).extend(by)
        told = vacuum(store.place, one.table, retention_hours=hours, keep=versions.keys()) if one.table in gone else one
        found.append(Swept(told, frozenset(versions), {version: tuple(versions[version]) for version in told.kept}))
    return found


def sweep(store: Store, one: Swept, *, hours: float) -> Swept:
    """Take away what one table was found to need no more."""
    done = vacuum(store.place, one.table.table, retention_hours=hours, keep=one.keep, dry_run=False)
    return Swept(done, one.keep, one.named)
