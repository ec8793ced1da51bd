"""The verb plan: what a training will take."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table

from medslake import registry
from medslake.cli.console import ProgressLines, emit, stdout_kept_clean
from medslake.cli.models import Recipe, Set
from medslake.cli.options import Json, LakeRoot
from medslake.extras import needs
from medslake.settings import DEFAULT_LAKE

__all__ = ["register"]

GIB = 1 << 30


def register(app: typer.Typer) -> None:
    app.command()(needs("train")(plan))


def plan(
    recipe: Recipe = "mmedins_llama3",
    set_: Set = None,
    chips: Annotated[str, typer.Option(help="Devices, <number>x<chip>; 1xcpu is this host.")] = "32xAscend910B",
    instances: Annotated[int | None, typer.Option(min=1, help="Training instances; default: the recipe's limit, else the paper's.")] = None,
    pack_plan: Annotated[str | None, typer.Option(help="Pack plan whose lengths to use; default: the lake's largest.")] = None,
    mfu: Annotated[float | None, typer.Option(min=0.01, max=1.0, help="Also plan at this share of the chip's peak.")] = None,
    peak: Annotated[float | None, typer.Option(min=0.01, help="TFLOP/s of one chip in bf16; default: the table's.")] = None,
    storage: Annotated[float, typer.Option(min=0.001, help="GB/s that all devices together write to storage.")] = 2.0,
    price: Annotated[float | None, typer.Option(min=0.0, help="Price of one device hour.")] = None,
    probe: Annotated[bool, typer.Option("--probe", help="Time the model on the device at hand.")] = False,
    trace: Annotated[bool, typer.Option("--trace", help="Check the peak memory with FSDP2's tracker on that many fake ranks.")] = False,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Forecast a training: steps, tokens, hours padded and packed, memory, checkpoints, cost; beside the paper's run.

    Example: medslake plan --recipe mmedins_llama3 --chips 32xAscend910B --mfu 0.35
    """
    from pathlib import Path

    from medslake.lake import open_lake
    from medslake.planning.forecast import forecast
    from medslake.recipes import override

    with stdout_kept_clean():
        with ProgressLines() as progress:
            found = forecast(
                override(registry.get("recipe", recipe), set_ or []),
                chips,
                # A forecast makes no lake where there is none.
                lake=open_lake(lake) if "://" in lake or Path(lake).is_dir() else None,
                plan=pack_plan,
                instances=instances,
                mfu=mfu,
                peak=peak and peak * 1e12,
                storage=storage * 1e9,
                price=price,
                measure=probe,
                trace=trace,
                progress=progress,
            )
        emit(found if json else _shown(found), as_json=json)


def _shown(found: dict[str, Any]) -> Group:
    return Group(_work(found), "", _hours(found), "", _memory(found), "", *(f"- {line}" for line in found["assumptions"]))


def _table(title: str, *columns: str) -> Table:
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="dim")
    for at, name in enumerate(columns):
        table.add_column(name, justify="right" if at else "left")
    return table


def _work(found: dict[str, Any]) -> Table:
    chips, paper = found["chips"], found["paper"]
    title = f"{found['recipe']} on {chips['count']} x {chips['chip']}: {found['instances']:,} instances, {found['epochs']} epochs"
    table = _table(title, "", "steps", "tokens, billion", "per instance", "rows per step", "useful")
    table.add_row("paper, as published", f"{paper['steps']:,.0f}", "", "", "", "")
    for way in found["ways"]:
        packed = way["rows_per_step"] is not None
        row = (f"{way['rows_per_step']:,}", f"{way['busy']:.0%}") if packed else ("", "")
        table.add_row(way["name"], f"{way['steps']:,}", f"{way['tokens'] / 1e9:,.3f}", f"{way['tokens_per_instance']:,.0f}", *row)
    return table


def _hours(found: dict[str, Any]) -> Table:
    paper, names = found["paper"], [way["name"] for way in found["ways"]]
    title = f"hours (paper: {paper['hours']} h, {paper['device_hours']:,.0f} device hours, {paper['seconds_per_step']:.1f} s per step)"
    table = _table(title, "at the speed of", "tokens/s/device", "MFU", *names)
    for rate in found["rates"]:
        cells = [entry for entry in found["hours"] if entry["rate"] == rate["name"]]
        costs = [f" ({c['cost']:,.0f})" if "cost" in c else "" for c in cells]
        share = "" if rate["mfu"] is None else f"{rate['mfu']:.1%}"
        taken = (f"{c['hours']:,.1f}{cost}" for c, cost in zip(cells, costs, strict=True))
        table.add_row(rate["name"], f"{rate['tokens_per_second']:,.0f}", share, *taken)
    return table


def _memory(found: dict[str, Any]) -> Table:
    memory, checkpoint = found["memory"], found["checkpoint"]
    table = _table("memory of one device, and checkpoints", "", "GiB", "")
    for name in ("parameters", "gradients", "optimizer", "activations", "gathered", "peak", "free"):
        if name in memory:
            table.add_row(name, f"{memory[name] / GIB:,.2f}", "")
    if "traced" in memory:
        table.add_row("peak by FSDP2's tracker", f"{memory['traced']['peak'] / GIB:,.2f}", "")
    wait = f"{checkpoint['count']:,} of them, {checkpoint['write_seconds']:,.0f} s to write, {checkpoint['wait_seconds']:,.2f} s waited for"
    table.add_row("a checkpoint", f"{checkpoint['bytes'] / GIB:,.2f}", wait)
    if "probe" in found:
        timed = found["probe"]
        step = f", {timed['packed_step_seconds']:,.3f} s per packed step" if "packed_step_seconds" in timed else ""
        table.add_row("probe", "", f"{timed['micro_batch']:,.3f} s per micro batch, {timed['update']:,.3f} s per update{step}")
    return table
