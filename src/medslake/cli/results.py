"""Verbs on results: score, compare, compare-set, report, export, mixture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from medslake import api
from medslake.cli.console import ProgressLines, emit, run_table, stdout_kept_clean
from medslake.cli.data import show_run
from medslake.cli.options import Clearance, Json, LakeRoot, Tasks
from medslake.extras import needs
from medslake.results import CompareSetResult, Missing
from medslake.settings import DEFAULT_LAKE

__all__ = ["register"]


class Variant(StrEnum):
    paper = "paper"
    strict = "strict"
    both = "both"


class OneVariant(StrEnum):
    paper = "paper"
    strict = "strict"


class Rendering(StrEnum):
    paper = "paper"
    strict = "strict"


class Level(StrEnum):
    source = "source"
    task = "task"
    category = "category"
    domain = "domain"
    language = "language"
    access = "access"


class SetSplit(StrEnum):
    train = "train"
    validation = "validation"
    test = "test"
    all = "all"


class Split(StrEnum):
    train = "train"
    test = "test"
    all = "all"


def register(app: typer.Typer) -> None:
    for verb in (score, compare, report, export, mixture):
        app.command()(verb)
    app.command(name="compare-set")(compare_set)


def score(
    model: Annotated[str | None, typer.Option("--model", help="Only this model's predictions.")] = None,
    predictions: Annotated[
        Path | None,
        typer.Option(
            help="Score a CSV (task_id,input,GT,output), or logs of lm-eval (samples_*.jsonl) or inspect_ai (*.eval), or a run's folder."
        ),
    ] = None,
    variant: Annotated[Variant, typer.Option(help="With --predictions: which variant.")] = Variant.both,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Score predictions, `paper` and `strict` side by side, with 95 % bootstrap intervals, for all rows and the clean ones.

    Example: medslake score --predictions eval_results.csv --variant both --json
    """
    with stdout_kept_clean():
        if predictions is not None:
            emit(score_predictions(predictions, variant.value), as_json=json)
            return
        with ProgressLines() as progress:
            result = api.score(api.open_lake(lake), model=model, progress=progress)
        show_run(result, as_json=json)
        for run_set, tasks in result.not_asked.items() if not json else ():
            for task, count in tasks.items():
                emit(f"not asked of {run_set[:8]}: {task}, {count:,} rows without choices to compare", as_json=False)


@needs("score")
def score_predictions(path: Path, variant: str) -> dict[str, Any]:
    """Scores of a file of predictions, which need no lake, and under `counts` the rows behind those of each task."""
    from medslake.score.predictions_file import as_mapping, counted, score_file

    scores = score_file(path, variant)
    return {**as_mapping(scores), "counts": counted(scores)}


def compare(
    a: Annotated[str, typer.Argument(help="Model, or model@start-of-run-set where it has several sets of answers.")],
    b: Annotated[str, typer.Argument(help="The other one.")],
    task: Tasks = None,
    variant: Annotated[OneVariant, typer.Option(help="Which variant of the metrics.")] = OneVariant.strict,
    clean: Annotated[bool, typer.Option("--clean", help="Leave out rows of which the leak gate knows a training copy.")] = False,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Test whether two models differ: McNemar where rows are right or wrong, else paired bootstrap, with Holm's correction.

    Example: medslake compare tiny-3f2a9c smollm2-135m --task task57
    """
    with stdout_kept_clean():
        found = api.compare(api.open_lake(lake), a, b, variant=variant.value, tasks=task, clean=clean)
        if json:
            emit([asdict(row) for row in found], as_json=True)
            return
        table = Table(box=None, pad_edge=False, title=f"a = {a}, b = {b}; {variant.value}", title_justify="left", title_style="dim")
        for name in ("task", "prompt", "metric", "n", "a", "b", "a - b", "95 % interval", "test", "p", "p (Holm)"):
            table.add_column(name, justify="left" if name in {"task", "prompt", "metric", "test"} else "right")
        for r in found:
            numbers = (f"{r.n:,}", f"{r.a:.2f}", f"{r.b:.2f}", f"{r.difference:+.2f}", f"{r.low:+.2f} to {r.high:+.2f}")
            table.add_row(r.task_id, r.prompt, r.metric, *numbers, r.test, f"{r.p:.4f}", f"{r.p_holm:.4f}")
        emit(table, as_json=False)


#: Refused instances that are printed; all of them stand in gold.set_matches.
SHOWN = 20


def compare_set(
    folder: Annotated[Path, typer.Argument(help="Folder with the JSON files of MedS-Ins, or one of them.")],
    rendering: Annotated[Rendering, typer.Option(help="Compare with the instructions as published, or as corrected.")] = Rendering.paper,
    split: Annotated[SetSplit, typer.Option(help="Instances of this split count as only here; pairs are sought in all.")] = SetSplit.train,
    near: Annotated[float, typer.Option(help="Jaccard of word trigrams from which on two inputs are near.")] = 0.7,
    task_of: Annotated[
        list[str] | None,
        typer.Option("--task-of", metavar="FILE=TASK", help="The task of a file whose name does not say it; may be repeated."),
    ] = None,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Say how much of the published MedS-Ins files the lake has rebuilt, instance by instance, and write gold.set_matches.

    Example: medslake compare-set ./MedS-Ins --task-of EBMS_answer_verification.json=task100
    """
    with stdout_kept_clean():
        with ProgressLines() as progress:
            result = api.compare_set(
                api.open_lake(lake),
                folder,
                rendering=rendering.value,
                split=split.value,
                near=near,
                task_of=task_of or (),
                progress=progress,
            )
        if json:
            emit(result.to_dict(), as_json=True)
        else:
            show_shares(result)
        if not result.ok:
            raise typer.Exit(1)


def show_shares(result: CompareSetResult) -> None:
    table = run_table(result.run)
    table.add_column("task")
    for name in ("there", "exact", "other output", "near", "only there", "only here", "refused", "exact %", "found %"):
        table.add_column(name, justify="right")
    for task, one in [*result.shares.items(), ("all", result.total)]:
        counts = (one.there, one.exact, one.other_output, one.near, one.only_there, one.only_here, one.refused)
        shares = ("" if share is None else f"{share:.2f}" for share in (one.exact_share, one.found_share))
        table.add_row(task, *(f"{count:,}" for count in counts), *shares)
    emit(table, as_json=False)
    for rule, count in sorted(Counter(one.rule for one in result.refused).items()):
        emit(f"refused by rule {rule}: {count:,}", as_json=False)
    for row in result.refused[:SHOWN]:
        emit(f"refused: {row.file}, {'the file' if row.number is None else f'instance {row.number}'}: rule {row.rule}", as_json=False)
    if len(result.refused) > SHOWN:
        emit("more: medslake sql \"select file, number, rule from gold.set_matches where outcome = 'refused'\"", as_json=False)
    for task, count in result.not_looked_at.items():
        emit(f"not compared with near ones: {count:,} instances of {task}, beyond the first that are", as_json=False)
    if result.without_file:
        emit(f"built here, and no file there: {' '.join(result.without_file)}", as_json=False)


def report(
    out: Annotated[Path | None, typer.Option(help="File to write; default: report.html in the lake.")] = None,
    clearance: Clearance = "public",
    samples: Annotated[int, typer.Option(help="Answers that it carries, of each task and set of answers.", min=0)] = 200,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Write the report: one HTML file that needs no server and no network.

    Example: medslake report --out report.html
    """
    with stdout_kept_clean():
        result = api.report(api.open_lake(lake), out=out, clearance=clearance, samples=samples)
        emit(result.to_dict() if json else f"report: {result.report}", as_json=json)


def export(
    form: Annotated[str, typer.Argument(help="medsins, lm-eval, inspect or hf.")],
    task: Tasks = None,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("export"),
    split: Annotated[Split, typer.Option(help="medsins only: rows of this split.")] = Split.train,
    rendering: Annotated[Rendering, typer.Option(help="medsins only: as published, or corrected.")] = Rendering.paper,
    clearance: Clearance = "public",
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Write instructions as the paper's JSON (medsins) or as a Hugging Face data set (hf), the benchmark as lm-eval or inspect_ai tasks.

    Example: medslake export lm-eval --task task57 --out ./lm_eval_tasks
    """
    with stdout_kept_clean():
        result = api.export(
            api.open_lake(lake), form, tasks=task, out=out, clearance=clearance, split=split.value, rendering=rendering.value
        )
        if json:
            emit(result.to_dict(), as_json=True)
            return
        emit("\n".join(map(str, result.files)), as_json=False)
        for access, count in result.left_out.items():
            emit(f"left out: {count:,} rows of access class {access}, above the clearance {clearance}.", as_json=False)


def mixture(
    by: Annotated[Level, typer.Option("--by", help="What is counted; language is that of the output.")] = Level.source,
    lake: LakeRoot = DEFAULT_LAKE,
    json: Json = False,
) -> None:
    """Say what the training mixture holds beside the paper's, and which source a gap waits for.

    Example: medslake mixture --by category
    """
    with stdout_kept_clean():
        found = api.mixture(api.open_lake(lake), by=by.value)
        if json:
            emit(found.to_dict(), as_json=True)
            return
        title = f"{found.instances:,} training instances here, {found.paper:,} in the paper"
        table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="dim")
        for name in (found.by, "here", "paper", "here / paper", "share", "paper's share", "missing"):
            table.add_column(name, justify="left" if name in {found.by, "missing"} else "right")
        for row in found.rows:
            mark = " ‡" if row.synthetic else ""
            numbers = (f"{row.instances:,}{mark}", _number(row.paper), _percent(row.ratio), _percent(row.share), _percent(row.paper_share))
            table.add_row(row.name, *numbers, _lacking(row.missing))
        emit(table, as_json=False)
        if any(row.synthetic for row in found.rows):
            emit("‡ with instances made of invented files", as_json=False)


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.2f} %"


def _lacking(missing: Sequence[Missing]) -> str:
    """The three largest by name, so that a line stays readable; --json has all."""
    told = [f"{one.source} ({_number(one.instances) or 'part'}): {one.reason}" for one in missing[:3]]
    return "; ".join([*told, f"and {len(missing) - 3} more"] if len(missing) > 3 else told)
