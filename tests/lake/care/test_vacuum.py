"""Old versions end, and none that somebody names; every trace says what it said before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from care_lake import BRONZE, JOB, ROWS, days_pass, every_version, made_lake, moved_on, record, traces, write
from lake_rows import table

import medslake
from medslake.errors import UsageError
from medslake.lake import Lake, open_lake
from medslake.lake.storage.place import Place

pytestmark = pytest.mark.slow


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    found = made_lake(tmp_path / "lake")
    days_pass(found, 30)
    moved_on(found)
    days_pass(found, 10)
    return found


def test_named_versions_stay_and_say_for_whom(lake: Lake) -> None:
    before, told = every_version(lake), list(traces(lake))
    assert len(told) == 4 + 1 + 4 + 6
    planned = medslake.vacuum(lake, keep="7d")
    assert not planned.deleted and planned.run is None and planned.files > 0 and every_version(lake) == before
    kept = {name: dict(one.kept) for name, one in planned.vacuumed.items() if one.kept}
    assert kept["gold.instructions"] == {0: ("pack plan plan0",)}
    assert kept["gold.predictions"] == {3: ("scores of m",)}
    # Version 1 is what the only answer of today was given to.
    assert kept["gold.benchmark"] == {0: ("scores of m", "answers of m"), 1: ("answers of m",)}
    ended = {name: one.ended for name, one in planned.vacuumed.items() if one.ended}
    # The files of its first versions are those of version 3 too.
    assert "gold.predictions" not in ended and ended[BRONZE] == (0,) and ended["silver.documents"] == (0,)

    done = medslake.vacuum(lake, keep="7d", yes=True)
    assert done.deleted and done.committed and (done.files, done.bytes) == (planned.files, planned.bytes)
    after = every_version(lake)
    assert {key: rows for key, rows in after.items() if not key[0].startswith("ops.")} == {
        (name, version): rows
        for (name, version), rows in before.items()
        if not name.startswith("ops.") and version not in planned.vacuumed[name].ended
    }
    assert list(traces(lake)) == told
    row = lake.query(f"select job, state from ops.runs where run_id = '{done.run}'").to_pylist()
    assert row == [{"job": "vacuum", "state": "COMPLETE"}]
    with pytest.raises(UsageError, match=rf"{BRONZE} has no version 0 any more: a vacuum took files of it away"):
        lake.query(f"select * from {BRONZE}", at={BRONZE: 0})


def test_a_record_that_is_no_more_keeps_its_version(lake: Lake) -> None:
    told = list(traces(lake))
    # A new release: record 2 of the file has other bytes, so that the file has another digest.
    write(lake, BRONZE, [record(n, "ee" * 32, word=f"{n}!") for n in range(1, 7)], "ingest", ROWS)
    days_pass(lake, 8)
    write(lake, BRONZE, [record(n, "ff" * 32, word=f"{n}?") for n in range(1, 7)], "ingest", ROWS)
    days_pass(lake, 8)
    done = medslake.vacuum(lake, yes=True)
    assert dict(done.vacuumed[BRONZE].kept) == {0: ("the trace of 6 records that it alone has",)}
    assert done.vacuumed[BRONZE].ended == (1, 2)
    assert list(traces(lake)) == told


def test_another_class_or_column_is_another_record(lake: Lake) -> None:
    told = list(traces(lake))
    write(lake, BRONZE, [record(n, _access="dua") for n in range(1, 7)], "ingest", ROWS)
    days_pass(lake, 8)
    assert 0 in medslake.vacuum(lake, BRONZE, yes=True).vacuumed[BRONZE].kept
    assert list(traces(lake)) == told


def test_a_trace_of_what_another_program_took_away(lake: Lake) -> None:
    """Not ours to keep then, but a chain still ends at the file."""
    told = list(traces(lake))
    for name in ("gold.predictions", "gold.benchmark", BRONZE):
        newest = {str(Path(lake.place.table(name)) / f) for f in _files(lake, name)}
        for path in Path(lake.place.table(name)).rglob("*.parquet"):
            if str(path) not in newest and "_delta_log" not in str(path):
                path.unlink()
    found = []
    for one in told:
        if one[0]["kind"] in ("benchmark", "instance"):
            found.append(lake.trace(one[0]["kind"], one[0]["id"]))
            assert [link["kind"] for link in found[-1]] == [link["kind"] for link in one]
    assert [chain[-2:] for chain in found] == [one[-2:] for one in told if one[0]["kind"] in ("benchmark", "instance")]


def _files(lake: Lake, name: str) -> list[str]:
    from medslake.lake.storage.snapshot import open_snapshot

    return [f.path for f in open_snapshot(lake.place, name).files()]


def test_a_plan_keeps_all_that_its_run_read(lake: Lake) -> None:
    lake.arrow.replace("gold.packs", table("gold.packs", []), JOB)
    days_pass(lake, 8)
    # The plan stands no more, and no training stands on it.
    assert dict(medslake.vacuum(lake, "gold.instructions").vacuumed["gold.instructions"].kept) == {}
    with lake.run("train", {"plan": "plan0", "training": "t1"}) as run:
        run.inputs["gold.packs"] = 0
        run.record()
    kept = {name: dict(one.kept) for name, one in medslake.vacuum(lake).vacuumed.items()}
    assert kept["gold.packs"] == {0: ("training t1",)} and kept["gold.instructions"] == {0: ("pack plan plan0",)}


def test_times_are_read_and_refused(lake: Lake) -> None:
    assert medslake.vacuum(lake, keep="8w").files == 0
    for wrong in ("7", "d", "1.5d", "7 d", "-1d", "1m"):
        with pytest.raises(UsageError, match="is no time such as 7d"):
            medslake.vacuum(lake, keep=wrong)
    with pytest.raises(UsageError, match="Keep at least 24 hours"):
        medslake.vacuum(lake, "gold.packs", keep="23h")
    with pytest.raises(UsageError, match="There is no lake at"):
        medslake.vacuum(open_lake("/nowhere/at/all"))


def test_a_vacuum_killed_midway_is_ended_by_the_same_call(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    told, planned = list(traces(lake)), medslake.vacuum(lake)
    drop, left = Place.drop, [planned.files // 2]

    def deadly(place: Place, name: str, relative: str) -> None:
        if relative.endswith(".parquet"):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
        drop(place, name, relative)

    with monkeypatch.context() as killed:
        killed.setattr(Place, "drop", deadly)
        with pytest.raises(KeyboardInterrupt):
            medslake.vacuum(lake, yes=True)
    assert list(traces(lake)) == told
    again: Any = medslake.vacuum(lake, yes=True)
    assert again.files == planned.files - planned.files // 2 and medslake.vacuum(lake).files == 0
    assert list(traces(lake)) == told
