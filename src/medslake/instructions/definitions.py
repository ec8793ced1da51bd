"""Definitions: rows of gold.definitions from tasks, and the draw of one per instance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import xxhash

from medslake.tasks.base import Task

__all__ = ["SEED", "definition_id", "definition_rows", "draw", "labels_kept", "sql_definition"]

#: Seed of the draw behind `gold.instructions.definition_id` (the first epoch).
SEED = 2025
#: Spark's xxhash64 starts from it.
_SPARK_SEED = 42
WRITER = "medslake authors"


def definition_id(task_id: str, text: str) -> str:
    """Task id and the first 16 hex digits of the text's SHA-256: stable as long as the wording is."""
    return f"{task_id}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def labels_kept(task: Task, text: str) -> bool:
    """Whether a wording still names every closed label of its task (case-insensitive); true where outputs are open."""
    return all(label.lower() in text.lower() for label in task.labels or ())


def definition_rows(tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """Rows of gold.definitions in order of task and number."""
    return [
        {
            "definition_id": definition_id(task.id, definition.text),
            "task_id": task.id,
            "text": definition.text,
            "language": task.definition_language,
            "kind": "written",
            "style": definition.style,
            "parent": None,
            "writer": WRITER,
            "labels_kept": labels_kept(task, definition.text),
            "number": number,
        }
        for task in tasks
        for number, definition in enumerate(task.definitions, start=1)
    ]


def draw(instance_id: str, count: int, seed: int = SEED) -> int:
    """0-based index of an instance's definition in the first epoch: signed XXH64 of `<instance>:<seed>`, modulo `count`."""
    digest = xxhash.xxh64_intdigest(f"{instance_id}:{seed}".encode(), _SPARK_SEED)
    return (digest - (1 << 64) if digest >= 1 << 63 else digest) % count


def sql_definition(task: Task, instance_id: str, seed: int = SEED) -> str:
    """`draw` as Spark SQL: the definition id of an instance whose id is given as an SQL expression."""
    ids = ", ".join(f"'{definition_id(task.id, definition.text)}'" for definition in task.definitions)
    return f"element_at(array({ids}), cast(pmod(xxhash64(concat({instance_id}, ':{seed}')), {len(task.definitions)}) + 1 as int))"
