"""The one number of a group of tasks: as the paper takes it, and corrected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from medslake.bench.groups import GROUPS
from medslake.lake.access import highest
from medslake.score.measure import Measured, Values, row_of

__all__ = ["group_rows"]


def group_rows(base: Mapping[str, Any], group: str, variant: str, columns: Sequence[Measured]) -> Iterator[dict[str, Any]]:
    """Unweighted mean over columns, with the interval of the mean, for each metric.

    paper: the columns that the printed average is taken over, which leaves out CT and MRI reports. strict: every printed column, tasks that
    are pooled there counting once. The signature names the columns.
    """
    counted = sorted((part for part in columns if part.variant == variant and _counts(group, variant, part.column)), key=_natural)
    for metric in sorted({metric for part in counted for metric in part.all.of}):
        asked = [part for part in counted if metric in part.all.of]
        having = [part for part in asked if part.all.of[metric] is not None] or asked
        yield row_of(
            {**base, "level": "group", "task_group": group, "variant": variant},
            _mean([part.all for part in having], metric),
            _mean([part.clean for part in having], metric),
            metric,
            n_missing=sum(part.n_missing for part in having),
            n_invalid=sum(part.n_invalid for part in having),
            signature=f"mean of {', '.join(part.column for part in having)}",
            access=highest(*(part.access for part in having)),
            synthetic=any(part.synthetic for part in having),
            reason="; ".join(f"{part.column}: {part.reason}" for part in having if part.reason),
        )


def _counts(group: str, variant: str, column: str) -> bool:
    known = GROUPS.get(group)
    if known is None:
        return True
    if variant == "paper":
        return column not in known.pooled and (not known.average or column in known.average)
    return all(column not in members for members in known.pooled.values())


def _mean(parts: Sequence[Values], metric: str) -> Values:
    """Of the columns that have a value; a column without a clean row has none, nor one of which no figure can be given."""
    given = [(part, value) for part in parts if (value := part.of.get(metric)) is not None]
    if not given:
        return Values(sum(part.n for part in parts if metric in part.of), {metric: None} if parts else {}, {})
    drawn = np.mean([part.drawn[metric] for part, _ in given], axis=0)
    return Values(sum(part.n for part, _ in given), {metric: sum(value for _, value in given) / len(given)}, {metric: drawn})


def _natural(part: Measured) -> tuple[int, str]:
    return len(part.column), part.column
