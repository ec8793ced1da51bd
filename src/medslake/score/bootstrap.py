"""Bootstrap intervals over rows: seeded, 1,000 resamples, percentiles."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from medslake.metrics.base import Aggregate, Scored

__all__ = ["LEVEL", "RESAMPLES", "interval", "replicates"]

RESAMPLES = 1000
SEED = 2025
LEVEL = 0.95


def _means(scored: Scored) -> tuple[np.ndarray, Aggregate]:
    """Statistics and aggregate of values that are means of rows: per metric the sum and the number of rows that count."""
    names = list(scored.rows)
    stats = np.zeros((scored.n, 2 * len(names)))
    for k, name in enumerate(names):
        column = np.array([np.nan if x is None else x for x in scored.rows[name]], dtype=float)
        kept = ~np.isnan(column)
        stats[:, 2 * k], stats[:, 2 * k + 1] = np.where(kept, column, 0.0), kept

    def aggregate(sums: np.ndarray) -> Mapping[str, np.ndarray]:
        return {name: 100 * sums[..., 2 * k] / np.maximum(sums[..., 2 * k + 1], 1) for k, name in enumerate(names)}

    return stats, aggregate


def replicates(scored: Scored, *, resamples: int = RESAMPLES, seed: int = SEED) -> Mapping[str, np.ndarray]:
    """Value of each metric in each resample of the rows, shape (resamples,). The same rows give the same draws, whatever the metric."""
    if scored.n == 0:
        return {}
    if scored.stats is not None and scored.aggregate is not None:
        stats, aggregate = scored.stats, scored.aggregate
    else:
        stats, aggregate = _means(scored)
    random = np.random.default_rng(seed)
    sums = np.empty((resamples, stats.shape[1]))
    for k in range(resamples):
        # Additive statistics: how often each row is drawn says all, and no resample is ever held as rows.
        drawn = np.bincount(random.integers(scored.n, size=scored.n), minlength=scored.n)
        sums[k] = drawn @ stats
    return aggregate(sums)


def interval(values: np.ndarray) -> tuple[float, float]:
    """Lower and upper end of the percentile interval, within 0 and 100."""
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(np.clip(low, 0, 100)), float(np.clip(high, 0, 100))
