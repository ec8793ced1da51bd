"""The life of a run in ops.runs: RUNNING before its first commit, COMPLETE or FAIL when it ends, DIED where its process is gone.

Whoever is the next to write closes the runs that died: those of this host whose process is gone, and those of other hosts that began more
than seven days ago. No Spark: these are commits of a few rows.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake.lake.lineage.ops_rows import as_table
from medslake.lake.storage.place import alive
from medslake.lake.storage.slices import files_of
from medslake.lake.storage.snapshot import newest, rows_of
from medslake.lake.storage.tables import CommitInfo
from medslake.lake.storage.transactions import noted, wrote

if TYPE_CHECKING:
    from medslake.lake.store import Store

__all__ = ["RUNNING", "STALE", "close_dead", "drop_lineage", "here", "what_stands"]

TABLE = "ops.runs"
RUNNING = "RUNNING"
#: A run on another host that began longer ago counts as dead; nothing can be asked of its process.
STALE = timedelta(days=7)


def here() -> tuple[str, str]:
    """Host, and process with the moment it began, so that a number that is given again is not taken for it."""
    return socket.gethostname(), f"{os.getpid()}{_began(os.getpid())}"


def close_dead(store: Store) -> None:
    """Close the runs that died, with what stands of them, and take away the lineage of versions that never came to be."""
    if not store.exists(TABLE):
        return
    now = datetime.now(UTC)
    dead = [row for row in store.arrow.find(TABLE, "state", [RUNNING]).to_pylist() if _is_dead(row, now)]
    if not dead:
        return
    ids = [row["run_id"] for row in dead]
    judged: dict[str, dict[str, set[str]]] = {id: {} for id in ids}
    if store.exists("ops.quality_results"):
        for one in store.arrow.find("ops.quality_results", "run_id", ids).to_pylist():
            judged[one["run_id"]].setdefault(one["table_name"], set()).add(one["slice"])
    rows = []
    for row in dead:
        left = {table: _left(store, row["run_id"], table, slices) for table, slices in sorted(judged[row["run_id"]].items())}
        stand = {table: outcome for table, outcome in left.items() if outcome}
        drop_lineage(store, row["run_id"], _never_committed(store, row["run_id"]))
        error = f"the process {row['process']} on {row['host']} ended before the run did; {what_stands(stand)}"
        rows.append(row | {"state": "DIED", "ended": now, "outputs": json.dumps(stand, sort_keys=True), "error": error})
    store.arrow.amend(TABLE, {"run_id": ids}, as_table(TABLE, rows), CommitInfo(TABLE))


def what_stands(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """The clause that says what a run that did not complete has committed; what it tells about itself (ops.*) does not count."""
    told = [f"{name} (version {t['version']})" for name, t in tables.items() if t["committed"] and not name.startswith("ops.")]
    return f"what stands: {', '.join(told)}" if told else "nothing was committed"


def drop_lineage(store: Store, run_id: str, versions: Iterable[tuple[str, int]]) -> None:
    """Take away the lineage of tables at versions that this run announced and did not commit."""
    for table, version in versions:
        where = {"output_table": table, "run_id": run_id, "output_version": version}
        store.arrow.amend("ops.lineage", where, as_table("ops.lineage", []), CommitInfo("ops.lineage"))


def _is_dead(row: Mapping[str, Any], now: datetime) -> bool:
    host, process = row["host"], row["process"]
    if host != socket.gethostname() or not process:
        return bool(now - row["started"] > STALE)
    number = int(process.split()[0])
    return not alive(number) or process != f"{number}{_began(number)}"


def _began(process: int) -> str:
    """Clock ticks after boot, where the system tells them (Linux)."""
    try:
        # The name of the program, in brackets, may hold blanks.
        return " " + Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _left(store: Store, run_id: str, table: str, slices: Iterable[str]) -> dict[str, Any] | None:
    """What a run committed to a table, of the slices that it checked."""
    snapshot = newest(store.place, table)
    mine = [slice for slice in slices if snapshot is not None and wrote(snapshot, f"{table}/{slice}", run_id)]
    if snapshot is None or not mine:
        return None
    rows = aside = 0
    for slice in mine:
        app = f"{table}/{slice}"
        rows += noted(snapshot, app, "rows") or rows_of(files_of(snapshot, slice))
        aside += noted(snapshot, app, "aside")
    return {"rows": rows, "quarantined": aside, "version": snapshot.version, "committed": True}


def _never_committed(store: Store, run_id: str) -> list[tuple[str, int]]:
    if not store.exists("ops.lineage"):
        return []
    told = store.arrow.find("ops.lineage", "run_id", [run_id]).select(["output_table", "output_version"])
    pairs = {(row["output_table"], row["output_version"]) for row in told.to_pylist()}
    return sorted((table, version) for table, version in pairs if not store.exists(table) or store.version(table) < version)
