"""Scores of all answers in the lake, with the baselines beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from medslake.bench.published import load_published
from medslake.bench.selection import asked_rows, leaves_tasks_out, planned_rows
from medslake.errors import UnknownName, UsageError
from medslake.lake.lineage.code_version import code_version
from medslake.lake.parts import Part
from medslake.progress import Progress, quiet
from medslake.score.answers import ROW, answered, distinct, parts, with_metrics
from medslake.score.baselines import ASKED, BASELINES, baseline_answers, baselines_of
from medslake.score.code import scoring_code
from medslake.score.parallel import RAY_ROWS
from medslake.score.sets import set_rows
from medslake.score.tainted import LEAKS, tainted_instances

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["score"]

_PREDICTIONS, _BENCHMARK, _SCORES = "gold.predictions", "gold.benchmark", "gold.scores"
_PLANNED = ("task_id", "row_id", "prompt", "input_variant")
_ANSWER = ("prediction_id", "row_id", "model", "run_set", "engine", "settings", "prediction", "benchmark_version")


def score(lake: Lake, *, model: str | None = None, ray_rows: int = RAY_ROWS, progress: Progress = quiet) -> dict[str, Any]:
    """Score every set of answers of one or all models against the benchmark version it answers; returns the run's result.

    Both variants of each task's metrics, for rows, tasks and groups, with 95 % bootstrap intervals, for all rows and for those without a
    known training copy, replace the model's slice of gold.scores; so do the baselines of every benchmark version that was answered. The
    published scores stand beside them in gold.published_scores.
    Rows of the set's plan without an answer are missing: wrong in the strict variant, and counted in both. Unchanged answers are not
    scored again. Beside `run` and `tables` the result has `not_asked` (run set -> task -> rows that it was not asked, which have no score).
    ray_rows: from this many pairs on Ray workers do it. Raises UsageError without predictions, UnknownName for a model that
    has none.
    """
    if not lake.exists(_PREDICTIONS):
        raise UsageError("There are no predictions to score.", hint="Run: medslake infer --model FOLDER")
    with lake.run("score", params={"model": model}) as run:
        answers = run.read_arrow(_PREDICTIONS, columns=list(_ANSWER), where={"model": model} if model else None)
        models: list[str] = distinct(answers, "model")
        everyone = lake.arrow.read(_PREDICTIONS, columns=["model", "benchmark_version"])
        if not models:
            raise UnknownName("model with predictions", str(model), distinct(everyone, "model"))
        versions = distinct(everyone, "benchmark_version")
        tainted = tainted_instances(lake, run)
        code = scoring_code(_metrics(lake, versions))
        tasks = [with_metrics(lake.arrow.read(_BENCHMARK, version, columns=list(ASKED))) for version in versions]
        known = {name for rows in tasks for name in baselines_of(rows)}
        everything = [*models, *(name for name in BASELINES if name in known)]
        parts = {}
        for number, name in enumerate(everything):
            own = answers.filter(pc.field("model") == name)
            # Versions number the commits of all models; what this one answered decides.
            answered_here: Any = versions if name in BASELINES else _digest(own)
            mark = run.fingerprint(name, answered_here, sorted(tainted.to_pylist()), code)

            def made(number: int = number, name: str = name, own: pa.Table = own) -> pa.Table:
                progress("score", number, len(everything))
                return _scores(run, name, own, tainted, versions, ray_rows)

            parts[name] = Part(made, mark)
        run.write_parts(_SCORES, "model", parts)
        progress("score", len(everything), len(everything))
    load_published(lake)
    return {**run.result, "not_asked": _not_asked(lake, answers)}


def _not_asked(lake: Lake, answers: pa.Table) -> dict[str, dict[str, int]]:
    """Run set -> task -> rows of tasks that the set was not asked, and has no score of."""
    columns = ["run_set", "settings", "benchmark_version"]
    found = {}
    for one in answers.group_by(columns).aggregate([]).sort_by([(name, "ascending") for name in columns]).to_pylist():
        settings = json.loads(one["settings"])
        if not leaves_tasks_out(settings):
            continue
        benchmark = lake.arrow.read(_BENCHMARK, one["benchmark_version"], columns=[*_PLANNED, "choices", "reference"])
        if left := asked_rows(benchmark, settings)[1]:
            found[one["run_set"]] = left
    return found


def _metrics(lake: Lake, versions: Sequence[int]) -> set[str]:
    """Names of all metrics of these versions of the benchmark."""
    asked = [with_metrics(lake.arrow.read(_BENCHMARK, version, columns=["task_id", "metrics"]))["metrics"] for version in versions]
    return {str(name) for column in asked for name in pc.list_flatten(column).unique().to_pylist()}


def _digest(answers: pa.Table) -> str:
    """Of all answers, independent of their order in files."""
    sink = pa.BufferOutputStream()
    pacsv.write_csv(answers.select(["prediction_id", "prediction", "benchmark_version"]).sort_by("prediction_id"), sink)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _scores(run: Run, model: str, answers: pa.Table, tainted: pa.Array, versions: Sequence[int], ray_rows: int) -> pa.Table:
    """The model's slice of gold.scores."""

    def read(version: int) -> pa.Table:
        return with_metrics(run.read_arrow(_BENCHMARK, columns=list(ROW), version=version))

    tables: list[pa.Table] = []
    if model in BASELINES:
        for version in versions:
            benchmark = planned_rows(read(version=version), None, None)
            given = baseline_answers(benchmark, model)
            asked = answered(benchmark.filter(pc.is_in(benchmark["row_id"], value_set=given["row_id"].combine_chunks())), given, tainted)
            facts = {"run_set": f"{model}@{version}", "engine": "baseline", "settings": "{}", "benchmark_version": version}
            tables += _set_rows(run, {**facts, "model": model}, asked, ray_rows)
    for own in parts(answers, "run_set") if answers.num_rows else ():
        first: dict[str, Any] = own.slice(0, 1).to_pylist()[0]
        benchmark, _ = asked_rows(read(version=first["benchmark_version"]), json.loads(first["settings"]))
        facts = {name: first[name] for name in ("model", "run_set", "engine", "settings", "benchmark_version")}
        tables += _set_rows(run, facts, answered(benchmark, own, tainted), ray_rows)
    schema = run.lake.spec(_SCORES).arrow_schema()
    return pa.concat_tables(tables) if tables else schema.empty_table()


def _set_rows(run: Run, facts: Mapping[str, Any], asked: pa.Table, ray_rows: int) -> list[pa.Table]:
    versions = {
        "predictions_version": run.inputs[_PREDICTIONS],
        "contamination_version": run.inputs.get(LEAKS),
        "code_version": code_version(),
    }
    return set_rows(asked, {**facts, **versions}, run.lake.spec(_SCORES).arrow_schema(), ray_rows)
