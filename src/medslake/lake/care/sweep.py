"""A vacuum over the tables of a lake that keeps what is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medslake.lake.care.named import named_versions, records_gone
from medslake.lake.storage.care import vacuum
from medslake.lake.storage.tables import Vacuumed

if TYPE_CHECKING:
    from medslake.lake.store import Store

__all__ = ["Swept", "sweep"]


@dataclass(frozen=True)
class Swept:
    """One table. named: version that is kept longer than asked for -> who names it."""

    table: Vacuumed
    named: Mapping[int, tuple[str, ...]]


def sweep(store: Store, tables: Sequence[str], *, hours: float, dry_run: bool = True) -> list[Swept]:
    """Take away what no version needs that is within so many hours or that somebody names; see `storage.care.vacuum`."""
    named = named_versions(store)
    first = [vacuum(store.place, name, retention_hours=hours, keep=named.get(name, {}).keys()) for name in tables]
    for table, versions in records_gone(store, named, {one.table: one.ended for one in first if one.ended}).items():
        for version, by in versions.items():
            named.setdefault(table, {}).setdefault(version, []).extend(by)
    found = []
    for one in first:
        versions = named.get(one.table, {})
        again = vacuum(store.place, one.table, retention_hours=hours, keep=versions.keys(), dry_run=dry_run)
        found.append(Swept(again, {version: tuple(versions[version]) for version in again.kept}))
    return found
