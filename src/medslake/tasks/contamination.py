"""Training rows that the benchmark asks: found from silver, across all tasks, before any task is built.

The verdicts are a function of the silver tables and the registered tasks alone, never of what has been built so far. That is why tasks
built together, one by one or in any order give the same gold.instructions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

from medslake.leakage.exact import duplicates, verdicts
from medslake.leakage.gate import TABLE
from medslake.progress import Progress, quiet
from medslake.tasks.rendering import Rendering, rendered_by

if TYPE_CHECKING:
    from medslake.lake.runs import Run

__all__ = ["drop_list"]

DROPPED = {"action": "dropped"}


def drop_list(run: Run, rendering: Rendering, states: Mapping[str, str], progress: Progress = quiet) -> dict[str, frozenset[str]]:
    """Task id -> instance ids of its train rows whose input equals a test input of any task with a bench part.

    rendering: of every registered task whose silver slice is in the lake; states: task id -> state of what it renders from. The verdicts
    stand in ops.contamination (action 'dropped') and are only made again when a state or a task's rendering has changed.
    """
    tasks = rendering.tasks.values()
    fingerprint = run.fingerprint("dropped", [[t.id, states[t.id], t.bench is not None, rendered_by(t)] for t in tasks])

    def found() -> pa.Table:
        progress("leak check", 0, 1)
        rows = _verdicts(run, rendering)
        progress("leak check", 1, 1)
        return rows

    run.write(TABLE, found, slice=DROPPED, fingerprint=fingerprint)
    standing = run.lake.arrow.read(TABLE, columns=["train_task_id", "train_instance_id"], where=DROPPED)
    dropped: dict[str, set[str]] = {}
    for row in standing.to_pylist():
        dropped.setdefault(row["train_task_id"], set()).add(row["train_instance_id"])
    return {task: frozenset(ids) for task, ids in dropped.items()}


def _verdicts(run: Run, rendering: Rendering) -> pa.Table:
    """Rows of ops.contamination, in order of both ids."""
    marks = rendering.marks()
    pairs = duplicates(marks.where("not asked"), marks.where("asked"))
    found = verdicts(pairs, side="train", action="dropped").selectExpr("*", "-1L as instructions_version").toArrow()
    schema = run.lake.spec(TABLE).arrow_schema()
    return found.select(schema.names).cast(schema).sort_by([("train_instance_id", "ascending"), ("bench_instance_id", "ascending")])
