"""No decision, count or message about rows changes when Delta's logs are cleaned."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from cleaned_road import clean, walk
from lake_rows import document, documents, table

from medslake import settings
from medslake.errors import UsageError
from medslake.lake import open_lake

pytestmark = pytest.mark.slow

NAME = "silver.documents"


@pytest.mark.spark
def test_every_verb_behind_cleaned_logs(tmp_path: Path, spark: Any) -> None:
    walk(tmp_path, spark, "embedded")


@pytest.mark.long
@pytest.mark.process
@pytest.mark.spark
def test_every_verb_behind_cleaned_logs_on_the_connector(tmp_path: Path) -> None:
    jars = sorted(settings.test_data_dir().with_name("jars").glob("delta/*.jar"))
    if not jars:
        pytest.skip(f"the Delta connector is not in {settings.test_data_dir().with_name('jars') / 'delta'}")
    script = Path(__file__).with_name("cleaned_road.py")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path), *map(str, jars)],
        check=False,
        capture_output=True,
        text=True,
        env=dict(os.environ),
        timeout=1800,
    )
    assert done.returncode == 0, done.stderr[-4000:]


def test_a_standing_slice_tells_its_own_rows_and_what_was_set_aside(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))

    def write(rows: int | None, source: str = "made") -> Any:
        made = [document(n, source=source, split="train" if n < 4 else "dev") for n in range(1, (rows or 0) + 1)]
        with lake.run("ingest") as run:
            return run.write(NAME, lambda: table(NAME, made), slice={"source": source}, fingerprint="f")

    write(5)
    write(3, "other")
    clean(lake)
    assert lake.history(NAME)[0]["metadata"] == {} and len(lake.history(NAME)) == 1
    for source, rows, aside in (("made", 3, 2), ("other", 3, 0)):
        done = write(None, source)
        assert (done.rows, done.quarantined, done.committed) == (rows, aside, False)
    assert {name: s.rows for name, s in lake.slices(NAME, "source").items()} == {"made": 3, "other": 3}


def test_a_batch_tells_its_own_rows(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    for number in (1, 2):
        with lake.run("append") as run:
            run.write(NAME, table(NAME, documents(number)), mode="append", fingerprint=f"{number}")
    clean(lake)
    with lake.run("append") as run:
        assert run.write(NAME, pa.table({}), mode="append", fingerprint="2").rows == 2


def test_a_state_follows_the_rows_and_not_the_files(tmp_path: Path) -> None:
    from deltalake import DeltaTable

    lake = open_lake(str(tmp_path))

    def write(source: str, rows: int, fingerprint: str | None) -> None:
        with lake.run("ingest") as run:
            run.write(
                NAME, table(NAME, [document(n, source=source) for n in range(rows)]), slice={"source": source}, fingerprint=fingerprint
            )

    def states() -> dict[str, str]:
        return {name: s.state for name, s in lake.slices(NAME, "source").items()}

    write("a", 2, "1")
    write("b", 2, "1")
    first = states()
    clean(lake)
    assert states() == first
    write("b", 2, "2")
    assert states()["a"] == first["a"] and states()["b"] != first["b"]
    # Without a fingerprint every write is another state; so is what another program adds or takes away.
    write("a", 2, None)
    second = states()
    assert second["a"] != first["a"]
    lake.arrow.append(NAME, table(NAME, [document(9, source="a")]), _info("other program"))
    third = states()
    assert third["a"] != second["a"] and third["b"] == second["b"]
    DeltaTable(lake.place.table(NAME)).optimize.compact()
    assert states() == third


def _info(app: str) -> Any:
    from medslake.lake.storage.tables import CommitInfo

    return CommitInfo(app)


def test_a_version_that_is_gone_is_told_as_gone(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    for rows in (1, 2, 3):
        with lake.run("ingest") as run:
            run.write(NAME, table(NAME, documents(rows)), slice={"source": "made"}, fingerprint=str(rows))
    clean(lake)
    with pytest.raises(UsageError, match=r"silver\.documents has no version 1 any more; oldest: 2, newest: 2\."):
        lake.query(f"select count(*) from {NAME}", at={NAME: 1})
    with pytest.raises(UsageError, match=r"has no version 7 \(newest: 2\)"):
        lake.arrow.read(NAME, 7)
