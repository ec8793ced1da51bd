"""Training rows that the benchmark asks: found from silver, across all tasks, before any task is built.

The verdicts are a function of the silver tables and the registered tasks alone, never of what has been built so far. That is why tasks
built together, one by one or in any order give the same gold.instructions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING

import pyarrow as pa

from medslake.leakage.exact import duplicates, fingerprints, verdicts
from medslake.progress import Progress, quiet
from medslake.tasks.base import Task
from medslake.tasks.render import render

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake.runs import Run

__all__ = ["TABLE", "drop_list"]

TABLE = "ops.contamination"


def drop_list(run: Run, tasks: Sequence[Task], states: Mapping[str, str], progress: Progress = quiet) -> dict[str, frozenset[str]]:
    """Task id -> instance ids of its train rows whose input equals a test input of any task with a bench part.

    tasks: every registered task whose silver slice is in the lake; states: task id -> state of what it renders from. The verdicts stand in
    ops.contamination (action 'dropped') and are only made again when a state or a task's rendering has changed.
    """
    fingerprint = run.fingerprint("dropped", [[t.id, states[t.id], t.bench is not None, rendering(t)] for t in tasks])
    progress("leak check", 0, 1)
    run.write(TABLE, lambda: _found(run, tasks), slice={"action": "dropped"}, fingerprint=fingerprint)
    progress("leak check", 1, 1)
    standing = run.lake.arrow.read(TABLE, columns=["train_task_id", "train_instance_id"], where={"action": "dropped"})
    dropped: dict[str, set[str]] = {}
    for row in standing.to_pylist():
        dropped.setdefault(row["train_task_id"], set()).add(row["train_instance_id"])
    return {task: frozenset(ids) for task, ids in dropped.items()}


def rendering(task: Task) -> list[str]:
    """What of a task decides its instances' ids and inputs."""
    parts = (task.source, task.kind, task.where, task.items, task.pairing, task.input_sql, task.strict_input_sql, task.version)
    return [repr(part) for part in parts]


def _found(run: Run, tasks: Sequence[Task]) -> pa.Table:
    """Verdicts as rows of ops.contamination, in order of both ids."""
    schema = run.lake.spec(TABLE).arrow_schema()
    asked = [task for task in tasks if task.bench is not None]
    if not asked:
        return schema.empty_table()
    silver = {kind: run.read(f"silver.{kind}") for kind in sorted({task.kind for task in tasks})}
    train = [fingerprints(render(task, silver[task.kind]).where("split = 'train'")) for task in tasks]
    bench = [fingerprints(render(task, silver[task.kind]).where("split = 'test'")) for task in asked]
    bench += [
        fingerprints(render(task, silver[task.kind], strict=True).where("split = 'test'"))
        for task in asked
        if task.strict_input_sql is not None
    ]
    found = verdicts(duplicates(_stacked(train), _stacked(bench)), side="train", action="dropped")
    rows = found.selectExpr("*", "-1L as instructions_version").toArrow()
    return rows.select(schema.names).cast(schema).sort_by([("train_instance_id", "ascending"), ("bench_instance_id", "ascending")])


def _stacked(frames: Sequence[DataFrame]) -> DataFrame:
    return reduce(lambda a, b: a.unionByName(b), frames)
