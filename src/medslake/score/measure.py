"""One task (or several pooled as one) in one variant: values, intervals, the clean subset, and its rows of gold.scores."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medslake.lake.access import highest
from medslake.metrics import Metric, Scored
from medslake.score.answers import column, distinct, pairs_of
from medslake.score.bootstrap import additive, interval, replicates

__all__ = ["Measured", "measure", "pair_rows", "row_of", "value_rows"]

_NO_ANSWERS = "medslake-1"
_IDENTITY = ("level", "model", "run_set", "prompt", "task_group", "task_id", "metric", "variant", "prediction_id")


@dataclass(frozen=True)
class Values:
    """metric -> percentage, and metric -> value in each resample, of n rows."""

    n: int
    of: Mapping[str, float]
    drawn: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Measured:
    """column: the task, or the printed column under which several are pooled. clean: of the rows without a known training copy."""

    column: str
    variant: str
    all: Values
    clean: Values
    n_missing: int
    n_invalid: int
    signature: str
    access: str


def measure(column: str, variant: str, metric: Metric, rows: pa.Table) -> tuple[Measured, Scored]:
    """Score the pairs of a table as `asked.answered` gives them."""
    pairs = pairs_of(rows)
    scored = metric.paper(pairs) if variant == "paper" else metric.strict(pairs)
    stats, aggregate = additive(scored)
    every = Values(scored.n, scored.values, replicates(stats, aggregate))
    kept = rows["clean"].to_numpy(zero_copy_only=False).astype(bool)
    clean = every
    if not kept.all():
        own = stats[kept]
        values = {name: float(value) for name, value in aggregate(own.sum(axis=0)).items()} if len(own) else {}
        clean = Values(len(own), values, replicates(own, aggregate))
    access = highest(*distinct(rows, "access"))
    return Measured(column, variant, every, clean, scored.n_missing, scored.n_invalid, scored.signature or _NO_ANSWERS, access), scored


def _percent(value: float) -> float:
    """Sums of floating-point numbers may miss the ends of the scale by the last digit."""
    return float(np.clip(value, 0, 100))


def _ends(drawn: np.ndarray | None) -> tuple[float | None, float | None]:
    if drawn is None:
        return None, None
    low, high = interval(drawn)
    return _percent(low), _percent(high)


def row_of(base: Mapping[str, Any], every: Values, clean: Values, metric: str, **fields: Any) -> dict[str, Any]:
    """One row of gold.scores for a task or a group; the clean columns are null where no row is clean."""
    low, high = _ends(every.drawn.get(metric))
    clean_low, clean_high = _ends(clean.drawn.get(metric))
    row = {
        "task_id": None,
        "prediction_id": None,
        **base,
        "metric": metric,
        "value": _percent(every.of[metric]),
        "ci_low": low,
        "ci_high": high,
        "n": every.n,
        "clean_value": _percent(clean.of[metric]) if metric in clean.of else None,
        "clean_ci_low": clean_low,
        "clean_ci_high": clean_high,
        "n_clean": clean.n,
        **fields,
    }
    return {**row, "score_id": _identity(row)}


def _identity(row: Mapping[str, Any]) -> str:
    return hashlib.md5("\n".join(str(row[k]) for k in _IDENTITY).encode(), usedforsecurity=False).hexdigest()


def value_rows(base: Mapping[str, Any], measured: Measured, *, level: str) -> list[dict[str, Any]]:
    """A row for each metric. level: task, or group for pooled tasks, whose column then stands in base's task_group."""
    counts = {"n_missing": measured.n_missing, "n_invalid": measured.n_invalid, "signature": measured.signature, "access": measured.access}
    task = measured.column if level == "task" else None
    return [row_of({**base, "level": level, "task_id": task}, measured.all, measured.clean, metric, **counts) for metric in measured.all.of]


def pair_rows(base: Mapping[str, Any], measured: Measured, scored: Scored, rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Scores of the pairs that have a stored prediction (failed ones too) and that the variant does not leave out."""
    tables = []
    predictions = column(rows, "prediction_id")
    for metric, scores in scored.rows.items():
        kept = [k for k, value in enumerate(scores) if value is not None and predictions[k] is not None]
        if not kept:
            continue
        own = rows.take(pa.array(kept))
        n = len(kept)
        values = pa.array([_percent(100 * float(scores[k] or 0.0)) for k in kept])
        fixed = {
            **base,
            "level": "row",
            "task_id": measured.column,
            "metric": metric,
            "n": 1,
            "n_invalid": 0,
            "signature": measured.signature,
        }
        ids = [_identity({**fixed, "prediction_id": predictions[k]}) for k in kept]
        columns: dict[str, Any] = {
            "score_id": pa.array(ids),
            "value": values,
            "clean_value": pc.if_else(own["clean"], values, pa.scalar(None, pa.float64())),
            "n_clean": own["clean"].cast(pa.int64()),
            "n_missing": own["prediction"].is_null().cast(pa.int64()),
            "prediction_id": own["prediction_id"],
            "access": own["access"],
        }
        arrays = [columns.get(f.name, pa.repeat(pa.scalar(fixed.get(f.name), f.type), n)) for f in schema]
        tables.append(pa.Table.from_arrays([array.cast(f.type) for array, f in zip(arrays, schema, strict=True)], schema=schema))
    return pa.concat_tables(tables) if tables else schema.empty_table()
