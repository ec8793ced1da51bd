"""The noun Metric: pairs of prediction and reference to row scores and to one number per task."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Metric", "MetricExample", "Pair", "Scored"]


@dataclass(frozen=True)
class Pair:
    """One scored row. prediction None = the model gave no answer (missing). context: task id, labels, language and the row's options."""

    prediction: str | None
    reference: str
    task_id: str = ""
    language: str = "en"
    labels: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    input: str = ""


@dataclass(frozen=True)
class Scored:
    """Outcome for one task and one variant.

    values: metric name -> percentage (unrounded). rows: metric name -> one number per pair in order, None where the variant drops the row.
    n: pairs given; n_missing: predictions that are None; n_invalid: answers from which nothing could be read; n_scored: pairs in the mean.
    stats: per-pair sufficient statistics for pooled metrics (tp, fp, fn ...), None when values are plain means of rows.
    aggregate: stats rows -> values, used for bootstrap resamples; None = mean x 100.
    signature: library and version that define the number.
    """

    values: Mapping[str, float]
    rows: Mapping[str, Sequence[float | None]]
    n: int
    n_scored: int
    n_missing: int = 0
    n_invalid: int = 0
    stats: Any = None
    aggregate: Callable[[Any], Mapping[str, float]] | None = None
    signature: str = ""


@dataclass(frozen=True)
class MetricExample:
    """Hand-computed case: pairs and the values expected of each variant."""

    pairs: tuple[Pair, ...]
    paper: Mapping[str, float]
    strict: Mapping[str, float]


@dataclass(frozen=True)
class Metric:
    """A named scoring rule with its two variants; both are functions of a sequence of pairs of one task."""

    name: str
    paper: Callable[[Sequence[Pair]], Scored]
    strict: Callable[[Sequence[Pair]], Scored]
    example: MetricExample
    doc: str = ""
