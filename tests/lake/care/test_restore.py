"""The rows of an older version made the newest ones again."""

from __future__ import annotations

from pathlib import Path

import pytest
from care_lake import BRONZE, JOB, ROWS, days_pass, every_version, made_lake, moved_on, record, write
from lake_rows import document, documents, table

import medslake
from medslake.errors import DataCheckFailed, UnknownName, UsageError
from medslake.lake import Lake, open_lake

pytestmark = pytest.mark.slow
NAME = "silver.documents"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(str(tmp_path / "lake"))


def ingest(lake: Lake, source: str, rows: list[dict], fingerprint: str) -> bool:  # type: ignore[type-arg]
    with lake.run("ingest") as run:
        return run.write(NAME, table(NAME, rows), slice={"source": source}, fingerprint=fingerprint).committed


def test_rows_that_come_and_go_are_told_and_then_they_do(lake: Lake) -> None:
    ingest(lake, "made", documents(5), "1")
    ingest(lake, "made", [document(1), document(2, title="other"), document(9)], "2")
    before = every_version(lake)
    told = medslake.restore(lake, NAME, 0, dry_run=True)
    assert (told.now, told.rows, told.rows_after, told.came, told.went, told.changed) == (1, 3, 5, 3, 1, 1)
    assert told.run is None and not told.committed and every_version(lake) == before
    done = medslake.restore(lake, NAME, 0)
    assert done.committed and done.tables[NAME].version == 2 and done.tables[NAME].rows == 5
    after = every_version(lake)
    assert after[NAME, 2] == after[NAME, 0] == before[NAME, 0] and after[NAME, 1] == before[NAME, 1]
    # It was a run as any other: on record, judged, with lineage.
    runs = lake.query("select job, state, inputs, outputs from ops.runs where job = 'restore'").to_pylist()
    assert len(runs) == 1 and runs[0]["state"] == "COMPLETE" and runs[0]["inputs"] == '{"silver.documents": 0}'
    judged = lake.query(f"select count(*) n from ops.quality_results where run_id = '{done.run}'").to_pylist()
    assert judged[0]["n"] > 5
    # Called again it finds nothing to do.
    again = medslake.restore(lake, NAME, 0)
    assert again.run is None and not again.differs and lake.version(NAME) == 2


def test_a_job_finds_its_work_done_where_its_input_is_that_of_then(lake: Lake) -> None:
    ingest(lake, "made", documents(3), "old")
    ingest(lake, "kept", [document(1, source="kept")], "same")
    ingest(lake, "made", documents(4), "new")
    ingest(lake, "late", [document(1, source="late")], "late")
    state = lake.slices(NAME, "source")["kept"].state
    medslake.restore(lake, NAME, 1)
    assert sorted(lake.slices(NAME, "source")) == ["kept", "made"]
    assert not ingest(lake, "made", documents(3), "old") and not ingest(lake, "kept", [document(1, source="kept")], "same")
    assert lake.slices(NAME, "source")["kept"].state == state
    # What was written later is not there any more, so it is written again.
    assert ingest(lake, "made", documents(4), "new") and ingest(lake, "late", [document(1, source="late")], "late")


def test_rules_of_today_hold(lake: Lake) -> None:
    bad = document(3, split="dev")
    lake.arrow.replace(NAME, table(NAME, [document(1), document(2), bad]), JOB)
    ingest(lake, "made", documents(4), "new")
    done = medslake.restore(lake, NAME, 0)
    assert (done.tables[NAME].rows, done.tables[NAME].quarantined) == (2, 1)
    assert ingest(lake, "made", documents(4), "new")
    empty = lake.arrow.replace(NAME, table(NAME, []), JOB).version
    lake.arrow.replace(NAME, table(NAME, documents(2)), JOB)
    with pytest.raises(DataCheckFailed, match="rule row_count: no row would be left"):
        medslake.restore(lake, NAME, empty)
    assert lake.version(NAME) == empty + 1


def test_bronze_goes_by_file_and_row(lake: Lake) -> None:
    write(lake, BRONZE, [record(n) for n in (1, 2, 3)], "ingest", ROWS)
    write(lake, BRONZE, [record(1), record(2, note="new"), record(4)], "ingest", ROWS)
    told = medslake.restore(lake, BRONZE, 0, dry_run=True)
    assert (told.came, told.went, told.changed) == (1, 1, 1)
    medslake.restore(lake, BRONZE, 0)
    assert every_version(lake)[BRONZE, 2] == every_version(lake)[BRONZE, 0]


def test_a_version_behind_optimize_and_vacuum(tmp_path: Path) -> None:
    lake = made_lake(tmp_path / "lake")
    days_pass(lake, 30)
    moved_on(lake)
    first = every_version(lake)["gold.instructions", 0]
    medslake.optimize(lake)
    medslake.vacuum(lake, yes=True)
    done = medslake.restore(lake, "gold.instructions", 0)
    assert done.committed and every_version(lake)["gold.instructions", done.tables["gold.instructions"].version] == first


def test_what_cannot_be_restored_is_told(lake: Lake) -> None:
    ingest(lake, "made", documents(3), "1")
    with pytest.raises(UsageError, match=r"has no version 7 \(newest: 0\)"):
        medslake.restore(lake, NAME, 7)
    with pytest.raises(UsageError, match=r"ops\.runs says what happened, which no restore changes"):
        medslake.restore(lake, "ops.runs", 0)
    with pytest.raises(UnknownName, match=r"silver\.document"):
        medslake.restore(lake, "silver.document", 0)
    assert medslake.restore(lake, NAME, 0).run is None
    with pytest.raises(UsageError, match=r"must be"):
        medslake.restore(lake, NAME, "0")  # type: ignore[arg-type]
