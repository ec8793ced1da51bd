"""Rows of real tables for the tests of runs, quality, lineage and trace; all made up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from medslake.lake.schema import ddl

Row = dict[str, Any]
SHA = "ab" * 32
CANARY = "Zwetschgenknoedel"  # a word that must not get into logs, events and pages


def origin(row: int, file: str = "made.jsonl", table: str = "bronze.made__rows") -> Row:
    return {"table": table, "version": 0, "file": file, "sha256": SHA, "row": row}


def document(number: int, **more: Any) -> Row:
    row = {
        "source": "made",
        "record_id": f"r{number}",
        "split": "train",
        "language": "en",
        "domain": "Exam",
        "access": "public",
        "title": f"title {number}",
        "sections": [{"name": "question", "text": f"{CANARY} {number}"}],
        "origin": origin(number),
    }
    return row | more


def documents(count: int) -> list[Row]:
    return [document(n) for n in range(1, count + 1)]


def table(name: str, rows: Sequence[Row]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=ddl.spec(name).arrow_schema())


def definition(number: int, **more: Any) -> Row:
    row = {
        "definition_id": f"task1:{number}",
        "task_id": "task1",
        "text": f"Tell what is asked for in form number {number}.",
        "language": "English",
        "kind": "written",
        "style": "plain",
        "labels_kept": True,
        "number": number,
    }
    return row | more
