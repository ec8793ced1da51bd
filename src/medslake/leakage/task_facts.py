"""What the leak gate must know of tasks, from gold.tasks: it asks the lake, never the code that the tasks were built by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from medslake.errors import UsageError

if TYPE_CHECKING:
    from medslake.lake.store import Store

__all__ = ["TaskFacts"]


@dataclass(frozen=True)
class TaskFacts:
    """encounters: tasks that read structured encounters. untrained: tasks for the benchmark only, whose train rows are never packed.

    benched: tasks with a part in the benchmark -> their source.
    """

    encounters: frozenset[str] = frozenset()
    untrained: frozenset[str] = frozenset()
    benched: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, lake: Store) -> Self:
        """Of every task built; raises UsageError where gold.tasks is missing."""
        if not lake.exists("gold.tasks"):
            raise UsageError("The lake has no gold.tasks, so nothing is known about its tasks.", hint="Run: medslake build instructions")
        rows = lake.arrow.read("gold.tasks", columns=["task_id", "kind", "trained", "source", "bench"]).to_pylist()
        return cls(
            frozenset(row["task_id"] for row in rows if row["kind"] == "encounters"),
            frozenset(row["task_id"] for row in rows if not row["trained"]),
            {row["task_id"]: row["source"] for row in rows if row["bench"] is not None},
        )
