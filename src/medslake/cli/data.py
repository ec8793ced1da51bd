"""Verbs on data: ingest, build, check, leaks."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medslake.bench.prompts import PROMPT_BUDGET
from medslake.cli.console import ProgressLines, emit, result_table, stdout_kept_clean
from medslake.cli.options import DryRun, From, Json, LakeRoot, Limit, Policies, Tasks
from medslake.settings import DEFAULT_LAKE

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.lake.quality.gate import CheckResult

__all__ = ["register"]


class Layer(StrEnum):
    instructions = "instructions"
    benchmark = "benchmark"


class Prompt(StrEnum):
    paper = "paper"
    chat = "chat"


class Size(StrEnum):
    paper = "paper"
    full = "full"


def register(app: typer.Typer) -> None:
    for verb in (ingest, build, check, leaks):
        app.command()(verb)


def show_run(result: dict[str, Any], *, as_json: bool) -> None:
    """A run's outcome, or the plan of a dry run."""
    if as_json or "tables" not in result or result.get("dry_run"):
        emit(result, as_json=as_json)
        return
    emit(result_table(result), as_json=False)
    for task, why in dict(result.get("skipped") or {}).items():
        emit(f"skipped {task}: {why}", as_json=False)


def ingest(
    source: Annotated[str, typer.Argument(help="Source name, see: medslake list sources")],
    folder: From,
    lake: LakeRoot = DEFAULT_LAKE,
    access: Annotated[
        str | None, typer.Option(help="Access class of this copy, when it differs from the source's (an open demo, a private copy).")
    ] = None,
    limit: Limit = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Read a source's native files into bronze and silver.

    Example: medslake ingest bc5cdr --from ~/corpora/bc5cdr
    """
    from medslake.ingest.ingest import ingest as run
    from medslake.lake import open_lake

    with stdout_kept_clean():
        with ProgressLines() as progress:
            result = run(open_lake(lake), source, str(folder), limit=limit, access=access, dry_run=dry_run, progress=progress)
        show_run(result, as_json=json)


def build(
    what: Annotated[Layer, typer.Argument(help="Which gold tables to build.")],
    task: Tasks = None,
    lake: LakeRoot = DEFAULT_LAKE,
    prompt: Annotated[Prompt, typer.Option(help="benchmark only: prompt as published, or chat turns.")] = Prompt.paper,
    shots: Annotated[
        str | None,
        typer.Option(
            metavar="N|fixed|fixed:N",
            help="benchmark only: examples in the prompt, default as published, drawn for each row; fixed: the same for a task's rows.",
        ),
    ] = None,
    size: Annotated[Size, typer.Option(help="benchmark only: rows as sampled for the paper, or all.")] = Size.paper,
    seed: Annotated[int | None, typer.Option(help="benchmark only: seed of sampling and shots; default: the task's.")] = None,
    budget: Annotated[
        int, typer.Option(min=1, help="benchmark only: tokens (estimated) of a prompt, beyond which it gets fewer examples.")
    ] = PROMPT_BUDGET,
    policy: Policies = None,
    limit: Limit = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Render silver rows to instructions, or test instances to benchmark rows.

    Example: medslake build instructions --task task106
    """
    from medslake.lake import open_lake

    with stdout_kept_clean():
        with ProgressLines() as progress:
            if what is Layer.instructions:
                from medslake.instructions.build import build_instructions

                result = build_instructions(open_lake(lake), task, limit=limit, policy=policy or (), dry_run=dry_run, progress=progress)
            else:
                from medslake.bench.build import build_benchmark
                from medslake.bench.shots import read_shots

                count, fixed = read_shots(shots)
                result = build_benchmark(
                    open_lake(lake),
                    task,
                    prompt=prompt.value,
                    shots=count,
                    limit=limit,
                    seed=seed,
                    fixed=fixed,
                    size=size.value,
                    budget=budget,
                    policy=policy or (),
                    dry_run=dry_run,
                    progress=progress,
                )
        show_run(result, as_json=json)


def check(
    table: Annotated[str | None, typer.Argument(help="Table, such as gold.instructions; default all.")] = None,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Run the Great Expectations suites on committed tables; exit 1 when a rule of severity error or quarantine fails.

    Example: medslake check silver.questions
    """
    from medslake.lake import open_lake

    opened = open_lake(lake)
    with stdout_kept_clean():
        with opened.run("check", {"table": table}) as run:
            results = opened.check(table)
        broken = [r for r in results if not r.success and r.severity != "warn"]
        if json:
            emit({"run": run.id, "tables": _checked_tables(opened, results), "ok": not broken}, as_json=True)
        else:
            for r in results:
                if not r.success:
                    emit(f"{r.severity:<10} {r.table}: {r.rule}: {r.unexpected:,} of {r.rows:,} rows", as_json=False)
            emit(f"{len(results)} checks on {len({r.table for r in results})} tables, {len(broken)} failed.", as_json=False)
    if broken:
        raise typer.Exit(1)


def _checked_tables(lake: Lake, results: list[CheckResult]) -> dict[str, Any]:
    """Tables of a check in the form of a run: quarantined = rows that the worst rule of severity quarantine would set aside."""
    tables: dict[str, Any] = {}
    for r in results:
        empty = {"rows": r.rows, "quarantined": 0, "version": lake.version(r.table), "committed": False, "checks": []}
        told = tables.setdefault(r.table, empty)
        told["checks"].append({k: v for k, v in asdict(r).items() if k not in ("table", "rows")})
        if r.severity == "quarantine":
            told["quarantined"] = max(told["quarantined"], r.unexpected)
    return tables


def leaks(policy: Policies = None, dry_run: DryRun = False, lake: LakeRoot = DEFAULT_LAKE, json: Json = False) -> None:
    """Look for benchmark rows that training rows, shots or other sets give away; exit 1 when the policy does not tolerate one.

    Example: medslake leaks --policy ngram=block
    """
    from medslake.lake import open_lake
    from medslake.leakage.gate import record_leaks
    from medslake.leakage.policy import Policy

    with stdout_kept_clean():
        with ProgressLines() as progress:
            every, result = record_leaks(open_lake(lake), Policy.of(policy or ()), dry_run=dry_run, progress=progress)
        found = [leak for leak in every if leak.action == "found"]
        tolerated = {action: sum(leak.action == action for leak in every) for action in ("tagged", "noted")}
        if json:
            emit({**result, "ok": not found, "leaks": [asdict(f) for f in found], **tolerated}, as_json=True)
        else:
            for leak in found[:20]:
                emit(str(leak), as_json=False)
            emit(f"{len(found)} leaks; {tolerated['tagged']} tagged, {tolerated['noted']} noted.", as_json=False)
    if found:
        raise typer.Exit(1)
