"""ops.leak_checks: what the gate looked at, so that a task that it did not see is noticed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from medslake.lake.runs import Run

__all__ = ["TABLE", "Compared", "record_check"]

TABLE = "ops.leak_checks"
#: (task, side) -> rows.
Compared = Mapping[tuple[str, str], int]


def record_check(run: Run, gate: str, compared: Compared, asked: Iterable[str] = (), fingerprint: str | None = None) -> None:
    """Write what was compared. asked: tasks that have a part in the benchmark, on record even where no row of them was found."""
    found = {**{(task, "bench"): 0 for task in asked}, **compared}
    rows = [{"gate": gate, "task_id": task, "side": side, "rows": count} for (task, side), count in sorted(found.items())]
    table = pa.Table.from_pylist(rows, schema=run.lake.spec(TABLE).arrow_schema())
    run.write(TABLE, table, slice={"gate": gate}, fingerprint=fingerprint or run.fingerprint(rows))
