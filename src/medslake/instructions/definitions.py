"""The definition of an instance in the first epoch: a draw among the written ones of its task."""

from __future__ import annotations

import xxhash

from medslake.definitions.rows import definition_id
from medslake.tasks.base import Task

__all__ = ["SEED", "draw", "sql_definition"]

#: Seed of the draw behind `gold.instructions.definition_id` (the first epoch).
SEED = 2025
#: Spark's xxhash64 starts from it.
_SPARK_SEED = 42


def draw(instance_id: str, count: int, seed: int = SEED) -> int:
    """0-based index of an instance's definition in the first epoch: signed XXH64 of `<instance>:<seed>`, modulo `count`."""
    digest = xxhash.xxh64_intdigest(f"{instance_id}:{seed}".encode(), _SPARK_SEED)
    return (digest - (1 << 64) if digest >= 1 << 63 else digest) % count


def sql_definition(task: Task, instance_id: str, seed: int = SEED) -> str:
    """`draw` as Spark SQL: the definition id of an instance whose id is given as an SQL expression."""
    ids = ", ".join(f"'{definition_id(task.id, definition.text)}'" for definition in task.definitions)
    return f"element_at(array({ids}), cast(pmod(xxhash64(concat({instance_id}, ':{seed}')), {len(task.definitions)}) + 1 as int))"
