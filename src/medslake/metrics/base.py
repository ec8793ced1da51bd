"""The noun Metric: pairs of prediction and reference to row scores and to one number per task."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Aggregate", "Metric", "MetricExample", "Pair", "Scored"]

#: Summed statistics, shape (..., k), to metric name -> percentage, shape (...).
Aggregate = Callable[["np.ndarray"], Mapping[str, "np.ndarray"]]
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Pair:
    """One scored row. prediction None = the model gave no answer (missing). labels: the task's closed label set, empty when open.

    language: ISO 639-1 code of the texts. alternatives: further right answers. input: what the model read, where known.
    options: the outputs among which the reference is, in the form of the reference, such as `The right answer is B: rest`; empty where
    unknown. names: the annotated entities of the row, () where it has none, None where unknown.
    """

    prediction: str | None
    reference: str
    language: str = "en"
    labels: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    input: str = ""
    options: tuple[str, ...] = ()
    names: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Scored:
    """Outcome for one task and one variant.

    values: metric name -> percentage (unrounded), None where no figure can be given, for which `reason` then says why. rows: metric name ->
    one number in [0, 1] per pair in order, None where the variant drops the row. n: pairs given; n_missing: predictions that are None;
    n_invalid: answers from which nothing could be read; n_scored: pairs in the mean.
    stats: array (n, k) of additive statistics per pair, such as tp, fp, fn. aggregate: sums of stats (over any resample of pairs) to
    values; both None when every value is the mean of its rows x 100.
    signature: library and version that define the number.
    """

    values: Mapping[str, float | None]
    rows: Mapping[str, Sequence[float | None]]
    n: int
    n_scored: int
    n_missing: int = 0
    n_invalid: int = 0
    stats: np.ndarray | None = None
    aggregate: Aggregate | None = None
    signature: str = ""
    reason: str = ""


@dataclass(frozen=True)
class MetricExample:
    """Hand-computed case: pairs and the values expected of each variant."""

    pairs: tuple[Pair, ...]
    paper: Mapping[str, float]
    strict: Mapping[str, float]


@dataclass(frozen=True)
class Metric:
    """A named scoring rule with its two variants; both are functions of a sequence of pairs of one task, in their order.

    about: one line for `medslake list metrics`. paper: equal to the scorer released with MedS-Bench wherever that one gives a number.
    strict: what the metric should be. A metric knows no task: labels, language and further right answers come with the pairs.
    """

    name: str
    about: str
    paper: Callable[[Sequence[Pair]], Scored]
    strict: Callable[[Sequence[Pair]], Scored]
    example: MetricExample

    def faults(self) -> Iterator[str]:
        """What is wrong with the declaration in itself, a sentence each; nothing is scored for it."""
        if not _NAME.fullmatch(self.name):
            yield f"The name {self.name!r} is not of lower-case letters, digits and underscores."
        if not self.about.strip() or "\n" in self.about:
            yield "`about` is not one line that says what is measured."
        if not self.example.pairs:
            yield "The example has no pairs."
        for variant, expected in (("paper", self.example.paper), ("strict", self.example.strict)):
            if not expected:
                yield f"The example expects no value of {variant}."
            for name, value in expected.items():
                if not 0 <= value <= 100:
                    yield f"The example expects {name} = {value} of {variant}; values are percentages from 0 to 100."
