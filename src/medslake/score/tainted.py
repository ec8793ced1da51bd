"""Which rows of the benchmark the training side gives away, as far as the leak gate knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.dataset as ds

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["LEAKS", "tainted_instances"]

LEAKS = "ops.contamination"
#: Verdicts after which a benchmark row with a copy on the training side stays in the lake.
TAINTED = ("found", "tagged")


def tainted_instances(lake: Lake, run: Run | None = None) -> pa.Array:
    """Benchmark instances that have a known copy on the training side, as the leak gate recorded them."""
    if not lake.exists(LEAKS):
        return pa.array([], pa.string())
    where = ds.field("action").isin(list(TAINTED))
    read = lake.arrow.read if run is None else run.read_arrow
    return read(LEAKS, columns=["bench_instance_id"], where=where)["bench_instance_id"].combine_chunks().unique()
