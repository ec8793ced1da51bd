"""Silver rows to instances, by Spark SQL expressions alone: no row ever enters Python.

Order of evaluation: rows of the task's source, `where`, `pairing` (adds `partner`), `items` (adds `item`), then `input_sql` and
`output_sql`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medslake.instructions.definitions import drawn_definition
from medslake.lake.access import sql_highest
from medslake.tasks.base import Pairing, Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["COLUMNS", "render"]

#: Columns of the result and of gold.instructions.
COLUMNS = (
    "instance_id",
    "task_id",
    "category",
    "domain",
    "input_language",
    "output_language",
    "definition_language",
    "input",
    "output",
    "alternatives",
    "choices",
    "renderer",
    "split",
    "access",
    "source",
    "subject_id",
    "record_ids",
    "origin",
    "joined",
    "definition_id",
)


def render(task: Task, silver: DataFrame, *, strict: bool = False) -> DataFrame:
    """Instances of `task` from the rows of its silver kind (rows of other sources are left out), with COLUMNS in this order.

    strict: use `strict_input_sql` for the input where the task has one; instance ids are the same in both variants, so they can be joined.
    instance_id is the md5 of task id, record ids, item position and renderer version: it depends on nothing else.
    """
    from pyspark.sql import functions as F

    rows = silver.where(F.col("source") == task.source).where(task.where)
    if task.pairing is not None:
        rows = _with_partner(rows, task.pairing)
    if task.items is not None:
        rows = rows.selectExpr("*", f"posexplode({task.items}) as (_item_position, item)")
    position = "_item_position" if task.items is not None else "0"
    used = "false" if task.pairing is None else f"coalesce({task.pairing.used}, false)"
    record_ids = "array(record_id)" if used == "false" else f"if({used}, array(record_id, partner.record_id), array(record_id))"
    input_sql = task.strict_input_sql if strict and task.strict_input_sql else task.input_sql
    # Joining an array of one costs as much as the digest itself.
    read = "record_id" if used == "false" else f"array_join({record_ids}, '\\n')"
    instance_id = F.expr(f"md5(concat('{task.id}\\n', {read}, '\\n', {position}, '\\n{task.version}'))")
    return rows.select(
        instance_id.alias("instance_id"),
        F.lit(task.id).alias("task_id"),
        F.lit(task.category).alias("category"),
        F.lit(task.domain).alias("domain"),
        F.lit(task.input_language).alias("input_language"),
        F.lit(task.output_language).alias("output_language"),
        F.lit(task.definition_language).alias("definition_language"),
        F.expr(input_sql).alias("input"),
        F.expr(task.output_sql).alias("output"),
        F.expr(f"cast({task.alternatives_sql or 'null'} as array<string>)").alias("alternatives"),
        F.expr(f"if(split = 'test', cast({task.choices_sql or 'null'} as array<string>), null)").alias("choices"),
        F.lit(task.version).alias("renderer"),
        F.col("split"),
        F.expr(_access(used)).alias("access"),
        F.col("source"),
        F.col("subject_id"),
        F.expr(record_ids).alias("record_ids"),
        F.col("origin"),
        F.expr(_joined(used)).alias("joined"),
        # In the same projection as the instance id: on top of it, every row would be copied once more.
        drawn_definition(task, instance_id).alias("definition_id"),
    )


def _with_partner(rows: DataFrame, pairing: Pairing) -> DataFrame:
    """Adds the struct `partner`. The ring is made of ids only, so that the one window over a whole split stays narrow."""
    over = f"over (partition by split order by xxhash64(record_id, {pairing.seed}), record_id)"
    ring = rows.selectExpr("record_id", f"coalesce(lead(record_id) {over}, first_value(record_id) {over}) as _partner_id")
    # A ring of one would make a row its own partner.
    ring = ring.where("_partner_id <> record_id")
    carried = ", ".join(dict.fromkeys(("record_id", "access", "origin", "joined", *pairing.columns)))
    partners = rows.selectExpr("record_id as _partner_id", f"struct({carried}) as partner")
    return rows.join(ring.join(partners, "_partner_id"), "record_id", "left").drop("_partner_id")


def _access(used: str) -> str:
    return "access" if used == "false" else f"if({used}, {sql_highest('access', 'partner.access')}, access)"


def _joined(used: str) -> str:
    # The partner's rows come last, so the first entries still belong to the record itself.
    rows = "concat(coalesce(joined, array()), array(partner.origin), coalesce(partner.joined, array()))"
    return "joined" if used == "false" else f"if({used}, {rows}, joined)"
