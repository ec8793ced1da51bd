"""A small lake with four answers to one task, scored, written without Spark."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from made_benchmark import benchmark_row, lake_with
from made_tasks import write_tasks
from medslake.lake import Lake
from medslake.lake.storage.tables import CommitInfo
from medslake.score.run import score

ANSWERS = {1: "The right answer is A: <b>x</b>", 2: "B", 3: "secret answer", 4: None}


def answer(row: dict[str, Any], text: str | None) -> dict[str, Any]:
    return {
        "prediction_id": hashlib.md5(row["row_id"].encode()).hexdigest(),
        "row_id": row["row_id"],
        "instance_id": row["instance_id"],
        "task_id": row["task_id"],
        "model": "made-model",
        "model_hash": "0" * 64,
        "engine": "transformers",
        "settings": "{}",
        "run_set": "set1",
        "shard": 0,
        "prediction": text,
        "error": None if text else "the prompt is longer than the model's context",
        "finish_reason": "stop" if text else "error",
        "prompt_tokens": 5,
        "new_tokens": 2,
        "benchmark_version": 0,
        "access": row["access"],
    }


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    rows = [
        benchmark_row("task57", n, f"question {n}", "The right answer is A: x", access="credentialed" if n == 3 else "public")
        for n in ANSWERS
    ]
    lake = lake_with(tmp_path, rows)
    write_tasks(lake)
    schema = lake.spec("gold.predictions").arrow_schema()
    answers = pa.Table.from_pylist([answer(r, t) for r, t in zip(rows, ANSWERS.values(), strict=True)], schema=schema)
    lake.arrow.append("gold.predictions", answers, CommitInfo("tests/gold.predictions"))
    score(lake)
    return lake
