"""What a metric promises, on its own example."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from medslake.metrics.base import Metric, Pair, Scored
from medslake.plugins import reason

if TYPE_CHECKING:
    from medslake.conformance.scratch import Scratch

__all__ = ["findings"]

Variant = Callable[[Sequence[Pair]], Scored]


def findings(metrics: Mapping[str, Metric], scratch: Scratch) -> dict[str, list[str]]:
    return {name: list(_findings(metric)) for name, metric in metrics.items()}


def _findings(metric: Metric) -> Iterator[str]:
    for variant, score in (("paper", metric.paper), ("strict", metric.strict)):
        try:
            for fault in _variant(metric, variant, score):
                yield f"{variant}: {fault}"
        except Exception as error:
            yield f"{variant} fails at the example: {reason(error)}"
            return
    yield from _missing(metric)


def _variant(metric: Metric, variant: str, score: Variant) -> Iterator[str]:
    pairs = metric.example.pairs
    scored = score(pairs)
    expected: Mapping[str, float] = getattr(metric.example, variant)
    if set(scored.values) != set(expected):
        yield f"it gives {', '.join(sorted(scored.values))}, the example expects {', '.join(sorted(expected))}."
    for name in set(scored.values) & set(expected):
        value = scored.values[name]
        if value is None or not math.isclose(value, expected[name], abs_tol=1e-9):
            yield f"{name} is {value} at the example, and {expected[name]} is expected."
    missing = sum(pair.prediction is None for pair in pairs)
    if (scored.n, scored.n_missing) != (len(pairs), missing) or scored.n_scored > scored.n:
        yield f"it counts {scored.n} pairs, {scored.n_missing} missing, {scored.n_scored} scored, of {len(pairs)} with {missing} missing."
    if not scored.signature:
        yield "it has no signature."
    for name, rows in scored.rows.items():
        if len(rows) != len(pairs) or any(x is not None and not 0 <= x <= 1 + 1e-9 for x in rows):
            yield f"rows of {name} are not one number from 0 to 1 for each pair."
    yield from _parts(scored)
    silent, blank = [tuple(replace(pair, prediction=text) for pair in pairs) for text in (None, "")]
    for what, given in (("no pairs", ()), ("no answers", silent), ("empty answers", blank)):
        told = score(given)
        numbers = [value for value in told.values.values() if value is not None]
        if not all(0 <= value <= 100 for value in numbers) or (not given and any(numbers)):
            yield f"of {what} it does not make numbers from 0 to 100."
        lacking = len(numbers) < len(told.values)
        if lacking and (not told.reason or (given and variant == "strict")):
            yield f"of {what} it gives no figure, and {'strict always does' if told.reason else 'no reason'}."


def _parts(scored: Scored) -> Iterator[str]:
    """Whether the rows, or their statistics, make the values."""
    import numpy as np

    if scored.stats is None or scored.aggregate is None:
        rows = {name: [x for x in found if x is not None] for name, found in scored.rows.items()}
        made: dict[str, float | None] = {name: 100 * sum(found) / len(found) if found else None for name, found in rows.items()}
    else:
        if scored.stats.shape[0] != scored.n:
            yield "its statistics are not one row for each pair."
        both = scored.aggregate(np.stack([scored.stats.sum(0), scored.stats.sum(0)]))
        made = {name: float(values[1]) for name, values in both.items()}
    if set(made) != set(scored.values) or any(not _close(made[k], v) for k, v in scored.values.items()):
        yield "its rows do not add up to its values."


def _close(a: float | None, b: float | None) -> bool:
    return a is b if a is None or b is None else math.isclose(a, b, abs_tol=1e-6)


def _missing(metric: Metric) -> Iterator[str]:
    """A strict variant drops no row, and an answer that is missing is wrong."""
    right = tuple(replace(pair, prediction=pair.reference) for pair in metric.example.pairs)
    whole = metric.strict(right)
    less = metric.strict((replace(right[0], prediction=None), *right[1:]))
    if any(None in rows for rows in less.rows.values()) or less.n_scored != less.n:
        yield "strict: it drops rows."
    if less.n_missing != 1 or not any((less.values[name] or 0) < (whole.values[name] or 0) for name in whole.values):
        yield "strict: a missing answer is not counted as a wrong one."
