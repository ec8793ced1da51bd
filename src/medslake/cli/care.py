"""Verbs that take care of a lake: history, optimize, vacuum, restore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.table import Table

from medslake import api
from medslake.care import OptimizeResult, RestoreResult, VacuumResult
from medslake.cli.console import emit, error, result_table, run_table, stdout_kept_clean
from medslake.cli.options import DryRun, Json, LakeRoot
from medslake.settings import DEFAULT_LAKE

__all__ = ["ranges", "register"]

OneTable = Annotated[str | None, typer.Argument(metavar="[TABLE]", help="Only this table; default: all. See: medslake list tables")]
#: Files of a table that are named before the rest is counted.
SHOWN = 3


def register(app: typer.Typer) -> None:
    for verb in (history, optimize, vacuum, restore):
        app.command()(verb)


def history(
    table: OneTable = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="So many versions of each; default: all of one table, the newest of all.")
    ] = None,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Say who made the versions of a table, when, how many rows came and went, whether it can still be read and who names it.

    Example: medslake history gold.instructions
    """
    with stdout_kept_clean():
        found = api.history(api.open_lake(lake), table, limit=limit)
        if json:
            emit(found.to_dict(), as_json=True)
            return
        shown = Table(box=None, pad_edge=False)
        for name in (() if table else ("table",)) + ("version", "time", "verb", "run"):
            shown.add_column(name, justify="right" if name == "version" else "left", no_wrap=name in ("time", "run"))
        for name in ("came", "went"):
            shown.add_column(name, justify="right")
        shown.add_column("")
        for one in found.versions:
            verb = one.verb if one.verb == one.operation else f"{one.verb} ({one.operation})"
            moved = ("?" if rows is None else f"{rows:,}" for rows in (one.came, one.went))
            told = _few(one.named) if one.readable else "ended: its files are gone"
            row = (str(one.version), one.time.removesuffix("+00:00").replace("T", " "), verb, one.run or "", *moved, told)
            shown.add_row(*(() if table else (one.table,)), *row)
        emit(shown, as_json=False)


def optimize(table: OneTable = None, dry_run: DryRun = False, lake: LakeRoot = DEFAULT_LAKE, json: Json = False) -> None:
    """Merge small files. Rows stay as they are, and older versions keep their files until a vacuum.

    Example: medslake optimize ops.quality_results
    """
    with stdout_kept_clean():
        found = api.optimize(api.open_lake(lake), table, dry_run=dry_run)
        _show_optimize(found, one=table is not None, as_json=json)
    _failed(found.failed)


def vacuum(
    table: OneTable = None,
    keep: Annotated[str, typer.Option(help="How long a version stays behind the one that took its place: 7d, 36h, 2w.")] = "7d",
    yes: Annotated[bool, typer.Option("--yes", help="Delete the files; without it they are told alone.")] = False,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Say which files no version needs any more that is kept; with --yes delete them.

    Versions that a pack plan, a training, answers or scores name are kept, and so are records that rows of today come from.

    Example: medslake vacuum --keep 30d
    Example: medslake vacuum --keep 30d --yes
    """
    with stdout_kept_clean():
        found = api.vacuum(api.open_lake(lake), table, keep=keep, yes=yes)
        if json:
            emit(found.to_dict(), as_json=True)
        else:
            _show_vacuum(found)
    _failed(found.failed)


def restore(
    table: Annotated[str, typer.Argument(help="Table, see: medslake list tables")],
    version: Annotated[int, typer.Option(min=0, help="Version whose rows shall be the newest, see: medslake history TABLE")],
    dry_run: DryRun = False,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Make the rows of an older version the newest ones, in a new commit through the gate; what comes and goes is told first.

    Example: medslake restore silver.questions --version 3
    """
    with stdout_kept_clean():
        opened = api.open_lake(lake)
        told = api.restore(opened, table, version, dry_run=True)
        if not json:
            emit(_moves(told), as_json=False)
        done = told if dry_run or not told.differs else api.restore(opened, table, version)
        if json:
            emit(done.to_dict(), as_json=True)
        elif done.run is not None:
            emit(result_table(done), as_json=False)


def _show_optimize(found: OptimizeResult, *, one: bool, as_json: bool) -> None:
    if as_json:
        emit(found.to_dict(), as_json=True)
        return
    merged = {name: told for name, told in found.optimized.items() if one or told.files_after < told.files_before}
    shown = run_table(found.run)
    shown.add_column("table")
    for name in ("files", "after", "bytes", "after", "version"):
        shown.add_column(name, justify="right")
    for name, told in merged.items():
        size = "?" if told.bytes_after is None else f"{told.bytes_after:,}"
        shown.add_row(name, f"{told.files_before:,}", f"{told.files_after:,}", f"{told.bytes_before:,}", size, str(told.version))
    if merged:
        emit(shown, as_json=False)
    if not any(told.files_after < told.files_before for told in merged.values()):
        emit("There are no small files to merge.", as_json=False)
    elif found.dry_run:
        emit("Nothing is written by a dry run.", as_json=False)


def _show_vacuum(found: VacuumResult) -> None:
    shown = run_table(found.run)
    shown.add_column("table")
    for name in ("files", "bytes"):
        shown.add_column(name, justify="right")
    shown.add_column("versions that end")
    shown.add_column("kept, and for whom")
    for name, one in found.vacuumed.items():
        if one.files or one.kept:
            kept = "; ".join(f"{version}: {_few(by)}" for version, by in one.kept.items())
            shown.add_row(name, f"{len(one.files):,}", f"{one.bytes:,}", ranges(one.ended), kept)
    if shown.row_count:
        emit(shown, as_json=False)
    for name, one in found.vacuumed.items() if not found.deleted else ():
        more = f" and {len(one.files) - SHOWN:,} more (--json names all)" if len(one.files) > SHOWN else ""
        if one.files:
            emit(f"{name}: {', '.join(one.files[:SHOWN])}{more}", as_json=False)
    if not found.files:
        emit(f"No file is older than {found.keep} and needed by no version that is kept.", as_json=False)
    elif found.deleted:
        emit(f"{found.files:,} files, {found.bytes:,} bytes, are deleted.", as_json=False)
    else:
        emit(f"{found.files:,} files, {found.bytes:,} bytes, would be deleted. To delete them: the same command with --yes", as_json=False)


def _moves(told: RestoreResult) -> str:
    head = f"{told.table}, version {told.now} -> rows of version {told.version}: "
    if not told.differs:
        return head + "no row differs, nothing to do."
    changed = f", {told.changed:,} change" if told.changed else ""
    return head + f"{told.came:,} rows come, {told.went:,} go{changed}; {told.rows:,} rows before, {told.rows_after:,} after."


def _failed(failed: Mapping[str, str]) -> None:
    for name, why in failed.items():
        error(f"{name} was left as it is: {why}")
    if failed:
        raise typer.Exit(1)


def _few(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def ranges(versions: Sequence[int]) -> str:
    """`0-3, 7` of 0, 1, 2, 3, 7."""
    runs: list[list[int]] = []
    for version in versions:
        if runs and version == runs[-1][1] + 1:
            runs[-1][1] = version
        else:
            runs.append([version, version])
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)
