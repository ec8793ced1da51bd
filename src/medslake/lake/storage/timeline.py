"""What a table's log still tells of its versions: who made them, which files each holds, and whether these files are there.

For people, and for the clean-up of files; what a table holds is told by its snapshot.
"""

from __future__ import annotations

import bisect
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from medslake.lake.storage.history import metadata_of
from medslake.lake.storage.place import Place
from medslake.lake.storage.snapshot import log_entries, open_snapshot

__all__ = ["Held", "Made", "Timeline", "apps", "data_files", "span", "there", "timeline"]


@dataclass(frozen=True)
class Made:
    """One commit. when: ms, as it tells itself; noted: seconds, by its entry of the log, which nobody's clock but the store's decides.

    came, went: rows that it brought and took away, without those that it merely wrote into other files; None where the log does not count.
    """

    version: int
    when: int
    noted: float
    operation: str
    metadata: Mapping[str, Any]
    came: int | None
    went: int | None


@dataclass(frozen=True)
class Held:
    """A file of the table, from version `first` to before version `until` (None: it is one of the newest)."""

    path: str
    first: int
    until: int | None


@dataclass(frozen=True)
class Timeline:
    """oldest: the first version that can be read by the log. made: commits that the log still has, oldest first. held: files."""

    name: str
    oldest: int
    newest: int
    made: tuple[Made, ...]
    held: tuple[Held, ...]

    @property
    def versions(self) -> range:
        """Those that the log can tell."""
        return range(self.oldest, self.newest + 1)

    def holding(self, paths: Iterable[str]) -> set[int]:
        """Versions that have one of these files."""
        wanted = set(paths)
        edges = [0] * (len(self.versions) + 1)
        for file in self.held:
            if file.path in wanted:
                edges[max(file.first, self.oldest) - self.oldest] += 1
                edges[(self.newest + 1 if file.until is None else file.until) - self.oldest] -= 1
        found, depth = set(), 0
        for version, edge in zip(self.versions, edges, strict=False):
            depth += edge
            if depth:
                found.add(version)
        return found

    def files(self, versions: Iterable[int]) -> set[str]:
        """Files that one of these versions has."""
        wanted = sorted(versions)
        found = set()
        for file in self.held:
            at = bisect.bisect_left(wanted, file.first)
            if at < len(wanted) and (file.until is None or wanted[at] < file.until):
                found.add(file.path)
        return found

    def whole(self, there: Iterable[str]) -> list[int]:
        """Versions of which every file is among those that are there, oldest first."""
        broken = self.holding({f.path for f in self.held} - set(there))
        return [version for version in self.versions if version not in broken]

    def within(self, since: float) -> set[int]:
        """The newest version, and those that were so at that second or later."""
        return {self.newest, *(one.version - 1 for one in self.made if one.noted >= since and one.version > self.oldest)}


def timeline(place: Place, name: str, last: int | None = None) -> Timeline:
    """last: begin so many commits before the newest, if the log reaches further back.

    Raises UnknownName, UsageError for a table that cannot be read here.
    """
    oldest, newest, commits = _reach(place, name)
    if last is not None and newest - last > oldest:
        oldest = newest - last
        commits = {version: path for version, path in commits.items() if version > oldest}
    rows: dict[str, int] = {}
    first: dict[str, int] = {}
    if oldest not in commits or oldest > 0:
        for file in open_snapshot(place, name, oldest, whole=False).files():
            rows[file.path], first[file.path] = file.rows, oldest
    made, held = [], []
    noted = _times(place, [path for _, path in sorted(commits.items())])
    for version, path in sorted(commits.items()):
        adds, removes, info = _actions(place, path)
        told = metadata_of(info.get("userMetadata"))
        if version > oldest or (version == oldest == 0):
            for gone in removes:
                if gone in first:
                    held.append(Held(gone, first.pop(gone), version))
            first |= dict.fromkeys(adds, version)
        before = rows if version > oldest or version == 0 else {}
        came, went = _moved(adds, removes, before, told, info)
        rows |= adds
        when, seconds = info.get("timestamp"), noted[path]
        operation = str(told.get("operation") or info.get("operation", ""))
        made.append(Made(version, int(seconds * 1000) if when is None else int(when), seconds, operation, told, came, went))
    held += [Held(path, since, None) for path, since in first.items()]
    return Timeline(name, oldest, newest, tuple(made), tuple(sorted(held, key=lambda f: (f.path, f.first))))


def there(place: Place, told: Timeline) -> set[str]:
    """Which of its files are there; of few files this is asked sooner than all that lie there are listed."""
    from pyarrow.fs import FileType

    paths = sorted({file.path for file in told.held})
    found = place.filesystem.get_file_info([place.file(told.name, path) for path in paths])
    return {path for path, info in zip(paths, found, strict=True) if info.type is FileType.File}


def span(place: Place, name: str) -> tuple[int, int]:
    """The oldest and the newest version that the log can tell; a vacuum may have ended some between them."""
    oldest, newest, _ = _reach(place, name)
    return oldest, newest


def _reach(place: Place, name: str) -> tuple[int, int, dict[int, str]]:
    """The same, and version -> path of the commits that the log still has. A version can be read from the oldest start on behind which no
    commit is missing.
    """
    newest = open_snapshot(place, name).version
    entries = [entry for entry in log_entries(place, name) if entry[0] <= newest]
    starts = {version for version, _, is_commit in entries if not is_commit} | {0}
    commits = {version: path for version, path, is_commit in entries if is_commit}
    oldest = newest
    for version in range(newest, -1, -1):
        if version in starts and (version in commits or version > 0):
            oldest = version
        if version not in commits:
            break
    return oldest, newest, commits


def data_files(place: Place, name: str) -> Iterator[tuple[str, int, float]]:
    """Relative path, bytes and second of the last change of every data file below the table, whether a version has it or not."""
    from pyarrow.fs import FileSelector, FileType

    top = place.file(name, "")
    for info in place.filesystem.get_file_info(FileSelector(top.rstrip("/"), recursive=True, allow_not_found=True)):
        relative = info.path[len(top) :]
        # What begins with _ or . is no data, unless it is the folder of a partition.
        hidden = any(part.startswith(("_", ".")) and "=" not in part for part in relative.split("/"))
        if info.type is FileType.File and not hidden:
            yield relative, int(info.size or 0), (info.mtime_ns or 0) / 1e9


def apps(place: Place, name: str) -> set[str]:
    """Every writer that left a transaction, as commits and checkpoints of the log tell."""
    import pyarrow.parquet as pq

    found: set[str] = set()
    for _, path, is_commit in log_entries(place, name):
        if is_commit:
            with place.filesystem.open_input_stream(path) as file:
                lines = file.read().decode().splitlines()
            found |= {txn["appId"] for line in lines if '"txn"' in line and (txn := json.loads(line).get("txn"))}
        elif path.endswith(".parquet"):
            told = pq.read_table(path, columns=["txn"], filesystem=place.filesystem)
            found |= {txn["appId"] for txn in told["txn"].to_pylist() if txn and txn["appId"]}
    return found


def _times(place: Place, paths: list[str]) -> dict[str, float]:
    return {info.path: (info.mtime_ns or 0) / 1e9 for info in place.filesystem.get_file_info(paths)}


def _actions(place: Place, path: str) -> tuple[dict[str, int], list[str], dict[str, Any]]:
    """Files added (path -> rows, -1 where the log does not count them), files removed, and what the commit says of itself."""
    with place.filesystem.open_input_stream(path) as file:
        lines = file.read().decode().splitlines()
    adds: dict[str, int] = {}
    removes, info = [], {}
    for action in map(json.loads, filter(None, lines)):
        if add := action.get("add"):
            adds[unquote(add["path"])] = int(json.loads(add.get("stats") or "{}").get("numRecords", -1))
        elif remove := action.get("remove"):
            removes.append(unquote(remove["path"]))
        elif "commitInfo" in action:
            info = action["commitInfo"]
    return adds, removes, info


def _moved(
    adds: Mapping[str, int], removes: list[str], before: Mapping[str, int], told: Mapping[str, Any], info: Mapping[str, Any]
) -> tuple[int | None, int | None]:
    """Rows that came and went. What a commit says it wrote is less than its files hold, where rows moved to other files."""
    if -1 in adds.values():
        return None, None
    added, removed = sum(adds.values()), [before.get(path, -1) for path in removes]
    written = told.get("rows")
    known = -1 not in removed
    if isinstance(written, int):
        moved = max(added - written, 0)
    else:
        moved = min(added, sum(removed)) if known and info.get("operation") == "OPTIMIZE" else 0
    return added - moved, max(sum(removed) - moved, 0) if known else None
