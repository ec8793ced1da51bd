"""The work of scoring: one unit for each prompt and task, done here or by Ray workers, always from Arrow tables to Arrow tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from medslake.metrics import Metric
from medslake.score.answers import of_variant
from medslake.score.bootstrap import RESAMPLES
from medslake.score.measure import Measured, measure, pair_rows, value_rows

__all__ = ["RAY_ROWS", "VARIANTS", "Done", "Unit", "work"]

VARIANTS = ("paper", "strict")
#: From this many pairs on, workers score the tasks side by side.
RAY_ROWS = 20_000


@dataclass(frozen=True)
class Unit:
    """Rows of one task (or of several, pooled under `column`) and one prompt.

    metrics: as resolved where the run is driven. base: columns of gold.scores that all its rows share. numeric: see
    `answers.numeric_columns`, of the whole set. resamples: of the intervals, 0 = none.
    """

    column: str
    group: str
    base: Mapping[str, Any]
    rows: pa.Table
    metrics: tuple[Metric, ...]
    pooled: bool = False
    numeric: frozenset[str] = frozenset()
    resamples: int = RESAMPLES


@dataclass(frozen=True)
class Done:
    """A unit's rows of gold.scores, and what the group's mean is made of."""

    unit: tuple[str, str]
    rows: pa.Table
    measured: Sequence[Measured] = field(default_factory=tuple)


def work(units: Sequence[Unit], schema: pa.Schema, ray_rows: int = RAY_ROWS) -> Iterator[Done]:
    """Outcomes in the units' order; the same digits whoever does the work. schema: of gold.scores."""
    if sum(unit.rows.num_rows for unit in units) < ray_rows:
        yield from (_score(unit, schema) for unit in units)
        return
    import ray

    from medslake.cluster import ray_connected

    with ray_connected(1):
        # Each task holds one CPU, so Ray runs as many as the cluster has; its object store carries the tables.
        remote = ray.remote(num_cpus=1)(_score)
        for pending in [remote.remote(unit, schema) for unit in units]:
            yield ray.get(pending)


def _score(unit: Unit, schema: pa.Schema) -> Done:
    """paper scores the rows with the published input; strict those with the input that gives no label away, where a task has it."""
    tables: list[pa.Table] = []
    parts: list[Measured] = []
    level = "group" if unit.pooled else "task"
    for variant in VARIANTS:
        rows = of_variant(unit.rows, variant)
        base = {**unit.base, "variant": variant, "task_group": f"{unit.group}/{unit.column}" if unit.pooled else unit.group}
        for metric in unit.metrics:
            measured, scored = measure(unit.column, variant, metric, rows, unit.numeric, unit.resamples)
            parts.append(measured)
            tables.append(pa.Table.from_pylist(value_rows(base, measured, level=level), schema=schema))
            if not unit.pooled:
                tables.append(pair_rows(base, measured, scored, rows, schema))
    return Done((unit.base["prompt"], unit.group), pa.concat_tables(tables), parts)
