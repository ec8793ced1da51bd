"""Spark SQL over plain `layer.table` names, pinned to the newest versions of the tables that the query names, or to those that it states.

In a session with Spark's own in-memory catalog a name is a catalog entry whose relation is put into the session's relation cache, so
that the SQL stays as it is. A cache miss would read the entry's LOCATION; that is a folder with a file that is no Parquet, which raises,
where an empty folder would silently give no rows. In other sessions (Hive metastore, Connect) names become temporary views, so that
nobody's catalog is touched.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

from medslake.errors import UnknownName
from medslake.lake.schema import ddl
from medslake.lake.spark.session import scratch
from medslake.lake.sql.catalog import information_table
from medslake.lake.sql.names import INFORMATION, information, known_names, renamed, tables_read, views_needed
from medslake.lake.sql.show import shown
from medslake.lake.sql.versions import pinned

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

    from medslake.lake.storage.place import Place

__all__ = ["run"]

# Names in the catalog belong to the session, and several lakes may share one.
_LOCK = threading.RLock()


class Readable(Protocol):
    """What `run` needs of an adapter."""

    spark: SparkSession
    place: Place

    def exists(self, name: str) -> bool: ...
    def read(self, name: str, version: int | None = None) -> DataFrame: ...


def run(tables: Readable, query: str) -> DataFrame:
    """The query's frame; raises UnknownName for a table that this lake does not have and no DDL declares."""
    from pyspark.errors import AnalysisException

    spark = tables.spark
    told = shown(tables.place, query, "spark")
    if told is not None:
        return _rows(spark, told)
    query, versions = pinned(query, "spark")
    views = views_needed(query, "spark")
    names = tables_read(query, "spark")
    frames = {name: frame for name in sorted(names) if (frame := _frame(tables, name)) is not None}
    frames |= {name: tables.read(table, version) for name, (table, version) in versions.items()}
    frames |= {name: _rows(spark, information_table(tables.place, name)) for name in information(query, "spark")}
    with _LOCK:
        try:
            if _has_own_catalog(spark):
                return _with_catalog(spark, query, frames, views, names)
            return _with_temporary_views(spark, query, frames, views)
        except AnalysisException as error:
            missing = sorted(names - set(frames))
            if missing and "TABLE_OR_VIEW_NOT_FOUND" in str(error):
                raise UnknownName("table or view in this lake", missing[0], known_names(tables.place)) from error
            raise


def _frame(tables: Readable, name: str) -> DataFrame | None:
    """The table's newest rows; no rows where only its DDL exists, so that views work before all jobs have run."""
    from pyspark.sql.types import StructField, StructType

    if tables.exists(name):
        return tables.read(name)
    if name in ddl.names():
        # Names and types alone: some Connect servers cannot parse the metadata of columns.
        columns = [StructField(column.name, column.dataType) for column in ddl.spec(name).spark_schema()]
        return tables.spark.createDataFrame([], StructType(columns))
    return None


def _rows(spark: SparkSession, told: pa.Table) -> DataFrame:
    """A few rows of texts and numbers."""
    from pyspark.sql.types import LongType, StringType, StructField, StructType

    kinds = {field.name: LongType() if str(field.type) == "int64" else StringType() for field in told.schema}
    schema = StructType([StructField(name, kind) for name, kind in kinds.items()])
    return spark.createDataFrame([tuple(row.values()) for row in told.to_pylist()], schema)


def _has_own_catalog(spark: SparkSession) -> bool:
    return hasattr(spark, "_jsparkSession") and spark.conf.get("spark.sql.catalogImplementation") == "in-memory"


def _with_catalog(spark: SparkSession, query: str, frames: dict[str, DataFrame], views: list[str], names: set[str]) -> DataFrame:
    for database in sorted({name.split(".")[0] for name in (*names, *views, *frames)}):
        spark.sql(f"CREATE DATABASE IF NOT EXISTS {database}")
    for name in names - set(frames):
        # Another lake of this session may have left its table under this name.
        spark.sql(f"DROP TABLE IF EXISTS {_quoted(name)}")
    for name, frame in frames.items():
        _pin(spark, name, frame)
    for name in views:
        spark.sql(f"CREATE OR REPLACE VIEW {_quoted(name)} AS {ddl.views()[name]}")
    return spark.sql(query)


def _pin(spark: SparkSession, name: str, frame: DataFrame) -> None:
    database, table = name.split(".")
    columns = ", ".join(f"`{f.name}` {f.dataType.simpleString()}" for f in frame.schema.fields)
    spark.sql(f"DROP TABLE IF EXISTS {_quoted(name)}")
    spark.sql(f"CREATE TABLE {_quoted(name)} ({columns}) USING parquet LOCATION '{_poison()}'")
    session: Any = spark
    qualified = session._jvm.org.apache.spark.sql.catalyst.QualifiedTableName("spark_catalog", database, table)
    plan: Any = frame
    session._jsparkSession.sessionState().catalog().cacheTable(qualified, plan._jdf.queryExecution().analyzed())


def _with_temporary_views(spark: SparkSession, query: str, frames: dict[str, DataFrame], views: list[str]) -> DataFrame:
    known = {*frames, *views}

    def spelling(name: str) -> str | None:
        # A temporary view's name has one part.
        known_as = name.lower() if name.lower() in INFORMATION else name
        return known_as.replace(".", "__") if known_as in known else None

    for name, frame in frames.items():
        frame.createOrReplaceTempView(name.replace(".", "__"))
    for name in views:
        spark.sql(renamed(ddl.views()[name], "spark", spelling)).createOrReplaceTempView(name.replace(".", "__"))
    found = spark.sql(renamed(query, "spark", spelling))
    # Connect looks at names only when it must; a wrong one is to be told here.
    _ = found.schema
    return found


def _quoted(name: str) -> str:
    return ".".join(f"`{part}`" for part in name.split("."))


def _poison() -> str:
    folder = scratch() / "pinned-tables"
    folder.mkdir(exist_ok=True)
    (folder / "part-use-lake-sql.parquet").write_text("This table can only be read through lake.sql().", encoding="utf-8")
    return folder.as_uri()
