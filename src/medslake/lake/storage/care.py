"""The care of a table: its small files merged, files that no version needs taken away. One way for every adapter, without a JVM."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence

from medslake.lake.storage import delta_log
from medslake.lake.storage.arrow import ROWS_PER_FILE, ArrowTables
from medslake.lake.storage.delta_log import Change
from medslake.lake.storage.place import Place
from medslake.lake.storage.protocol import refuse_unwritable
from medslake.lake.storage.snapshot import DataFile, Snapshot, open_snapshot
from medslake.lake.storage.tables import CommitInfo, Optimized, Vacuumed, check_retention
from medslake.lake.storage.timeline import data_files, timeline

__all__ = ["MOST_BYTES", "compact", "optimized", "vacuum"]

#: Bytes of files that are read at once; a larger file is left alone.
MOST_BYTES = 128 << 20


def compact(place: Place, name: str, info: CommitInfo | None = None, *, dry_run: bool = False) -> Optimized:
    """Merge the small files of each partition, in one commit that changes no row; nothing is committed where there are none.

    Files of more than half of 250,000 rows stay as they are. Of what is read a file at a time is in memory. dry_run: what it would do; how
    many bytes the merged files have is known afterwards alone.
    """
    before = open_snapshot(place, name)
    refuse_unwritable(name, before.table, before.schema)
    merged = list(_bins(before.files()))
    files, size = len(before.files()), sum(f.size for f in before.files())
    if not merged or dry_run:
        return Optimized(name, before.version, files, files - sum(len(b) - 1 for b in merged), size, None if merged else size, False)

    tables = ArrowTables(place)

    def change(now: Snapshot | None) -> Change:
        assert now is not None
        adds: list[str] = []
        removes: list[DataFile] = []
        for files in _bins(now.files()):
            adds += tables.merged(now, files)
            removes += files
        return Change(adds, removes, throwaway=True, moved=True)

    done = delta_log.commit(place, before.spec(), info or CommitInfo(f"{name}/care"), "optimize", change)
    return optimized(before, open_snapshot(place, name), committed=done.committed)


def optimized(before: Snapshot, after: Snapshot, *, committed: bool) -> Optimized:
    """What merging the files of a table came to."""
    old, new = before.files(), after.files()
    return Optimized(before.name, after.version, len(old), len(new), sum(f.size for f in old), sum(f.size for f in new), committed)


def vacuum(place: Place, name: str, *, retention_hours: float = 168, keep: Collection[int] = (), dry_run: bool = True) -> Vacuumed:
    """Take away the files that none of the kept versions needs: the newest, those that were so within the retention, and `keep`.

    A file that no version has goes when it is older than the retention: a younger one may be about to be committed. When a version ended
    to be the newest is told by the log's entries in the store. A vacuum that breaks off leaves every kept version whole, and the next one
    goes on. Raises UsageError for less than a day.
    """
    check_retention(name, retention_hours)
    told = timeline(place, name)
    since = time.time() - retention_hours * 3600
    young = told.within(since)
    kept = {version for version in told.versions if version in keep or version in young}
    there = {path: (size, changed) for path, size, changed in data_files(place, name)}
    needed = told.files(kept)
    gone = sorted(path for path, (_, changed) in there.items() if path not in needed and changed < since)
    whole = set(told.whole(there))
    ending = sorted(told.holding(gone) & whole)
    if not dry_run:
        place.clean_stages(name)
        for path in gone:
            place.drop(name, path)
    pinned = sorted(version for version in keep if version in whole and version not in young)
    return Vacuumed(name, tuple(gone), sum(there[path][0] for path in gone), tuple(ending), tuple(pinned), not dry_run)


def _bins(files: Iterable[DataFile]) -> Iterable[Sequence[DataFile]]:
    """Files of one partition that together make one of at most 250,000 rows, two or more at a time."""
    parts: dict[tuple[tuple[str, str | None], ...], list[DataFile]] = {}
    for file in files:
        if file.rows <= ROWS_PER_FILE // 2 and file.size <= MOST_BYTES:
            parts.setdefault(tuple(sorted(file.partition.items())), []).append(file)
    for small in parts.values():
        chosen: list[DataFile] = []
        rows = size = 0
        for file in small:
            if chosen and (rows + max(file.rows, 0) > ROWS_PER_FILE or size + file.size > MOST_BYTES):
                if len(chosen) > 1:
                    yield chosen
                chosen, rows, size = [], 0, 0
            chosen.append(file)
            rows, size = rows + max(file.rows, 0), size + file.size
        if len(chosen) > 1:
            yield chosen
