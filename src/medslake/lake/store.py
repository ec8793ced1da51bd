"""The store: the tables of a lake by name, by Spark or without a JVM. Spark starts only when a Spark verb is used."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from medslake.errors import MissingDependency, UnknownName, UsageError
from medslake.lake.schema import ddl
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.place import Place
from medslake.lake.storage.slices import Slice, slices
from medslake.lake.storage.snapshot import newest

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from medslake.lake.storage.tables import Tables

__all__ = ["CONNECTOR", "STORAGES", "Storage", "Store", "check_storage", "open_tables"]

Storage = Literal["auto", "embedded", "native"]
STORAGES = ("auto", "embedded", "native")
#: How a session comes by the Delta connector; the newest version that the central repository serves for Spark 4.1.
CONNECTOR = (
    "spark-submit --packages io.delta:delta-spark_4.1_2.13:4.4.0"
    " --conf spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension"
    " --conf spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog ..."
)


class Store:
    """A folder or URI with Delta tables `layer.table`: what runs, lineage and checks need of a lake."""

    def __init__(self, root: str, spark: SparkSession | None = None, storage: Storage = "auto") -> None:
        self.place = Place(str(root))
        self.storage = storage
        self._spark = spark

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.root!r})"

    @property
    def root(self) -> str:
        """Absolute path, or the URI."""
        return self.place.base

    @cached_property
    def spark(self) -> SparkSession:
        from medslake.lake.spark.session import prepared, spark_session

        return spark_session() if self._spark is None else prepared(self._spark)

    @property
    def has_spark(self) -> bool:
        """Whether a session is there already, so that asking Spark costs nothing."""
        return self._spark is not None or "spark" in self.__dict__

    @cached_property
    def tables(self) -> Tables:
        """The storage port over Spark, see `open_tables`."""
        return open_tables(self.spark, self.place, self.storage, self.spec)

    @cached_property
    def arrow(self) -> ArrowTables:
        """The same tables as pyarrow, without a JVM."""
        return ArrowTables(self.place, self.spec)

    def spec(self, name: str) -> TableSpec:
        """Columns, partitioning and key of a table: by its DDL, else as the table itself keeps them. Raises UnknownName."""
        if name in ddl.names():
            return ddl.spec(name)
        found = newest(self.place, name)
        if found is None:
            raise UnknownName("table", name, sorted({*ddl.names(), *self.names()}))
        return found.spec()

    def names(self) -> list[str]:
        """Tables that exist, sorted."""
        return self.arrow.names()

    def exists(self, name: str) -> bool:
        return self.arrow.exists(name)

    def version(self, name: str) -> int:
        """Newest version; raises UnknownName for a table that does not exist."""
        return self.arrow.version(name)

    def slices(self, name: str, column: str) -> dict[str, Slice]:
        """Value of the partition column -> what stands there, from the newest snapshot; empty when the table does not exist."""
        return slices(newest(self.place, name), column)

    def history(self, name: str, limit: int | None = None) -> list[dict[str, Any]]:
        """Newest first: version, timestamp (ms), operation, metadata (run id, job, code version, inputs ...); for people to read."""
        return self.arrow.history(name, limit)

    def read(self, name: str, version: int | None = None) -> DataFrame:
        return self.tables.read(name, version)


def open_tables(spark: SparkSession, root: str | Place, storage: str = "auto", specs: Callable[[str], TableSpec] | None = None) -> Tables:
    """The adapter for this session: `native` when its class path (or Connect server) has the Delta connector, else `embedded`.

    storage: auto | embedded | native. specs: DDL of a table name (default: `lakehouse/`). Downloads nothing.
    Raises MissingDependency for `native` without the connector.
    """
    from medslake.lake.storage.embedded import EmbeddedDelta
    from medslake.lake.storage.native import NativeDelta, has_connector

    check_storage(storage)
    if storage != "embedded" and has_connector(spark):
        return NativeDelta(spark, root, specs or ddl.spec)
    if storage == "native":
        raise MissingDependency("Native Delta storage", CONNECTOR)
    return EmbeddedDelta(spark, root, specs or ddl.spec)


def check_storage(storage: str) -> None:
    """Raise UsageError for what is no storage."""
    if storage not in STORAGES:
        raise UsageError(f"Storage {storage!r} is not known; use auto, embedded or native.")
