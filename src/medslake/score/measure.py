"""One task (or several pooled as one) in one variant: values, intervals, the clean subset, and its rows of gold.scores."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medslake.lake.access import highest
from medslake.metrics import Aggregate, Metric, Scored
from medslake.score.answers import column, distinct, scored_pairs
from medslake.score.bootstrap import RESAMPLES, additive, interval, replicates, task_seed

__all__ = ["Measured", "measure", "pair_rows", "row_of", "value_rows"]

_NO_ANSWERS = "medslake-1"
_IDENTITY = ("level", "model", "run_set", "prompt", "task_group", "task_id", "metric", "variant", "prediction_id")


@dataclass(frozen=True)
class Values:
    """metric -> percentage, None where there is no figure, and of the others metric -> value in each resample, of n rows."""

    n: int
    of: Mapping[str, float | None]
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
    reason: str = ""
    synthetic: bool = False


def measure(
    column: str,
    variant: str,
    metric: Metric,
    rows: pa.Table,
    numeric: frozenset[str] = frozenset(),
    resamples: int = RESAMPLES,
) -> tuple[Measured, Scored]:
    """Score the pairs of a table as `answers.answered` gives them. numeric: see `answers.numeric_columns`. resamples: 0 = no intervals."""
    scored = scored_pairs(metric, variant, rows, numeric)
    stats, aggregate = additive(scored)
    seed = task_seed(column)
    given = [name for name, value in scored.values.items() if value is not None]
    every = Values(scored.n, scored.values, _drawn(stats, aggregate, given, seed, resamples))
    kept = rows["clean"].to_numpy(zero_copy_only=False).astype(bool)
    clean = every
    if not kept.all():
        own = stats[kept]
        having = [name for name in given if _counted(scored, kept, name)]
        sums = aggregate(own.sum(axis=0)) if having else {}
        clean = Values(len(own), {name: float(sums[name]) for name in having}, _drawn(own, aggregate, having, seed, resamples))
    access = highest(*(distinct(rows, "access") or ["public"]))
    counts = (scored.n_missing, scored.n_invalid)
    signature = scored.signature or _NO_ANSWERS
    return Measured(
        column, variant, every, clean, *counts, signature, access, scored.reason, bool(pc.any(rows["synthetic"]).as_py())
    ), scored


def _drawn(stats: np.ndarray, aggregate: Aggregate, names: Sequence[str], seed: int, resamples: int) -> dict[str, np.ndarray]:
    drawn = replicates(stats, aggregate, resamples=resamples, seed=seed) if names else {}
    return {name: drawn[name] for name in names}


def _counted(scored: Scored, kept: np.ndarray, name: str) -> bool:
    """Whether any of the rows kept is in the value: a variant may leave all of them out."""
    told = [scored.rows[name]] if name in scored.rows else list(scored.rows.values())
    return any(rows[k] is not None for rows in told for k in np.flatnonzero(kept).tolist())


def _given(value: float | None) -> float | None:
    return None if value is None else _percent(value)


def _percent(value: float) -> float:
    """Sums of floating-point numbers may miss the ends of the scale by the last digit."""
    return float(np.clip(value, 0, 100))


def _ends(drawn: np.ndarray | None) -> tuple[float | None, float | None]:
    if drawn is None or not len(drawn):
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
        "value": _given(every.of[metric]),
        "ci_low": low,
        "ci_high": high,
        "n": every.n,
        "clean_value": _given(clean.of.get(metric)),
        "clean_ci_low": clean_low,
        "clean_ci_high": clean_high,
        "n_clean": clean.n,
        **fields,
    }
    # The reason is that of the value; where there is one it is nobody's.
    row["reason"] = None if row["value"] is not None else row.get("reason") or "no column of the group has a figure"
    return {**row, "score_id": _identity(row)}


def _identity(row: Mapping[str, Any]) -> str:
    return hashlib.md5("\n".join(str(row[k]) for k in _IDENTITY).encode(), usedforsecurity=False).hexdigest()


def value_rows(base: Mapping[str, Any], measured: Measured, *, level: str) -> list[dict[str, Any]]:
    """A row for each metric. level: task, or group for pooled tasks, whose column then stands in base's task_group."""
    counts = {"n_missing": measured.n_missing, "n_invalid": measured.n_invalid, "signature": measured.signature, "access": measured.access}
    counts |= {"reason": measured.reason, "synthetic": measured.synthetic}
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
            "synthetic": own["synthetic"],
        }
        arrays = [columns.get(f.name, pa.repeat(pa.scalar(fixed.get(f.name), f.type), n)) for f in schema]
        tables.append(pa.Table.from_arrays([array.cast(f.type) for array, f in zip(arrays, schema, strict=True)], schema=schema))
    return pa.concat_tables(tables) if tables else schema.empty_table()
