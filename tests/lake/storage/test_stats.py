"""Whoever writes to a table or compacts it: its log holds no word of a row."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import deltalake
import pytest
from lake_rows import document, table

from medslake import settings
from medslake.lake import Lake, open_lake
from medslake.lake.schema.ddl import Column, specs
from medslake.lake.storage.delta_log import quieten
from medslake.lake.storage.snapshot import open_snapshot
from medslake.lake.storage.stats import STATISTICS, table_properties
from medslake.lake.storage.tables import CommitInfo

NAME, WORD = "silver.documents", "vermilion"


def rows(number: int) -> Any:
    return table(NAME, [document(number, title=f"{WORD} {number}")])


def log(lake: Lake) -> str:
    return "".join(path.read_text() for path in sorted((Path(lake.place.table(NAME)) / "_delta_log").glob("*.json")))


def test_what_delta_rs_compacts(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    for number in (1, 2):
        lake.arrow.append(NAME, rows(number), CommitInfo(str(number)))
    deltalake.DeltaTable(lake.place.table(NAME)).optimize.compact()
    assert WORD not in log(lake) and '\\"record_id\\":\\"r1\\"' in log(lake)


def test_an_older_table_is_told_before(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    deltalake.write_deltalake(lake.place.table(NAME, new=True), rows(1), partition_by=["source"])
    before = log(lake)
    assert WORD in before
    for _ in range(2):
        assert quieten(open_snapshot(lake.place, NAME))
    assert lake.version(NAME) == 1
    lake.arrow.append(NAME, rows(2), CommitInfo("2"))
    deltalake.DeltaTable(lake.place.table(NAME)).optimize.compact()
    assert WORD not in log(lake).removeprefix(before)


def test_another_writer_may_be_first(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    deltalake.write_deltalake(lake.place.table(NAME, new=True), rows(1), partition_by=["source"])
    stale = open_snapshot(lake.place, NAME)
    assert quieten(open_snapshot(lake.place, NAME)) and not quieten(stale)


def test_columns_that_may_have_statistics() -> None:
    columns = [Column(*one) for one in (("a b", "int"), ("note", "string"), ("record_id", "string"), ("tags", "array<string>"))]
    assert table_properties(columns, ()) == {STATISTICS[0]: "`a b`,record_id"}
    assert table_properties(columns[1:], ("record_id",)) == {STATISTICS[1]: "0"}
    assert [name for name, spec in specs().items() if STATISTICS[0] not in table_properties(spec.columns, spec.partition_by)] == []


@pytest.mark.long
@pytest.mark.process
@pytest.mark.spark
def test_the_connector(tmp_path: Path) -> None:
    folder = settings.test_data_dir().with_name("jars") / "delta"
    jars = sorted(map(str, folder.glob("*.jar")))
    if not jars:
        pytest.skip(f"the Delta connector is not in {folder}")
    command = [sys.executable, str(Path(__file__).with_name("quiet_road.py")), str(tmp_path), *jars]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=dict(os.environ), timeout=900)
    assert done.returncode == 0 and "quiet" in done.stdout, done.stderr[-4000:]
