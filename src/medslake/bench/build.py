"""gold.benchmark: test instances as final messages, behind the leak gate; one slice per task and prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.compute as pc

from medslake import registry
from medslake.bench.prompts import PROMPT_BUDGET, PROMPTS
from medslake.bench.published import load_published
from medslake.bench.rows import SIZES, Setting, benchmark_rows
from medslake.bench.tasks import BenchTask, bench_tasks
from medslake.errors import UnknownName, UsageError
from medslake.lake.parts import Part, check_share
from medslake.lake.storage.slices import Slice
from medslake.leakage.checks import record_check
from medslake.leakage.gate import leaks_between, with_sets
from medslake.leakage.policy import Policy
from medslake.leakage.task_facts import TaskFacts
from medslake.leakage.verdicts import TABLE, leaks_of, recorded, refuse, verdict_rows, write_verdicts
from medslake.progress import Progress, quiet

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake import Lake
    from medslake.lake.runs import Run
    from medslake.tasks.base import Task

__all__ = ["build_benchmark"]

REFUSED = {"action": "refused"}


def build_benchmark(
    lake: Lake,
    tasks: list[str] | None = None,
    *,
    prompt: str = "paper",
    shots: int | None = None,
    limit: int | None = None,
    seed: int | None = None,
    fixed: bool = False,
    size: str = "paper",
    budget: int = PROMPT_BUDGET,
    policy: Sequence[str] = (),
    max_aside: float | None = None,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Build benchmark rows of tasks with a bench part (default: all of them) from the newest gold.instructions; returns the run's result.

    What a task asks and how it is scored is read from gold.tasks, where `build instructions` wrote it.
    prompt, shots, limit, seed, fixed, size, budget: see `medslake.bench.rows.Setting`. Slices are replaced per task and prompt, so `paper`
    and `chat` stand side by side. Tasks that are rendered as published and corrected get rows of both, as input variants `paper` and
    `strict`; all others have rows of `paper` alone.
    Beside `run` and `tables` the result has `tasks` (task id -> rows, committed) and `skipped` (task id -> reason).
    policy: what the leak gate does on a hit, see `Policy.of`. Verdicts stand in ops.contamination. max_aside: share of a task's rows that
    may be set aside, instead of 5 % from 100 rows on.
    Raises UnknownName, UsageError, and DataCheckFailed when the gate finds what the policy does not tolerate: then nothing is committed.
    """
    check_share(max_aside)
    rules = Policy.of(policy)
    setting = Setting(prompt, shots, fixed, size, limit, seed, budget)
    _refuse_unknown(setting)
    instructions = lake.slices("gold.instructions", "task_id")
    built = {name: task for name, task in bench_tasks(lake).items() if name in instructions}
    wanted = _wanted(tasks, built)
    skipped = {name: "not in gold.instructions" for name in wanted if name not in built}
    ready = [built[name] for name in wanted if name not in skipped]
    if not ready:
        raise UsageError("Nothing to build: none of these tasks is in gold.instructions.", hint="Run: medslake build instructions")
    if dry_run:
        outline = {t.id: {"dataset": t.bench.dataset, "instances": instructions[t.id].rows, "wanted": setting.wanted(t)} for t in ready}
        return {"dry_run": True, "tasks": outline, "skipped": skipped}
    params = {
        "tasks": tasks,
        "prompt": prompt,
        "shots": shots,
        "limit": limit,
        "seed": seed,
        "fixed": fixed,
        "size": size,
        "budget": budget,
        "policy": list(policy),
        "max_aside": max_aside,
    }
    with lake.run("benchmark", params=params) as run:
        fingerprints = {t.id: run.fingerprint("benchmark", instructions[t.id].state, setting.parts(t)) for t in ready}
        with _Rows(run, ready, setting) as rows:
            others = _others(lake, ready)
            against = [sorted((name, one.state) for name, one in of.items()) for of in (instructions, others)]
            checked = run.fingerprint("leak gate", "twins", sorted(fingerprints.items()), *against, rules.parts())
            _gate(run, rows, sorted(others), rules, checked, progress)
            progress("benchmark", 0, len(ready))
            parts = {
                task.id: Part(
                    fingerprint=fingerprints[task.id],
                    lineage_of=rows.whole,
                    read=instructions[task.id].rows,
                    left_out=partial(rows.left_out, task, instructions[task.id].rows),
                )
                for task in ready
            }
            written = run.write_parts("gold.benchmark", "task_id", parts, where={"prompt": prompt}, rows=rows.of)
            progress("benchmark", len(ready), len(ready))
    outcome = {name: {"rows": one.rows, "committed": one.committed} for name, one in written.items()}
    load_published(lake)
    return {**run.result, "tasks": outcome, "skipped": skipped}


def _gate(run: Run, rows: _Rows, besides: Sequence[str], policy: Policy, fingerprint: str, progress: Progress) -> None:
    """Compare the rows with the training instances, their shots and the other sets; record the verdicts; refuse what is not tolerated.

    besides: tasks of the other sets. The same rows against the same instances are not compared again: their verdicts stand in
    ops.contamination.
    """
    lake, prompt = run.lake, rows.setting.prompt
    ids = [task.id for task in rows.tasks]
    asked, between = pc.field("bench_task_id").isin(ids), pc.field("side") == "bench"
    mine = (asked & (pc.field("prompt") == prompt) & ~between) | (between & (asked | pc.field("train_task_id").isin(ids)))

    def others(action: str) -> pa.Table:
        return recorded(lake, action).filter(~mine | pc.field("prompt").is_null())

    def compared() -> pa.Table:
        from pyspark.sql import functions as F

        progress("leak gate", 0, 1)
        compared_rows: dict[tuple[str, str], int] = {}
        everything = rows.frame
        if besides:
            # Two sets that ask the same are found whichever is built first.
            everything = with_sets(everything, run.read("gold.benchmark").where(F.col("task_id").isin(list(besides))))
        leaks = [
            replace(leak, prompt=prompt)
            for leak in leaks_between(run.read("gold.instructions"), everything, TaskFacts.of(lake), policy, told=compared_rows.update)
            if leak.bench_task_id in ids or (leak.side == "bench" and leak.train_task_id in ids)
        ]
        for action in ("tagged", "noted"):
            write_verdicts(run, action, leaks, others(action))
        record_check(run, f"benchmark/{prompt}", compared_rows, [*ids, *besides], fingerprint)
        progress("leak gate", 1, 1)
        return pa.concat_tables([verdict_rows(lake, [leak for leak in leaks if leak.action == "refused"]), others("refused")])

    run.write(TABLE, compared, slice=REFUSED, fingerprint=fingerprint)
    refused = leaks_of(recorded(lake, "refused").filter(mine & asked))
    late = {(leak.test, leak.side) for leak in refused if policy.actions[leak.test, leak.side] == "drop"}
    hint = f"Run: medslake build instructions{policy.options(late)}, which drops such rows. " if late else ""
    refuse(refused, "The leak gate refused the benchmark", hint=hint)


def _others(lake: Lake, tasks: Sequence[BenchTask]) -> dict[str, Slice]:
    """Tasks that stand in gold.benchmark beside these."""
    ids = {task.id for task in tasks}
    return {name: one for name, one in lake.slices("gold.benchmark", "task_id").items() if name not in ids}


def _refuse_unknown(setting: Setting) -> None:
    if setting.prompt not in PROMPTS:
        raise UnknownName("prompt", setting.prompt, list(PROMPTS))
    if setting.size not in SIZES:
        raise UnknownName("size", setting.size, list(SIZES))


def _wanted(tasks: Sequence[str] | None, built: Mapping[str, BenchTask]) -> list[str]:
    """The tasks named, else those built and those that are declared and wait; refuses a name without a bench part."""
    for name in tasks or ():
        if name not in built and registry.get("task", name).bench is None:
            raise UsageError(f"{name} has no part in the benchmark.", hint="Run: medslake list tasks --bench")
    if tasks:
        return list(tasks)
    known: dict[str, Task] = registry.items("task")
    return list(dict.fromkeys([*(name for name, task in known.items() if task.bench is not None), *built]))


class _Rows:
    """The rows of all tasks, computed by one plan at the first request and held until the block ends."""

    def __init__(self, run: Run, tasks: Sequence[BenchTask], setting: Setting) -> None:
        self.run, self.tasks, self.setting = run, tasks, setting
        self._held: list[DataFrame] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for frame in reversed(self._held):
            frame.unpersist()

    def of(self, tasks: Sequence[str]) -> DataFrame:
        return self.frame.where(self.frame["task_id"].isin(list(tasks)))

    def whole(self) -> DataFrame:
        return self.frame

    def left_out(self, task: BenchTask, rows: int) -> dict[str, int]:
        """Reason -> rows of the task in gold.instructions, which has `rows`, that are not asked."""
        asked, wanted = self._asked.get(task.id, []), self.setting.wanted(task)
        beyond = 0 if wanted is None else sum(max(0, of_variant - wanted) for of_variant in asked)
        return {"not of split test": rows - sum(asked), "beyond the rows wanted": beyond}

    @cached_property
    def _asked(self) -> dict[str, list[int]]:
        """Task id -> rows of split test, of each input variant."""
        found: dict[str, list[int]] = {}
        for row in self._known.where("split = 'test'").groupBy("task_id", "input_variant").count().collect():
            found.setdefault(row["task_id"], []).append(row["count"])
        return found

    @cached_property
    def _known(self) -> DataFrame:
        from pyspark.sql import functions as F

        instructions = self.run.read("gold.instructions")
        known = instructions.where(instructions["task_id"].isin([task.id for task in self.tasks]))
        # What is rendered in one way alone is asked as it was published.
        return known.withColumn("input_variant", F.expr("if(input_variant = 'strict', 'strict', 'paper')"))

    @cached_property
    def frame(self) -> DataFrame:
        return self._hold(benchmark_rows(self.tasks, self._known, self.setting, self._hold))

    def _hold(self, frame: DataFrame) -> DataFrame:
        self._held.append(frame.persist())
        return frame
