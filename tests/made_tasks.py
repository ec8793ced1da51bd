"""gold.tasks and gold.definitions of registered tasks, committed without Spark, for tests that begin behind `build instructions`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from medslake import registry
from medslake.definitions.rows import definition_rows
from medslake.lake import Lake
from medslake.lake.storage.tables import CommitInfo
from medslake.tasks.base import Task


def task_row(task: Task) -> dict[str, Any]:
    names = (
        "name",
        "category",
        "domain",
        "input_language",
        "output_language",
        "definition_language",
        "source",
        "kind",
        "trained",
        "version",
    )
    return {
        **{name: getattr(task, name) for name in names},
        "task_id": task.id,
        "collection": task.collection,
        "labels": list(task.labels or ()),
        "published_words": [*task.published_words.items()] or None,
        "bench": None if task.bench is None else asdict(task.bench),
    }


def write_tasks(lake: Lake, names: Sequence[str] | None = None) -> None:
    """names: default all that are registered."""
    tasks = [registry.get("task", name) for name in names or registry.names("task")]
    for table, rows in (("gold.tasks", [task_row(task) for task in tasks]), ("gold.definitions", definition_rows(tasks))):
        schema = lake.spec(table).arrow_schema()
        lake.arrow.replace(table, pa.Table.from_pylist(rows, schema=schema), CommitInfo(f"tests/{table}"))


def write_sources(lake: Lake) -> None:
    """ops.sources of all that are registered."""
    names = ("title", "citation", "licence", "access", "urls", "split_rule")
    rows = [{"source": name, **{key: getattr(source, key) for key in names}} for name, source in registry.items("source").items()]
    schema = lake.spec("ops.sources").arrow_schema()
    lake.arrow.replace("ops.sources", pa.Table.from_pylist(rows, schema=schema), CommitInfo("tests/ops.sources"))
