"""The DDL files are the only schema truth: what the parser makes of them, and of hard cases."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from medslake.errors import UnknownName, UsageError
from medslake.lake.quality.suites import load_suite
from medslake.lake.schema import ddl
from medslake.lake.schema.types import fits, from_arrow, parse_type, spell

HARD = """
-- CREATE TABLE silver.wrong (x INT)
/* CREATE TABLE silver.wrong (x INT) */
create table if not exists silver.hard (
  `select` STRING NOT NULL COMMENT 'it\\'s (a, b) -- <c>; \\'d\\'',
  amount DECIMAL(12, 3) COMMENT "x" , -- trailing
  deep ARRAY<STRUCT<`odd name`: MAP<STRING, ARRAY<INT>>, b: STRUCT<c: DATE>>> NOT NULL,
  small TINYINT,
  at TIMESTAMP_NTZ
) USING delta
PARTITIONED BY (`select`)
COMMENT 'PARTITIONED BY (nothing)'
TBLPROPERTIES ('other' = 'a,b', 'medslake.key' = 'select, at')
"""


def test_a_hard_table_is_parsed() -> None:
    found = ddl.parse_table(HARD.replace('COMMENT "x" ', ""))
    assert (found.name, found.partition_by, found.key) == ("silver.hard", ("select",), ("select", "at"))
    assert found.comment == "PARTITIONED BY (nothing)"
    assert found.names == ("select", "amount", "deep", "small", "at")
    assert [c.nullable for c in found.columns] == [False, True, False, True, True]
    assert found.columns[0].comment == "it's (a, b) -- <c>; 'd'"
    assert found.column("deep").type == "array<struct<`odd name`:map<string,array<int>>,b:struct<c:date>>>"
    assert [c.type for c in found.columns][3:] == ["tinyint", "timestamp_ntz"] and found.column("amount").type == "decimal(12,3)"


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("CREATE TABLE silver.x (a STRING, a INT)", "column a of silver.x is declared twice"),
        ("CREATE TABLE silver.x (a STRING) PARTITIONED BY (b)", "b in PARTITIONED BY or medslake.key is no column"),
        ("CREATE TABLE silver.x (a INT) PARTITIONED BY (a)", "partition column a of silver.x must be STRING"),
        ("CREATE TABLE silver.x (a VARCHAR(3))", "column a: VARCHAR is no type of a table here; use STRING"),
        ("CREATE TABLE silver.x (a INTERVAL)", "INTERVAL is no type"),
        ("CREATE TABLE silver.x (\n  a NOSUCH)", "file.sql is no SQL of Spark, line 2, at 'NOSUCH': Expecting )"),
        ("CREATE TABLE silver.x (a ARRAY<STRING)", "line 1, at ')': Expecting >"),
        ("CREATE TABLE silver.x (a STRING", "Expecting )"),
        ("CREATE TABLE silver.x (a STRING); DROP TABLE silver.y", "or more than one"),
        ("CREATE TABLE silver.x (a STRING COMMENT 'open)", "is no SQL of Spark"),
        ("CREATE TABLE silver.x (`a b` STRING)", "which Delta does not allow"),
        ("CREATE VIEW silver.x AS SELECT 1", "no CREATE TABLE"),
    ],
)
def test_broken_ddl_is_told(sql: str, told: str) -> None:
    with pytest.raises(UsageError, match="(?s).*" + re.escape(told)) as refused:
        ddl.parse_table(sql, "file.sql")
    assert "\n" not in str(refused.value)


def test_every_table_of_the_lakehouse_is_whole() -> None:
    found = ddl.specs()
    assert {"gold.instructions", "silver.questions", "ops.runs", "bronze._shared"} <= set(found)
    for table in found.values():
        assert all(c.comment for c in table.columns), table.name
        assert table.comment and len(table.arrow_schema()) == len(table.columns)
        assert [from_arrow(f.type) for f in table.arrow_schema()] == [c.json_type for c in table.columns]


def test_spark_and_delta_read_the_schema_alike() -> None:
    from deltalake import Schema
    from pyspark.sql.types import StructType

    for table in ddl.specs().values():
        spark = table.spark_schema()
        assert spark == StructType.fromJson(table.schema_json())
        assert [f.dataType.simpleString() for f in spark] == [c.type for c in table.columns]
        assert [f.metadata.get("comment", "") for f in spark] == [c.comment for c in table.columns]
        assert [f.name for f in Schema.from_json(spark.json()).fields] == list(table.names)
        assert all(f.nullable for f in spark)


def test_bronze_tables_end_with_their_provenance() -> None:
    found = ddl.bronze_spec("demo", "rows", "id STRING NOT NULL, n INT", ("id",))
    assert found.name == "bronze.demo__rows" and found.key == ("id",)
    assert found.names == ("id", "n", "_source", "_file", "_sha256", "_row", "_access")
    assert not found.column("_row").nullable


def test_unknown_tables_are_named_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"'gold.instruction'. Did you mean 'gold.instructions'"):
        ddl.spec("gold.instruction")
    with pytest.raises(UnknownName, match="Did you mean 'split'"):
        ddl.spec("gold.instructions").column("splt")


def test_views_are_named_by_their_statement() -> None:
    found = ddl.views()
    assert "gold.chats" in found and found["gold.chats"].lstrip().upper().startswith(("SELECT", "WITH"))
    assert not set(found) & set(ddl.specs())


@pytest.mark.parametrize(
    ("found", "wanted", "good"),
    [
        ("int", "bigint", True),
        ("bigint", "int", False),
        ("float", "double", True),
        ("int", "float", False),
        ("bigint", "double", False),
        ("string", "int", False),
        ("date", "timestamp", False),
        ("timestamp_ntz", "timestamp", False),
        ("decimal(5,2)", "decimal(6,2)", False),
        ("array<int>", "array<bigint>", True),
        ("struct<a:int,b:int>", "struct<a:int,b:int>", True),
        ("struct<b:int,a:int>", "struct<a:int,b:int>", False),
        ("struct<a:int>", "struct<a:int,b:int>", False),
        ("map<string,int>", "map<string,bigint>", True),
    ],
)
def test_only_lossless_changes_fit(found: str, wanted: str, good: bool) -> None:
    assert fits(parse_type(found), parse_type(wanted)) is good
    assert spell(parse_type(found)) == found


def test_no_value_at_all_fits_anywhere() -> None:
    assert fits("void", parse_type("map<string,int>"))
    assert fits({"type": "array", "elementType": "void", "containsNull": True}, parse_type("array<string>"))


def test_silver_tables_share_what_stands_in_one_file() -> None:
    shared = ddl.specs()["silver._shared"]
    for name in (n for n in ddl.names() if n.startswith("silver.")):
        spec = ddl.spec(name)
        assert spec.names[:7] == shared.names[:7] and spec.names[-2:] == ("origin", "joined") and len(spec.columns) > 9
        assert (spec.key, spec.partition_by) == (("source", "record_id"), ("source",))
        assert all(spec.column(c.name) == c for c in shared.columns)


DEVICES = """
CREATE TABLE silver.devices (
  device STRING NOT NULL COMMENT 'name on the label',
  settings MAP<STRING, STRING> NOT NULL COMMENT 'what was set, by name'
)
COMMENT 'Devices at the bedside'
"""
RULE = {
    "type": "unexpected_rows_expectation",
    "kwargs": {"unexpected_rows_query": "select * from {batch} where trim(device) = ''"},
    "meta": {"severity": "quarantine", "rule": "blank(device)"},
}


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plug-in folder with a silver kind."""
    for folder in ("lakehouse/silver", "lakehouse/gold", "expectations"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "lakehouse" / "silver" / "devices.sql").write_text(DEVICES)
    (tmp_path / "expectations" / "silver.devices.json").write_text(json.dumps({"expectations": [RULE]}))
    monkeypatch.setenv("MEDSLAKE_PLUGINS", f"{tmp_path}{os.pathsep}{tmp_path / 'gone'}")
    return tmp_path


def test_a_plug_in_brings_a_silver_kind(plug_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = ddl.spec("silver.devices")
    assert spec.names[6:10] == ("access", "device", "settings", "origin") and spec.key == ("source", "record_id")
    rules = [rule.name for rule in load_suite(spec).rules]
    assert {"not_null(device)", "unique(source, record_id)", "in_set(split)", "blank(device)"} <= set(rules)
    (plug_in / "lakehouse" / "gold" / "more.sql").write_text("CREATE TABLE gold.more (a STRING)")
    assert "gold.more" not in ddl.names(), "plug-ins bring silver kinds alone"
    monkeypatch.delenv("MEDSLAKE_PLUGINS")
    assert "silver.devices" not in ddl.names()


@pytest.mark.parametrize(
    ("name", "sql", "told"),
    [
        ("documents", DEVICES.replace("devices", "documents"), "declares silver.documents, which another file declares already"),
        ("devices", DEVICES.replace("device STRING", "source STRING"), "column source of silver.devices is declared twice"),
        ("devices", DEVICES.replace("silver.devices", "silver.device"), "the file of that table is silver/device.sql"),
    ],
)
def test_a_broken_silver_kind_is_told(plug_in: Path, name: str, sql: str, told: str) -> None:
    (plug_in / "lakehouse" / "silver" / "devices.sql").unlink()
    (plug_in / "lakehouse" / "silver" / f"{name}.sql").write_text(sql)
    (why,) = ddl.broken_specs()
    assert told in why
    assert "silver.questions" in ddl.specs(), "one broken file costs its own kind alone"
