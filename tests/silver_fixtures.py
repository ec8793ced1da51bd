"""Silver rows made by hand, and the examples of all tasks rendered in one Spark job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from medslake.instructions.render import render
from medslake.lake.schema.ddl import specs
from medslake.registry import items
from medslake.tasks import Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SilverFrame = Callable[[Task, Iterable[Mapping[str, Any]]], "DataFrame"]


@pytest.fixture(scope="session")
def silver_frame(spark: SparkSession) -> SilverFrame:
    """(task, rows) -> DataFrame in the schema of the task's silver kind; columns that a row leaves out get what every row has."""

    def frame(task: Task, rows: Iterable[Mapping[str, Any]]) -> DataFrame:
        schema = specs()[f"silver.{task.kind}"].arrow_schema()
        maps = {field.name for field in schema if pa.types.is_map(field.type)}
        whole = []
        for number, row in enumerate(rows, start=1):
            unknown = set(row) - set(schema.names)
            assert not unknown, f"{task.id}: silver.{task.kind} has no {unknown}"
            origin = {"table": f"bronze.{task.source}__x", "version": 0, "file": "x", "sha256": "0" * 64, "row": number}
            shared = {
                "source": task.source,
                "split": "train",
                "language": "en",
                "domain": task.domain,
                "access": "public",
                "origin": origin,
            }
            values = {**dict.fromkeys(schema.names), **shared, **row}
            # Arrow builds maps from pairs.
            whole.append({name: list(v.items()) if isinstance(v, dict) and name in maps else v for name, v in values.items()})
        # One partition and no Python worker: the tests are many tiny frames.
        return spark.createDataFrame(pa.Table.from_pylist(whole, schema=schema)).coalesce(1)

    return frame


@pytest.fixture(scope="session")
def rendered_examples(silver_frame: SilverFrame) -> dict[str, list[dict[str, Any]]]:
    """Task id -> instances rendered from the task's example, of split test where the benchmark asks: those bear choices."""
    tasks = items("task")
    split = {t.id: "train" if t.bench is None else "test" for t in tasks.values()}
    asked = {t.id: [{"split": split[t.id], **row} for row in t.example.rows] for t in tasks.values()}
    frames = [render(task, silver_frame(task, asked[task.id])) for task in tasks.values()]
    found: dict[str, list[dict[str, Any]]] = {task_id: [] for task_id in tasks}
    for row in reduce(lambda a, b: a.unionByName(b), frames).collect():
        found[row["task_id"]].append(row.asDict(recursive=True))
    return found
