"""One set of answers, from a lake or from a file: the scores of its tasks and rows, of its pooled columns and of its groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from medslake.bench.groups import GROUPS
from medslake.score.answers import metrics_of, numeric_columns, parts
from medslake.score.bootstrap import RESAMPLES
from medslake.score.means import group_rows
from medslake.score.measure import Measured
from medslake.score.parallel import RAY_ROWS, VARIANTS, Unit, work

__all__ = ["set_rows"]


def set_rows(
    asked: pa.Table, base: Mapping[str, Any], schema: pa.Schema, ray_rows: int = RAY_ROWS, resamples: int = RESAMPLES
) -> list[pa.Table]:
    """Rows of gold.scores (whose schema it is) of one complete set, as `answers.answered` gives it.

    base: columns that all rows share. ray_rows: from this many pairs on Ray workers do it. resamples: of the intervals, 0 = none.
    """
    tables: list[pa.Table] = []
    groups: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    for done in work(list(_units(asked, base, resamples)), schema, ray_rows):
        tables.append(done.rows)
        groups[done.unit].extend(done.measured)
    for (prompt, group), measured in sorted(groups.items()):
        for variant in VARIANTS:
            rows = list(group_rows({**base, "prompt": prompt}, group, variant, measured))
            tables.append(pa.Table.from_pylist(rows, schema=schema))
    return tables


def _units(asked: pa.Table, base: Mapping[str, Any], resamples: int) -> Iterator[Unit]:
    """One for each prompt and task, and one for each printed column that pools several tasks."""
    for whole in parts(asked, "prompt") if asked.num_rows else ():
        shared = {**base, "prompt": whole["prompt"][0].as_py()}
        numeric = numeric_columns(whole)
        for rows in parts(whole, "task_id"):
            task, group = (rows[name][0].as_py() for name in ("task_id", "task_group"))
            yield Unit(task, group, shared, rows, metrics_of(rows), numeric=numeric, resamples=resamples)
        for key, group in GROUPS.items():
            for column, members in group.pooled.items():
                mine = whole.filter(pc.is_in(whole["task_id"], value_set=pa.array(members)))
                if mine.num_rows:
                    yield Unit(column, key, shared, mine, metrics_of(mine), pooled=True, numeric=numeric, resamples=resamples)
