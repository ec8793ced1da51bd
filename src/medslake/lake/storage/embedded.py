"""Storage adapter for one machine or any cluster without the Delta connector: Spark computes and writes Parquet, delta-rs commits.

The files' content depends on the rows only, not on how Spark had partitioned them: rows are hashed on the table's key into a number of
files that follows from the row count, and sorted by key inside.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from medslake.lake.schema import ddl, enforce
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.storage import delta_log
from medslake.lake.storage.care import compact, vacuum
from medslake.lake.storage.delta_log import Change
from medslake.lake.storage.frames import count_checked, fitted, held, laid_out, refuse_repeated_keys
from medslake.lake.storage.history import history
from medslake.lake.storage.place import Place
from medslake.lake.storage.snapshot import DataFile, Snapshot, newest, open_snapshot
from medslake.lake.storage.tables import Commit, CommitInfo, Optimized, Vacuumed, Where

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["EmbeddedDelta"]


class EmbeddedDelta:
    """`Tables` over Spark's own Parquet writer and delta-rs' log. `specs` gives the DDL of a name."""

    kind = "embedded"

    def __init__(self, spark: SparkSession, root: str | Place, specs: Callable[[str], TableSpec] = ddl.spec) -> None:
        self.spark = spark
        self.place = root if isinstance(root, Place) else Place(root)
        self.specs = specs

    def exists(self, name: str) -> bool:
        return self.place.has_log(name)

    def names(self) -> list[str]:
        """Tables that exist, sorted."""
        return self.place.names()

    def version(self, name: str) -> int:
        return open_snapshot(self.place, name).version

    def history(self, name: str, limit: int | None = None) -> list[dict[str, Any]]:
        return history(self.place, name, limit)

    def read(self, name: str, version: int | None = None) -> DataFrame:
        snapshot = open_snapshot(self.place, name, version)
        return self._frame(snapshot, snapshot.files())

    def append(self, name: str, df: DataFrame, info: CommitInfo, *, spec: TableSpec | None = None, count: int | None = None) -> Commit:
        return self._write(spec or self.specs(name), df, info, "append", {}, count)

    def replace(
        self,
        name: str,
        df: DataFrame,
        info: CommitInfo,
        *,
        where: Where | None = None,
        spec: TableSpec | None = None,
        count: int | None = None,
    ) -> Commit:
        return self._write(spec or self.specs(name), df, info, "replace", where or {}, count)

    def upsert(
        self, name: str, df: DataFrame, info: CommitInfo, *, on: Sequence[str] | None = None, spec: TableSpec | None = None
    ) -> Commit:
        snapshot = newest(self.place, name)
        if (there := delta_log.standing(snapshot, info)) is not None:
            return there
        table = delta_log.wanted(spec or self.specs(name), snapshot)
        key = enforce.key_columns(table, on)
        with held(fitted(table, df)) as rows:
            count = count_checked(table, rows, {}, not_null=key)
            refuse_repeated_keys(table, rows, key)

            def change(now: Snapshot | None) -> Change:
                if count == 0:
                    return Change([], detail={"on": list(key)})
                touched = self._touched(now, rows, key) if now is not None else []
                whole, total = rows, count
                if now is not None and touched:
                    old = fitted(table, self._frame(now, touched)).join(rows.select(*key), list(key), "left_anti")
                    whole, total = old.select(*table.names).unionByName(rows), count + sum(f.rows for f in touched)
                return Change(self._publish(table, whole, total), touched, count, throwaway=True, detail={"on": list(key)})

            return delta_log.commit(self.place, table, info, "upsert", change)

    def optimize(self, name: str) -> Optimized:
        return compact(self.place, name)

    def vacuum(self, name: str, *, retention_hours: float = 168, keep: Collection[int] = (), dry_run: bool = True) -> Vacuumed:
        return vacuum(self.place, name, retention_hours=retention_hours, keep=keep, dry_run=dry_run)

    def add_columns(self, name: str, ddl_text: str) -> int:
        return delta_log.evolve(self.place, name, ddl.parse_columns(ddl_text, name), CommitInfo(f"evolve/{name}"))

    def _write(self, declared: TableSpec, df: DataFrame, info: CommitInfo, operation: str, where: Where, known: int | None) -> Commit:
        snapshot = newest(self.place, declared.name)
        table = delta_log.wanted(declared, snapshot)
        slice_ = enforce.slice_columns(table, where)
        replaced = slice_ if operation == "replace" else None
        if (there := delta_log.standing(snapshot, info, replaced)) is not None:
            return there
        with held(fitted(table, df)) as rows:
            count = count_checked(table, rows, slice_, known=known)
            adds = self._publish(table, rows, count)

        def change(now: Snapshot | None) -> Change:
            gone = now.files(slice_) if now is not None and operation == "replace" else []
            return Change(adds, gone, count)

        told = {"where": dict(where)} if where else {}
        return delta_log.commit(self.place, table, info, operation, change, slice_=replaced, **told)

    def _publish(self, table: TableSpec, rows: DataFrame, count: int) -> list[str]:
        """Stage the rows below the table's folder and move the files to their places."""
        self.place.clean_stages(table.name)
        if count == 0:
            return []
        stage = self.place.new_stage(table.name)
        writer = laid_out(table, rows, count).write.mode("error").option("compression", "zstd")
        if table.partition_by:
            writer = writer.partitionBy(*table.partition_by)
        with self._dropped_on_failure(table.name, stage):
            writer.parquet(self.place.spark(table.name, stage))
            return self.place.publish(table.name, stage)

    @contextlib.contextmanager
    def _dropped_on_failure(self, name: str, stage: str) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.place.drop(name, stage)
            raise

    def _frame(self, snapshot: Snapshot, files: Sequence[DataFile]) -> DataFrame:
        """Rows of these files, in the columns of the snapshot, columns added later as nulls."""
        from pyspark.sql.types import StructType

        schema = StructType.fromJson(snapshot.as_read)
        if not files:
            return self.spark.createDataFrame([], schema)
        # __globPaths__: a path with [ or { is a path, not a pattern.
        reader = self.spark.read.schema(schema).option("__globPaths__", "false")
        if snapshot.partition_by:
            reader = reader.option("basePath", self.place.spark(snapshot.name))
        # Spark moves partition columns to the end.
        return reader.parquet(*[self.place.spark(snapshot.name, f.path) for f in files]).select(*schema.names)

    def _touched(self, now: Snapshot, rows: DataFrame, key: Sequence[str]) -> list[DataFile]:
        """Files that hold a key of `rows`."""
        from urllib.parse import unquote

        from pyspark.sql import functions as F

        slices = {c: [r[0] for r in rows.select(c).distinct().collect()] for c in key if c in now.partition_by}
        files = now.files(slices or None)
        if not files:
            return []
        old = self._frame(now, files).select(*key, F.col("_metadata.file_path").alias("_file_path"))
        found = old.join(rows.select(*key), list(key), "left_semi").select("_file_path").distinct().collect()
        hit = {unquote(r[0]).rsplit("/", 1)[1] for r in found}
        # File names hold a UUID, so the name alone tells the file; the URI's spelling differs between file systems.
        return [f for f in files if f.path.rsplit("/", 1)[-1] in hit]
