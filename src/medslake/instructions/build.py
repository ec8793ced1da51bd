"""gold.definitions and gold.instructions from silver, one slice per task; whatever has not changed is not touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from medslake import registry
from medslake.errors import UsageError
from medslake.instructions.contamination import drop_list
from medslake.instructions.definitions import definition_rows
from medslake.instructions.instances import Rendering, rendered_by
from medslake.lake.slices import Slice, slices
from medslake.leakage.policy import Policy
from medslake.progress import Progress, quiet
from medslake.tasks.base import Task

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["build_instructions"]


def build_instructions(
    lake: Lake,
    tasks: list[str] | None = None,
    *,
    limit: int | None = None,
    policy: Sequence[str] = (),
    dry_run: bool = False,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Render tasks (default: all registered) from the newest silver into gold.instructions; returns the run's result.

    Beside `run` and `tables` the result has `tasks` (task id -> rows, quarantined, dropped, committed) and `skipped` (task id -> reason:
    its source is not in the lake). dropped: train rows left out because the benchmark asks the like, see ops.contamination.
    limit: at most so many instances per task, in order of instance id. policy: what the leak gate does, see `Policy.of`.
    dry_run: commit nothing and only tell what would be rendered.
    Raises UnknownName, UsageError when nothing can be built, DataCheckFailed from the quality gate or the leak gate.
    """
    rules = Policy.of(policy)
    known: dict[str, Task] = registry.items("task")
    wanted = [registry.get("task", name) for name in tasks] if tasks else list(known.values())
    standing = {kind: slices(lake, f"silver.{kind}", "source") for kind in {task.kind for task in known.values()}}
    there = {task.id: found for task in known.values() if (found := standing[task.kind].get(task.source)) is not None}
    skipped = {t.id: f"source {t.source} has no rows in silver.{t.kind}" for t in wanted if t.id not in there}
    ready = [task for task in wanted if task.id in there]
    if not ready:
        raise UsageError(
            f"Nothing to build: no source of {'these tasks' if tasks else 'any task'} is in the lake ({len(skipped)} tasks wait).",
            hint=f"Run: medslake ingest {wanted[0].source} --from FOLDER",
        )
    if dry_run:
        told = {t.id: {"source": t.source, "table": f"silver.{t.kind}", "rows": there[t.id].rows} for t in ready}
        return {"dry_run": True, "tasks": told, "skipped": skipped}
    with lake.run("instructions", params={"tasks": tasks, "limit": limit, "policy": list(policy)}) as run:
        _write_registry(run, list(known.values()))
        with Rendering(run, [known[i] for i in there], {i: s.rows for i, s in there.items()}) as rendering:
            dropped = drop_list(run, rendering, {i: s.state for i, s in there.items()}, rules, progress)
            told = _write_tasks(run, ready, rendering, there, dropped, limit, progress)
    return {**run.result, "tasks": told, "skipped": skipped}


def _write_tasks(
    run: Run,
    tasks: Sequence[Task],
    rendering: Rendering,
    there: Mapping[str, Slice],
    dropped: Mapping[str, frozenset[str]],
    limit: int | None,
    progress: Progress,
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for task in tasks:
        progress("instructions", len(told), len(tasks))
        gone = dropped.get(task.id, frozenset())
        written = run.write(
            "gold.instructions",
            partial(rendering.rows, task, gone, limit),
            slice={"task_id": task.id},
            fingerprint=run.fingerprint("instructions", there[task.id].state, _contents(task), gone, limit),
            lineage_of=partial(rendering.frame, task),
        )
        told[task.id] = {
            "rows": written.rows,
            "quarantined": written.quarantined,
            "dropped": len(gone),
            "committed": written.committed,
        }
    progress("instructions", len(told), len(tasks))
    return told


def _contents(task: Task) -> list[str]:
    """What of a task decides the rows of its slice; its benchmark part, example and notes do not."""
    parts = (task.category, task.domain, task.input_language, task.output_language, task.definition_language)
    return [
        *rendered_by(task),
        *parts,
        task.output_sql,
        repr(task.alternatives_sql),
        repr(task.choices_sql),
        *[d.text for d in task.definitions],
    ]


def _write_registry(run: Run, tasks: Sequence[Task]) -> None:
    """gold.definitions and ops.sources say what is registered, whether or not it has been built."""
    definitions = pa.Table.from_pylist(definition_rows(tasks), schema=run.lake.spec("gold.definitions").arrow_schema())
    run.write("gold.definitions", definitions, fingerprint=run.fingerprint(definitions.to_pylist()))
    found = [registry.get("source", name) for name in sorted({task.source for task in tasks} & set(registry.sound("source")))]
    rows = [
        {
            "source": s.name,
            "title": s.title,
            "citation": s.citation,
            "licence": s.licence,
            "access": s.access,
            "urls": list(s.urls),
            "split_rule": s.split_rule,
        }
        for s in found
    ]
    run.write(
        "ops.sources", pa.Table.from_pylist(rows, schema=run.lake.spec("ops.sources").arrow_schema()), fingerprint=run.fingerprint(rows)
    )
