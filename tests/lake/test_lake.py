"""The lake object: what starts a JVM and what does not, specs, reads and checks."""

from __future__ import annotations

import subprocess
import sys

import pytest
from lake_rows import definition, documents, table

from medslake.errors import UnknownName, UsageError
from medslake.lake import open_lake


def test_no_jvm_for_arrow_sql_runs_and_trace(tmp_path):
    script = f"""
import sys
from medslake.lake import open_lake
assert "pyspark" not in sys.modules and "great_expectations" not in sys.modules
sys.path.insert(0, "tests/lake")
from lake_rows import definition, table
lake = open_lake({str(tmp_path / "lake")!r})
with lake.run("x") as run:
    run.write("gold.definitions", table("gold.definitions", [definition(1)]), fingerprint="1")
assert lake.query("select count(*) n from gold.definitions").to_pylist() == [{{"n": 1}}]
from pyspark import SparkContext
assert SparkContext._gateway is None
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_spec_of_tables_and_of_sources(lake):
    assert lake.spec("gold.definitions").key == ("definition_id",)
    assert lake.spec("bronze.pubmedqa__pqal").names[-5:] == ("_source", "_file", "_sha256", "_row", "_access")
    with pytest.raises(UnknownName, match=r"gold\.definitions"):
        lake.spec("gold.definition")


def test_unknown_storage_is_refused(tmp_path):
    with pytest.raises(UsageError, match="embedded"):
        open_lake(str(tmp_path), storage="iceberg")


def test_tables_read_the_same_everywhere(lake):
    rows = table("silver.documents", documents(5))
    with lake.run("ingest") as run:
        run.write("silver.documents", rows, slice={"source": "made"}, fingerprint="1")
    assert lake.exists("silver.documents") and not lake.exists("gold.packs")
    assert lake.names() == ["ops.quality_results", "ops.runs", "silver.documents"]
    assert lake.read("silver.documents").count() == 5
    assert lake.sql("select max(record_id) m from silver.documents").first()["m"] == "r5"
    assert lake.query("select max(record_id) m from silver.documents").to_pylist() == [{"m": "r5"}]
    assert lake.history("silver.documents")[0]["metadata"]["run"] == run.id


def test_check_runs_again_and_writes_nothing(lake):
    with lake.run("ingest") as run:
        run.write("gold.definitions", table("gold.definitions", [definition(1), definition(2)]), fingerprint="1")
    before = {n: lake.version(n) for n in lake.names()}
    results = lake.check()
    assert {r.table for r in results} == set(before) and all(r.success for r in results)
    # A table that was changed behind the gate's back.
    from medslake.lake.storage.tables import CommitInfo

    lake.arrow.append("gold.definitions", table("gold.definitions", [definition(2, kind="found")]), CommitInfo("by hand"))
    failed = {(r.rule, r.unexpected) for r in lake.check("gold.definitions") if not r.success}
    assert failed == {("unique(definition_id)", 1), ("in_set(kind)", 1)}
    with pytest.raises(UnknownName):
        lake.check("gold.packs")
