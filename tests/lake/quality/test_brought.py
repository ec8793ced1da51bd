"""Silver kinds of plug-ins and their suites are judged when they are loaded, as those of the package are by these tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from medslake.lake.quality.brought import _faults, broken_kinds, faults_of_kind
from medslake.lake.schema import ddl

TABLE = """CREATE TABLE silver.beds (
  bed STRING NOT NULL COMMENT 'its number',
  room STRUCT<floor: INT, door: STRING> COMMENT 'where it stands'
)
COMMENT 'Beds of a ward'
"""
RULE = {
    "type": "unexpected_rows_expectation",
    "kwargs": {"unexpected_rows_query": "select * from {batch} where trim(bed) = '' or size(filter(joined, j -> j.row < room.floor)) > 0"},
    "meta": {"severity": "quarantine", "rule": "bed"},
}


def rule(kind: str = "", severity: str = "quarantine", query: str = "", **kwargs: Any) -> dict[str, Any]:
    if query:
        kwargs = {"unexpected_rows_query": f"select * from {{batch}} where {query}"}
    return {"type": kind or RULE["type"], "kwargs": kwargs, "meta": {"severity": severity, "rule": "made"}}


@pytest.fixture
def ward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "lakehouse/silver").mkdir(parents=True)
    (tmp_path / "expectations").mkdir()
    (tmp_path / "lakehouse/silver/beds.sql").write_text(TABLE)
    (tmp_path / "expectations/silver.beds.json").write_text(json.dumps({"expectations": [RULE]}))
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path))
    return tmp_path


def test_a_whole_one(ward: Path) -> None:
    assert (broken_kinds(), ddl.brought(), faults_of_kind("silver.beds")) == ([], ["silver.beds"], [])


@pytest.mark.parametrize("name", [name for name in ddl.names() if name.startswith("silver.")])
def test_those_of_the_package_are_whole(name: str) -> None:
    spec = ddl.spec(name)
    assert list(_faults(spec)) == [] and spec.comment and all(column.comment for column in spec.columns)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (" COMMENT 'where it stands'", "", "beds.sql, line 3: column room of silver.beds has no COMMENT"),
        ("COMMENT 'Beds of a ward'", "", "beds.sql: silver.beds has no comment that says what it holds"),
        ("'its number'", "' '", "beds.sql, line 2: column bed of silver.beds has no COMMENT"),
    ],
)
def test_comments_that_are_missing(ward: Path, old: str, new: str, told: str) -> None:
    (ward / "lakehouse/silver/beds.sql").write_text(TABLE.replace(old, new))
    # The suite of a kind that is none holds nobody to anything, which is told as well.
    assert told in broken_kinds()[0] and ddl.brought() == []


@pytest.mark.parametrize(
    ("suite", "told"),
    [
        ([], "silver.beds.json has no rule; at least one says"),
        ([rule("expect_bed_to_be_made")], "is of type expect_bed_to_be_made, which no SQL is known for"),
        ([rule(query="trim(bedd) = ''")], "expectation 1: rule made names bedd, which is no column of silver.beds"),
        ([RULE, rule(query="size(filter(joined, j -> j.row < flor)) > 0")], "expectation 2: rule made names flor, which is no column"),
        ([rule(query="trim(bed")], "expectation 1: rule made is no SQL of Spark"),
        ([rule("expect_column_values_to_be_in_set", column="bad", value_set=["a"])], "names bad, which is no column of silver.beds"),
        ([rule("expect_column_values_to_be_in_set", column="bed")], "has no value_set, which its type needs"),
        ([rule("expect_column_values_to_be_between", column="bed")], "has neither min_value nor max_value"),
        ([rule(severity="fatal", query="bed = ''")], "has severity 'fatal'; known are error, quarantine, warn"),
        ([{"type": "unexpected_rows_expectation"}], "is not a Great Expectations suite: 'kwargs'"),
        ("no list", "is not a Great Expectations suite"),
    ],
)
def test_suites_that_are_none(ward: Path, suite: Any, told: str) -> None:
    file = ward / "expectations/silver.beds.json"
    file.write_text(json.dumps({"expectations": suite}))
    (fault,) = broken_kinds()
    assert told in fault and str(file) in fault
    assert faults_of_kind("silver.beds") == [fault]


def test_a_suite_under_another_name_or_of_the_package_is_told(ward: Path) -> None:
    (ward / "expectations/silver.beds.json").rename(ward / "expectations/silver.bed.json")
    (ward / "expectations/silver.documents.json").write_text(json.dumps({"expectations": [RULE]}))
    lost, unknown, unused = broken_kinds()
    assert lost.startswith("silver.beds has no suite; write expectations/silver.beds.json")
    assert "silver.bed.json: no table is named 'silver.bed'" in unknown
    assert "silver.documents.json is not used: " in unused
