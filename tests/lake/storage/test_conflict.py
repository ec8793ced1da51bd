"""Several writers at once: nothing is lost, nothing is doubled, nothing half-written is seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from things import NAME, THINGS, arrow, specs, thing

from medslake.errors import CommitConflict, SchemaMismatch
from medslake.lake.storage import delta_log
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.delta_log import Change
from medslake.lake.storage.snapshot import Snapshot
from medslake.lake.storage.tables import CommitInfo

JOB = CommitInfo("job")
WRITER = """
import sys
from things import NAME, arrow, specs, thing
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.tables import CommitInfo
root, who, verb = sys.argv[1:4]
tables = ArrowTables(root, specs)
print("ready", flush=True)
sys.stdin.readline()
for n in range(8):
    if verb == "append":
        tables.append(NAME, arrow(thing(f"{who}-{n}", "shared")), CommitInfo(who))
    elif verb == "replace":
        tables.replace(NAME, arrow(thing(f"{who}-{n}", who)), CommitInfo(who), where={"part": who})
    else:
        tables.upsert(NAME, arrow(thing(f"same-{n}", "shared", n=n)), CommitInfo(who))
"""


@pytest.fixture
def tables(tmp_path: Path) -> ArrowTables:
    return ArrowTables(str(tmp_path), specs)


def race(root: str, *writers: tuple[str, str]) -> None:
    """Run writer processes that start together; each commits eight times."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, root, who, verb],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )
        for who, verb in writers
    ]
    for process in started:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.wait(120) for process in started] == [0] * len(started)


@pytest.mark.process
def test_processes_that_append_replace_and_upsert_lose_nothing(tables: ArrowTables) -> None:
    race(tables.place.uri, ("one", "append"), ("two", "append"), ("three", "replace"), ("four", "upsert"), ("five", "upsert"))
    rows = tables.read(NAME).to_pylist()
    found = sorted(r["id"] for r in rows)
    appended = [f"{who}-{n}" for who in ("one", "two") for n in range(8)]
    # Two upserts of new keys are both plain inserts; only compare-and-swap keeps them from doubling the rows.
    assert found == sorted([*appended, "three-7", *(f"same-{n}" for n in range(8))])
    assert tables.version(NAME) == 5 * 8 - 1
    assert len({h["metadata"]["commit"] for h in tables.history(NAME)}) == 5 * 8


def test_a_stale_replace_starts_over_from_the_new_snapshot(tables: ArrowTables) -> None:
    tables.append(NAME, arrow(thing("old", "a")), JOB)
    seen: list[list[str]] = []

    def plan(now: Snapshot | None) -> Change:
        assert now is not None
        gone = now.files()
        seen.append([f.path for f in gone])
        if len(seen) == 1:
            tables.append(NAME, arrow(thing("came in between", "a")), JOB)
        return Change(tables._publish(THINGS, arrow(thing("new", "a"))), gone, 1, throwaway=True)

    done = delta_log.commit(tables.place, THINGS, JOB, "replace", plan)
    assert [len(s) for s in seen] == [1, 2] and done.version == 2
    assert tables.read(NAME)["id"].to_pylist() == ["new"]
    assert len(list(Path(tables.place.table(NAME)).rglob("*.parquet"))) == 3


def test_a_race_lost_too_often_is_told_and_leaves_no_files(tables: ArrowTables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delta_log, "ATTEMPTS", 3)
    tables.append(NAME, arrow(thing("0")), JOB)
    mine: list[str] = []

    def plan(now: Snapshot | None) -> Change:
        with monkeypatch.context() as other_writer:
            other_writer.setattr(delta_log, "ATTEMPTS", 30)
            tables.append(NAME, arrow(thing("other")), JOB)
        if not mine:
            mine.extend(tables._publish(THINGS, arrow(thing("mine"))))
        return Change(mine, (), 1)

    with pytest.raises(CommitConflict, match=r"silver.things was changed by other writers 3 times"):
        delta_log.commit(tables.place, THINGS, JOB, "append", plan)
    assert sorted(tables.read(NAME)["id"].to_pylist()) == ["0", "other", "other", "other"]
    assert not Path(tables.place.file(NAME, mine[0])).exists()


def test_files_stay_when_the_failure_came_after_the_commit(tables: ArrowTables, monkeypatch: pytest.MonkeyPatch) -> None:
    swap = delta_log._swap

    def fail_late(*arguments: object) -> int:
        swap(*arguments)  # type: ignore[arg-type]
        raise OSError("disk full while writing a checkpoint")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="checkpoint"):
        patched.setattr(delta_log, "_swap", fail_late)
        tables.append(NAME, arrow(thing("1")), CommitInfo("job", "A"))
    assert tables.read(NAME)["id"].to_pylist() == ["1"]
    assert tables.append(NAME, arrow(thing("1")), CommitInfo("job", "A")).committed is False


def test_a_failed_commit_takes_its_files_along(tables: ArrowTables, monkeypatch: pytest.MonkeyPatch) -> None:
    tables.append(NAME, arrow(thing("1")), JOB)

    def fail(*_: object) -> int:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="no space"):
        patched.setattr(delta_log, "_swap", fail)
        tables.append(NAME, arrow(thing("2")), JOB)
    assert len(list(Path(tables.place.table(NAME)).rglob("*.parquet"))) == 1 and tables.version(NAME) == 0


def test_delta_rs_alone_would_take_rows_of_any_schema(tables: ArrowTables) -> None:
    """Why the DDL is held by us: the write transaction commits a file with other columns without a word."""
    import json

    import pyarrow as pa
    import pyarrow.parquet as pq
    from deltalake import DeltaTable, Schema
    from deltalake.transaction import AddAction

    tables.append(NAME, arrow(thing("1")), JOB)
    path = Path(tables.place.table(NAME)) / "part=a" / "wrong.parquet"
    pq.write_table(pa.table({"id": [7]}), path)
    add = AddAction("part=a/wrong.parquet", path.stat().st_size, {"part": "a"}, 0, True, json.dumps({"numRecords": 1}))
    raw = DeltaTable(tables.place.table(NAME))
    raw.create_write_transaction([add], "append", Schema.from_json(json.dumps(THINGS.schema_json())), ["part"])
    assert DeltaTable(tables.place.table(NAME)).version() == 1
    with pytest.raises(SchemaMismatch, match="column n: found double, wanted bigint"):
        tables.append(NAME, arrow(thing("2")).set_column(2, "n", pa.array([1.5])), JOB)
