"""Rows of silver that a task reads: all of its kind, or those that its tagger counts as medical."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from medslake.lake.access import sql_highest_of
from medslake.lake.storage.slices import Slice
from medslake.tasks.base import Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake import Lake
    from medslake.lake.runs import Run

__all__ = ["silver_rows", "slices_read"]

TAGS = "gold.tags"


def slices_read(lake: Lake, tasks: Iterable[Task]) -> dict[str, Slice]:
    """Task id -> what stands in the slice that it reads; its state changes with the verdicts too. Tasks without a slice are missing."""
    silver: dict[str, Mapping[str, Slice]] = {}
    found = {}
    for task in tasks:
        table = f"silver.{task.kind}"
        for name in (table, TAGS) if task.judged_by else (table,):
            # None of a table that is not there is an answer too.
            if name not in silver:
                silver[name] = lake.slices(name, "source")
        if (part := silver[table].get(task.source)) is not None:
            verdicts = silver[TAGS].get(task.source) if task.judged_by else None
            found[task.id] = replace(part, state=f"{part.state} {verdicts.state}") if verdicts else part
    return found


def silver_rows(run: Run, task: Task) -> DataFrame:
    """All rows of the kind, whatever their source; of a task that names a tagger those that it judged medical, by its own threshold.

    The higher access class of row and verdict holds; what the verdict was made of is no part of the row, which holds nothing of it.
    """
    rows = run.read(f"silver.{task.kind}")
    if not task.judged_by:
        return rows
    if not run.lake.exists(TAGS):
        return rows.where("false")
    medical = f"tagger = '{task.judged_by}' and table_name = 'silver.{task.kind}' and score >= threshold"
    verdicts = run.read(TAGS).where(medical).selectExpr("source", "record_id", "access as verdict_access")
    access = sql_highest_of("array(access, verdict_access)")
    columns = [f"{access if name == 'access' else name} as {name}" for name in rows.columns]
    return rows.join(verdicts, ["source", "record_id"]).selectExpr(*columns)
