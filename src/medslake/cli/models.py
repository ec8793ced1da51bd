"""Verbs on models: pack, train, infer."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from medslake import api
from medslake.cli.console import ProgressLines, emit, stdout_kept_clean
from medslake.cli.data import show_run
from medslake.cli.options import DryRun, Json, LakeRoot, Tasks
from medslake.settings import DEFAULT_LAKE

__all__ = ["register"]

Recipe = Annotated[str, typer.Option("--recipe", help="Name of a recipe, see: medslake list recipes")]
Set = Annotated[list[str] | None, typer.Option("--set", help="Override one recipe field, field=value; may be repeated.")]


class Mode(StrEnum):
    generate = "generate"
    loglikelihood = "loglikelihood"


def register(app: typer.Typer) -> None:
    for verb in (pack, train, infer):
        app.command()(verb)


def pack(
    recipe: Recipe = "tiny",
    set_: Set = None,
    length: Annotated[int | None, typer.Option(min=32, help="Row length in tokens; default: the recipe's.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="A seeded sample of so many instances of all tasks together; default: the recipe's.")
    ] = None,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Tokenise the training instructions and pack them into rows of fixed length.

    Example: medslake pack --recipe mmedins_llama3 --length 2048
    """
    with stdout_kept_clean():
        with ProgressLines() as progress:
            result = api.pack(api.open_lake(lake), recipe, settings=set_ or (), length=length, limit=limit, progress=progress)
        show_run(result, as_json=json)


def train(
    recipe: Recipe = "tiny",
    set_: Set = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Ray Train workers; default: the recipe's.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Stop after so many optimiser steps.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of checkpoints and the exported model; default: below the lake.")] = None,
    device: Annotated[str, typer.Option(help="auto, or an accelerator, see: medslake list accelerators")] = "auto",
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over instead of resuming from the newest checkpoint.")] = False,
    dry_run: DryRun = False,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Train on the pack plan with FSDP; resumes by itself; exports safetensors.

    Example: medslake train --recipe tiny --set lr=3e-3 --dry-run
    """
    with stdout_kept_clean():
        with ProgressLines() as progress:
            result = api.train(
                api.open_lake(lake),
                recipe,
                settings=set_ or (),
                resume=not fresh,
                workers=workers,
                out=out,
                steps=steps,
                device=device,
                dry_run=dry_run,
                progress=progress,
            )
        emit(result.to_dict(), as_json=json)


def infer(
    model: Annotated[str, typer.Option("--model", help="Folder of a transformers model, or a model name the engine knows.")],
    engine: Annotated[str, typer.Option(help="Inference engine, see: medslake list engines")] = "transformers",
    mode: Annotated[Mode, typer.Option(help="Write an answer, or take the likeliest of the row's choices.")] = Mode.generate,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="An option of the engine, such as base_url=http://localhost:8000/v1; may be repeated.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name under which the answers stand; default: the model's.")] = None,
    dtype: Annotated[str, typer.Option(help="auto, float32 or bfloat16.")] = "auto",
    shard_rows: Annotated[int | None, typer.Option(min=1, help="Rows that are committed together.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Actors that hold the model, one device each.")] = 1,
    task: Tasks = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many benchmark rows of each task.")] = None,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Answer the benchmark in batches; a rerun does only what is missing.

    Example: medslake infer --model ./lake/_models/tiny-3f2a9c/model --mode loglikelihood
    """
    with stdout_kept_clean():
        with ProgressLines() as progress:
            result = api.infer(
                api.open_lake(lake),
                model,
                engine=engine,
                mode=mode.value,
                settings=set_ or (),
                name=name,
                dtype=dtype,
                workers=workers,
                shard_rows=shard_rows,
                tasks=task,
                limit=limit,
                progress=progress,
            )
        show_run(result, as_json=json)
        if result.failed and not json:
            emit(f"{result.failed} rows without an answer, see gold.predictions.error", as_json=False)
    if not result.ok:
        raise typer.Exit(1)
