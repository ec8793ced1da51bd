"""Rows of gold.benchmark written by hand, committed without Spark."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pyarrow as pa

from medslake.bench.catalogue import Scoring, scoring_of
from medslake.errors import UnknownName
from medslake.lake import Lake, open_lake
from medslake.lake.storage.tables import CommitInfo

ORIGIN = {"table": "bronze.made", "version": 0, "file": "made.json", "sha256": "0" * 64, "row": 1}


def benchmark_row(task_id: str, number: int, question: str, reference: str, **fields: Any) -> dict[str, Any]:
    """One row, scored as its task says, or as free text where there is no such task; `fields` replace columns."""
    scoring = _scoring(task_id)
    row_id = hashlib.md5(f"{task_id}/{number}/{fields.get('input_variant', '')}/{fields.get('prompt', '')}".encode()).hexdigest()
    return {
        "row_id": row_id,
        "instance_id": f"instance-{task_id}-{number}",
        "task_id": task_id,
        "dataset": "Made",
        "task_group": "mcqa",
        "prompt": "paper",
        "input_variant": "paper",
        "definition_id": f"{task_id}-d1",
        "shots": [],
        "shots_cut": 0,
        "prompt_tokens": 8,
        "token_budget": 2048,
        "messages": [{"role": "system", "content": "Answer."}, {"role": "user", "content": f"Input:\n{question}\nOutput:\n"}],
        "input": question,
        "reference": reference,
        "alternatives": None,
        "choices": None,
        "labels": list(scoring.labels),
        "metrics": list(scoring.metrics),
        "language": "en",
        "max_new_tokens": 8,
        "seed": 2025,
        "split": "test",
        "access": "public",
        "source": "made",
        "subject_id": None,
        "record_ids": [f"r{number}"],
        "origin": ORIGIN,
        "joined": None,
        **fields,
    }


def _scoring(task_id: str) -> Scoring:
    try:
        return scoring_of(task_id)
    except UnknownName:
        return Scoring(("text_similarity",))


def lake_with(folder: Path, rows: list[dict[str, Any]]) -> Lake:
    """A lake that holds nothing but these benchmark rows."""
    lake = open_lake(str(folder / "lake"))
    write_benchmark(lake, rows)
    return lake


def write_benchmark(lake: Lake, rows: list[dict[str, Any]]) -> None:
    schema = lake.spec("gold.benchmark").arrow_schema()
    known = [{k: v for k, v in row.items() if k in schema.names} for row in rows]
    lake.arrow.replace("gold.benchmark", pa.Table.from_pylist(known, schema=schema), CommitInfo("tests/gold.benchmark"))
