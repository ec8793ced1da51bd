"""Files merged and files taken away, without a JVM: what the contract of the adapters does not reach."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from things import NAME, arrow, specs, thing

from medslake.lake.storage import arrow as arrow_module
from medslake.lake.storage import care, delta_log
from medslake.lake.storage.arrow import MANY, ArrowTables
from medslake.lake.storage.delta_log import Change
from medslake.lake.storage.place import Place
from medslake.lake.storage.snapshot import Snapshot, open_snapshot
from medslake.lake.storage.tables import CommitInfo
from medslake.lake.storage.timeline import timeline

JOB = CommitInfo("job")


@pytest.fixture
def tables(tmp_path: Path) -> ArrowTables:
    return ArrowTables(str(tmp_path), specs)


def ids(tables: ArrowTables, version: int | None = None) -> list[str]:
    return sorted(tables.read(NAME, version, columns=["id"])["id"].to_pylist())


def age(tables: ArrowTables, days: float) -> None:
    for path in Path(tables.place.table(NAME)).rglob("*"):
        seconds = path.stat().st_mtime - days * 24 * 3600
        os.utime(path, (seconds, seconds))


def test_a_partition_never_holds_many_small_files(tables: ArrowTables) -> None:
    files = []
    for n in range(3 * MANY):
        tables.gather(NAME, arrow(thing(f"{n:03}", "a"), *([thing(f"{n:03}b", "b")] if n % 2 else [])), JOB)
        files.append(len(open_snapshot(tables.place, NAME).files({"part": ["a"]})))
    assert max(files) == MANY and files[MANY] == files[2 * MANY] == 1
    assert len(ids(tables)) == 3 * MANY + 3 * MANY // 2 and ids(tables, 1) == ["000", "001", "001b"]


def test_large_files_are_left_alone(tables: ArrowTables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(care, "ROWS_PER_FILE", 4)
    monkeypatch.setattr(arrow_module, "ROWS_PER_FILE", 4)
    for rows in (3, 1, 2, 1, 1):
        tables.append(NAME, arrow(*(thing(f"{rows}-{n}-{tables.exists(NAME)}") for n in range(rows))), JOB)
    before = tables.read(NAME).sort_by([("id", "ascending")])
    done = care.compact(tables.place, NAME)
    sizes = sorted(f.rows for f in open_snapshot(tables.place, NAME).files())
    assert done.committed and done.files_before == 5 and sum(sizes) == 8 and max(sizes) <= 4 and 3 in sizes
    assert tables.read(NAME).sort_by([("id", "ascending")]) == before


def test_a_dry_run_tells_the_number_and_merges_nothing(tables: ArrowTables) -> None:
    for n in range(3):
        tables.append(NAME, arrow(thing(str(n))), JOB)
    told = care.compact(tables.place, NAME, dry_run=True)
    assert (told.files_before, told.files_after, told.bytes_after, told.committed) == (3, 1, None, False)
    assert tables.version(NAME) == 2 and care.compact(tables.place, NAME).files_after == told.files_after


def test_who_was_faster_keeps_its_rows(tables: ArrowTables, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        tables.append(NAME, arrow(thing(str(n))), JOB)
    swap, raced = delta_log._swap, []

    def late(place: Place, table: Any, snapshot: Snapshot | None, change: Change, *rest: Any) -> int | None:
        if not raced:
            raced.append(True)
            # Between reading and committing another writer replaces what is being merged.
            ArrowTables(place, specs).replace(NAME, arrow(thing("new"), thing("newer", "b")), JOB)
        return swap(place, table, snapshot, change, *rest)

    monkeypatch.setattr(delta_log, "_swap", late)
    done = care.compact(tables.place, NAME)
    assert not done.committed and ids(tables) == ["new", "newer"]
    named = {f.path for f in open_snapshot(tables.place, NAME).files()}
    old = {f.path for version in range(3) for f in open_snapshot(tables.place, NAME, version).files()}
    # What was merged in vain is gone again.
    assert {str(p.relative_to(tables.place.table(NAME))) for p in Path(tables.place.table(NAME)).rglob("*.parquet")} == named | old


def test_a_timeline_tells_rows_and_files(tables: ArrowTables) -> None:
    tables.append(NAME, arrow(thing("1"), thing("2")), CommitInfo("job", None, {"run": "r"}))
    tables.upsert(NAME, arrow(thing("2", n=1), thing("3")), JOB)
    tables.replace(NAME, arrow(thing("4", "b")), JOB, where={"part": "b"})
    tables.append(NAME, arrow(thing("5", "b")), JOB)
    care.compact(tables.place, NAME)
    tables.replace(NAME, arrow(thing("6")), JOB)
    told = timeline(tables.place, NAME)
    assert [(one.operation, one.came, one.went) for one in told.made] == [
        ("append", 2, 0),
        ("upsert", 2, 1),
        ("replace", 1, 0),
        ("append", 1, 0),
        ("optimize", 0, 0),
        ("replace", 1, 5),
    ]
    assert told.made[0].metadata["run"] == "r"
    for version in told.versions:
        assert told.files([version]) == {f.path for f in open_snapshot(tables.place, NAME, version).files()}
    assert told.whole(f.path for f in told.held) == [0, 1, 2, 3, 4, 5]


def test_a_log_that_begins_at_a_checkpoint(tables: ArrowTables) -> None:
    for n in range(4):
        tables.replace(NAME, arrow(thing(str(n))), JOB)
    open_snapshot(tables.place, NAME, 2).table.create_checkpoint()
    log = Path(tables.place.table(NAME)) / "_delta_log"
    for version in (0, 1):
        (log / f"{version:020}.json").unlink()
    tables.append(NAME, arrow(thing("4")), JOB)
    told = timeline(tables.place, NAME)
    assert (told.oldest, told.newest) == (2, 4)
    assert [(one.version, one.came, one.went) for one in told.made] == [(2, 1, None), (3, 1, 1), (4, 1, 0)]
    assert told.files([2]) == {f.path for f in open_snapshot(tables.place, NAME, 2).files()}
    age(tables, 8)
    tables.append(NAME, arrow(thing("5")), JOB)
    # Files of versions that the log no longer tells go too.
    done = care.vacuum(tables.place, NAME, dry_run=False)
    assert len(done.files) == 3 and done.ended == (2,) and ids(tables, 3) == ["3"]


def test_versions_within_the_time_stay(tables: ArrowTables) -> None:
    for n in range(5):
        age(tables, 2)
        tables.replace(NAME, arrow(thing(str(n))), JOB)
    # Superseded 8, 6, 4 and 2 days ago... the newest is of now.
    age(tables, 0)
    assert care.vacuum(tables.place, NAME, retention_hours=7 * 24).ended == ()
    age(tables, 2)
    told = care.vacuum(tables.place, NAME, retention_hours=7 * 24)
    assert told.ended == (0,) and len(told.files) == 1
    assert care.vacuum(tables.place, NAME, retention_hours=3 * 24).ended == (0, 1, 2)
    kept = care.vacuum(tables.place, NAME, retention_hours=3 * 24, keep=[1, 4])
    assert kept.ended == (0, 2) and kept.kept == (1,)


def test_a_vacuum_that_breaks_off_is_ended_by_the_next(tables: ArrowTables, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        tables.replace(NAME, arrow(thing(str(n), "a"), thing(f"{n}b", "b")), JOB)
    age(tables, 8)
    tables.append(NAME, arrow(thing("new")), JOB)
    drop: Callable[..., None] = Place.drop
    left = [3]

    def failing(place: Place, name: str, relative: str) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError("gone")
        drop(place, name, relative)

    with monkeypatch.context() as broken:
        broken.setattr(Place, "drop", failing)
        with pytest.raises(OSError, match="gone"):
            care.vacuum(tables.place, NAME, keep=[2], dry_run=False)
    assert ids(tables, 2) == ["2", "2b"] and len(ids(tables)) == 3
    assert len(care.vacuum(tables.place, NAME, keep=[2], dry_run=False).files) == 6 - 3
    assert ids(tables, 2) == ["2", "2b"] and care.vacuum(tables.place, NAME, keep=[2]).files == ()


def test_strange_files_are_no_data(tables: ArrowTables) -> None:
    tables.append(NAME, arrow(thing("1")), JOB)
    top = Path(tables.place.table(NAME))
    for name in ("_notes/x.parquet", ".hidden.parquet", "part=a/.part.crc", "_delta_log/old.tmp", "part=a/orphan.parquet"):
        (top / name).parent.mkdir(exist_ok=True)
        (top / name).write_bytes(b"x")
    age(tables, 9)
    assert care.vacuum(tables.place, NAME).files == ("part=a/orphan.parquet",)
