"""gold.tasks, gold.definitions and gold.instructions from silver; whatever has not changed is not touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.definitions.rows import standing, write_definitions
from medslake.errors import DataCheckFailed, UnknownName, UsageError
from medslake.instructions.accounts import Taken, left_out
from medslake.instructions.contamination import drop_list
from medslake.instructions.instances import Instances, rendered_by
from medslake.instructions.judged import slices_read
from medslake.instructions.task_rows import tasks_table
from medslake.lake.parts import Part, check_share
from medslake.lake.schema.ddl import specs
from medslake.lake.storage.slices import Slice
from medslake.leakage.policy import Policy
from medslake.progress import Progress, quiet
from medslake.tasks.base import Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["build_instructions"]

TABLE = "gold.instructions"
GIVEN_AWAY = "given away by the benchmark"


def build_instructions(
    lake: Lake,
    tasks: list[str] | None = None,
    *,
    limit: int | None = None,
    policy: Sequence[str] = (),
    allow_empty: bool = False,
    max_aside: float | None = None,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Render tasks (default: all registered) from the newest silver into gold.instructions; returns the run's result.

    Beside `run` and `tables` the result has `tasks` (task id -> rows, quarantined, dropped, committed, left_out) and `skipped` (task id ->
    reason why it has no instance). dropped: train rows left out because the benchmark asks the like, see ops.contamination. left_out:
    reason -> rows that do not meet what the task requires, counted when they are rendered; what else became of the rows of silver is in
    `tables` and in ops.runs.
    limit: at most so many instances per task, in order of instance id. policy: what the leak gate does, see `Policy.of`.
    allow_empty: no error when a task asked for by name has no instance. max_aside: share of a task's rows that may be set aside, instead of
    5 % from 100 rows on. dry_run: commit nothing and only say what would be rendered.
    Raises UnknownName, UsageError when nothing can be built, DataCheckFailed from the quality gate or the leak gate, or, after all other
    tasks are written, for tasks asked for by name that have no instance.
    """
    check_share(max_aside)
    rules = Policy.of(policy)
    known = _known(lake, tasks)
    wanted = [registry.get("task", name) for name in tasks] if tasks else list(known.values())
    there = slices_read(lake, known.values())
    skipped = {t.id: f"source {t.source} has no rows in silver.{t.kind}" for t in wanted if t.id not in there}
    ready = [task for task in wanted if task.id in there]
    _refuse_unknown(wanted)
    if not ready:
        raise UsageError(
            f"Nothing to build: no source of {'these tasks' if tasks else 'any task'} is in the lake ({len(skipped)} tasks wait).",
            hint=f"Run: medslake ingest {wanted[0].source} --from FOLDER",
        )
    if dry_run:
        outline = {t.id: {"source": t.source, "table": f"silver.{t.kind}", "rows": there[t.id].rows} for t in ready}
        return {"dry_run": True, "tasks": outline, "skipped": skipped}
    with lake.run("instructions", params={"tasks": tasks, "limit": limit, "policy": list(policy), "max_aside": max_aside}) as run:
        _write_declarations(run, list(known.values()), [known[task] for task in there])
        invented = _invented(lake)
        with Instances(run, [known[task] for task in there], {task: part.rows for task, part in there.items()}, invented) as instances:
            dropped = drop_list(run, instances, {task: part.state for task, part in there.items()}, rules, progress)
            outcome = _write_instances(run, ready, instances, there, dropped, limit, progress)
    for task in ready:
        if not outcome[task.id]["rows"]:
            skipped[task.id] = _why_empty(task, outcome[task.id])
    if tasks and skipped and not allow_empty:
        name, why = next(iter(skipped.items()))
        more = f", and {len(skipped) - 1} further tasks have none" if len(skipped) > 1 else ""
        raise DataCheckFailed(
            f"{name} has no instance: {why}{more}; the other tasks are built.",
            hint=f"Run: medslake sql \"select * from silver.{known[name].kind} where source = '{known[name].source}' limit 5\"",
        )
    return {**run.result, "tasks": outcome, "skipped": skipped}


def _known(lake: Lake, tasks: Sequence[str] | None) -> dict[str, Task]:
    """All tasks. For tasks asked for by name one that does not load is no hindrance, unless it is built: the gate must see it."""
    known: dict[str, Task] = registry.sound("task")
    hindered = bool(registry.broken("task")) and (not tasks or lake.slices(TABLE, "task_id").keys() - known.keys())
    return registry.items("task") if hindered else known


def _invented(lake: Lake) -> set[str]:
    """Sources whose files are marked as invented."""
    if not lake.exists("ops.sources"):
        return set()
    return {str(row["source"]) for row in lake.arrow.read("ops.sources").to_pylist() if row.get("synthetic")}


def _write_instances(
    run: Run,
    tasks: Sequence[Task],
    instances: Instances,
    there: Mapping[str, Slice],
    dropped: Mapping[str, frozenset[str]],
    limit: int | None,
    progress: Progress,
) -> dict[str, dict[str, Any]]:
    progress("instructions", 0, len(tasks))
    gone = {task.id: dropped.get(task.id, frozenset()) for task in tasks}

    def contents(task: Task) -> list[str]:
        return [*_contents(task), *(["synthetic"] if task.source in instances.invented else [])]

    fingerprints = {task.id: run.fingerprint("instructions", there[task.id].state, contents(task), gone[task.id], limit) for task in tasks}
    taken: dict[str, tuple[Taken, ...]] = {}
    away: dict[str, tuple[int, ...]] = {}

    def rows(changed: Sequence[str]) -> DataFrame:
        taken.update(instances.taken(changed))
        away.update(instances.given_away(changed, dropped))
        return instances.rows(changed, dropped, limit)

    def read(task: str) -> int:
        return sum(one.read(there[task].rows) for one in taken[task])

    def reasons(task: str) -> dict[str, int]:
        ready = [one.instances - gone for one, gone in zip(taken[task], away[task], strict=True)]
        beyond = 0 if limit is None else sum(max(0, rows - limit) for rows in ready)
        return {**left_out(taken[task], there[task].rows), GIVEN_AWAY: sum(away[task]), "beyond the limit": beyond}

    parts = {
        task: Part(fingerprint=fingerprint, lineage_of=lambda: instances.lineage, read=partial(read, task), left_out=partial(reasons, task))
        for task, fingerprint in fingerprints.items()
    }
    written = run.write_parts(TABLE, "task_id", parts, rows=rows)
    # Why a task has no instance is said again where nothing changed, too.
    if still := [task for task, part in written.items() if not part.rows and task not in taken]:
        taken.update(instances.taken(still))
    progress("instructions", len(tasks), len(tasks))
    return {
        task.id: {
            "rows": written[task.id].rows,
            "quarantined": written[task.id].quarantined,
            "dropped": len(gone[task.id]),
            "committed": written[task.id].committed,
            **({"left_out": told} if (told := _required(taken.get(task.id, ()))) else {}),
        }
        for task in tasks
    }


def _required(each: Iterable[Taken]) -> dict[str, int]:
    """Reason -> rows of what a task is about that make no instance, in any of its renderings."""
    found: Counter[str] = Counter()
    for one in each:
        found |= Counter(one.reasons)
    return dict(found)


def _contents(task: Task) -> list[str]:
    """What of a task decides the rows of its slice; its benchmark part, example and notes do not."""
    parts = (task.category, task.domain, task.input_language, task.output_language, task.definition_language)
    return [
        *rendered_by(task),
        *parts,
        *[repr((one.output_sql, one.alternatives_sql, one.choices_sql, one.names_sql, one.mistake_sql)) for one in task.renderings],
        *[d.text for d in task.definitions],
    ]


def _refuse_unknown(tasks: Sequence[Task]) -> None:
    """What a declaration cannot know by itself: whether the kind and the metrics that it names exist."""
    kinds = [name.removeprefix("silver.") for name in specs() if name.startswith("silver.")]
    metrics = list(registry.sound("metric"))
    for task in tasks:
        if task.kind not in kinds:
            raise UnknownName(f"silver kind (read by {task.id})", task.kind, kinds)
        # A tagger that asks a model stands in gold.tags with the name of the model behind an @.
        if task.judged_by and task.judged_by.partition("@")[0] not in (taggers := registry.names("tagger")):
            raise UnknownName(f"tagger (of {task.id})", task.judged_by, taggers)
        for metric in task.bench.metrics if task.bench else ():
            if metric not in metrics:
                raise UnknownName(f"metric (of {task.id})", metric, metrics, broken=[str(fault) for fault in registry.broken("metric")])


def _why_empty(task: Task, outcome: Mapping[str, Any]) -> str:
    reasons = [
        *(f"{reason} ({rows} rows)" for reason, rows in outcome.get("left_out", {}).items()),
        *([f"{outcome['quarantined']} rows set aside"] if outcome["quarantined"] else []),
        *([f"{outcome['dropped']} rows given away by the benchmark"] if outcome["dropped"] else []),
    ]
    if not reasons and task.judged_by:
        tag = f"medslake tag silver.{task.kind} --source {task.source}"
        return f"no row of {task.source} in silver.{task.kind} is judged medical by {task.judged_by} (run: {tag})"
    return "; ".join(reasons) or f"no row of {task.source} in silver.{task.kind} is what it is about"


def _write_declarations(run: Run, known: Sequence[Task], built: Sequence[Task]) -> None:
    """gold.definitions has every registered task, and what was imported and rewritten judged anew; gold.tasks has those that are built from
    what is in the lake.
    """
    write_definitions(run, known, standing(run.lake, ["imported", "rewritten"]))
    tasks = tasks_table(run.lake, built, run.lake.slices(TABLE, "task_id"))
    run.write("gold.tasks", tasks, fingerprint=run.fingerprint(tasks.to_pylist()), read=tasks.num_rows)
