"""Verbs that ask: sql (cli/sql.py), trace, diff, list, doctor, and the demo."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from medslake import api, registry
from medslake.cli.console import ProgressLines, emit, emit_text, error, stdout_kept_clean
from medslake.cli.options import Json, LakeRoot
from medslake.cli.sql import QueryCommand, sql
from medslake.errors import UsageError
from medslake.settings import DEFAULT_LAKE

__all__ = ["register"]


class Listed(StrEnum):
    sources = "sources"
    tasks = "tasks"
    metrics = "metrics"
    engines = "engines"
    accelerators = "accelerators"
    recipes = "recipes"
    taggers = "taggers"
    tables = "tables"
    views = "views"
    runs = "runs"


class Traced(StrEnum):
    instance = "instance"
    prediction = "prediction"
    score = "score"


def register(app: typer.Typer) -> None:
    app.command(cls=QueryCommand)(sql)
    for verb in (trace, diff, describe, doctor, demo):
        app.command()(verb)
    app.command(name="list")(list_)


def trace(
    kind: Annotated[Traced, typer.Argument(help="What the id names.")],
    id_: Annotated[str, typer.Argument(metavar="ID", help="The id, or the start of it when that is enough.")],
    clearance: Annotated[
        str, typer.Option(envvar="MEDSLAKE_CLEARANCE", help="Highest access class of what is told; above it ids and files alone.")
    ] = "noncommercial",
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Walk back from a score, a prediction or an instance to the source file and row.

    Example: medslake trace score 3f2a9c
    """
    with stdout_kept_clean():
        chain = api.trace(api.open_lake(lake), kind.value, id_, clearance=clearance)
        if json:
            emit(chain, as_json=True)
        for step in chain if not json else ():
            facts = ", ".join(f"{k} {v}" for k, v in step.items() if k != "kind" and v is not None)
            emit(f"{step['kind']:<14} {facts}", as_json=False)


def diff(
    table: Annotated[str, typer.Argument(help="Table, such as silver.questions.")],
    before: Annotated[int, typer.Argument(metavar="VERSION", help="The earlier version.")],
    after: Annotated[int, typer.Argument(metavar="VERSION", help="The later version; which there are: medslake list tables.")],
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Count the rows that came, went and changed between two versions of a table, by source and by key. Contents are never shown.

    Example: medslake diff silver.questions 3 4
    Example: medslake diff bronze.mimic_iv__patients 0 1 --json
    """
    with stdout_kept_clean():
        found = api.diff(api.open_lake(lake), table, before, after)
        if json:
            emit(found.to_dict(), as_json=True)
            return
        title = f"{table}, version {before} -> {after}, by {', '.join(found.key)}"
        shown = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="dim")
        shown.add_column("source")
        for name in ("came", "went", "changed", "same"):
            shown.add_column(name, justify="right")
        for name, one in (*found.slices.items(), *((("total", found.total),) if len(found.slices) > 1 else ())):
            shown.add_row(name, *(f"{count:,}" for count in (one.came, one.went, one.changed, one.same)))
        emit(shown, as_json=False)
        if found.columns:
            emit("changed columns: " + ", ".join(f"{name} {count:,}" for name, count in found.columns.items()), as_json=False)


def list_(
    what: Annotated[Listed, typer.Argument(help="What to list.")],
    bench: Annotated[
        bool, typer.Option("--bench", help="tasks only: all entries of MedS-Bench, and what those not built here wait for.")
    ] = False,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """List sources, tasks, metrics, engines, accelerators, fields of the recipes, taggers, tables, views or runs.

    Example: medslake list tasks --bench
    """
    if bench and what is not Listed.tasks:
        raise UsageError(f"--bench tells of tasks, not of {what.value}.", hint="Example: medslake list tasks --bench")
    with stdout_kept_clean():
        for fault in _broken(what):
            error(f"not loaded: {fault}")
        found = _benchmark(lake) if bench else _listed(what, lake)
        if json:
            emit(found, as_json=True)
            return
        table = Table(box=None, pad_edge=False)
        for name in found[0] if found else ():
            table.add_column(name)
        for row in found:
            table.add_row(*(_cell(name, v) for name, v in row.items()))
        emit(table if found else f"no {what.value}", as_json=False)


def _kind(what: Listed) -> str:
    return what.value.removesuffix("s")


def _broken(what: Listed) -> list[str]:
    """Why plug-ins that would be listed are not; those of silver kinds are tables."""
    if what is Listed.tables:
        from medslake.lake.quality.brought import broken_kinds

        return broken_kinds()
    return [str(fault) for fault in registry.broken(_kind(what))] if _kind(what) in registry.KINDS else []


def _cell(name: str, value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "" if value is None else f"{value:,}" if isinstance(value, int) and name != "seed" else str(value)


def describe(
    name: Annotated[
        str | None, typer.Argument(help="A table, view, source or task, see: medslake list tables, list sources, list tasks.")
    ] = None,
    pages: Annotated[Path | None, typer.Option("--pages", help="Write the pages of all tasks to this folder instead.")] = None,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Say what is known of a table, a view, a source or a task: columns, versions, classes; licence, files; definition, example, counts.

    Example: medslake describe gold.instructions
    Example: medslake describe task131
    """
    from medslake.report.described import page
    from medslake.report.task_page import write_pages

    if (name is None) == (pages is None):
        raise UsageError(
            "Name a table, view, source or task, or a folder for the pages of all tasks.", hint="Example: medslake describe task131"
        )
    if pages is not None:
        files = write_pages(pages.expanduser())
        emit({"pages": len(files)} if json else f"{len(files)} pages in {pages}.", as_json=json)
        return
    facts = api.describe(name or "", lake=api.open_lake(lake))
    if json:
        emit(facts, as_json=True)
    else:
        emit_text(page(facts))


def _benchmark(root: str) -> list[dict[str, Any]]:
    from medslake.bench.catalogue import benchmark_entries
    from medslake.lake import open_lake

    return benchmark_entries(open_lake(root))


def _tasks() -> list[dict[str, Any]]:
    """Those registered and, at their place, those of the paper that cannot be made, with the reason."""
    from medslake.tasks import UNRELEASED

    found = {
        t.id: {
            "task": t.id,
            "name": t.name,
            "category": t.category,
            "source": t.source,
            "reads": t.kind,
            "bench": t.bench.group if t.bench else None,
            "unreleased": None,
        }
        for t in registry.sound("task").values()
    }
    for one in UNRELEASED:
        told = {"task": one.id, "name": one.name, "category": one.category, "source": one.source, "reads": None, "bench": None}
        found.setdefault(one.id, {**told, "unreleased": one.reason})
    return [found[name] for name in sorted(found, key=registry.natural)]


def _listed(what: Listed, root: str) -> list[dict[str, Any]]:
    if what is Listed.sources:
        return [{"source": s.name, "access": s.access, "files": len(s.files), "title": s.title} for s in registry.sound("source").values()]
    if what is Listed.tasks:
        return _tasks()
    if what in (Listed.metrics, Listed.engines, Listed.accelerators, Listed.taggers):
        kind = _kind(what)
        return [{kind: name, "about": item.about} for name, item in registry.sound(kind).items()]
    if what is Listed.recipes:
        from medslake.recipes import described

        return described(registry.sound("recipe").values())
    if what is Listed.views:
        from medslake.lake.schema.ddl import view_comments

        return [{"view": name, "about": about} for name, about in view_comments().items()]
    from medslake.lake import open_lake

    lake = open_lake(root)
    lake.require()
    if what is Listed.runs:
        if not lake.exists("ops.runs"):
            return []
        return lake.query("select run_id, job, state, started, ended, error from ops.runs order by started").to_pylist()
    from medslake.cli.doctor import tables_of

    tables = tables_of(lake)
    for name, why in tables.broken.items():
        error(f"table {name}: {why}")
    return tables.rows


def doctor(lake: LakeRoot = DEFAULT_LAKE, json: Json = False) -> None:
    """Check Java, the storage adapter, devices and disk, and say what to do.

    Example: medslake doctor
    """
    from medslake.cli.doctor import findings

    with stdout_kept_clean():
        found = findings(lake)
        if json:
            emit([f.__dict__ for f in found], as_json=True)
        for f in found if not json else ():
            emit(f"{'ok  ' if f.ok else 'FAIL'} {f.subject:<10} {f.detail}" + (f"\n     -> {f.advice}" if f.advice else ""), as_json=False)
    if not all(f.ok for f in found):
        raise typer.Exit(1)


def demo(
    folder: Annotated[Path, typer.Option("--in", help="Folder for the demo lake and its files.")] = Path(".medslake/demo"),
    size: Annotated[int, typer.Option(min=20, help="Synthetic records per source, about.")] = 200,
    json: Json = False,
) -> None:
    """Run the whole road on synthetic data: files to tables to a trained model to scores to a report.

    Example: medslake demo
    """
    from medslake.demo import run_demo

    with stdout_kept_clean():
        with ProgressLines() as progress:
            summary = run_demo(folder, size=size, progress=progress)
        emit(summary.facts if json else summary.screen(), as_json=json)
