"""`medslake definitions`: the wordings of tasks, the verdicts on them, and where more of them come from."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from medslake import api
from medslake.cli.console import ProgressLines, emit, stdout_kept_clean
from medslake.cli.data import show_run
from medslake.cli.options import Json, LakeRoot, Tasks
from medslake.results import DefinitionsResult
from medslake.settings import DEFAULT_LAKE

__all__ = ["register"]


class Kind(StrEnum):
    written = "written"
    combined = "combined"
    imported = "imported"
    rewritten = "rewritten"


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Definitions of the tasks: list, import, rewrite.")
    group.callback()(lambda: None)
    group.command(name="list")(list_)
    group.command(name="import")(import_)
    group.command()(rewrite)
    app.add_typer(group, name="definitions")


def list_(
    task: Annotated[
        list[str] | None, typer.Option("--task", help="Print the definitions of this task; may be repeated. Default: count those of all.")
    ] = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="Only this kind; default all.")] = None,
    rejected: Annotated[bool, typer.Option("--rejected", help="Those that did not pass the gate, with what they lack.")] = False,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Show the definitions of a task, or how many each task has of each kind.

    Example: medslake definitions list
    Example: medslake definitions list --task task131 --kind imported --rejected
    """
    with stdout_kept_clean():
        rows = api.definitions(api.open_lake(lake), tasks=task, kind=kind and kind.value, rejected=rejected)
        if json:
            emit(rows, as_json=True)
        elif not task:
            emit(_counted(rows), as_json=False)
        else:
            for row in rows:
                lacks = f" [{', '.join(row['faults'] or ())}: {row['detail']}]" if rejected else ""
                spoken = "" if row["language"] == "English" else f" ({row['language']})"
                emit(f"{row['task_id']} {row['kind']} {row['number']}{spoken}{lacks}: {row['text']}", as_json=False)
            emit(f"{len(rows):,} definitions of {', '.join(task)}{' that did not pass' if rejected else ''}.", as_json=False)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Your copy of RewriteDefinitions.json.")],
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Import the rewrites that MedS-Ins released; each gets a verdict, and those that pass may be drawn.

    Example: medslake definitions import ~/MedS-Ins/Evaluation/RewriteDefinitions.json
    """
    with stdout_kept_clean():
        _show(api.import_definitions(api.open_lake(lake), file), "imported", as_json=json)


def rewrite(
    model: Annotated[str, typer.Option("--model", help="Folder of a model, or a model name the engine knows.")],
    task: Tasks = None,
    engine: Annotated[str, typer.Option(help="Inference engine, see: medslake list engines")] = "transformers",
    per: Annotated[int, typer.Option(min=1, help="Rewritings of each written definition.")] = 1,
    seed: Annotated[int, typer.Option(help="Decides which turn each rewriting takes.")] = 2025,
    set_: Annotated[list[str] | None, typer.Option("--set", help="An option of the engine, name=value; may be repeated.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the model in the rows; default: the folder's.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Actors that hold the model, one device each.")] = 1,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Have a chat model rewrite the written definitions; a rerun asks only for what is missing.

    Example: medslake definitions rewrite --model ./models/chat --per 10 --task task131
    Example: medslake definitions rewrite --engine openai_api --model NAME --set base_url=http://localhost:8000/v1
    """
    with stdout_kept_clean():
        with ProgressLines() as progress:
            result = api.rewrite_definitions(
                api.open_lake(lake),
                model,
                engine=engine,
                tasks=task,
                per=per,
                seed=seed,
                settings=set_ or (),
                name=name,
                workers=workers,
                progress=progress,
            )
        _show(result, "rewritten", as_json=json)
        if not json:
            emit(f"{result.asked:,} rewritings asked for, {result.failed:,} without an answer.", as_json=False)
    if not result.ok:
        raise typer.Exit(1)


def _show(result: DefinitionsResult, kind: str, *, as_json: bool) -> None:
    show_run(result, as_json=as_json)
    if as_json:
        return
    counts = result.kinds().get(kind, {"definitions": 0, "accepted": 0})
    emit(f"{kind}: {counts['definitions']:,} definitions, {counts['accepted']:,} accepted.", as_json=False)
    for rule, number in sorted(result.faults.get(kind, {}).items()):
        emit(f"  {number:,} break {rule}", as_json=False)


def _counted(rows: list[dict[str, Any]]) -> Table:
    table = Table("task", *(kind.value for kind in Kind), "all")
    tasks: dict[str, dict[str, int]] = {}
    for row in rows:
        counts = tasks.setdefault(str(row["task_id"]), {})
        counts[str(row["kind"])] = counts.get(str(row["kind"]), 0) + 1
    for task, counts in tasks.items():
        table.add_row(task, *(f"{counts.get(kind.value, 0):,}" for kind in Kind), f"{sum(counts.values()):,}")
    table.add_row("all", *(f"{sum(c.get(kind.value, 0) for c in tasks.values()):,}" for kind in Kind), f"{len(rows):,}")
    return table
