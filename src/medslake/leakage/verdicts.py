"""Verdicts on their way into ops.contamination, one slice for each action, and the refusal that names the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

import pyarrow as pa

from medslake.errors import DataCheckFailed
from medslake.lake.storage.arrow import padded
from medslake.leakage.compare import Leak, order

if TYPE_CHECKING:
    from medslake.lake import Store
    from medslake.lake.runs import Run

__all__ = ["TABLE", "leaks_of", "recorded", "refuse", "verdict_rows", "write_verdicts"]

TABLE = "ops.contamination"


def verdict_rows(lake: Store, found: Sequence[Leak], *, version: int | None = None) -> pa.Table:
    """Leaks as rows of ops.contamination. version: of gold.instructions that was checked; default the newest, -1 where there is none."""
    if version is None:
        version = lake.version("gold.instructions") if lake.exists("gold.instructions") else -1
    rows = [asdict(leak) | {"instructions_version": version} for leak in found]
    return pa.Table.from_pylist(rows, schema=lake.spec(TABLE).arrow_schema())


def leaks_of(table: pa.Table) -> list[Leak]:
    """Rows of ops.contamination as leaks, in order."""
    return sorted((Leak(**row) for row in table.select([f.name for f in fields(Leak)]).to_pylist()), key=order)


def recorded(lake: Store, action: str) -> pa.Table:
    """The verdicts of one action as they stand; what a column says that the lake's table is too old to have is null."""
    if not lake.exists(TABLE):
        return verdict_rows(lake, [])
    return padded(lake.spec(TABLE), lake.arrow.read(TABLE, where={"action": action}))


def write_verdicts(run: Run, action: str, found: Sequence[Leak], kept: pa.Table | None = None, *, any_prompt: bool = False) -> None:
    """Replace the slice of an action by those of `found` that bear it and by `kept`; nothing is written where the same verdicts stand.

    any_prompt: verdicts that differ in the prompt alone are the same.
    """
    rows = verdict_rows(run.lake, [leak for leak in found if leak.action == action])
    if kept is not None:
        rows = pa.concat_tables([rows, kept])
    ignored = {"instructions_version", *(["prompt"] if any_prompt else [])}
    wanted, there = (
        {tuple(v for k, v in row.items() if k not in ignored) for row in table.select(rows.schema.names).to_pylist()}
        for table in (rows, recorded(run.lake, action))
    )
    if wanted != there:
        run.write(TABLE, rows, slice={"action": action})


def refuse(found: Sequence[Leak], what: str, action: str = "refused", hint: str = "") -> None:
    """Raise DataCheckFailed when there are leaks; `what` starts the sentence, `action` is that of the recorded verdicts."""
    if not found:
        return
    rows = len({leak.bench_instance_id for leak in found})
    # Several tests may find the same two rows; the first of them in order says it.
    pairs = list({(leak.side, leak.train_instance_id, leak.bench_instance_id): leak for leak in reversed(found)}.values())[::-1]
    first = "; ".join(str(leak) for leak in pairs[:3])
    raise DataCheckFailed(
        f"{what}: {rows} benchmark {'row is' if rows == 1 else 'rows are'} given away "
        f"({len(pairs)} {'pair' if len(pairs) == 1 else 'pairs'}): {first}{'; ...' if len(pairs) > 3 else ''}.",
        hint=f"{hint}Run: medslake sql \"select * from ops.contamination where action = '{action}'\"",
    )
