"""What stands in each slice of a table, told from its history: the part of a fingerprint that changes exactly when the slice does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medslake.lake.store import Store

__all__ = ["Slice", "slices"]

#: Commits that rearrange files without changing rows.
_NEUTRAL = {"OPTIMIZE", "VACUUM START", "VACUUM END", "add columns", "ADD COLUMN", "SET TBLPROPERTIES"}


@dataclass(frozen=True)
class Slice:
    """The newest commit of a slice. state: its fingerprint, or its version where it has none. rows: as told by the commit."""

    state: str
    version: int
    rows: int


def slices(lake: Store, table: str, column: str) -> dict[str, Slice]:
    """Value of the partition column -> its newest commit; empty when the table does not exist. Reads the log only, no rows.

    A commit to the whole table, or by a writer that tells no slice, counts for every slice that an older commit wrote.
    """
    if not lake.exists(table):
        return {}
    found: dict[str, Slice] = {}
    whole: Slice | None = None
    for entry in lake.history(table):
        metadata = entry["metadata"]
        if entry["operation"] in _NEUTRAL:
            continue
        written = _written(metadata, column)
        for value, kept in written.items():
            one = Slice(str(kept.get("fingerprint") or entry["version"]), entry["version"], int(kept.get("rows") or 0))
            if value is None:
                whole = whole or one
            elif value not in found:
                found[value] = Slice(f"{whole.state}/{one.state}", whole.version, one.rows) if whole else one
    return found


def _written(metadata: Mapping[str, Any], column: str) -> dict[str | None, Mapping[str, Any]]:
    """Value of the column -> what the commit kept of that slice; None stands for the whole table."""
    if metadata.get("column") == column:
        return {kept["part"]: kept for kept in metadata["parts"].values()}
    value = (metadata.get("where") or {}).get(column)
    return {value if isinstance(value, str) else None: metadata}
