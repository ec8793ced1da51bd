"""The verb that writes synthetic native files: synth."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from medslake import api
from medslake.cli.console import ProgressLines, emit, stdout_kept_clean
from medslake.cli.options import Json
from medslake.results import SynthResult

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    app.command()(synth)


def synth(
    source: Annotated[list[str], typer.Argument(metavar="NAME...|all", help="Sources, see: medslake list sources; or all.")],
    out: Annotated[
        str, typer.Option(metavar="DIR", help="Folder that gets a folder for each source, as `medslake ingest all --from DIR` reads them.")
    ],
    scale: Annotated[float, typer.Option(help="Share of the real data set's records; each source gets at least 20.")] = 0.01,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 7,
    dirt: Annotated[bool, typer.Option("--dirt", help="Plant the faults of the real files, listed in SYNTHETIC.dirt.")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; by default one per core.")] = None,
    json: Json = False,
) -> None:
    """Write invented files in the layout of sources, at any scale: no row of them is real. What broke off goes on where it stopped.

    Example: medslake synth meqsum --out ./twins
    Example: medslake synth all --scale 0.01 --seed 7 --out ./twins
    Example: medslake synth mimic_iv --scale 0.1 --dirt --out ./twins
    """
    with stdout_kept_clean():
        with ProgressLines() as progress:
            result = api.synth(source, out, scale=scale, seed=seed, dirt=dirt, jobs=jobs, progress=progress)
        if json:
            emit(result.to_dict(), as_json=True)
        else:
            _show(result, out)


def _show(result: SynthResult, out: str) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("source", "files", "records", "bytes", "faults", "seconds"):
        table.add_column(name, justify="left" if name == "source" else "right")
    for one in result.sources:
        records, size = sum(file.records or 0 for file in one.files), sum(file.bytes for file in one.files)
        told = (f"{len(one.files):,}", f"{records:,}", f"{size:,}", f"{one.faults:,}", "was there" if one.there else f"{one.seconds:.1f}")
        table.add_row(one.source, *told)
    emit(table, as_json=False)
    emit(f"next: medslake ingest all --from {out}", as_json=False)
