"""Bootstrap over rows: seeded, 1,000 resamples, percentiles. Every value is a function of sums, so no resample is ever held as rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from medslake.metrics import Aggregate, Scored

__all__ = ["LEVEL", "RESAMPLES", "additive", "interval", "replicates", "task_seed"]

RESAMPLES = 1000
SEED = 2025
LEVEL = 0.95


def additive(scored: Scored) -> tuple[np.ndarray, Aggregate]:
    """Statistics of each row, shape (n, k), and the function from their sums to percentages.

    A value that is a mean of rows has two: the row's number and whether the row counts.
    """
    if scored.stats is not None and scored.aggregate is not None:
        return scored.stats, scored.aggregate
    names = list(scored.rows)
    stats = np.zeros((scored.n, 2 * len(names)))
    for k, name in enumerate(names):
        column = np.array([np.nan if x is None else x for x in scored.rows[name]], dtype=float)
        kept = ~np.isnan(column)
        stats[:, 2 * k], stats[:, 2 * k + 1] = np.where(kept, column, 0.0), kept

    def aggregate(sums: np.ndarray) -> Mapping[str, np.ndarray]:
        return {name: 100 * sums[..., 2 * k] / np.maximum(sums[..., 2 * k + 1], 1) for k, name in enumerate(names)}

    return stats, aggregate


def replicates(stats: np.ndarray, aggregate: Aggregate, *, resamples: int = RESAMPLES, seed: int = SEED) -> Mapping[str, np.ndarray]:
    """Value of each metric in each resample of the rows, shape (resamples,); {} without rows.

    seed: `task_seed` of what the rows are of. The same rows of a task give the same draws, whatever the metric and the model, so that
    differences of two are paired; unrelated tasks draw apart, so that the interval of their mean is that of independent values.
    """
    n = len(stats)
    if n == 0:
        return {}
    random = np.random.default_rng(seed)
    sums = np.empty((resamples, stats.shape[1]))
    for k in range(resamples):
        # How often each row is drawn says all.
        drawn = np.bincount(random.integers(n, size=n), minlength=n)
        sums[k] = drawn @ stats
    return aggregate(sums)


def task_seed(task: str) -> int:
    """Seed of the draws of a task, or of a column that pools several."""
    digest = hashlib.md5(f"{SEED}\n{task}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "big")


def interval(values: np.ndarray) -> tuple[float, float]:
    """Lower and upper end of the percentile interval."""
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
