"""Rows of gold.tasks: what later steps ask about a task, instead of its declaration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from medslake.lake.store import Store
from medslake.tasks.base import Task

__all__ = ["TABLE", "task_rows", "tasks_table"]

TABLE = "gold.tasks"
#: Columns that are fields of the declaration under the same name.
_FIELDS = (
    "name",
    "category",
    "domain",
    "input_language",
    "output_language",
    "definition_language",
    "source",
    "kind",
    "collection",
    "trained",
    "version",
)


def task_rows(tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """In order of the tasks."""
    return [
        {
            "task_id": task.id,
            **{name: getattr(task, name) for name in _FIELDS},
            "labels": list(task.labels or ()),
            "published_words": [*task.published_words.items()] or None,
            "bench": None if task.bench is None else asdict(task.bench) | {"metrics": list(task.bench.metrics)},
        }
        for task in tasks
    ]


def tasks_table(lake: Store, tasks: Iterable[Task], built: Iterable[str]) -> pa.Table:
    """gold.tasks as it shall be: these tasks, and of those that are no longer declared the rows of the ones that are built."""
    rows = pa.Table.from_pylist(task_rows(tasks), schema=lake.spec(TABLE).arrow_schema())
    if not lake.exists(TABLE):
        return rows
    there = lake.arrow.read(TABLE)
    kept = set(built) - set(rows["task_id"].to_pylist())
    return pa.concat_tables(
        [rows, there.filter(pc.field("task_id").isin(pa.array(sorted(kept), pa.string()))).select(rows.schema.names).cast(rows.schema)]
    )
