"""Values of every type in every form, and what a screen has room for."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from medslake.cli.query_forms import FILES, Form, form_of
from medslake.cli.query_output import distinct, pieces, rows, write
from medslake.cli.query_screen import as_lines, as_table
from medslake.errors import UsageError
from medslake.lake.sql.duckdb import query

#: SQL -> as text, and as JSON.
VALUES: dict[str, tuple[str, object]] = {
    "null": ("", None),
    "true": ("true", True),
    "9007199254740993": ("9007199254740993", 9007199254740993),
    "170141183460469231731687303715884105727": ("170141183460469231731687303715884105727", 170141183460469231731687303715884105727),
    "1.50::decimal(10, 2)": ("1.50", "1.50"),
    "0.1::double": ("0.1", 0.1),
    "'nan'::double": ("nan", None),
    "'infinity'::double": ("inf", None),
    "date '2020-02-29'": ("2020-02-29", "2020-02-29"),
    "interval '14 months 1 day 90061.5 seconds'": ("14 months 1 day 25:01:01.5", "14 months 1 day 25:01:01.5"),
    "interval '-1 second'": ("-00:00:01", "-00:00:01"),
    "interval '1 second' - interval '1 second'": ("00:00:00", "00:00:00"),
    "'a'::enum('a', 'b')": ("a", "a"),
    "union_value(n := 1)": ("1", 1),
    "'\\x00\\xFF'::blob": ("00ff", "00ff"),
    "[1, null]": ("[1, null]", [1, None]),
    "{'é': [interval 1 day], 'b': '\\xAA'::blob}": ('{"é": ["1 day"], "b": "aa"}', {"é": ["1 day"], "b": "aa"}),
    "map {'k': 'nan'::double}": ('{"k": null}', {"k": None}),
    "'[bold] | \\ \"q\", <b>'": ('[bold] | \\ "q", <b>', '[bold] | \\ "q", <b>'),
}


@pytest.mark.parametrize("value", VALUES)
def test_a_value_in_every_form(value: str, tmp_path: Path) -> None:
    answer = query(str(tmp_path), f"select {value} as x, 1 as y")
    text, plain = VALUES[value]
    assert rows(answer) == [{"x": plain, "y": 1}] == json.loads("".join(pieces(answer, Form.json)))
    assert json.loads("".join(pieces(answer, Form.jsonl))) == {"x": plain, "y": 1}
    for form, delimiter in ((Form.csv, ","), (Form.tsv, "\t")):
        assert list(csv.reader(io.StringIO("".join(pieces(answer, form))), delimiter=delimiter)) == [["x", "y"], [text, "1"]]
    escaped = text.replace("\\", "\\\\").replace("|", "\\|")
    assert "".join(pieces(answer, Form.md)).splitlines()[2] == f"| {escaped} | 1 |"
    assert as_table(answer, width=None, most=None).text.splitlines()[1].split("  ")[0].strip() == text.split("  ")[0]
    assert as_lines(answer, most=None).text.splitlines()[0] == f"x  {text}".rstrip()
    write(answer, tmp_path / "a.parquet")
    assert pq.read_table(tmp_path / "a.parquet").num_rows == 1


def test_parquet_keeps_types(tmp_path: Path) -> None:
    answer = query(str(tmp_path), "select 1.50::decimal(10, 2) a, [{'n': 1}] b, now() c, interval 1 day d")
    write(answer, tmp_path / "a.parquet")
    found = pq.read_table(tmp_path / "a.parquet")
    assert [found[name].to_pylist() for name in "ab"] == [[Decimal("1.50")], [[{"n": 1}]]] and pa.types.is_timestamp(found["c"].type)
    assert found["d"].to_pylist() == ["1 day"]


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("count", [0, 1, 25_000])
def test_no_row_is_lost(form: Form, count: int, tmp_path: Path) -> None:
    out = tmp_path / f"a.{form}"
    write(query(str(tmp_path), f"select range as n, 'line\n' || range as t from range({count})"), out)
    if form is Form.parquet:
        assert pq.read_table(out)["n"].to_pylist() == list(range(count))
        return
    text = out.read_text(encoding="utf-8")
    numbers = {
        Form.csv: lambda: [int(row["n"]) for row in csv.DictReader(io.StringIO(text))],
        Form.tsv: lambda: [int(row["n"]) for row in csv.DictReader(io.StringIO(text), delimiter="\t")],
        Form.json: lambda: [row["n"] for row in json.loads(text)],
        Form.jsonl: lambda: [json.loads(line)["n"] for line in text.splitlines()],
        Form.md: lambda: [int(line.split("|")[1]) for line in text.splitlines()[2:]],
    }
    assert numbers[form]() == list(range(count))


def test_names_that_stand_twice_are_told_apart() -> None:
    answer = pa.table([[1], [2], [3], [4]], names=["n", "n", "n_1", "n"])
    assert distinct(answer).column_names == ["n", "n_2", "n_1", "n_3"]
    assert distinct(pa.table({"a": [1]})).column_names == ["a"]


@pytest.mark.parametrize("name", ["a.xlsx", "a", "a.csv.gz", ".csv", "a.md.bak"])
def test_other_endings_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="its ending says no form"):
        form_of(tmp_path / name)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        form_of(tmp_path / "folder.csv")


def test_long_columns_make_room() -> None:
    answer = pa.table({"id": ["i1"], "a": ["a" * 90], "b": ["b" * 90], "n": [7]})
    shown = as_table(answer, width=60, most=None)
    assert shown.text.splitlines()[1] == f"i1  {'a' * 24}…  {'b' * 25}…  7"
    assert shown.left == ("values that end with … are longer; --line, --all",)
    narrow = as_table(answer, width=30, most=None)
    assert narrow.left == ("2 of 4 columns; --line, --all",) and max(map(len, narrow.text.splitlines())) <= 30
    assert as_table(answer, width=None, most=None).left == ()
