"""Native files -> bronze as delivered -> silver: the same road for every source.

Every write has a fingerprint of all that determines it (digests of files, schema, versions, limit, access class), so that a second ingest
of the same files decides from the Delta logs alone, without Spark, that there is nothing to do.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake import formats, registry
from medslake.errors import InputRefused, UsageError
from medslake.ingest.inventory import Family, Inventory, take_inventory
from medslake.lake.access import LEVELS, highest
from medslake.lake.schema.ddl import bronze_spec
from medslake.progress import Progress, quiet
from medslake.sources.base import Source
from medslake.sources.parts.mapping import located

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.lake.lake import Lake
    from medslake.lake.runs import Run, Written

__all__ = ["ingest", "plan"]

_LOG = logging.getLogger(__name__)
#: Up to this many bytes of native files parsed records are kept in Spark's cache, so that good and bad ones need one pass.
_CACHED_BYTES = 512 * 1024 * 1024


def ingest(
    lake: Lake,
    source: str,
    folder: str,
    *,
    limit: int | None = None,
    access: str | None = None,
    dry_run: bool = False,
    progress: Progress = quiet,
) -> dict[str, Any]:
    """Ingest the native files of `source` below `folder` (a path or a URI) into bronze and silver; returns `run.result`.

    limit: at most that many records of each file (files, where a file is a record). access: another access class than the source's own,
    such as `private` for an extended copy; it lies on every row and in ops.runs. dry_run: return `plan` and write nothing.
    Raises UnknownName, UsageError, InputRefused (a file that cannot be read), DataCheckFailed (a rule of severity error).
    """
    chosen: Source = registry.get("source", source)
    if access is not None and access not in LEVELS:
        raise UsageError(f"Access class {access!r} is not known.", hint=f"Use one of: {', '.join(LEVELS)}.")
    if limit is not None and limit < 1:
        raise UsageError(f"The limit is {limit}, but must be 1 or more.")
    inventory = take_inventory(chosen, folder, limit=limit, progress=progress)
    for warning in inventory.warnings:
        _LOG.warning("source %s: %s", source, warning)
    if dry_run:
        return plan(chosen, inventory)
    params = {"source": source, "folder": folder, "limit": limit, "access": access or chosen.access}
    with lake.run("ingest", params) as run:
        _Ingest(lake, run, chosen, inventory, limit, access or chosen.access, progress).write()
    return run.result


def plan(source: Source, inventory: Inventory) -> dict[str, Any]:
    """What an ingest would read and write. known: True = the digest is the published one, False = it differs, None = none is known."""
    files = [
        {"table": f"bronze.{source.name}__{family.native.table}", "file": one.name, "bytes": one.size, "sha256": one.sha256}
        | {"known": family.known[one.name]}
        for family in inventory.families
        for one in family.files
    ]
    bronze = [f"bronze.{source.name}__{family.native.table}" for family in inventory.families]
    silver = [f"silver.{kind}" for kind in sorted(source.example.rows)]
    return {"source": source.name, "dry_run": True, "files": files, "tables": bronze + silver, "warnings": inventory.warnings}


class _Ingest:
    """One ingest in one run."""

    def __init__(
        self, lake: Lake, run: Run, source: Source, inventory: Inventory, limit: int | None, access: str, progress: Progress
    ) -> None:
        self.lake, self.run, self.source, self.inventory = lake, run, source, inventory
        self.limit, self.access, self.progress = limit, access, progress
        self.bronze: dict[str, Written] = {}
        self.marks: dict[str, str] = {}

    def write(self) -> None:
        kinds = sorted(self.source.example.rows)
        total = len(self.inventory.families) + len(kinds)
        for done, family in enumerate(self.inventory.families, start=1):
            self._write_bronze(family)
            self.progress(f"bronze.{self.source.name}__{family.native.table}", done, total)
        for done, kind in enumerate(kinds, start=len(self.inventory.families) + 1):
            self._write_silver(kind)
            self.progress(f"silver.{kind}", done, total)

    def _write_bronze(self, family: Family) -> None:
        native, table = family.native, f"bronze.{self.source.name}__{family.native.table}"
        digests = {one.name: one.sha256 for one in family.files}
        settings = [native.format, native.schema, list(native.key), repr(sorted(native.options.items())), self.limit, self.access]
        mark = self.run.fingerprint("bronze", self.source.name, self.source.version, native.table, settings, digests)
        cached: list[DataFrame] = []

        def rows() -> DataFrame:
            records = formats.read(self.lake.spark, native, family.files)
            if self.limit is not None and not formats.reader(native.format).one_record_per_file:
                records = records.where(f"_row <= {self.limit}")
            if sum(one.size for one in family.files) <= _CACHED_BYTES:
                cached.append(records.persist())
            return self._sorted_out(family, table, records)

        try:
            self.bronze[native.table] = self.run.write(
                table,
                rows,
                fingerprint=mark,
                inputs={f"{self.source.name}/{native.globs[0]}": digests},
                spec=bronze_spec(self.source.name, native.table, native.schema, native.key),
            )
        finally:
            for frame in cached:
                frame.unpersist()
        self.marks[native.table] = mark

    def _sorted_out(self, family: Family, table: str, records: DataFrame) -> DataFrame:
        """The records that could be read; the others are handed to quarantine with their raw text."""
        from pyspark.sql import functions as F

        mine = {"_source": F.lit(self.source.name), "_access": F.lit(self.access)}
        good = records.where("_error IS NULL").drop("_error", "_raw").withColumns(mine)
        bad = records.where("_error IS NOT NULL").select(
            F.lit(self.source.name).alias("source"),
            F.col("_file").alias("file"),
            F.col("_sha256").alias("sha256"),
            F.col("_row").alias("row"),
            F.array("_error").alias("rules"),
            F.coalesce("_raw", F.lit("")).alias("content"),
            F.lit(self.access).alias("access"),
        )
        if good.isEmpty():
            self._refuse(family, bad)
        self.run.quarantine(table, bad)
        return good

    def _refuse(self, family: Family, bad: DataFrame) -> None:
        first = bad.orderBy("file", "row").first()
        if first is not None:
            rule, _, message = first["rules"][0].partition(": ")
            detail = f"none of its {bad.count()} records can be read; row {first['row']}: {message}"
            raise InputRefused(self.source.name, first["file"], rule, detail, hint="Get the file again from the publisher.")
        if family.native.required:
            raise InputRefused(self.source.name, family.files[0].name, "no_records", "the file holds no records")

    @cached_property
    def _silver(self) -> Mapping[str, DataFrame]:
        """All kinds of the source; made of the bronze versions of this run."""
        frames = {}
        for native in self.source.files:
            if native.table in self.bronze:
                name, version = f"bronze.{self.source.name}__{native.table}", self.bronze[native.table].version
                frames[native.table] = located(self.run.read(name, version), name, version)
        for name, version in self._needed.items():
            frames[name] = located(self.run.read(name, version), name, version)
        return self.source.harmonise(frames)

    @cached_property
    def _needed(self) -> dict[str, int]:
        return {name: self.lake.version(name) for name in self.source.needs if self.lake.exists(name)}

    def _write_silver(self, kind: str) -> None:
        from pyspark.sql import functions as F

        mark = self.run.fingerprint("silver", kind, self.source.version, _code_digest(self.source), self.marks, self._needed)
        others = [registry.get("source", name.removeprefix("bronze.").partition("__")[0]).access for name in self._needed]
        access = highest(self.access, *others)

        def rows() -> DataFrame:
            if kind not in self._silver:
                raise _NoSuchKindError(kind)
            return self._silver[kind].withColumns({"source": F.lit(self.source.name), "access": F.lit(access)})

        # Optional files that are absent may leave a kind without rows; that shows only when the rows are asked for.
        with suppress(_NoSuchKindError):
            self.run.write(f"silver.{kind}", rows, slice={"source": self.source.name}, fingerprint=mark)


class _NoSuchKindError(Exception):
    """The files at hand make no rows of this silver kind."""


def _code_digest(source: Source) -> str | None:
    """Digest of the file that declares the source, so that changed harmonising code is not taken for unchanged input."""
    file = getattr(sys.modules.get(source.harmonise.__module__), "__file__", None)
    return hashlib.sha256(Path(file).read_bytes()).hexdigest() if file and Path(file).is_file() else None
