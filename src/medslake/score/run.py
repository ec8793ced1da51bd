"""Scores of all answers in the lake, and of predictions files."""

from __future__ import annotations

import functools
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from medslake.errors import UnknownName, UsageError
from medslake.infer.planned import planned_rows
from medslake.metrics.base import Pair
from medslake.progress import Progress, quiet
from medslake.score.predictions_file import score_csv
from medslake.score.records import Answers, Asked, score_answers

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["score", "score_csv"]

_PREDICTIONS, _BENCHMARK, _SCORES = "gold.predictions", "gold.benchmark", "gold.scores"
_ANSWER = ("prediction_id", "row_id", "model", "run_set", "settings", "prediction", "benchmark_version")
_ROW = ("row_id", "task_id", "task_group", "prompt", "input_variant", "input", "reference", "alternatives", "labels", "language", "access")


def score(lake: Lake, *, model: str | None = None, progress: Progress = quiet) -> dict[str, Any]:
    """Score every set of answers of one or all models against the benchmark version it answers; returns the run's result.

    Both variants of each task's metrics, for rows, tasks and groups, with 95 % bootstrap intervals, replace the model's slice of
    gold.scores.
    Rows of the set's plan without an answer are missing: wrong in the strict variant, and counted in both. Unchanged answers are not
    scored again. Raises UsageError without predictions, UnknownName for a model that has none.
    """
    if not lake.exists(_PREDICTIONS):
        raise UsageError("There are no predictions to score.", hint="Run: medslake infer --model FOLDER")
    with lake.run("score", params={"model": model}) as run:
        answers = run.read_arrow(_PREDICTIONS, columns=list(_ANSWER), where={"model": model} if model else None)
        models: list[str] = sorted(set(_column(answers, "model")))
        if not models:
            known = set(_column(lake.arrow.read(_PREDICTIONS, columns=["model"]), "model"))
            raise UnknownName("model with predictions", str(model), sorted(known))
        for done, name in enumerate(models):
            progress("score", done, len(models))
            own = answers.filter(pc.field("model") == name)
            # Versions number the commits of all models; what this one answered decides.
            mark = run.fingerprint(name, _digest(own))
            run.write(_SCORES, functools.partial(_scores, run, name, own), slice={"model": name}, fingerprint=mark)
        progress("score", len(models), len(models))
    return run.result


def _column(table: pa.Table, name: str) -> list[Any]:
    return table[name].to_pylist()


def _digest(answers: pa.Table) -> str:
    """Of all answers, independent of their order in files."""
    kept = answers.select(["prediction_id", "prediction", "benchmark_version"]).sort_by("prediction_id")
    digest = hashlib.sha256()
    for row in kept.to_pylist():
        digest.update(json.dumps(row, sort_keys=True).encode())
    return digest.hexdigest()


def _scores(run: Run, model: str, answers: pa.Table) -> pa.Table:
    rows: list[dict[str, Any]] = []
    predictions_version = run.inputs[_PREDICTIONS]
    for run_set in sorted(set(_column(answers, "run_set"))):
        own = answers.filter(pc.field("run_set") == run_set)
        version = own["benchmark_version"][0].as_py()
        settings = json.loads(own["settings"][0].as_py())
        benchmark = run.read_arrow(_BENCHMARK, version=version, columns=list(_ROW))
        planned = planned_rows(benchmark, settings.get("tasks"), settings.get("limit"))
        rows.extend(score_answers(Answers(model, run_set, version, predictions_version, _asked(planned, own))))
    return pa.Table.from_pylist(rows, schema=run.lake.spec(_SCORES).arrow_schema())


def _asked(benchmark: pa.Table, answers: pa.Table) -> list[Asked]:
    """Planned rows with their answers."""
    given = {row["row_id"]: row for row in answers.select(["row_id", "prediction_id", "prediction"]).to_pylist()}
    found = []
    for row in benchmark.to_pylist():
        answer = given.get(row["row_id"], {})
        pair = Pair(
            prediction=answer.get("prediction"),
            reference=row["reference"],
            task_id=row["task_id"],
            language=row["language"],
            labels=tuple(row["labels"]),
            alternatives=tuple(row["alternatives"] or ()),
            input=row["input"],
        )
        names = ("row_id", "task_id", "prompt", "input_variant", "access")
        found.append(Asked(group=row["task_group"], pair=pair, prediction_id=answer.get("prediction_id"), **{k: row[k] for k in names}))
    return found
