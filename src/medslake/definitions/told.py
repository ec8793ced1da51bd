"""What a lake holds of definitions, counted by task and kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from medslake.definitions.rows import KINDS, TABLE
from medslake.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["listed_definitions", "told_of"]


def told_of(lake: Lake) -> dict[str, Any]:
    """`counts` (task -> kind -> definitions, accepted) and `faults` (kind -> rule -> definitions that break it)."""
    found: dict[str, dict[str, dict[str, int]]] = defaultdict(dict)
    faults: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _rows(lake, ["task_id", "kind", "accepted", "faults"]):
        counts = found[row["task_id"]].setdefault(row["kind"], {"definitions": 0, "accepted": 0})
        counts["definitions"] += 1
        counts["accepted"] += row["accepted"] is not False
        faults[row["kind"]].update(row["faults"] or ())
    return {"counts": dict(found), "faults": {kind: dict(rules) for kind, rules in faults.items()}}


def listed_definitions(lake: Lake, tasks: Sequence[str] | None, kind: str | None, *, rejected: bool) -> list[dict[str, Any]]:
    """Definitions of these tasks, or of all, of one kind or of every kind.

    rejected: those that did not pass the gate instead of the others. Raises UnknownName for a task without definitions, or no kind.
    """
    if kind is not None and kind not in KINDS:
        raise UnknownName("kind of definition", kind, list(KINDS))
    columns = ["definition_id", "task_id", "kind", "style", "number", "language", "writer", "accepted", "faults", "detail", "text"]
    rows = _rows(lake, columns)
    known = sorted({row["task_id"] for row in rows})
    for task in tasks or ():
        if task not in known:
            raise UnknownName("task with definitions", task, known)
    found = [row for row in rows if (row["accepted"] is False) == rejected and kind in (None, row["kind"])]
    found = [row for row in found if not tasks or row["task_id"] in tasks]
    return sorted(found, key=lambda row: (row["task_id"], KINDS.index(row["kind"]), row["number"]))


def _rows(lake: Lake, columns: Sequence[str]) -> list[dict[str, Any]]:
    if not lake.exists(TABLE):
        raise UsageError("This lake has no definitions.", hint="Run: medslake build instructions")
    return list(lake.arrow.read(TABLE, columns=columns).to_pylist())
