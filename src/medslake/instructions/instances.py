"""The instances of many tasks within one run: what the leak check looks at, and what is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Self

from medslake.instructions.accounts import Taken, taken
from medslake.instructions.judged import silver_rows
from medslake.instructions.render import render_all
from medslake.leakage.rows import rows_of
from medslake.tasks.base import Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake.runs import Run

__all__ = ["Instances", "rendered_by"]

#: Up to so many instances (roughly: silver rows, once per task that reads them) Spark holds what it rendered for the leak check until it is
#: written. Of more it would fill the disk, and rendering them again is faster.
HELD = 500_000
#: Of what is held.
PARTITIONS = 4


class Instances:
    """Instances of `tasks` from the newest silver; use in `with`, which frees what Spark holds. rows: silver rows by task id."""

    def __init__(self, run: Run, tasks: Sequence[Task], rows: Mapping[str, int]) -> None:
        self.run, self.tasks = run, {task.id: task for task in tasks}
        self._few = sum(rows[task] for task in self.tasks) <= HELD
        self._held: list[DataFrame] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for frame in self._held:
            frame.unpersist()

    def sides(self, besides: Sequence[str] = ()) -> DataFrame:
        """Rows of the leak gate: the train rows of all tasks, and the test rows of those with a bench part in both input variants.

        besides: further tasks with a bench part, whose test rows are those that stand in gold.instructions.
        """
        benched = [task for task in self.tasks.values() if task.bench is not None]
        asked = f"split = 'test' and task_id in ({', '.join(repr(task.id) for task in benched) or 'null'})"
        encounters = [task.id for task in self.tasks.values() if task.kind == "encounters"]
        bench = [rows_of(self._every.where(asked), "bench", encounters)]
        if otherwise := [task for task in benched if task.strict_input_sql is not None]:
            strict = render_all(otherwise, self._silver, strict=True).where("split = 'test'")
            bench.append(rows_of(strict, "bench", encounters))
        if besides:
            stand = self.run.read("gold.instructions")
            bench.append(rows_of(stand.where(stand["task_id"].isin(list(besides)) & (stand["split"] == "test")), "bench"))
        # Where both variants read the same they are one row.
        train = rows_of(self._every.where("split = 'train'"), "train", encounters)
        both = train.unionByName(_stacked(bench).dropDuplicates(["id"]))
        return both.coalesce(PARTITIONS) if self._few else both

    def rows(self, tasks: Sequence[str], dropped: Mapping[str, frozenset[str]], limit: int | None) -> DataFrame:
        """Instances of these tasks to be written: without the dropped ones, and at most `limit` of each in order of instance id."""
        frame = self._rendered(tasks)
        if gone := sorted(instance for task in tasks for instance in dropped.get(task, ())):
            ids = frame.sparkSession.createDataFrame([(i,) for i in gone], "instance_id string")
            frame = frame.join(ids, "instance_id", "left_anti")
        if limit is None:
            return frame
        placed = frame.selectExpr("*", "row_number() over (partition by task_id order by instance_id) as place")
        return placed.where(f"place <= {limit}").drop("place")

    def taken(self, tasks: Sequence[str]) -> dict[str, Taken]:
        """Task id -> what it takes of its slice of silver."""
        return taken([self.tasks[task] for task in tasks], self._silver, self._rendered)

    @cached_property
    def lineage(self) -> DataFrame:
        """A frame whose columns are made of what those of the instances are made of."""
        return render_all(list(self.tasks.values()), self._silver, lineage=True)

    @cached_property
    def _silver(self) -> dict[str, DataFrame]:
        read = {task.reads: task for task in self.tasks.values()}
        return {name: silver_rows(self.run, read[name]) for name in sorted(read)}

    def _rendered(self, tasks: Sequence[str]) -> DataFrame:
        frame = self._every if self._few else render_all([self.tasks[task] for task in tasks], self._silver)
        return frame.where(frame["task_id"].isin(list(tasks)))

    @cached_property
    def _every(self) -> DataFrame:
        frame = render_all(list(self.tasks.values()), self._silver)
        if self._few:
            # Each task brings partitions of its own, and every later step costs by the partition, not by the row.
            frame = frame.coalesce(PARTITIONS)
            self._held.append(frame.persist())
        return frame


def rendered_by(task: Task) -> list[str]:
    """What of a task decides the ids and inputs of its instances, for fingerprints."""
    parts = (task.source, task.kind, task.where, dict(task.requires), task.items, task.partners, task.input_sql, task.strict_input_sql)
    judged = [task.judged_by] if task.judged_by else []
    return [*map(repr, parts), repr(task.derived and task.derived.columns), repr(task.version), *judged]


def _stacked(frames: Sequence[DataFrame]) -> DataFrame:
    return reduce(lambda a, b: a.unionByName(b), frames)
