"""The port between jobs and storage: `Tables`. Two adapters implement it, `embedded` (default) and `native`.

Jobs hand over DataFrames and names such as `gold.instructions`; formats and paths stay behind the port. The files on disk are
standard Delta tables either way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from medslake.errors import UsageError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from medslake.lake.schema.ddl import TableSpec
    from medslake.lake.storage.place import Place

__all__ = ["Commit", "CommitInfo", "Optimized", "Tables", "Vacuumed", "Where", "check_retention"]

SAFE_HOURS = 24
#: Partition column -> value, or several of which each partition has one.
Where = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class CommitInfo:
    """What a commit carries besides rows.

    app: what is written, such as `silver.annotated_texts/source=bc5cdr`. fingerprint: digest of everything that determines the content
    (input files and versions, code version, parameters). When the newest commit of `app` has this fingerprint, nothing is committed.
    None = always commit.
    metadata: lands in Delta history as userMetadata (JSON), for people to read: run id, job, code version, input versions.
    parts: what the commit does for several apps, or keeps of one: app -> `fingerprint`, `rows`, `quarantined` (rows set aside). Nothing
    is committed when all of them have a fingerprint and are current. Only what `transactions.marks` makes of it outlives the history.
    numbers: transactions that the commit leaves as well, app -> number; they outrank those of its parts, and None leaves an app's alone.
    """

    app: str
    fingerprint: str | None = None
    metadata: Mapping[str, Any] | None = None
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    numbers: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def fingerprints(self) -> dict[str, str | None]:
        """App -> fingerprint, of all that the commit does."""
        return {app: kept.get("fingerprint") for app, kept in self.parts.items()} or {self.app: self.fingerprint}


@dataclass(frozen=True)
class Commit:
    """Outcome of a write. rows: rows written by it. committed False: they stood already at `version`, the newest."""

    table: str
    version: int
    rows: int
    committed: bool


@dataclass(frozen=True)
class Optimized:
    """Outcome of merging files; version: the table's newest. bytes_after: None for a dry run that finds something to merge.

    committed False: nothing was merged.
    """

    table: str
    version: int
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int | None
    committed: bool


@dataclass(frozen=True)
class Vacuumed:
    """Files, relative to the table, that no kept version needs, and their bytes. ended: versions that can be read no more without them.
    kept: older than the retention and there because somebody names them. deleted False: a dry run.
    """

    table: str
    files: tuple[str, ...]
    bytes: int
    ended: tuple[int, ...]
    kept: tuple[int, ...]
    deleted: bool


class Tables(Protocol):
    """Storage of Delta tables by name. All writes are one atomic commit, hold the rows to the DDL of `lakehouse/` and raise SchemaMismatch
    otherwise; a table is created from its DDL on first write. spec: the table's, where `lakehouse/` does not have it. Concurrent writers
    are handled by compare-and-swap and retry (CommitConflict in the end).

    kind: `embedded` or `native`.
    """

    kind: str
    spark: SparkSession
    place: Place

    def exists(self, name: str) -> bool: ...
    def read(self, name: str, version: int | None = None) -> DataFrame: ...
    def version(self, name: str) -> int: ...
    def append(self, name: str, df: DataFrame, info: CommitInfo, *, spec: TableSpec | None = None, count: int | None = None) -> Commit:
        """count: the number of rows, where they were held to the spec and counted already; only their slice is looked at then."""

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
        """Replace all rows, or those of the partitions `where`; rows outside are refused. count: see `append`."""

    def upsert(
        self, name: str, df: DataFrame, info: CommitInfo, *, on: Sequence[str] | None = None, spec: TableSpec | None = None
    ) -> Commit:
        """Update rows that match on the key columns (default: the DDL's key), insert the others; duplicate keys in df are refused."""

    def history(self, name: str, limit: int | None = None) -> list[dict[str, Any]]:
        """Newest first: version, timestamp (ms), operation, metadata; for people, since Delta deletes old entries."""

    def optimize(self, name: str) -> Optimized:
        """Merge small files; rows stay as they are."""

    def vacuum(self, name: str, *, retention_hours: float = 168, keep: Collection[int] = (), dry_run: bool = True) -> Vacuumed:
        """Take away files that no version within the retention needs, nor one of `keep`. Raises UsageError for less than a day."""

    def add_columns(self, name: str, ddl: str) -> int:
        """Schema evolution: add nullable columns given as DDL; old rows read as null. Returns the new version."""

    def names(self) -> list[str]:
        """Tables that exist, sorted."""


def check_retention(name: str, hours: float) -> None:
    """Raise UsageError for a retention that could delete files of a writer that has not committed yet."""
    if hours < SAFE_HOURS:
        raise UsageError(
            f"Vacuum of {name} with {hours:g} h could delete files that a running job is about to commit.",
            hint=f"Keep at least {SAFE_HOURS} hours.",
        )
