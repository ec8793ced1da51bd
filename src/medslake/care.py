"""The care of a lake: the history of its tables, small files merged, old versions ended, a version made the newest one again.

The verbs as functions of a lake, and what they return; `medslake.api` has them beside all others. None of them needs Spark, but for a
restore of more rows than fit into memory.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from medslake.declared import typed
from medslake.errors import Failures, UsageError
from medslake.results import RunResult, Written

if TYPE_CHECKING:
    from medslake.lake import Lake
    from medslake.lake.care.told import Version

__all__ = [
    "HistoryResult",
    "OptimizeResult",
    "OptimizedTable",
    "RestoreResult",
    "VacuumResult",
    "VacuumedTable",
    "VersionMade",
    "history",
    "optimize",
    "restore",
    "vacuum",
]

_HOURS = {"h": 1, "d": 24, "w": 7 * 24}


@dataclass(frozen=True)
class VersionMade:
    """One version of a table. time: ISO 8601, UTC. verb: whose run made it, else what was done; operation: what was done. came, went: rows
    that it brought and took away, None where the log does not count. readable: whether its rows can still be read. named: who names it:
    pack plans, trainings, answers, scores.
    """

    table: str
    version: int
    time: str
    verb: str
    operation: str
    run: str | None
    came: int | None
    went: int | None
    readable: bool
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class HistoryResult:
    """versions: newest first; those that the log still has."""

    versions: tuple[VersionMade, ...]

    def to_dict(self) -> dict[str, object]:
        return {"versions": [dataclasses.asdict(one) | {"named": list(one.named)} for one in self.versions]}


@dataclass(frozen=True)
class OptimizedTable:
    """Files and bytes of the newest version before and after. bytes_after: None for a dry run that finds something to merge."""

    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int | None
    version: int
    committed: bool


@dataclass(frozen=True)
class OptimizeResult:
    """run: None where nothing was merged. optimized: table -> its files. failed: table -> why it was left as it is."""

    run: str | None
    dry_run: bool
    optimized: Mapping[str, OptimizedTable]
    failed: Mapping[str, str] = field(default_factory=dict)

    @property
    def committed(self) -> bool:
        return any(one.committed for one in self.optimized.values())

    def to_dict(self) -> dict[str, object]:
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class VacuumedTable:
    """files: below the table's folder, which no kept version needs; bytes: of these. ended: versions that can be read no more without them.
    kept: version that is kept though it is older -> who names it.
    """

    files: tuple[str, ...]
    bytes: int
    ended: tuple[int, ...]
    kept: Mapping[int, tuple[str, ...]]

    def to_dict(self) -> dict[str, object]:
        kept = {str(version): list(by) for version, by in self.kept.items()}
        return {"files": list(self.files), "bytes": self.bytes, "ended": list(self.ended), "kept": kept}


@dataclass(frozen=True)
class VacuumResult:
    """run: None where nothing was deleted. keep: as asked for. deleted: False for a dry run. failed: table -> why it was left as it is."""

    run: str | None
    keep: str
    deleted: bool
    vacuumed: Mapping[str, VacuumedTable]
    failed: Mapping[str, str] = field(default_factory=dict)

    @property
    def files(self) -> int:
        return sum(len(one.files) for one in self.vacuumed.values())

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.vacuumed.values())

    @property
    def committed(self) -> bool:
        """Whether files were taken away."""
        return self.deleted and self.files > 0

    def to_dict(self) -> dict[str, object]:
        tables = {name: one.to_dict() for name, one in self.vacuumed.items()}
        return {"run": self.run, "keep": self.keep, "deleted": self.deleted, "vacuumed": tables, "failed": dict(self.failed)}


@dataclass(frozen=True)
class RestoreResult(RunResult):
    """version: whose rows are the newest again; now: the version that was the newest. came, went: rows that come back and that go; changed:
    rows that become, by key, what they were; where a table has no key, a changed row both comes and goes. rows, rows_after: of the table.
    run None: a dry run, or nothing differs.
    """

    table: str = ""
    version: int = 0
    now: int = 0
    rows: int = 0
    rows_after: int = 0
    came: int = 0
    went: int = 0
    changed: int = 0

    @property
    def differs(self) -> bool:
        return bool(self.came or self.went or self.changed)

    def to_dict(self) -> dict[str, object]:
        told = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name not in ("outline", "tables")}
        return {**told, "tables": {name: dataclasses.asdict(one) for name, one in self.tables.items()}}


@typed
def history(lake: Lake, table: str | None = None, *, limit: int | None = None) -> HistoryResult:
    """Who made the versions of a table, when, what came and went, and whether they can still be read; of all tables the newest version.

    limit: versions of each table. Raises UnknownName.
    """
    lake.require()
    from medslake.lake.care.told import versions

    if limit is not None and limit < 1:
        raise UsageError(f"history: limit is {limit}, and must be 1 or more.")
    found = versions(lake, [table] if table else lake.names(), limit if table or limit else 1)
    return HistoryResult(tuple(_made(one) for one in found))


@typed
def optimize(lake: Lake, table: str | None = None, *, dry_run: bool = False) -> OptimizeResult:
    """Merge the small files of one table or of all, each in a commit that changes no row; versions before stay as they are.

    What breaks off is ended by the same call. Raises UnknownName; UsageError for a single table that others must write.
    """
    lake.require()
    from medslake.lake.storage.care import compact
    from medslake.lake.storage.tables import CommitInfo, Optimized

    failures = Failures(raises=table is not None)
    found: dict[str, Optimized] = {}
    for name in [table] if table else lake.names():
        with failures.of(name):
            found[name] = compact(lake.place, name, dry_run=True)
    # What the run tells of itself is merged last.
    todo = sorted((name for name, one in found.items() if one.files_after < one.files_before), key=lambda name: (name == "ops.runs", name))
    run_id = None
    if todo and not dry_run:
        with lake.run("optimize", {"table": table}) as run:
            run.record()
            run_id = run.id
            for name in todo:
                with failures.of(name):
                    info = CommitInfo(f"{name}/care", metadata={"run": run.id, "job": "optimize"})
                    found[name] = lake.tables.optimize(name) if lake.storage == "native" else compact(lake.place, name, info)
    told = {name: OptimizedTable(**{k: v for k, v in vars(one).items() if k != "table"}) for name, one in found.items()}
    return OptimizeResult(run_id, dry_run, told, dict(failures))


@typed
def vacuum(lake: Lake, table: str | None = None, *, keep: str = "7d", yes: bool = False) -> VacuumResult:
    """Say which files of one table or of all no kept version needs; with `yes` delete them.

    keep: how long a version stays behind the one that took its place, such as 7d, 36h or 2w, a day at least. Older ones stay where a pack
    plan, a training, answers or scores name them, and bronze where it alone has the record of a row of today. What breaks off is ended by
    the same call. Raises UnknownName, UsageError.
    """
    lake.require()
    from medslake.lake.care.sweep import outlined, sweep
    from medslake.lake.storage.tables import check_retention

    hours, failures = hours_of(keep), Failures(raises=table is not None)
    check_retention(table or "the lake", hours)
    found = outlined(lake, [table] if table else lake.names(), hours=hours, failures=failures)
    run_id = None
    if yes and any(one.table.files for one in found):
        with lake.run("vacuum", {"table": table, "keep": keep}) as run:
            run.record()
            run_id = run.id
            found = [sweep(lake, one, hours=hours) if one.table.files else one for one in found]
    told = {one.table.table: VacuumedTable(one.table.files, one.table.bytes, one.table.ended, one.named) for one in found}
    return VacuumResult(run_id, keep, yes, told, dict(failures))


@typed
def restore(lake: Lake, table: str, version: int, *, dry_run: bool = False) -> RestoreResult:
    """Make the rows of an older version the newest ones: a new commit, through the gate. Versions between stay readable.

    dry_run: which rows would come and go. Where no row differs nothing is committed, so that what broke off may be called again. Raises
    UnknownName, UsageError (a version that is gone, a table of ops), DataCheckFailed (rules of today refuse the rows).
    """
    lake.require()
    from medslake.lake.care.restore import outlined
    from medslake.lake.care.restore import restore as restored

    planned = outlined(lake, table, version)
    facts: dict[str, Any] = vars(planned)
    if dry_run or not planned.differs:
        return RestoreResult(**facts)
    with lake.run("restore", {"table": table, "version": version}) as run:
        done = restored(lake, run, table, version)
    written = Written(done.rows, done.quarantined, done.version, done.committed)
    return RestoreResult(run=run.id, tables={table: written}, **facts)


def _made(version: Version) -> VersionMade:
    made = version.made
    job, run = made.metadata.get("job"), made.metadata.get("run")
    return VersionMade(
        table=version.table,
        version=made.version,
        time=datetime.fromtimestamp(made.when / 1000, UTC).isoformat(timespec="seconds"),
        verb=str(job or made.operation).lower(),
        operation=made.operation.lower(),
        run=None if run is None else str(run),
        came=made.came,
        went=made.went,
        readable=version.readable,
        named=version.named,
    )


def hours_of(keep: str) -> float:
    """`7d`, `36h` or `2w` in hours; raises UsageError."""
    found = re.fullmatch(r"(\d+)([hdw])", keep)
    if found is None:
        raise UsageError(f"{keep!r} is no time such as 7d, 36h or 2w.", hint="Example: --keep 30d")
    return float(found[1]) * _HOURS[found[2]]
