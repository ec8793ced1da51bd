"""Scores of a predictions file without a lake: the authors' CSV (task_id, input, GT, output), or sample logs of lm-eval."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from medslake import registry
from medslake.bench.catalogue import Scoring, scoring_of
from medslake.errors import UsageError
from medslake.metrics import Metric, Pair
from medslake.score.lm_eval_samples import read_samples, sample_files
from medslake.score.parallel import VARIANTS

__all__ = ["read_pairs", "score_predictions"]

COLUMNS = ("task_id", "input", "GT", "output")


def score_predictions(path: str | Path, variant: str = "both") -> dict[str, dict[str, dict[str, float]]]:
    """`{task_id: {metric: {variant: percentage}}}`, unrounded, tasks in the file's order. variant: paper, strict or both.

    path: a CSV file, a `samples_*.jsonl` of lm-eval, or a folder of these. Cells are read as written; what an empty one means is for the
    metric to say. Raises UsageError for another variant or a file of another form, UnknownName for a task without a metric.
    """
    if variant not in (*VARIANTS, "both"):
        raise UsageError(f"Variant {variant!r} is not known; use paper, strict or both.")
    values: dict[str, dict[str, dict[str, float]]] = {}
    for task_id, (scoring, pairs) in read_pairs(Path(path)).items():
        of_task = values.setdefault(task_id, {})
        for name in VARIANTS if variant == "both" else (variant,):
            for metric in map(_metric, scoring.metrics):
                scored = metric.paper(pairs) if name == "paper" else metric.strict(pairs)
                for measure, value in scored.values.items():
                    of_task.setdefault(measure, {})[name] = value
    return values


def read_pairs(path: Path) -> dict[str, tuple[Scoring, list[Pair]]]:
    """How each task is scored, and its pairs in the order of the file."""
    logs = sample_files(path)
    rows = itertools.chain.from_iterable(map(read_samples, logs)) if logs else _csv_rows(path)
    tasks: dict[str, tuple[Scoring, list[Pair]]] = {}
    for task_id, scoring, pair in rows:
        tasks.setdefault(task_id, (scoring, []))[1].append(pair)
    return tasks


def _metric(name: str) -> Metric:
    metric: Metric = registry.get("metric", name)
    return metric


def _csv_rows(path: Path) -> Iterator[tuple[str, Scoring, Pair]]:
    frame = _read(path)
    known: dict[str, Scoring] = {}
    for task_id, text, gold, output in zip(*(frame[name].tolist() for name in COLUMNS), strict=True):
        if task_id not in known:
            known[task_id] = scoring_of(task_id)
        yield task_id, known[task_id], Pair(output, gold, known[task_id].language, known[task_id].labels, input=text)


def _read(path: Path) -> Any:
    import pandas as pd

    if not path.is_file():
        hint = "A folder is searched for samples_*.jsonl of lm-eval." if path.is_dir() else None
        raise UsageError(f"There is no predictions file {path}.", hint=hint)
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False)
    except (ValueError, pd.errors.ParserError) as error:
        reason = str(error).splitlines()[0]
        raise UsageError(f"{path} cannot be read as CSV in UTF-8: {reason}.", hint=f"Wanted: a header {','.join(COLUMNS)}.") from error
    lacking = [name for name in COLUMNS if name not in frame.columns]
    if lacking:
        raise UsageError(f"{path} has no column {', '.join(lacking)}.", hint=f"Wanted: a header {','.join(COLUMNS)}.")
    return frame
