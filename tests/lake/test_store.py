"""Which adapter is chosen, which tables are refused, and what a table tells of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from things import NAME, THINGS, arrow, specs, thing

from medslake.errors import MissingDependency, UnknownName, UsageError
from medslake.lake import open_lake
from medslake.lake.schema.ddl import Column, TableSpec
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.native import NativeDelta, has_connector, literal
from medslake.lake.storage.tables import CommitInfo
from medslake.lake.store import open_tables

JOB = CommitInfo("job")


def test_without_the_connector_the_embedded_adapter_is_chosen(spark: Any, tmp_path: Path) -> None:
    assert has_connector(spark) is False
    assert open_tables(spark, str(tmp_path)).kind == "embedded"
    line = r"Run: spark-submit --packages io.delta:delta-spark_4.1_2.13:4.4.0 --conf"
    with pytest.raises(MissingDependency, match=line):
        open_tables(spark, str(tmp_path), "native")
    with pytest.raises(MissingDependency, match=line):
        open_lake(str(tmp_path), spark, storage="native")
    with pytest.raises(UsageError, match="Storage 'sqlite' is not known"):
        open_tables(spark, str(tmp_path), "sqlite")
    assert NativeDelta.kind == "native" and literal("it's a \\ b") == "'it\\'s a \\\\ b'"


@pytest.mark.parametrize(
    ("configuration", "told"),
    [
        ({"delta.enableChangeDataFeed": "true"}, "delta.enableChangeDataFeed"),
        ({"delta.appendOnly": "true"}, "delta.appendOnly"),
    ],
)
def test_tables_with_more_features_are_refused_for_writing(tmp_path: Path, configuration: dict[str, str], told: str) -> None:
    tables = ArrowTables(str(tmp_path), specs)
    rows = arrow(thing("1"))
    write_deltalake(tables.place.table(NAME), rows, partition_by=["part"], configuration=configuration)
    with pytest.raises(UsageError, match=f"silver.things uses Delta features that this writer does not implement .*{told}"):
        tables.append(NAME, rows, JOB)
    assert tables.read(NAME).num_rows == 1 and tables.version(NAME) == 0


def test_constraints_of_others_are_refused(tmp_path: Path) -> None:
    tables = ArrowTables(str(tmp_path), specs)
    tables.append(NAME, arrow(thing("1")), JOB)
    DeltaTable(tables.place.table(NAME)).alter.add_constraint({"small": "n > 0"})
    with pytest.raises(UsageError, match=r"delta.constraints.small"):
        tables.append(NAME, arrow(thing("2", n=-1)), JOB)


@pytest.mark.case("43_deletion_vectors")
def test_deletion_vectors_are_refused_for_reading(tmp_path: Path) -> None:
    tables = ArrowTables(str(tmp_path), specs)
    tables.append(NAME, arrow(thing("1")), JOB)
    features = {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": ["deletionVectors"], "writerFeatures": ["deletionVectors"]}
    log = Path(tables.place.table(NAME)) / "_delta_log" / "00000000000000000001.json"
    log.write_text(json.dumps({"protocol": features}) + "\n")
    with pytest.raises(UsageError, match=r"this reader does not implement \(deletionVectors\)"):
        tables.read(NAME)


def test_another_writers_table_is_read_and_written(tmp_path: Path) -> None:
    tables = ArrowTables(str(tmp_path), specs)
    write_deltalake(tables.place.table(NAME), arrow(thing("1", "50%")), partition_by=["part"])
    assert tables.append(NAME, arrow(thing("2", "50%")), JOB).version == 1
    assert sorted(tables.read(NAME, where={"part": "50%"})["id"].to_pylist()) == ["1", "2"]
    told = [h["metadata"] for h in tables.history(NAME)]
    assert told[0]["app"] == "job" and told[1] == {}
    assert isinstance(tables.read(NAME), pa.Table)


def test_a_table_without_ddl_tells_its_own_spec(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    lake.arrow.append(NAME, arrow(thing("1")), JOB, spec=THINGS)
    assert open_lake(str(tmp_path)).spec(NAME) == THINGS
    write_deltalake(lake.place.table("silver.others"), pa.table({"a": ["x"]}))
    assert lake.spec("silver.others") == TableSpec("silver.others", (Column("a", "string"),))
    with pytest.raises(UnknownName, match=r"'silver.thing'. Did you mean 'silver.things'"):
        lake.spec("silver.thing")


def test_rows_come_in_batches(tmp_path: Path) -> None:
    tables = ArrowTables(str(tmp_path), specs)
    tables.append(NAME, arrow(*(thing(str(n), "b" if n > 3 else "a") for n in range(6))), JOB)
    tables.append(NAME, arrow(thing("9", "a")), JOB)
    read = [batch.column("id").to_pylist() for batch in tables.batches(NAME, ["id"], {"part": "a"}, version=0, size=3)]
    assert read == [["0", "1", "2"], ["3"]]
    assert sum(b.num_rows for b in tables.batches(NAME, ["id"])) == 7
    assert [Path(f).parent.name for f in tables.files(NAME, 0, {"part": ["b"]})] == ["part=b"]
