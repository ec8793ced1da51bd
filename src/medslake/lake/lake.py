"""The lake: tables by name, runs that write them, and questions to them. Spark starts only when a Spark verb is used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from medslake.errors import UsageError
from medslake.lake.schema import ddl
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.place import Place

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

    from medslake.lake.quality.gate import CheckResult
    from medslake.lake.runs import Run
    from medslake.lake.storage.tables import Tables

__all__ = ["Lake", "open_lake"]

Storage = Literal["auto", "embedded", "native"]


class Lake:
    """A folder or URI with Delta tables `layer.table`. Open it with `open_lake`."""

    def __init__(self, root: str, spark: SparkSession | None = None, storage: Storage = "auto") -> None:
        self.place = Place(str(root))
        self.storage = storage
        self._spark = spark

    def __repr__(self) -> str:
        return f"Lake({self.root!r})"

    @property
    def root(self) -> str:
        """Absolute path, or the URI."""
        return self.place.base

    @cached_property
    def spark(self) -> SparkSession:
        if self._spark is not None:
            return self._spark
        from medslake.lake.spark.session import spark_session

        return spark_session()

    @property
    def has_spark(self) -> bool:
        """Whether a session is there already, so that asking Spark costs nothing."""
        return self._spark is not None or "spark" in self.__dict__

    @cached_property
    def tables(self) -> Tables:
        """The storage port over Spark: the native Delta connector where the session has it, else Spark's Parquet writer with delta-rs."""
        if self.storage != "embedded":
            from medslake.lake.storage import native

            if self.storage == "native" or native.has_connector(self.spark):
                return native.NativeDelta(self.spark, self.place, self.spec)
        from medslake.lake.storage.embedded import EmbeddedDelta

        return EmbeddedDelta(self.spark, self.place, self.spec)

    @property
    def storage_kind(self) -> str:
        """native or embedded, as `tables` chose (starts Spark)."""
        return str(getattr(self.tables, "kind", "embedded"))

    @cached_property
    def arrow(self) -> ArrowTables:
        """The same tables as pyarrow, without a JVM."""
        return ArrowTables(self.place, self.spec)

    def spec(self, name: str) -> TableSpec:
        """Columns, partitioning and key of a table by its DDL; raises UnknownName."""
        return ddl.spec(name)

    def names(self) -> list[str]:
        """Tables that exist, sorted."""
        return self.arrow.names()

    def exists(self, name: str) -> bool:
        return self.arrow.exists(name)

    def version(self, name: str) -> int:
        """Newest version; raises UnknownName for a table that does not exist."""
        return self.arrow.version(name)

    def history(self, name: str, limit: int | None = None) -> list[dict[str, Any]]:
        """Newest first: version, timestamp (ms), operation, metadata (run id, job, code version, inputs ...)."""
        return self.arrow.history(name, limit)

    def read(self, name: str, version: int | None = None) -> DataFrame:
        return self.tables.read(name, version)

    def sql(self, query: str) -> DataFrame:
        """Spark SQL over `layer.table` names and the views of `lakehouse/views`."""
        return self.tables.sql(query)

    def query(self, query: str, at: Mapping[str, int] | None = None) -> pa.Table:
        """DuckDB SQL over the same names, without a JVM. at: table -> version, for time travel."""
        from medslake.lake.sql.duckdb import query as ask

        return ask(self.place, query, at)

    def run(self, job: str, params: Mapping[str, Any] | None = None) -> Run:
        """A run of a job, to be used in `with`; see `medslake.lake.runs.Run`."""
        from medslake.lake.runs import Run

        return Run(self, job, params or {})

    def check(self, table: str | None = None) -> list[CheckResult]:
        """Run the expectations of one or all tables over their newest version; nothing is written. Raises UnknownName."""
        from medslake.lake.quality.gate import checked
        from medslake.lake.quality.suites import load_suite

        found: list[CheckResult] = []
        for name in [table] if table else self.names():
            spec = self.spec(name)
            with checked(self.read(name), spec, load_suite(spec), set_aside=False) as outcome:
                found.extend(outcome.results)
        return found

    def trace(self, kind: str, id: str, *, clearance: str = "noncommercial", first: int = 3) -> list[dict[str, Any]]:
        """Walk from an instance, prediction or score back to files and rows; see `medslake.lake.lineage.trace.trace`."""
        from medslake.lake.lineage.trace import trace

        return trace(self, kind, id, clearance=clearance, first=first)


def open_lake(root: str, spark: SparkSession | None = None, storage: Storage = "auto") -> Lake:
    """The lake below a local folder or URI; it need not exist yet. spark: a session to use instead of one started when needed."""
    if storage not in ("auto", "embedded", "native"):
        raise UsageError(f"Storage {storage!r} is not known; use auto, embedded or native.")
    return Lake(root, spark, storage)
