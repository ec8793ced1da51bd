"""Verbs on data: ingest, build, check, leaks, tag."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from medslake import api
from medslake.cli.console import ProgressLines, emit, result_table, stdout_kept_clean
from medslake.cli.options import DryRun, From, Json, LakeRoot, Policies, Tasks
from medslake.results import RunResult
from medslake.settings import DEFAULT_LAKE

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
    for verb in (ingest, build, check, leaks, tag):
        app.command()(verb)


def show_run(result: RunResult, *, as_json: bool) -> None:
    """A run's outcome, or the outline of a dry run."""
    if as_json or result.run is None:
        emit(result.to_dict(), as_json=as_json)
        return
    emit(result_table(result), as_json=False)


def ingest(
    source: Annotated[list[str], typer.Argument(metavar="NAME[=FOLDER]...", help="Sources, see: medslake list sources; or all.")],
    folder: From = None,
    lake: LakeRoot = DEFAULT_LAKE,
    access: Annotated[
        str | None, typer.Option(help="Access class of these copies, when it differs from the source's (an open demo, a private copy).")
    ] = None,
    max_aside: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="Share of a table's rows that may be set aside; default: the source's own ceiling."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="At most so many records of each file (so many files where a file is one record), for a quick look."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Let --limit replace tables that stand by so few rows.")] = False,
    follow_links: Annotated[
        bool, typer.Option("--follow-links", help="Read files to which a link leads out of the folder; they are refused else.")
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Read native files into bronze and silver: of one source, of several in one run, or of all that have a folder below --from.

    Where tables stand already, it says first which files came, went and changed. Zips are read in place.

    Example: medslake ingest bc5cdr --from ~/corpora/bc5cdr
    Example: medslake ingest mimic_iv --from ~/mimic-iv-3.1.zip
    Example: medslake ingest medqa --from s3://corpora/medqa
    Example: medslake ingest medqa=~/medqa hoc=~/hoc
    Example: medslake ingest all --from ~/corpora
    """
    from medslake.ingest.folders import folders_of

    with stdout_kept_clean():
        with ProgressLines() as progress:
            result = api.ingest(
                api.open_lake(lake),
                folders_of(source, folder),
                limit=limit,
                access=access,
                max_aside=max_aside,
                replace=replace,
                follow_links=follow_links,
                dry_run=dry_run,
                progress=progress,
            )
        show_run(result, as_json=json)
        for name, new in result.changes.items() if not json else ():
            files = f"{len(new.came):,} files came, {len(new.went):,} went, {len(new.changed):,} changed"
            emit(
                f"{name}: {new.rows:,} -> {new.rows_after:,} rows; {files}{'; it stays, as none is left' if new.gone else ''}",
                as_json=False,
            )
        for name, why in result.failed.items() if not json else ():
            emit(f"failed {name}: {why}", as_json=False)
    if result.failed:
        raise typer.Exit(1)


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
        int | None,
        typer.Option(min=1, help="benchmark only: tokens (estimated) of a prompt, beyond which it gets fewer examples; default 2048."),
    ] = None,
    policy: Policies = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many instances, or benchmark rows, of each task.")] = None,
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", help="instructions only: no error for a task asked for by name that has no instance.")
    ] = False,
    max_aside: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="Share of a task's rows that may be set aside; default: 0.05, from 100 rows on."),
    ] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Render silver rows to instructions, or test instances to benchmark rows.

    Example: medslake build instructions --task task106
    """
    with stdout_kept_clean():
        with ProgressLines() as progress:
            result = api.build(
                api.open_lake(lake),
                what.value,
                tasks=task,
                prompt=prompt.value,
                shots=shots,
                size=size.value,
                seed=seed,
                budget=budget,
                policy=policy or (),
                limit=limit,
                allow_empty=allow_empty,
                max_aside=max_aside,
                dry_run=dry_run,
                progress=progress,
            )
        show_run(result, as_json=json)
        for name, built in result.tasks.items() if not json else ():
            for reason, count in built.left_out.items():
                emit(f"left out of {name}: {count:,} rows, {reason}", as_json=False)
        for name, why in result.skipped.items() if not json else ():
            emit(f"skipped {name}: {why}", as_json=False)


def check(
    table: Annotated[str | None, typer.Argument(help="Table, such as gold.instructions; default all.")] = None,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Run the Great Expectations suites on committed tables; exit 1 when a rule of severity error or quarantine fails.

    Example: medslake check silver.questions
    """
    with stdout_kept_clean():
        result = api.check(api.open_lake(lake), table)
        if json:
            emit(result.to_dict(), as_json=True)
        else:
            for r in result.checks:
                if not r.success:
                    where = r.table if r.slice == "whole" else f"{r.table}, {r.slice}"
                    emit(f"{r.severity:<10} {where}: {r.rule}: {r.unexpected:,} of {r.rows:,} rows", as_json=False)
            emit(f"{len(result.checks)} checks on {len(result.tables)} tables, {len(result.broken)} failed.", as_json=False)
    if not result.ok:
        raise typer.Exit(1)


def leaks(policy: Policies = None, dry_run: DryRun = False, lake: LakeRoot = DEFAULT_LAKE, json: Json = False) -> None:
    """Look for benchmark rows that training rows, shots or other sets give away; exit 1 when the policy does not tolerate one.

    Example: medslake leaks --policy ngram=block
    """
    with stdout_kept_clean():
        with ProgressLines() as progress:
            result = api.leaks(api.open_lake(lake), policy=policy or (), dry_run=dry_run, progress=progress)
        if json:
            emit(result.to_dict(), as_json=True)
        else:
            for leak in result.leaks[:20]:
                emit(str(leak), as_json=False)
            emit(f"{len(result.leaks)} leaks; {result.tagged} tagged, {result.noted} noted.", as_json=False)
    if not result.ok:
        raise typer.Exit(1)


def tag(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="silver.dialogues or silver.prompts.")] = "silver.dialogues",
    tagger: Annotated[str, typer.Option(help="lexical, chat, or another, see: medslake list taggers")] = "lexical",
    sources: Annotated[list[str] | None, typer.Option("--source", help="Only this source; may be repeated.")] = None,
    model: Annotated[str | None, typer.Option("--model", help="chat only: folder of a model, or a model name the engine knows.")] = None,
    engine: Annotated[str, typer.Option(help="chat only: inference engine, see: medslake list engines")] = "transformers",
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="chat only: an option of the engine, name=value; may be repeated.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="chat only: name after chat@ of the verdicts; default: the model's.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="chat only: actors that hold the model, one device each.")] = 1,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Say of each conversation how medical it is: a row of gold.tags with its score. What has not changed is not judged again.

    Example: medslake tag silver.dialogues --tagger lexical --source lima
    Example: medslake tag silver.dialogues --tagger chat --model ./lake/_models/tiny-3f2a9c/model
    Example: medslake sql "select turns from gold.tagged_dialogues where tagger = 'lexical' and score >= 0.7"
    """
    with stdout_kept_clean():
        with ProgressLines() as progress:
            result = api.tag(
                api.open_lake(lake),
                table,
                tagger=tagger,
                sources=sources,
                model=model,
                engine=engine,
                settings=set_ or (),
                name=name,
                workers=workers,
                progress=progress,
            )
        show_run(result, as_json=json)
        for one, counts in result.verdicts.items() if not json else ():
            told = f"{counts['medical']:,} of {counts['conversations']:,} conversations are medical, {counts['failed']:,} without a verdict"
            emit(f"{one}: {told}", as_json=False)
    if not result.ok:
        raise typer.Exit(1)
