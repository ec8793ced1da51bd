"""The instances of many tasks within one run: rendered once, used by the leak check and by the writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.compute as pc

from medslake.instructions.render import render
from medslake.leakage.rows import rows_of
from medslake.tasks.base import Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake.runs import Run

__all__ = ["SMALL", "Rendering", "rendered_by"]

#: Up to so many instances (roughly: silver rows, once per task that reads them) all tasks are rendered by one Spark job and come to the
#: driver, since on small tables the number of jobs is what takes the time.
SMALL = 20_000


class Rendering:
    """Instances of `tasks` from the newest silver; use in `with`, which frees what Spark holds. rows: silver rows by task id."""

    def __init__(self, run: Run, tasks: Sequence[Task], rows: Mapping[str, int]) -> None:
        self.run, self.tasks = run, {task.id: task for task in tasks}
        self.small = sum(rows[task] for task in self.tasks) <= SMALL
        self._held: list[DataFrame] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for frame in self._held:
            frame.unpersist()

    def frame(self, task: Task) -> DataFrame:
        """Columns of gold.instructions, all splits, nothing dropped."""
        return render(task, self._silver[task.kind])

    def sides(self) -> DataFrame:
        """Rows of the leak gate: the train rows of all tasks, and the test rows of those with a bench part in both input variants."""
        instances = [self._together] if self.small else [self.frame(task) for task in self.tasks.values()]
        benched = [task for task in self.tasks.values() if task.bench is not None]
        asked = f"split = 'test' and task_id in ({', '.join(repr(task.id) for task in benched) or 'null'})"
        train = [rows_of(rows.where("split = 'train'"), "train") for rows in instances]
        bench = [rows_of(rows.where(asked), "bench") for rows in instances]
        for task in benched:
            if task.strict_input_sql is not None:
                bench.append(rows_of(render(task, self._silver[task.kind], strict=True).where("split = 'test'"), "bench"))
        # Where both variants read the same they are one row.
        return _stacked([*train, _stacked(bench).dropDuplicates(["id"])])

    def rows(self, task: Task, dropped: frozenset[str], limit: int | None) -> DataFrame | pa.Table:
        """Instances to be written: without the dropped ones, and at most `limit` in order of instance id."""
        if self.small:
            table = self._collected.filter(pc.field("task_id") == task.id)
            if dropped:
                table = table.filter(~pc.field("instance_id").isin(sorted(dropped)))
            return table if limit is None else table.sort_by("instance_id").slice(0, limit)
        frame = self.frame(task)
        if dropped:
            ids = frame.sparkSession.createDataFrame([(i,) for i in sorted(dropped)], "instance_id string")
            frame = frame.join(ids, "instance_id", "left_anti")
        return frame if limit is None else frame.orderBy("instance_id").limit(limit)

    @cached_property
    def _silver(self) -> dict[str, DataFrame]:
        return {kind: self.run.read(f"silver.{kind}") for kind in sorted({task.kind for task in self.tasks.values()})}

    @cached_property
    def _together(self) -> DataFrame:
        return self._hold(_stacked([self.frame(task) for task in self.tasks.values()]))

    @cached_property
    def _collected(self) -> pa.Table:
        return self._together.toArrow()

    def _hold(self, frame: DataFrame) -> DataFrame:
        self._held.append(frame.persist())
        return self._held[-1]


def rendered_by(task: Task) -> list[str]:
    """What of a task decides the ids and inputs of its instances, for fingerprints."""
    parts = (task.source, task.kind, task.where, task.items, task.partners, task.input_sql, task.strict_input_sql, task.version)
    return [repr(part) for part in parts]


def _stacked(frames: Sequence[DataFrame]) -> DataFrame:
    return reduce(lambda a, b: a.unionByName(b), frames)
