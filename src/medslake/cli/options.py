"""Options that many verbs share, defined once."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["Clearance", "DryRun", "From", "Json", "LakeRoot", "Policies", "Tasks"]

LakeRoot = Annotated[str, typer.Option("--lake", envvar="MEDSLAKE_LAKE", help="Folder or URI of the lake.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value on stdout and nothing else there.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")]
Tasks = Annotated[list[str] | None, typer.Option("--task", help="Only this task, such as task106; may be repeated.")]
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        help="What a leak test does on a hit, test=action: block, drop, tag, note or off; may be repeated. Other sides: shot:ngram=block.",
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        help="Folder, zip, tar or URI with the source's native files; of several sources, the folder that holds one of these for each.",
    ),
]
Clearance = Annotated[
    str,
    typer.Option(envvar="MEDSLAKE_CLEARANCE", help="Highest access class that what is written may carry; rows above it are left out."),
]
