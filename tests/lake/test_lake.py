"""The lake object: what starts a JVM and what does not, specs, reads and checks."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest
from lake_rows import SHA, definition, documents, table

from medslake.errors import UnknownName, UsageError
from medslake.lake import open_lake
from medslake.lake.schema.ddl import bronze_spec
from medslake.lake.storage.tables import CommitInfo


@pytest.mark.process
def test_no_jvm_for_arrow_sql_runs_and_trace(tmp_path):
    script = f"""
import sys
from medslake.lake import open_lake
from medslake.lake.schema.ddl import bronze_spec
from medslake.lake.storage.tables import CommitInfo
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


def test_spec_of_tables(lake):
    assert lake.spec("gold.definitions").key == ("definition_id",)
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


def test_a_table_of_an_unknown_source_is_checked_and_read(lake):
    spec = bronze_spec("nobody", "rows", "id STRING NOT NULL, text STRING", ("id",))
    rows = [{"id": str(n), "text": "x", "_source": "nobody", "_file": "a", "_sha256": SHA, "_row": n, "_access": "public"} for n in (1, 2)]
    table = pa.Table.from_pylist(rows, schema=spec.arrow_schema())
    with lake.run("ingest") as run:
        run.write(spec.name, table, fingerprint="1", spec=spec, inputs={"nobody/*.csv": {"a": SHA, "b": SHA}})
    assert lake.arrow.read("ops.lineage", columns=["output_column", "input_table", "input_column"]).to_pylist() == [
        {"output_column": name, "input_table": f"nobody/{file}", "input_column": name} for name in ("id", "text") for file in ("a", "b")
    ]
    assert all(r.success for r in lake.check(spec.name)) and lake.read(spec.name).count() == 2
    lake.arrow.append(spec.name, table.slice(0, 1), CommitInfo("by hand"))
    assert {r.rule for r in lake.check() if not r.success} == {"unique(id)"}


def test_check_runs_again_and_changes_no_table(lake):
    with lake.run("ingest") as run:
        run.write("gold.definitions", table("gold.definitions", [definition(1), definition(2)]), fingerprint="1")
    before = {n: lake.version(n) for n in lake.names()}
    results = lake.check()
    assert {r.table for r in results} == set(before) and all(r.success for r in results)
    # A table that was changed behind the gate's back.
    lake.arrow.append("gold.definitions", table("gold.definitions", [definition(2, kind="found")]), CommitInfo("by hand"))
    failed = {(r.rule, r.unexpected) for r in lake.check("gold.definitions") if not r.success}
    assert failed == {("unique(definition_id)", 1), ("in_set(kind)", 1)}
    assert {n: lake.version(n) for n in lake.names()} == before | {"gold.definitions": 1}
    with pytest.raises(UnknownName):
        lake.check("gold.packs")
