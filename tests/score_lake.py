"""Answers written by hand, committed as gold.predictions without Spark."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from medslake.lake import Lake
from medslake.lake.storage.tables import CommitInfo


def predict(
    lake: Lake, rows: list[dict[str, Any]], model: str = "m", *, missing: int = 0, run_set: str = "s1", settings: str = "{}"
) -> None:
    """Commit the answers, the last `missing` rows left out."""
    table = [
        {
            "prediction_id": f"{model}-{run_set}-{row['row_id']}",
            **{k: row[k] for k in ("row_id", "instance_id", "task_id", "access")},
            "model": model,
            "model_hash": "h",
            "engine": "made",
            "settings": settings,
            "run_set": run_set,
            "shard": 0,
            "prediction": row["answer"],
            "error": None if row["answer"] is not None else "failed",
            "finish_reason": "stop" if row["answer"] is not None else "error",
            "prompt_tokens": 1,
            "new_tokens": 1,
            "benchmark_version": lake.version("gold.benchmark"),
        }
        for row in rows[: len(rows) - missing]
    ]
    schema = lake.spec("gold.predictions").arrow_schema()
    lake.arrow.append("gold.predictions", pa.Table.from_pylist(table, schema=schema), CommitInfo("tests/gold.predictions"))
