"""Inputs that leave out what gives the label away: the one thing of a benchmark that is rendered anew, from the task's declaration."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from medslake.bench.tasks import declaration
from medslake.instructions.render import render_all

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake import Lake
    from medslake.lake.runs import Run
    from medslake.tasks.base import Task

__all__ = ["declared", "lost", "states", "with_strict_inputs"]


def declared(tasks: Iterable[str]) -> dict[str, Task]:
    """Declarations of those of the tasks that have a strict input."""
    known = {name: declaration(name) for name in tasks}
    return {name: task for name, task in known.items() if task is not None and task.strict_input_sql is not None}


def lost(lake: Lake, tasks: Iterable[str]) -> list[str]:
    """Tasks that have strict rows in gold.benchmark and no declaration at hand: built without it, they would lose these rows."""
    undeclared = [name for name in tasks if declaration(name) is None]
    if not undeclared or not lake.exists("gold.benchmark"):
        return []
    where = (pc.field("input_variant") == "strict") & pc.field("task_id").isin(undeclared)
    rows = lake.arrow.read("gold.benchmark", columns=["task_id"], where=where)
    return sorted(map(str, rows["task_id"].unique().to_pylist()))


def states(lake: Lake, tasks: Iterable[Task]) -> dict[str, list[str]]:
    """What each strict input is made of: the source's slice of silver, and the expression."""
    states = {}
    for task in tasks:
        silver = lake.slices(f"silver.{task.kind}", "source").get(task.source)
        states[task.id] = [silver.state if silver else "", str(task.strict_input_sql)]
    return states


def with_strict_inputs(run: Run, instances: DataFrame, tasks: Collection[Task]) -> DataFrame:
    """The same instances of these tasks, with their strict inputs."""
    silver = {kind: run.read(f"silver.{kind}") for kind in sorted({task.kind for task in tasks})}
    inputs = render_all(list(tasks), silver, strict=True).select("instance_id", "input")
    return instances.drop("input").join(inputs, "instance_id")
