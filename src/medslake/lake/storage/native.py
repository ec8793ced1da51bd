"""Storage adapter for sessions with the Delta connector: a cluster, `spark-submit --packages io.delta:...`, a Connect server."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from medslake.errors import CommitConflict, UsageError
from medslake.lake.schema import ddl, enforce
from medslake.lake.schema.ddl import TableSpec, with_columns
from medslake.lake.schema.types import spell
from medslake.lake.storage import delta_log
from medslake.lake.storage.care import optimized, vacuum
from medslake.lake.storage.frames import count_checked, described, fitted, held, laid_out, refuse_repeated_keys
from medslake.lake.storage.history import history
from medslake.lake.storage.place import Place
from medslake.lake.storage.snapshot import newest, open_snapshot
from medslake.lake.storage.stats import log_properties, table_properties
from medslake.lake.storage.tables import Commit, CommitInfo, Optimized, Vacuumed, Where

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["NativeDelta", "has_connector"]

ATTEMPTS = 8
_USER_METADATA = "spark.databricks.delta.commitInfo.userMetadata"
# Exceptions of io.delta.exceptions that mean "recompute and try again".
_LOST_RACE = ("ConcurrentAppend", "ConcurrentDelete", "ConcurrentTransaction", "ConcurrentWrite", "MetadataChanged", "ProtocolChanged")


def has_connector(spark: SparkSession) -> bool:
    """Whether `format("delta")` works in this session; looks at the class path (or asks the Connect server), never at the network."""
    jvm: Any = getattr(spark, "_jvm", None) if hasattr(spark, "_jsparkSession") else None
    if jvm is not None:
        from py4j.protocol import Py4JJavaError

        try:
            jvm.java.lang.Thread.currentThread().getContextClassLoader().loadClass("org.apache.spark.sql.delta.catalog.DeltaCatalog")
        except Py4JJavaError:
            return False
        return True
    from pyspark.errors import PySparkException

    try:
        _ = spark.read.format("delta").load("/medslake-no-such-table").schema
    except PySparkException as error:
        return not any(sign in str(error) for sign in ("DATA_SOURCE_NOT_FOUND", "Failed to find"))
    return True


class NativeDelta:
    """`Tables` over `format("delta")`. Atomicity and conflict detection are the connector's; the DDL is held here, before the write.

    The connector takes one transaction per commit, and only in rising order. So what a commit does is signed by delta-rs: announced
    before and confirmed after it. Death in between costs one needless write.
    """

    kind = "native"

    def __init__(self, spark: SparkSession, root: str | Place, specs: Callable[[str], TableSpec] = ddl.spec) -> None:
        self.spark = spark
        self.place = root if isinstance(root, Place) else Place(root)
        self.specs = specs

    def exists(self, name: str) -> bool:
        return self._schema(name) is not None

    def names(self) -> list[str]:
        """Tables that exist, sorted."""
        return self.place.names()

    def version(self, name: str) -> int:
        return open_snapshot(self.place, name).version

    def read(self, name: str, version: int | None = None) -> DataFrame:
        from pyspark.sql import functions as F

        if not self.exists(name):
            raise self.place.known(name)
        reader = self.spark.read.format("delta")
        if version is not None:
            open_snapshot(self.place, name, version)
            reader = reader.option("versionAsOf", str(version))
        frame = reader.load(self.place.spark(name))
        # Column order is the schema's in the connector; other servers put partition columns last.
        known = [c for c in (self._names_in_order(name)) if c in frame.columns]
        there = [*known, *[c for c in frame.columns if c not in known]]
        later = ddl.later_columns(name, there)
        return frame.select(*there, *[F.lit(None).cast(c.type).alias(c.name) for c in later])

    def history(self, name: str, limit: int | None = None) -> list[dict[str, Any]]:
        return history(self.place, name, limit)

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
        if (there := delta_log.standing(newest(self.place, name), info)) is not None:
            return there
        table = self._ready(spec or self.specs(name))
        key = enforce.key_columns(table, on)
        with held(fitted(table, df)) as rows:
            count = count_checked(table, rows, {}, not_null=key)
            refuse_repeated_keys(table, rows, key)
            told = _told(info, "upsert", count, {"on": list(key)})
            if not self.exists(name):
                return self._commit(name, info, told, lambda: self._save(table, rows, count, told, "append", {}))
            view = f"_medslake_{uuid.uuid4().hex}"
            rows.createOrReplaceTempView(view)
            match = " AND ".join(f"t.`{k}` = s.`{k}`" for k in key)
            merge = (
                f"MERGE INTO delta.`{self.place.spark(name)}` t USING {view} s ON {match} "
                "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
            )
            try:
                return self._commit(name, info, told, lambda: self._merge(merge, told))
            finally:
                self.spark.catalog.dropTempView(view)

    def optimize(self, name: str) -> Optimized:
        self._quieten(name)
        before = open_snapshot(self.place, name)
        self.spark.sql(f"OPTIMIZE delta.`{self.place.spark(name)}`").collect()
        after = open_snapshot(self.place, name)
        moved = {f.path for f in before.files()} != {f.path for f in after.files()}
        return optimized(before, after, committed=moved)

    def vacuum(self, name: str, *, retention_hours: float = 168, keep: Collection[int] = (), dry_run: bool = True) -> Vacuumed:
        """Ours, since the connector's keeps no version that is named."""
        return vacuum(self.place, name, retention_hours=retention_hours, keep=keep, dry_run=dry_run)

    def add_columns(self, name: str, ddl_text: str) -> int:
        self._alter(name, ddl.parse_columns(ddl_text, name))
        return self.version(name)

    def _schema(self, name: str) -> dict[str, Any] | None:
        from pyspark.errors import AnalysisException

        try:
            schema: dict[str, Any] = self.spark.read.format("delta").load(self.place.spark(name)).schema.jsonValue()
        except AnalysisException:
            return None
        return schema

    def _names_in_order(self, name: str) -> Sequence[str]:
        try:
            return self.specs(name).names
        except UsageError:
            return ()

    def _ready(self, table: TableSpec) -> TableSpec:
        """What rows must look like; adds the DDL's new columns to an older table."""
        schema = self._schema(table.name)
        if schema is None:
            return table
        self._quieten(table.name)
        on_disk = {f["name"]: f["type"] for f in schema["fields"]}
        enforce.refuse_other_types(table, on_disk)
        missing = [c for c in table.columns if c.name not in on_disk]
        if missing:
            self._alter(table.name, missing)
        extra = [ddl.Column(f["name"], spell(f["type"])) for f in schema["fields"] if f["name"] not in table.names]
        return with_columns(table, extra)

    def _quieten(self, name: str) -> None:
        """See `delta_log.quieten`; the connector tells the first 32 characters of every text by itself."""
        while not delta_log.quieten(open_snapshot(self.place, name)):
            pass

    def _alter(self, name: str, columns: Sequence[ddl.Column]) -> None:
        schema = self._schema(name)
        if schema is None:
            raise self.place.known(name)
        on_disk = {f["name"]: f["type"] for f in schema["fields"]}
        enforce.refuse_redefined(name, columns, on_disk)
        new = [c for c in columns if c.name not in on_disk]
        if new:
            told = ", ".join(f"`{c.name}` {c.type}" + (f" COMMENT {literal(c.comment)}" if c.comment else "") for c in new)
            self.spark.sql(f"ALTER TABLE delta.`{self.place.spark(name)}` ADD COLUMNS ({told})")

    def _write(self, declared: TableSpec, df: DataFrame, info: CommitInfo, operation: str, where: Where, known: int | None) -> Commit:
        name = declared.name
        slice_ = enforce.slice_columns(declared, where)
        if (there := delta_log.standing(newest(self.place, name), info, slice_ if operation == "replace" else None)) is not None:
            return there
        table = self._ready(declared)
        with held(fitted(table, df)) as rows:
            count = count_checked(table, rows, slice_, known=known)
            told = _told(info, operation, count, {"where": dict(where)} if where else {})
            mode = "append" if operation == "append" or not self.exists(name) else "overwrite"
            return self._commit(name, info, told, lambda: self._save(table, rows, count, told, mode, slice_))

    def _save(
        self, table: TableSpec, rows: DataFrame, count: int, told: dict[str, Any], mode: str, slice_: Mapping[str, Sequence[str]]
    ) -> None:
        writer = (
            laid_out(table, described(table, rows), count)
            .write.format("delta")
            .mode(mode)
            .option("userMetadata", json.dumps(told, default=str))
            .options(**table_properties(table.columns, table.partition_by), **log_properties(table.name))
        )
        if table.partition_by:
            writer = writer.partitionBy(*table.partition_by)
        if slice_ and mode == "overwrite":
            writer = writer.option(
                "replaceWhere", " AND ".join(f"`{c}` IN ({', '.join(map(literal, values))})" for c, values in slice_.items())
            )
        writer.save(self.place.spark(table.name))

    def _merge(self, statement: str, told: dict[str, Any]) -> None:
        # MERGE has no option for it; the session's setting is the connector's way.
        self.spark.conf.set(_USER_METADATA, json.dumps(told, default=str))
        try:
            self.spark.sql(statement).collect()
        finally:
            self.spark.conf.unset(_USER_METADATA)

    def _commit(self, name: str, info: CommitInfo, told: Mapping[str, Any], write: Callable[[], None]) -> Commit:
        """Run `write`, again when the connector reports that another writer was first; raises CommitConflict after many lost races."""
        for attempt in range(ATTEMPTS):
            announced = delta_log.announce(self.place, name, info)
            try:
                write()
            except Exception as error:
                if not any(sign in f"{type(error).__name__} {error}" for sign in _LOST_RACE):
                    raise
                time.sleep(random.uniform(0, 0.2 * 2**attempt))
                continue
            version = delta_log.confirm(self.place, name, info, told["operation"], told["rows"], announced)
            return Commit(name, version, told["rows"], committed=True)
        raise CommitConflict(
            f"{name} was changed by other writers {ATTEMPTS} times while this one tried to commit.",
            hint="Run the same command again.",
        )


def literal(text: str) -> str:
    """A Spark SQL string literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _told(info: CommitInfo, operation: str, rows: int, more: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **(info.metadata or {}), **more, "operation": operation, "app": info.app,
        "fingerprint": info.fingerprint, "rows": rows, "commit": uuid.uuid4().hex, **({"parts": info.parts} if info.parts else {}),
    }  # fmt: skip
