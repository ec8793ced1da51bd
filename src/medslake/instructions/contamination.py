"""Training rows that give the benchmark away: found from silver, across all tasks, before any task is built.

The verdicts are a function of the silver tables, the registered tasks and the policy alone, never of what has been built so far. That is
why tasks built together, one by one or in any order give the same gold.instructions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from medslake.errors import DataCheckFailed
from medslake.instructions.instances import Instances, rendered_by
from medslake.leakage.checks import Compared, record_check
from medslake.leakage.compare import compare
from medslake.leakage.policy import Policy
from medslake.leakage.task_facts import TaskFacts
from medslake.leakage.verdicts import TABLE, recorded, refuse, verdict_rows, write_verdicts
from medslake.progress import Progress, quiet

if TYPE_CHECKING:
    from medslake.lake.runs import Run

__all__ = ["drop_list"]

DROPPED = {"action": "dropped"}


def drop_list(
    run: Run, instances: Instances, states: Mapping[str, str], policy: Policy, progress: Progress = quiet
) -> dict[str, frozenset[str]]:
    """Task id -> instance ids of its train rows that hit a test row of any task with a bench part, by a test whose policy is drop.

    instances: of every registered task whose silver slice is in the lake; states: task id -> state of what it renders from. The verdicts
    stand in ops.contamination (action 'dropped') and are only made again when a state, a task's rendering or the policy has changed; what
    was compared in ops.leak_checks. Of tasks that are built and can no longer be rendered the test rows count that stand.
    Raises DataCheckFailed when a test whose policy is block has hits, or a task of gold.tasks with a part in the benchmark cannot be seen.
    """
    tasks = instances.tasks.values()
    besides = _built_only(run, instances)
    declared = [[t.id, states[t.id], t.bench is not None, rendered_by(t)] for t in tasks]
    fingerprint = run.fingerprint("dropped", declared, policy.parts(), *([sorted(besides.items())] if besides else []))

    def dropped_rows() -> pa.Table:
        progress("leak check", 0, 1)
        compared: dict[tuple[str, str], int] = {}
        rows = _verdicts(run, instances, sorted(besides), policy, compared.update)
        asked = [*(task.id for task in tasks if task.bench is not None), *besides]
        record_check(run, "instructions", compared, asked, fingerprint)
        progress("leak check", 1, 1)
        return rows

    run.write(TABLE, dropped_rows, slice=DROPPED, fingerprint=fingerprint)
    dropped: dict[str, set[str]] = {}
    for row in run.lake.arrow.read(TABLE, columns=["train_task_id", "train_instance_id"], where=DROPPED).to_pylist():
        dropped.setdefault(row["train_task_id"], set()).add(row["train_instance_id"])
    return {task: frozenset(ids) for task, ids in dropped.items()}


def _built_only(run: Run, instances: Instances) -> dict[str, str]:
    """Tasks with a part in the benchmark that are built and cannot be rendered now (no longer declared, source gone) -> state."""
    lost = {task: source for task, source in TaskFacts.of(run.lake).benched.items() if task not in instances.tasks}
    there = run.lake.slices("gold.instructions", "task_id") if lost else {}
    for task, source in sorted(lost.items()):
        if task not in there:
            raise DataCheckFailed(
                f"The leak gate cannot see {task}, which has a part in the benchmark by gold.tasks: no row of it stands anywhere.",
                hint=f"Run: medslake ingest {source} --from FOLDER",
            )
    return {task: there[task].state for task in lost}


def _verdicts(run: Run, instances: Instances, besides: Sequence[str], policy: Policy, told: Callable[[Compared], None]) -> pa.Table:
    """Rows of ops.contamination with action 'dropped'; those of tests that block are recorded as refused, and refused."""
    # What is only tagged or noted, on whichever side, is the leak check's.
    deciding = policy.only("drop", "block")
    tests = deciding.tests()
    leaks = compare(instances.sides(besides), tests, deciding, "dropped", told) if tests else []
    faults = [replace(leak, action="refused") for leak in leaks if policy.actions[leak.test, leak.side] == "block"]
    others = recorded(run.lake, "refused")
    write_verdicts(run, "refused", faults, others.filter(pc.is_valid(others["prompt"])))
    refuse(faults, "The leak gate refused the instructions")
    return verdict_rows(run.lake, leaks, version=-1)
