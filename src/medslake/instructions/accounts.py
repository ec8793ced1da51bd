"""What becomes of the silver rows that a task reads, counted by the conditions of its declaration and not by what was rendered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING

from medslake.tasks.base import Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["ABOUT", "EMPTY", "NO_ITEM", "Taken", "left_out", "taken"]

#: Reasons beside those that tasks state.
ABOUT, NO_ITEM, EMPTY = "not what the task is about", "nothing to ask", "empty as published"


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


def left_out(each: Iterable[Taken], rows: int) -> Counter[str]:
    """Reason -> rows of a slice of `rows` rows, of all renderings of a task together: each looks at every row."""
    found: Counter[str] = Counter()
    for one in each:
        found.update(one.left_out(rows))
    return found


def taken(
    tasks: Sequence[Task], silver: Mapping[str, DataFrame], rendered: Callable[[Sequence[str]], DataFrame]
) -> dict[str, tuple[Taken, ...]]:
    """Task id -> what each of its renderings takes.

    silver: what a task reads -> the rows. rendered: gives the instances of tasks, asked for those whose instances are not
    one for each row: with items, and as published, where some are empty.
    """
    from pyspark.sql import functions as F

    renderings = [one for task in tasks for one in task.renderings]
    found = {(one.id, one.rendering): _with_conditions(one, counts) for one, counts in _counted(renderings, silver)}
    counted = {(one.id, one.rendering): EMPTY if one.items is None else NO_ITEM for one in renderings if one.items or one.published}
    if counted:
        # The first record of an instance is the row's own.
        counts = F.count("*").alias("instances"), F.count_distinct(F.get("record_ids", 0)).alias("rows")
        made = rendered(list(dict.fromkeys(task for task, _ in counted))).groupBy("task_id", "input_variant").agg(*counts).collect()
        told = {(row["task_id"], row["input_variant"]): (row["instances"], row["rows"]) for row in made}
        for name, reason in counted.items():
            one, (count, rows) = found[name], told.get(name, (0, 0))
            empty = {reason: one.instances - rows} if one.instances > rows else {}
            found[name] = replace(one, reasons={**one.reasons, **empty}, instances=count)
    return {task.id: tuple(found[task.id, one.rendering] for one in task.renderings) for task in tasks}


def _counted(tasks: Sequence[Task], silver: Mapping[str, DataFrame]) -> list[tuple[Task, list[int]]]:
    """Of each rendering the rows that `where` takes, and those that meet all conditions up to each of `requires`."""
    frames = []
    for reads in dict.fromkeys(task.reads for task in tasks):
        counts = []
        for at, task in enumerate(tasks):
            if task.reads != reads:
                continue
            met, steps = f"source = '{task.source}'", []
            for condition in (task.where, *task.requires.values()):
                met += f" and ({condition})"
                steps.append(f"count_if({met})")
            counts.append(f"struct({at} as task, array({', '.join(steps)}) as counts)")
        frames.append(silver[reads].selectExpr(f"inline(array({', '.join(counts)}))"))
    found = {row["task"]: list(row["counts"]) for row in reduce(lambda a, b: a.unionByName(b), frames).collect()}
    return [(task, found[at]) for at, task in enumerate(tasks)]


def _with_conditions(task: Task, counts: list[int]) -> Taken:
    fewer = zip(task.requires, counts, counts[1:], strict=False)
    return Taken(counts[0], {reason: before - after for reason, before, after in fewer if before > after}, counts[-1])
