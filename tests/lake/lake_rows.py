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


def instance(number, **more):
    row = {
        "instance_id": f"inst{number}", "task_id": "no_such_task", "category": "Text Summarization", "domain": "Exam",
        "definition_id": "d1", "access": "public", "source": "made", "record_ids": [f"r{number}"], "split": "test",
        "input_language": "English", "output_language": "English", "definition_language": "English",
        "input": f"{CANARY} in {number}", "output": f"out {number}", "renderer": 1,
        "origin": origin(number),
    }  # fmt: skip
    return row | more


def asked(number, **more):
    made = instance(number)
    row = {k: made[k] for k in ("instance_id", "task_id", "split", "access", "source", "record_ids", "origin")} | {
        "row_id": f"row{number}", "dataset": "Made", "task_group": "summarization", "prompt": "paper", "input_variant": "paper",
        "shots": [],
        "messages": [{"role": "user", "content": made["input"]}], "input": made["input"], "reference": made["output"],
        "labels": [], "metrics": ["rouge_l"],
        "language": "en", "max_new_tokens": 5, "seed": 1, "definition_id": "d1",
    }  # fmt: skip
    return row | more
