"""`medslake plugin check`: whether plug-ins keep what the core promises for them."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medslake.cli.console import emit, stdout_kept_clean
from medslake.cli.options import Json
from medslake.errors import UsageError

if TYPE_CHECKING:
    from medslake.conformance import Checked
    from medslake.plugins import Fault

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Plug-ins: sources, formats, tasks, metrics, engines, accelerators, recipes, taggers.")
    group.callback()(lambda: None)
    group.command()(check)
    app.add_typer(group, name="plugin")


def check(
    what: Annotated[str | None, typer.Argument(metavar="NAME|FILE", help="A plug-in's name, or the file that binds it.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All plug-ins, with their lengths and the medians of these.")] = False,
    json: Json = False,
) -> None:
    """Load, validate and try plug-ins: examples on the real road, twice, in 1 and 7 partitions, in a worker. Exit 1 names what failed.

    Example: medslake plugin check my_plugins/sources/ward_letters.py
    """
    if (what is None) != every:
        raise UsageError("Name a plug-in, or a file of plug-ins, or say --all.", hint="Example: medslake plugin check ward_letters")
    with stdout_kept_clean():
        found, lost = _all() if what is None else _one(what)
        if json:
            emit({"checked": [_row(one) for one in found], "not_loaded": [str(fault) for fault in lost]}, as_json=True)
        else:
            _say(found, lost, medians=every)
    if lost or any(one.faults for one in found):
        raise typer.Exit(1)


def _all() -> tuple[list[Checked], list[Fault]]:
    from medslake import registry
    from medslake.conformance import checked
    from medslake.lake.quality.brought import broken_kinds
    from medslake.plugins import Fault

    lost = registry.broken()
    lost += [Fault(what) for what in broken_kinds()]
    return checked({kind: list(registry.sound(kind)) for kind in registry.KINDS}), lost


def _one(what: str) -> tuple[list[Checked], list[Fault]]:
    from medslake.conformance import check_file, check_name

    return check_file(Path(what).expanduser()) if what.endswith(".py") else check_name(what)


def _row(one: Checked) -> dict[str, Any]:
    faults = [str(fault) for fault in one.faults]
    return {"kind": one.kind, "name": one.name, "lines": round(one.lines, 1), "faults": faults, "untried": one.untried}


def _say(found: list[Checked], lost: list[Fault], *, medians: bool) -> None:
    from medslake.conformance import TARGETS

    for one in found:
        target = f" (target {TARGETS[one.kind]})" if one.kind in TARGETS else ""
        emit(f"{'FAIL' if one.faults else 'ok  '} {one.kind:<11} {one.name:<32} {one.lines:6.1f} lines{target}", as_json=False)
        for fault in one.faults:
            emit(f"     {fault}", as_json=False)
        if one.untried:
            emit(f"     not tried: {one.untried}", as_json=False)
    for fault in lost:
        emit(f"FAIL {fault}", as_json=False)
    for kind in sorted({one.kind for one in found}) if medians else ():
        lines = [one.lines for one in found if one.kind == kind]
        target = f", target {TARGETS[kind]}" if kind in TARGETS else ""
        emit(f"     median of {len(lines)} of the kind {kind}: {median(lines):.1f} lines{target}", as_json=False)
