"""gold.benchmark: test instances as final messages, behind the leak gate; one slice per task and prompt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.compute as pc

from medslake import registry
from medslake.bench.prompts import PROMPTS
from medslake.bench.published import load_published
from medslake.bench.rows import SIZES, Setting, benchmark_rows
from medslake.errors import UnknownName, UsageError
from medslake.instructions.render import render
from medslake.lake.slices import Slice, slices
from medslake.leakage.gate import leaks_between, with_sets
from medslake.leakage.policy import Policy
from medslake.leakage.verdicts import TABLE, leaks_of, refuse, standing, verdict_rows, write_verdicts
from medslake.progress import Progress, quiet
from medslake.settings import PROMPT_BUDGET
from medslake.tasks.base import Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["build_benchmark"]

#: Up to so many rows the whole benchmark comes to the driver and is committed as Arrow tables, without further Spark jobs.
SMALL = 20_000
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
    dry_run: bool = False,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Build benchmark rows of tasks with a bench part (default: all of them) from the newest gold.instructions; returns the run's result.

    prompt, shots, limit, seed, fixed, size, budget: see `medslake.bench.rows.Setting`. Slices are replaced per task and prompt, so `paper`
    and `chat` stand side by side. Tasks with `strict_input_sql` get each row twice, as input variants `paper` and `strict`.
    Beside `run` and `tables` the result has `tasks` (task id -> rows, committed) and `skipped` (task id -> reason).
    policy: what the leak gate does on a hit, see `Policy.of`. Verdicts stand in ops.contamination.
    Raises UnknownName, UsageError, and DataCheckFailed when the gate finds what the policy does not tolerate: then nothing is committed.
    """
    rules = Policy.of(policy)
    setting = Setting(prompt, shots, fixed, size, limit, seed, budget)
    wanted = _wanted(tasks, setting)
    there = slices(lake, "gold.instructions", "task_id")
    ready = [task for task in wanted if task.id in there]
    skipped = {t.id: "not in gold.instructions" for t in wanted if t.id not in there}
    if not ready:
        raise UsageError("Nothing to build: none of these tasks is in gold.instructions.", hint="Run: medslake build instructions")
    if dry_run:
        told = {t.id: {"dataset": t.bench.dataset, "instances": there[t.id].rows, "wanted": setting.wanted(t)} for t in ready if t.bench}
        return {"dry_run": True, "tasks": told, "skipped": skipped}
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
    }
    with lake.run("benchmark", params=params) as run:
        states = _states(lake, ready, {task: one.state for task, one in there.items()})
        fingerprints = {t.id: run.fingerprint("benchmark", states[t.id], setting.parts(t)) for t in ready}
        with _Rows(run, ready, setting) as rows:
            others = _others(lake, ready)
            against = [sorted((name, one.state) for name, one in found.items()) for found in (there, others)]
            checked = run.fingerprint("leak gate", sorted(fingerprints.items()), *against, rules.parts())
            _gate(run, rows, sorted(others), rules, checked, progress)
            told = {}
            for task in ready:
                progress("benchmark", len(told), len(ready))
                part = {"task_id": task.id, "prompt": prompt}
                written = run.write("gold.benchmark", rows.of(task), slice=part, fingerprint=fingerprints[task.id], lineage_of=rows.plan)
                told[task.id] = {"rows": written.rows, "committed": written.committed}
            progress("benchmark", len(told), len(ready))
    load_published(lake)
    return {**run.result, "tasks": told, "skipped": skipped}


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
        return standing(lake, action).filter(~mine | pc.field("prompt").is_null())

    def compared() -> pa.Table:
        from pyspark.sql import functions as F

        progress("leak gate", 0, 1)
        everything = rows.frame
        if besides:
            # Two sets that ask the same are found whichever is built first.
            everything = with_sets(everything, run.read("gold.benchmark").where(F.col("task_id").isin(list(besides))))
        found = [
            replace(leak, prompt=prompt)
            for leak in leaks_between(run.read("gold.instructions"), everything, policy)
            if leak.bench_task_id in ids or (leak.side == "bench" and leak.train_task_id in ids)
        ]
        for action in ("tagged", "noted"):
            write_verdicts(run, action, found, others(action))
        progress("leak gate", 1, 1)
        return pa.concat_tables([verdict_rows(lake, [leak for leak in found if leak.action == "refused"]), others("refused")])

    run.write(TABLE, compared, slice=REFUSED, fingerprint=fingerprint)
    refused = leaks_of(standing(lake, "refused").filter(mine & asked))
    late = {(leak.test, leak.side) for leak in refused if policy.actions[leak.test, leak.side] == "drop"}
    hint = f"Run: medslake build instructions{policy.options(late)}, which drops such rows. " if late else ""
    refuse(refused, "The leak gate refused the benchmark, nothing of it was committed", hint=hint)


def _others(lake: Lake, tasks: Sequence[Task]) -> dict[str, Slice]:
    """Tasks that stand in gold.benchmark beside these."""
    ids = {task.id for task in tasks}
    return {name: one for name, one in slices(lake, "gold.benchmark", "task_id").items() if name not in ids}


def _wanted(tasks: list[str] | None, setting: Setting) -> list[Task]:
    if setting.prompt not in PROMPTS:
        raise UnknownName("prompt", setting.prompt, list(PROMPTS))
    if setting.size not in SIZES:
        raise UnknownName("size", setting.size, list(SIZES))
    known: dict[str, Task] = {k: t for k, t in registry.items("task").items() if t.bench is not None}
    for name in tasks or []:
        if registry.get("task", name).bench is None:
            raise UsageError(f"{name} has no part in the benchmark.", hint=f"Known: {', '.join(known)}.")
    return [known[name] for name in tasks] if tasks else list(known.values())


def _states(lake: Lake, tasks: Sequence[Task], instructions: Mapping[str, str]) -> dict[str, list[str]]:
    """What each task's rows are made of: its slice of gold.instructions, and silver where the strict input is rendered anew."""
    found = {}
    for task in tasks:
        found[task.id] = [instructions[task.id]]
        if task.strict_input_sql is not None:
            silver = slices(lake, f"silver.{task.kind}", "source").get(task.source)
            found[task.id] += [silver.state if silver else "", task.strict_input_sql]
    return found


class _Rows:
    """The rows of all tasks, computed by one plan at the first request and held until the block ends."""

    def __init__(self, run: Run, tasks: Sequence[Task], setting: Setting) -> None:
        self.run, self.tasks, self.setting = run, tasks, setting
        self._held: DataFrame | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._held is not None:
            self._held.unpersist()

    def of(self, task: Task) -> Callable[[], DataFrame | pa.Table]:
        def rows() -> DataFrame | pa.Table:
            table = self._table
            if table is None:
                return self.frame.where(self.frame["task_id"] == task.id)
            return table.filter(pc.field("task_id") == task.id)

        return rows

    def plan(self) -> DataFrame:
        return self.frame

    @cached_property
    def frame(self) -> DataFrame:
        instructions = self.run.read("gold.instructions")
        known = instructions.where(instructions["task_id"].isin([task.id for task in self.tasks]))
        rows = benchmark_rows(self.tasks, known, "paper", self.setting)
        if strict := [task for task in self.tasks if task.strict_input_sql is not None]:
            rows = rows.unionByName(benchmark_rows(strict, self._strict(known, strict), "strict", self.setting))
        self._held = rows.persist()
        return self._held

    @cached_property
    def _table(self) -> pa.Table | None:
        return self.frame.toArrow() if self.frame.count() <= SMALL else None

    def _strict(self, known: DataFrame, tasks: Sequence[Task]) -> DataFrame:
        """The same instances with the inputs that leave out what gives the label away."""
        inputs = None
        for task in tasks:
            rendered = render(task, self.run.read(f"silver.{task.kind}"), strict=True).select("instance_id", "input")
            inputs = rendered if inputs is None else inputs.unionByName(rendered)
        assert inputs is not None
        return known.drop("input").join(inputs, "instance_id")
