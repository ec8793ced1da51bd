"""All entries of MedS-Bench, and what each of them waits for.

The paper counts 52 tasks; its released split has 53 files, one for each task id of the published tables. What a task's part is says
`Task.bench`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.bench.published import published_rows
from medslake.bench.tasks import declaration
from medslake.errors import UnknownName
from medslake.languages import code_of

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.tasks.base import Task

__all__ = ["Scoring", "benchmark_entries", "scoring_of"]


@dataclass(frozen=True)
class Scoring:
    """How answers to a task are scored. metrics: registered names. language: of the texts. labels: closed label set, empty when open.

    group: one of `medslake.tasks.BENCH_GROUPS`, "" where unknown.
    """

    metrics: tuple[str, ...]
    language: str = "en"
    labels: tuple[str, ...] = ()
    group: str = ""


def scoring_of(task_id: str) -> Scoring:
    """What the task's bench part says; UnknownName for a task that has none."""
    task = declaration(task_id)
    if task is None or task.bench is None:
        raise UnknownName("task with a metric", task_id, [*published_rows()])
    return Scoring(task.bench.metrics, code_of(task.output_language), tuple(task.labels or ()), task.bench.group)


def _declared() -> dict[str, Task]:
    return {name: task for name, task in registry.sound("task").items() if task.bench is not None}


def benchmark_entries(lake: Lake) -> list[dict[str, Any]]:
    """One row for each entry of the paper, in its order, and for tasks with a bench part that MedS-Bench does not have.

    metrics, shots, size and seed are those of the task, None while there is none. built: rows in gold.benchmark of this lake.
    waits_for: the next step, None once rows are there.
    """
    declared = _declared()
    built = _counted(lake, "gold.benchmark")
    rendered = _counted(lake, "gold.instructions")
    published = published_rows()
    rows = []
    for task_id in dict.fromkeys([*published, *declared]):
        task = declared.get(task_id)
        bench = task.bench if task is not None else None
        rows.append(
            {
                "task": task_id,
                "group": bench.group if bench else None,
                "dataset": bench.dataset if bench else None,
                "published_rows": published.get(task_id),
                "metrics": list(bench.metrics) if bench else None,
                "shots": bench.shots if bench else None,
                "size": bench.size if bench else None,
                "seed": bench.seed if bench else None,
                "built": built[task_id],
                "waits_for": None if built[task_id] else _next_step(task_id, task, rendered[task_id]),
            }
        )
    return rows


def _next_step(task_id: str, task: Task | None, rendered: int) -> str:
    if task is None:
        return f"a task {task_id}"
    return f"medslake build benchmark --task {task_id}" if rendered else f"medslake ingest {task.source}, medslake build instructions"


def _counted(lake: Lake, table: str) -> Counter[str]:
    """Rows by task."""
    rows = lake.arrow.read(table, columns=["task_id"])["task_id"].to_pylist() if lake.exists(table) else []
    return Counter(map(str, rows))
