"""The DDL files are the only schema truth: what the parser makes of them, and of hard cases."""

from __future__ import annotations

import pytest

from medslake.errors import UnknownName, UsageError
from medslake.lake.schema import ddl
from medslake.lake.schema.types import fits, from_arrow, parse_type, spell

HARD = """
-- CREATE TABLE silver.wrong (x INT)
/* CREATE TABLE silver.wrong (x INT) */
create table if not exists silver.hard (
  `select` STRING NOT NULL COMMENT 'it''s (a, b) -- <c>; \\'d\\'',
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
        ("CREATE TABLE silver.x (a TEXT)", "'text' is not a Spark type"),
        ("CREATE TABLE silver.x (a ARRAY<STRING)", "broken at"),
        ("CREATE TABLE silver.x (a STRING", "column list is not closed"),
        ("CREATE TABLE silver.x (`a b` STRING)", "which Delta does not allow"),
        ("CREATE VIEW silver.x AS SELECT 1", "no CREATE TABLE"),
    ],
)
def test_broken_ddl_is_told(sql: str, told: str) -> None:
    with pytest.raises(UsageError, match="(?s).*" + told.replace("(", r"\(")) as refused:
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
        ("void", "map<string,int>", True),
        ("string", "int", False),
        ("date", "timestamp", False),
        ("timestamp_ntz", "timestamp", False),
        ("decimal(5,2)", "decimal(6,2)", False),
        ("array<int>", "array<bigint>", True),
        ("array<void>", "array<string>", True),
        ("struct<a:int,b:int>", "struct<a:int,b:int>", True),
        ("struct<b:int,a:int>", "struct<a:int,b:int>", False),
        ("struct<a:int>", "struct<a:int,b:int>", False),
        ("map<string,int>", "map<string,bigint>", True),
    ],
)
def test_only_lossless_changes_fit(found: str, wanted: str, good: bool) -> None:
    assert fits(parse_type(found), parse_type(wanted)) is good
    assert spell(parse_type(found)) == found
