"""The verb that gets files from their publishers: fetch."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from medslake import api
from medslake.cli.console import ProgressLines, emit, stdout_kept_clean
from medslake.cli.options import DryRun, Json
from medslake.results import FetchResult

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    app.command()(fetch)


def fetch(
    source: Annotated[list[str], typer.Argument(metavar="NAME...|all", help="Sources, see: medslake list sources; or all.")],
    out: Annotated[
        str, typer.Option(metavar="DIR", help="Folder that gets a folder for each source, as `medslake ingest all --from DIR` reads them.")
    ],
    signed: Annotated[
        bool,
        typer.Option(
            "--i-have-signed",
            help="The agreements that the named sources ask for have been signed. With --lake it is kept in that lake: table ops.runs,"
            " column params, with the agreements and the user's name; without, nowhere.",
        ),
    ] = False,
    lake: Annotated[
        str | None, typer.Option("--lake", envvar="MEDSLAKE_LAKE", help="Lake whose ops.runs keeps what was fetched and confirmed.")
    ] = None,
    retries: Annotated[int, typer.Option(min=0, help="Attempts in a row that bring nothing, after which a file is given up.")] = 5,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds without an answer, or with less than 100 bytes each, that end an attempt.")
    ] = 60.0,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Get the files of sources from their publishers. What broke off goes on where it stopped; a file gets its name once it is checked.

    A login comes from the environment alone: PHYSIONET_USER and PHYSIONET_PASSWORD, HF_TOKEN. It is sent to the declared host and no other.

    Example: medslake fetch anatem meqsum --out ~/corpora
    Example: medslake fetch all --out ~/corpora --dry-run
    Example: medslake fetch mimic_iv_note --out ~/corpora --i-have-signed --lake ./lake
    """
    with stdout_kept_clean():
        with ProgressLines() as progress:
            result = api.fetch(
                source,
                out,
                lake=None if lake is None else api.open_lake(lake),
                signed=signed,
                retries=retries,
                timeout=timeout,
                dry_run=dry_run,
                progress=progress,
            )
        if json:
            emit(result.to_dict(), as_json=True)
        else:
            _show(result, out)
    if result.failed:
        raise typer.Exit(1)


def _show(result: FetchResult, out: str) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("file", "bytes", "state", "sha256"):
        table.add_column(name, justify="right" if name == "bytes" else "left")
    for file in result.files:
        verdict = "" if file.state in ("missing", "begun") else "as declared" if file.checked else "none declared"
        table.add_row(file.path, "" if file.bytes is None else f"{file.bytes:,}", file.state, verdict)
    if result.files:
        emit(table, as_json=False)
    for name, hand in result.by_hand.items():
        emit(f"by hand {name}: {hand}", as_json=False)
    for name, why in result.failed.items():
        emit(f"failed {name}: {why}", as_json=False)
    if any(file.state == "fetched" for file in result.files):
        emit(f"next: medslake ingest all --from {out}", as_json=False)
