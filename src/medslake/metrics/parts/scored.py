"""Row scores and additive statistics to `Scored`."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from medslake.metrics.base import Aggregate, Pair, Scored

if TYPE_CHECKING:
    import numpy as np

__all__ = ["f1_of", "mean_of_rows", "missing", "pooled", "precision_recall_f1"]


def missing(pairs: Sequence[Pair]) -> int:
    """Pairs without an answer."""
    return sum(pair.prediction is None for pair in pairs)


#: Why there is no mean, where nothing else is known of it.
_NO_ROW = "no row is left to be scored"


def mean_of_rows(
    pairs: Sequence[Pair],
    rows: Mapping[str, Sequence[float | None]],
    *,
    n_invalid: int = 0,
    signature: str = "",
    reason: str = "",
) -> Scored:
    """Every value is the mean of its rows x 100, None rows left out; no figure when no row is left, or where a reason is given.

    Rows are summed one after the other, so the last digit agrees with a loop's.
    """
    if reason:
        rows = {name: [None] * len(column) for name, column in rows.items()}
    values: dict[str, float | None] = {}
    n_scored = 0
    for name, column in rows.items():
        kept = [x for x in column if x is not None]
        n_scored = max(n_scored, len(kept))
        total = next(reversed([0.0, *itertools.accumulate(kept, operator.add)]))
        values[name] = 100 * total / len(kept) if kept else None
    return Scored(
        values=values,
        rows=rows,
        n=len(pairs),
        n_scored=n_scored,
        n_missing=missing(pairs),
        n_invalid=n_invalid,
        signature=signature,
        reason="" if n_scored else reason or _NO_ROW,
    )


def pooled(
    pairs: Sequence[Pair],
    rows: Mapping[str, Sequence[float | None]],
    stats: np.ndarray,
    aggregate: Aggregate,
    *,
    n_scored: int | None = None,
    n_invalid: int = 0,
    signature: str = "",
    reason: str = "",
) -> Scored:
    """Values of statistics summed over all pairs (shape (n, k)); no figure where no pair is scored. reason: why, where none is."""
    n_scored = len(pairs) if n_scored is None else n_scored
    values = {name: float(value) if n_scored else None for name, value in aggregate(stats.sum(axis=0)).items()}
    return Scored(
        values=values,
        rows=rows,
        n=len(pairs),
        n_scored=n_scored,
        n_missing=missing(pairs),
        n_invalid=n_invalid,
        stats=stats,
        aggregate=aggregate,
        signature=signature,
        reason="" if n_scored else reason or _NO_ROW,
    )


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, 0 where whole is 0."""
    import numpy as np

    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=np.asarray(whole) > 0)


def precision_recall_f1(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fractions of counts of any equal shape; zero division gives 0."""
    precision, recall = _ratio(tp, tp + fp), _ratio(tp, tp + fn)
    return precision, recall, _ratio(2 * (precision * recall), precision + recall)


def f1_of(tp: int, fp: int, fn: int) -> float:
    """F1 of one row; 1 when there was nothing to find and nothing was found."""
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 1.0
