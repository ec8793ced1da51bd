"""The lake: tables by name, runs that write them, and questions to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from medslake.lake.store import Storage, Store, check_storage

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

    from medslake.lake.quality.gate import CheckResult
    from medslake.lake.runs import Run
    from medslake.lake.sql.diff import Difference
    from medslake.lake.sql.duckdb import Answer
    from medslake.lake.sql.leaving import Leaving

__all__ = ["Lake", "open_lake"]


class Lake(Store):
    """A folder or URI with Delta tables `layer.table`. Open it with `open_lake`."""

    def sql(self, query: str) -> DataFrame:
        """Spark SQL over `layer.table` names and the views of `lakehouse/views`."""
        from medslake.lake.sql.spark import run

        return run(self.tables, query)

    def query(self, query: str, at: Mapping[str, int] | None = None) -> pa.Table:
        """DuckDB SQL over the same names, without a JVM. at: table -> version, for time travel."""
        from medslake.lake.sql.duckdb import query as ask

        return ask(self.place, query, at)

    def ask(self, query: str, at: Mapping[str, int] | None = None, clearance: str | None = None) -> Answer:
        """The same with rows above the clearance left out of every table beforehand, and counted."""
        from medslake.lake.sql.duckdb import ask

        return ask(self.place, query, at, clearance)

    def leaving(self, clearance: str) -> Leaving:
        """What may leave the lake at that clearance; every way out asks it, and nothing else."""
        from medslake.lake.sql.leaving import Leaving

        return Leaving(self.place, clearance)

    def diff(self, table: str, before: int, after: int) -> Difference:
        """Rows that came, went and changed between two versions, by key; see `medslake.lake.sql.diff.diff`."""
        from medslake.lake.sql.diff import diff

        return diff(self.place, table, before, after)

    def run(self, job: str, params: Mapping[str, Any] | None = None) -> Run:
        """A run of a job, to be used in `with`; see `medslake.lake.runs.Run`."""
        from medslake.lake.runs import Run

        return Run(self, job, params or {})

    def check(self, table: str | None = None) -> list[CheckResult]:
        """Run the expectations of one or all tables over their newest version; see `medslake.lake.quality.check.check`."""
        from medslake.lake.quality.check import check

        return check(self, [table] if table else self.names())

    def trace(self, kind: str, id: str, *, clearance: str = "noncommercial", first: int = 3) -> list[dict[str, Any]]:
        """Walk from an instance, prediction or score back to files and rows; see `medslake.lake.lineage.trace.trace`."""
        from medslake.lake.lineage.trace import trace

        return trace(self, kind, id, clearance=clearance, first=first)


def open_lake(root: str, spark: SparkSession | None = None, storage: Storage = "auto") -> Lake:
    """The lake below a local folder or URI; it need not exist yet. spark: a session to use instead of one started when needed.

    storage: auto takes the native Delta connector where the session has it. Raises UsageError for another storage, and
    MissingDependency for `native` with a session that lacks the connector.
    """
    check_storage(storage)
    lake = Lake(root, spark, storage)
    if storage == "native" and lake.has_spark:
        _ = lake.tables
    return lake
