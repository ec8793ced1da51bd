"""Scores of a predictions file without a lake: the authors' CSV (task_id, input, GT, output), or logs of lm-eval or inspect_ai."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from medslake.bench.catalogue import Scoring, scoring_of
from medslake.errors import DataCheckFailed, UsageError
from medslake.lake.schema.ddl import spec
from medslake.metrics import Pair
from medslake.score.file_rows import FileRow, asked_table
from medslake.score.logs import log_rows
from medslake.score.parallel import VARIANTS
from medslake.score.sets import set_rows

__all__ = ["as_mapping", "counted", "read_pairs", "score_file", "score_predictions"]

COLUMNS = ("task_id", "input", "GT", "output")
Values = dict[str, dict[str, dict[str, Any]]]
#: What gold.scores says of a set in a lake, and a file cannot.
_NO_LAKE = {
    "model": "",
    "run_set": "",
    "engine": "",
    "settings": "{}",
    "benchmark_version": 0,
    "predictions_version": 0,
    "code_version": "",
}


def score_predictions(path: str | Path, variant: str = "both") -> Values:
    """`as_mapping` of the scores of a file."""
    return as_mapping(score_file(path, variant))


def score_file(path: str | Path, variant: str = "both") -> list[dict[str, Any]]:
    """Rows of gold.scores of levels task and group, unrounded, without intervals: tasks in the file's order, pooled columns, groups.

    path: a CSV file, a log of lm-eval (`samples_*.jsonl`) or inspect_ai (`*.eval`, `*.json`), or a folder with the logs of one run. Cells
    are read as written; what an empty one means is for the metric to say. The whole path is one file to the paper variant, which gives no
    figure where the released scorer gives none. variant: paper, strict or both.
    Raises UsageError for another variant, a file of another form or logs of several runs, UnknownName for a task without a metric,
    DataCheckFailed for a file without rows.
    """
    if variant not in (*VARIANTS, "both"):
        raise UsageError(f"Variant {variant!r} is not known; use paper, strict or both.")
    rows = list(_rows(Path(path)))
    if not rows:
        raise DataCheckFailed(f"{path} has no row to score.", hint=f"Wanted: a header {','.join(COLUMNS)} and a row for each answer.")
    schema = spec("gold.scores").arrow_schema()
    tables = set_rows(asked_table(rows), _NO_LAKE, schema, ray_rows=len(rows) * 100, resamples=0)
    wanted = VARIANTS if variant == "both" else (variant,)
    order = {task: at for at, task in enumerate(dict.fromkeys(row.task_id for row in rows))}
    # A task of another program may be of no group of ours, and so of no mean.
    found = [r for table in tables for r in table.to_pylist() if r["level"] != "row" and r["variant"] in wanted and _name(r)]
    return sorted(found, key=lambda row: (order.get(row["task_id"], len(order)), "/" not in row["task_group"]))


def _name(row: Mapping[str, Any]) -> str:
    return str(row["task_id"] or row["task_group"])


def as_mapping(scores: list[dict[str, Any]]) -> Values:
    """`{task, pooled column or group: {metric: {variant: percentage}}}`; None where there is no figure, with `reasons: {variant: why}`."""
    values: Values = {}
    for row in scores:
        of_metric = values.setdefault(_name(row), {}).setdefault(row["metric"], {})
        of_metric[row["variant"]] = row["value"]
        if row["value"] is None:
            of_metric.setdefault("reasons", {})[row["variant"]] = row["reason"]
    return values


def counted(scores: list[dict[str, Any]]) -> dict[str, dict[str, dict[str, int]]]:
    """`{task: {variant: {n, n_missing, n_invalid}}}`: rows, those without an answer, and answers from which nothing could be read."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for row in scores:
        if row["level"] == "task":
            counts.setdefault(row["task_id"], {})[row["variant"]] = {name: row[name] for name in ("n", "n_missing", "n_invalid")}
    return counts


def read_pairs(path: Path) -> dict[str, tuple[Scoring, list[Pair]]]:
    """How each task is scored, and its pairs in the order of the file."""
    tasks: dict[str, tuple[Scoring, list[Pair]]] = {}
    for row in _rows(path):
        tasks.setdefault(row.task_id, (row.scoring, []))[1].append(row.pair)
    return tasks


def _rows(path: Path) -> Iterator[FileRow]:
    logged = log_rows(path)
    return _csv_rows(path) if logged is None else logged


def _csv_rows(path: Path) -> Iterator[FileRow]:
    frame = _read(path)
    known: dict[str, Scoring] = {}
    for task_id, text, gold, output in zip(*(frame[name].tolist() for name in COLUMNS), strict=True):
        if task_id not in known:
            known[task_id] = scoring_of(task_id)
        yield FileRow(task_id, known[task_id], Pair(output, gold, known[task_id].language, known[task_id].labels, input=text))


def _read(path: Path) -> Any:
    import pandas as pd

    if not path.is_file():
        hint = "A folder is searched for samples_*.jsonl of lm-eval and *.eval of inspect_ai." if path.is_dir() else None
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
