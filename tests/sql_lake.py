"""A small lake for questions in SQL, its rows invented, committed without Spark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from medslake.lake import Lake, open_lake
from medslake.lake.storage.tables import CommitInfo

#: Rows of gold.instructions by version: 0, then 1.
INSTRUCTIONS = (3, 5000)
SECRET = "Fr. Quitte"
_EMPTY: dict[str, Any] = {"string": "-", "bool": True, "double": 0.0, "int64": 0, "int32": 0}


def made(folder: Path) -> Lake:
    """Two versions of gold.instructions (public), gold.scores, gold.benchmark with a row of class dua, ops.sources."""
    lake = open_lake(str(folder))
    for count in INSTRUCTIONS:
        _commit(lake, "gold.instructions", [_instruction(i, count) for i in range(count)])
    _commit(lake, "gold.scores", [_score(i) for i in range(3)])
    _commit(lake, "gold.benchmark", [_question(i) for i in range(4)])
    _commit(lake, "ops.sources", [_source("tales", "public"), _source("wards", "dua")])
    return lake


def _commit(lake: Lake, name: str, rows: list[dict[str, Any]]) -> None:
    schema = lake.spec(name).arrow_schema()
    full = [{column.name: row.get(column.name, _default(lake, name, column.name, column.type)) for column in schema} for row in rows]
    lake.arrow.replace(name, pa.Table.from_pylist(full, schema=schema), CommitInfo(f"tests/{name}"))


def _default(lake: Lake, name: str, column: str, kind: pa.DataType) -> Any:
    if lake.spec(name).column(column).nullable:
        return None
    if pa.types.is_list(kind):
        return []
    if pa.types.is_struct(kind):
        return {"table": "bronze.tales__texts", "version": 0, "file": "tales.jsonl", "sha256": "ab" * 32, "row": 1}
    return _EMPTY[str(kind)]


def _instruction(i: int, of: int) -> dict[str, Any]:
    return {
        "instance_id": f"i{i:04}",
        "task_id": ("task1", "task2")[i % 2],
        "category": ("Summarization", "Fact verification")[i % 2],
        "split": "test" if i % 10 == 9 else "train",
        "access": "public",
        "source": "tales",
        "input": f"Tale {i} of {of}.\nWhat ails the hero?",
        "output": ("fever | chills", 'a "cold", or none')[i % 2],
        "alternatives": ["heat"] if i % 3 == 0 else None,
        "record_ids": [f"r{i}"],
    }


def _score(i: int) -> dict[str, Any]:
    return {
        "score_id": f"s{i}",
        "level": "task",
        "model": "tiny",
        "task_id": f"task{i + 1}",
        "task_group": "MCQA",
        "metric": "accuracy",
        "variant": "paper",
        "value": None if i == 2 else 12.5 * i,
        "reason": "nothing was asked" if i == 2 else None,
        "n": 128,
        "access": "public",
    }


def _question(i: int) -> dict[str, Any]:
    hidden = i == 3
    return {
        "row_id": f"q{i}",
        "task_id": "task9" if hidden else "task1",
        "prompt": "chat",
        "input": f"{SECRET} coughs." if hidden else f"Hero {i} coughs.",
        "reference": "cold",
        "access": "dua" if hidden else "public",
        "source": "wards" if hidden else "tales",
        "split": "test",
    }


def _source(name: str, access: str) -> dict[str, Any]:
    return {"source": name, "title": name.title(), "licence": "CC0", "access": access, "urls": [f"https://example.org/{name}"]}
