"""The instances of many tasks within one run: what the leak check looks at, and what is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
    """Instances of `tasks` from the newest silver; use in `with`, which frees what Spark holds. rows: silver rows by task id.

    invented: sources that were ingested from files marked as synthetic.
    """

    def __init__(self, run: Run, tasks: Sequence[Task], rows: Mapping[str, int], invented: Collection[str] = ()) -> None:
        self.run, self.tasks, self.invented = run, {task.id: task for task in tasks}, sorted(invented)
        self._few = sum(rows[task] for task in self.tasks) <= HELD
        self._held: list[DataFrame] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for frame in self._held:
            frame.unpersist()

    def sides(self, besides: Sequence[str] = ()) -> DataFrame:
        """Rows of the leak gate: the train rows of all tasks in both renderings, and the test rows of those with a bench part.

        besides: further tasks with a bench part, whose test rows are those that stand in gold.instructions.
        """
        benched = [task for task in self.tasks.values() if task.bench is not None]
        asked = f"split = 'test' and task_id in ({', '.join(repr(task.id) for task in benched) or 'null'})"
        encounters = [task.id for task in self.tasks.values() if task.kind == "encounters"]
        rows = [rows_of(self._every.where("split = 'train'"), "train", encounters), rows_of(self._every.where(asked), "bench", encounters)]
        if besides:
            stand = self.run.read("gold.instructions")
            rows.append(rows_of(stand.where(stand["task_id"].isin(list(besides)) & (stand["split"] == "test")), "bench"))
        sides = reduce(lambda a, b: a.unionByName(b), rows)
        return sides.coalesce(PARTITIONS) if self._few else sides

    def rows(self, tasks: Sequence[str], dropped: Mapping[str, frozenset[str]], limit: int | None) -> DataFrame:
        """Instances of these tasks to be written: without the dropped ones, at most `limit` of each rendering, in order of instance id."""
        frame = self._marked(self._among(self._rendered(tasks), tasks, dropped, "left_anti"))
        if limit is None:
            return frame
        placed = frame.selectExpr("*", "row_number() over (partition by task_id, input_variant order by instance_id) as place")
        return placed.where(f"place <= {limit}").drop("place")

    def given_away(self, tasks: Sequence[str], dropped: Mapping[str, frozenset[str]]) -> dict[str, tuple[int, ...]]:
        """Task id -> rows of each of its renderings whose instances are dropped: one may make rows that the other does not."""
        counted = {task: (len(dropped.get(task, ())),) * len(self.tasks[task].renderings) for task in tasks}
        if twice := [task for task in tasks if dropped.get(task) and self.tasks[task].paper]:
            rows = self._among(self._rendered(twice), twice, dropped, "left_semi").groupBy("task_id", "input_variant").count().collect()
            found = {(row["task_id"], row["input_variant"]): row["count"] for row in rows}
            counted |= {task: tuple(found.get((task, one.rendering), 0) for one in self.tasks[task].renderings) for task in twice}
        return counted

    def taken(self, tasks: Sequence[str]) -> dict[str, tuple[Taken, ...]]:
        """Task id -> what each of its renderings takes of its slice of silver."""
        return taken([self.tasks[task] for task in tasks], self._silver, self._rendered)

    @cached_property
    def lineage(self) -> DataFrame:
        """A frame whose columns are made of what those of the instances are made of."""
        return self._marked(render_all(_renderings(self.tasks.values()), self._silver, lineage=True))

    @cached_property
    def _silver(self) -> dict[str, DataFrame]:
        read = {task.reads: task for task in self.tasks.values()}
        return {name: silver_rows(self.run, read[name]) for name in sorted(read)}

    def _marked(self, frame: DataFrame) -> DataFrame:
        return frame.withColumn("synthetic", frame["source"].isin(self.invented))

    def _among(self, frame: DataFrame, tasks: Sequence[str], dropped: Mapping[str, frozenset[str]], how: str) -> DataFrame:
        gone = sorted(instance for task in tasks for instance in dropped.get(task, ()))
        if not gone:
            return frame
        return frame.join(frame.sparkSession.createDataFrame([(i,) for i in gone], "instance_id string"), "instance_id", how)

    def _rendered(self, tasks: Sequence[str]) -> DataFrame:
        frame = self._every if self._few else self._made(self.tasks[task] for task in tasks)
        return frame.where(frame["task_id"].isin(list(tasks)))

    def _made(self, tasks: Iterable[Task]) -> DataFrame:
        # The released scripts write some instances without a question or an answer, of which nothing is to be learned.
        return render_all(_renderings(tasks), self._silver).where("input_variant <> 'paper' or (input <> '' and output <> '')")

    @cached_property
    def _every(self) -> DataFrame:
        frame = self._made(self.tasks.values())
        if self._few:
            # Each task brings partitions of its own, and every later step costs by the partition, not by the row.
            frame = frame.coalesce(PARTITIONS)
            self._held.append(frame.persist())
        return frame


def rendered_by(task: Task) -> list[str]:
    """What of a task decides the ids and inputs of its instances, for fingerprints."""
    found = []
    for one in task.renderings:
        parts = (one.source, one.kind, one.where, dict(one.requires), one.items, one.partners, one.input_sql, one.rendering)
        found += [*map(repr, parts), repr(one.derived and one.derived.columns), repr(one.version)]
    return [*found, *([task.judged_by] if task.judged_by else [])]


def _renderings(tasks: Iterable[Task]) -> list[Task]:
    return [one for task in tasks for one in task.renderings]
