"""Tasks that have a part in the benchmark, as they were built: read from gold.tasks and gold.definitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.errors import UnknownName
from medslake.languages import code_of
from medslake.tasks import Bench, Task
from medslake.tasks.base import reworded

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["BenchTask", "bench_tasks", "declaration"]

#: The wording of prompts.
_FIRST = {"kind": "written", "number": 1}


@dataclass(frozen=True)
class BenchTask:
    """A row of gold.tasks with a bench part, and the wording of its prompts, which is the task's first.

    labels: closed label set, empty when open. language: ISO 639-1 code of the output. published: the wording where the published rendering
    is asked.
    """

    id: str
    bench: Bench
    labels: tuple[str, ...]
    language: str
    definition_id: str
    definition: str
    published: str


def bench_tasks(lake: Lake) -> dict[str, BenchTask]:
    """Tasks with a bench part by id, in the table's order; empty before `build instructions`."""
    if not (lake.exists("gold.tasks") and lake.exists("gold.definitions")):
        return {}
    rows = [row for row in lake.arrow.read("gold.tasks").to_pylist() if row["bench"] is not None]
    wordings = lake.arrow.read("gold.definitions", columns=["task_id", "definition_id", "text"], where=_FIRST).to_pylist()
    first = {wording["task_id"]: wording for wording in wordings}
    return {row["task_id"]: _task(row, first[row["task_id"]]) for row in rows if row["task_id"] in first}


def declaration(task_id: str) -> Task | None:
    """What is registered under this id, for the little that the lake does not hold; None where nothing is."""
    try:
        task: Task = registry.get("task", task_id)
    except UnknownName:
        return None
    return task


def _task(row: dict[str, Any], wording: dict[str, Any]) -> BenchTask:
    bench = Bench(**{**row["bench"], "metrics": tuple(row["bench"]["metrics"])})
    language = code_of(row["output_language"])
    published = reworded(wording["text"], row.get("published_words"))
    return BenchTask(row["task_id"], bench, tuple(row["labels"]), language, wording["definition_id"], wording["text"], published)
