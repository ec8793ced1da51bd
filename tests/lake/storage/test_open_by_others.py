"""The files are standard Delta tables: polars, delta-rs and DuckDB read the same rows as we do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest
from deltalake import DeltaTable
from things import NAME, ODD_PARTS, THINGS, arrow, specs, thing

from medslake.lake.sql.duckdb import query
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.embedded import EmbeddedDelta
from medslake.lake.storage.tables import CommitInfo

JOB = CommitInfo("job")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> EmbeddedDelta:
    """A table with a past: Spark and Arrow writes, odd partitions, a replaced slice, an upsert, an added column, merged files."""
    found = EmbeddedDelta(spark, str(tmp_path_factory.mktemp("others") / "lake"), specs)
    without_jvm = ArrowTables(found.place, specs)
    rows = arrow(*(thing(f"{i:02}", part) for i, part in enumerate(ODD_PARTS)))
    found.append(NAME, spark.createDataFrame(rows), JOB)
    without_jvm.append(NAME, arrow(thing("more", "a/b c"), thing("null", "b", n=None, tags=None)), JOB)
    found.replace(NAME, spark.createDataFrame(arrow(thing("new 50", "50%"))), JOB, where={"part": "50%"})
    found.upsert(NAME, spark.createDataFrame(arrow(thing("00", "a/b c", n=7), thing("up", "c"))), JOB)
    found.add_columns(NAME, "colour STRING")
    without_jvm.upsert(NAME, arrow(thing("02", "%20", n=8)), JOB)
    return found


def expected(tables: EmbeddedDelta) -> list[tuple[str, str, int | None]]:
    return sorted((r.id, r.part, r.n) for r in tables.read(NAME).select("id", "part", "n").collect())


def test_all_readers_see_the_same_rows(tables: EmbeddedDelta) -> None:
    rows = expected(tables)
    path = tables.place.table(NAME)
    assert len(rows) == len(ODD_PARTS) + 3 and ("00", "a/b c", 7) in rows and ("null", "b", None) in rows
    columns = ["id", "part", "n"]
    assert sorted(polars.read_delta(path).select(columns).rows()) == rows
    by_delta_rs = DeltaTable(path).to_pyarrow_table(columns=columns).to_pylist()
    assert sorted((r["id"], r["part"], r["n"]) for r in by_delta_rs) == rows
    uris = DeltaTable(path).file_uris()
    listed = duckdb.sql("select id, part, n from read_parquet($1, hive_partitioning = true, hive_types_autocast = false)", params=[uris])
    assert sorted(listed.fetchall()) == rows
    ours = query(tables.place, "select id, part, n from silver.things").to_pylist()
    assert sorted((r["id"], r["part"], r["n"]) for r in ours) == rows
    assert ArrowTables(tables.place, specs).read(NAME).num_rows == len(rows)


def test_other_readers_skip_files_rightly(tables: EmbeddedDelta) -> None:
    path = tables.place.table(NAME)
    lazy = polars.scan_delta(path)
    for column, value in (("id", "new 50"), ("part", "007"), ("n", 7)):
        mine = tables.read(NAME).where(f"{column} = '{value}'").count()
        assert lazy.filter(polars.col(column) == value).collect().height == mine >= 1
    late = lazy.filter(polars.col("made") >= polars.lit("2020-02-29 23:59:59.999999").str.to_datetime(time_unit="us", time_zone="UTC"))
    assert late.collect().height == len(expected(tables))


def test_merged_files_are_still_ours(tables: EmbeddedDelta, tmp_path: Path) -> None:
    rows = expected(tables)
    tables.optimize(NAME)
    assert expected(tables) == rows
    found = ArrowTables(tables.place, specs).read(NAME)
    assert found.num_rows == len(rows) and found.schema.names == [*THINGS.names, "colour"]
    assert query(tables.place, "select count(*) as n from silver.things where tags is null")["n"].to_pylist() == [1]
