"""The lattice of access classes in Python, Spark SQL, DuckDB and Arrow."""

from __future__ import annotations

import itertools

import duckdb
import pyarrow as pa
import pytest

from medslake.errors import UnknownName
from medslake.lake.access import LEVELS, arrow_highest, highest, sql_highest, sql_highest_of

PAIRS = list(itertools.product(LEVELS, LEVELS))


def test_highest_is_a_maximum():
    assert highest() == "public"
    assert highest("dua", "public", "noncommercial") == "dua"
    assert all(highest(a, b) == highest(b, a) and highest(a, a) == a for a, b in PAIRS)


def test_unknown_class_is_named():
    with pytest.raises(UnknownName, match="publik"):
        highest("public", "publik")


def test_arrow_and_sql_agree_with_python():
    left, right = (pa.array(side) for side in zip(*PAIRS, strict=True))
    expected = [highest(a, b) for a, b in PAIRS]
    assert arrow_highest(left, right).to_pylist() == expected
    pairs = pa.table({"a": left, "b": right})
    assert duckdb.sql(f"select {sql_highest('a', 'b')} as c from pairs").fetchall() == [(c,) for c in expected]
    assert pairs.num_rows == 36


@pytest.mark.parametrize("bad", [None, "publik", ""])
def test_unclassified_counts_as_private(bad):
    assert arrow_highest(pa.array([bad], pa.string()), pa.array(["public"])).to_pylist() == ["private"]
    literal = "null" if bad is None else f"'{bad}'"
    assert duckdb.sql(f"select {sql_highest('x')} from (select {literal} as x)").fetchall() == [("private",)]


def test_spark_agrees_with_python(spark):
    rows = (
        spark.createDataFrame([*PAIRS, (None, "public")], "a string, b string")
        .selectExpr("a", "b", f"{sql_highest('a', 'b')} as top", f"{sql_highest_of('array(a, b)')} as top_of")
        .collect()
    )
    assert all(r.top == r.top_of == ("private" if r.a is None else highest(r.a, r.b)) for r in rows)
    assert len(rows) == 37
