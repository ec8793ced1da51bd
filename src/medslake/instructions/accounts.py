"""What becomes of the silver rows that a task reads, counted by the conditions of its declaration and not by what was rendered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING

from medslake.tasks.base import Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["ABOUT", "NO_ITEM", "Taken", "taken"]

#: Reasons beside those that tasks state.
ABOUT, NO_ITEM = "not what the task is about", "nothing to ask"


@dataclass(frozen=True)
class Taken:
    """Rows of a task's slice of silver. about: those that its `where` takes. reasons: of these, reason -> rows that make no instance,
    each under the first condition of `requires` that fails. instances: that the others make."""

    about: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    instances: int = 0

    def read(self, rows: int) -> int:
        """Of `rows` rows of the slice; each further instance of a row counts as one more."""
        return rows + self.instances - (self.about - sum(self.reasons.values()))

    def left_out(self, rows: int) -> dict[str, int]:
        """Reason -> rows of the slice, which has `rows`."""
        return {ABOUT: rows - self.about, **self.reasons}


def taken(tasks: Sequence[Task], silver: Mapping[str, DataFrame], rendered: Callable[[Sequence[str]], DataFrame]) -> dict[str, Taken]:
    """Task id -> what it takes. silver: what a task reads -> the rows. rendered: instances of tasks, asked for those with items."""
    from pyspark.sql import functions as F

    found = {task.id: _with_conditions(task, counts) for task, counts in _counted(tasks, silver)}
    of_items = [task.id for task in tasks if task.items is not None]
    if of_items:
        # The first record of an instance is the row's own.
        counts = F.count("*").alias("instances"), F.count_distinct(F.get("record_ids", 0)).alias("rows")
        made = rendered(of_items).groupBy("task_id").agg(*counts).collect()
        told = {row["task_id"]: (row["instances"], row["rows"]) for row in made}
        for name in of_items:
            one, (count, rows) = found[name], told.get(name, (0, 0))
            empty = {NO_ITEM: one.instances - rows} if one.instances > rows else {}
            found[name] = replace(one, reasons={**one.reasons, **empty}, instances=count)
    return found


def _counted(tasks: Sequence[Task], silver: Mapping[str, DataFrame]) -> list[tuple[Task, list[int]]]:
    """Of each task the rows that `where` takes, and those that meet all conditions up to each of `requires`."""
    frames = []
    for reads in dict.fromkeys(task.reads for task in tasks):
        counts = []
        for task in (task for task in tasks if task.reads == reads):
            met, steps = f"source = '{task.source}'", []
            for condition in (task.where, *task.requires.values()):
                met += f" and ({condition})"
                steps.append(f"count_if({met})")
            counts.append(f"struct('{task.id}' as task_id, array({', '.join(steps)}) as counts)")
        frames.append(silver[reads].selectExpr(f"inline(array({', '.join(counts)}))"))
    found = {row["task_id"]: list(row["counts"]) for row in reduce(lambda a, b: a.unionByName(b), frames).collect()}
    return [(task, found[task.id]) for task in tasks]


def _with_conditions(task: Task, counts: list[int]) -> Taken:
    fewer = zip(task.requires, counts, counts[1:], strict=False)
    return Taken(counts[0], {reason: before - after for reason, before, after in fewer if before > after}, counts[-1])
