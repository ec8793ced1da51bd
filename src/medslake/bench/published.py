"""gold.published_scores: every number of the paper's Tables 1 to 8 (Wu et al., npj Digital Medicine 2025, 8:58)."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["load_published", "published_rows", "published_scores"]

#: model, dataset, part, task_group, task_ids (separated by ;), metric, value, table_number, n. `Avg.` is a group's printed average.
_FILE = Path(__file__).with_name("published.csv")
_TABLE = "gold.published_scores"


def published_scores() -> list[dict[str, Any]]:
    """Rows of gold.published_scores in the file's order."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return [
            {**row, "task_ids": row["task_ids"].split(";"), "value": float(row["value"]), "n": int(row["n"]) if row["n"] else None}
            for row in csv.DictReader(file)
        ]


def published_rows() -> dict[str, int]:
    """Rows that the authors scored of each task, in the order of the tables; of a column that pools tasks each has the same number."""
    columns = [row for row in published_scores() if row["dataset"] != "Avg."]
    return {task: row["n"] // len(row["task_ids"]) for row in columns for task in row["task_ids"]}


def load_published(lake: Lake) -> dict[str, Any]:
    """Write gold.published_scores, which `build benchmark` and `score` do; a second call commits nothing. Returns the run's result."""
    with lake.run("published", params={}) as run:
        digest = hashlib.sha256(_FILE.read_bytes()).hexdigest()

        def rows() -> pa.Table:
            return pa.Table.from_pylist(published_scores(), schema=lake.spec(_TABLE).arrow_schema())

        run.write(_TABLE, rows, fingerprint=run.fingerprint(digest), inputs={_FILE.name: {_FILE.name: digest}})
    return run.result
