"""Which rows of the benchmark a set of answers is about: a pure function of the table and two settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["asked_rows", "closed_rows", "leaves_tasks_out", "planned_rows"]


def asked_rows(benchmark: pa.Table, settings: Mapping[str, Any]) -> tuple[pa.Table, dict[str, int]]:
    """Rows that a set of answers is about, and of the tasks that it was not asked, having no choices to compare, the number of rows.

    settings: `tasks`, `limit` and `mode` of the set, as gold.predictions keeps them. benchmark: as for `planned_rows` and `closed_rows`.
    """
    rows = planned_rows(benchmark, settings.get("tasks"), settings.get("limit"))
    return closed_rows(rows) if leaves_tasks_out(settings) else (rows, {})


def leaves_tasks_out(settings: Mapping[str, Any]) -> bool:
    """Whether a set of answers with these settings compares choices, so that tasks without any are not asked."""
    return bool(settings.get("mode") == "loglikelihood")


def planned_rows(benchmark: pa.Table, tasks: Sequence[str] | None, limit: int | None) -> pa.Table:
    """Rows of the tasks (None = all) in the order of task and row id; at most `limit` per task, prompt and input variant.

    row_id is a hash, so the first rows are a sample that does not change. benchmark: task_id, row_id, prompt, input_variant and any other.
    """
    rows = benchmark if tasks is None else benchmark.filter(pc.is_in(benchmark["task_id"], value_set=pa.array(list(tasks), pa.string())))
    rows = rows.sort_by([("task_id", "ascending"), ("row_id", "ascending")])
    if limit is None:
        return rows
    taken: dict[tuple[str, ...], int] = {}
    kept = []
    for at, key in enumerate(zip(*(rows[c].to_pylist() for c in ("task_id", "prompt", "input_variant")), strict=True)):
        taken[key] = taken.get(key, 0) + 1
        if taken[key] <= limit:
            kept.append(at)
    return rows.take(kept)


def closed_rows(rows: pa.Table) -> tuple[pa.Table, dict[str, int]]:
    """Rows of the tasks that have choices, and how many rows each other task has. rows: task_id, choices, reference and any other.

    A row without choices in a task that has some is kept: it is to be answered, and will be recorded as one that could not be. So is one
    where several options are right: no single one is its answer, so it has no choices here.
    """
    own = zip(*(rows[name].to_pylist() for name in ("choices", "reference")), strict=True)
    single = pa.array([choices if choices and right in choices else None for choices, right in own], rows["choices"].type)
    rows = rows.set_column(rows.column_names.index("choices"), "choices", single)
    tasks = [str(task) for task in rows["task_id"].to_pylist()]
    closed = {task for task, choices in zip(tasks, rows["choices"].to_pylist(), strict=True) if choices}
    kept = pa.array([task in closed for task in tasks], pa.bool_())
    return rows.filter(kept), dict(sorted(Counter(task for task in tasks if task not in closed).items()))
