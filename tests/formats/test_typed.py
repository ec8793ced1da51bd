"""Per type what is a value and what is none, as text of a cell and as what a parser delivers, by every format that can hold it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from medslake.formats import NativeFile
from medslake.formats.parts.typed import Misfit, Number, fitter, grammar
from medslake.lake.schema.types import parse_type

Records = Callable[..., list[dict[str, Any]]]

NOON = datetime(2152, 3, 1, 12, 30, 5, tzinfo=UTC)
#: Type -> text of a cell -> its value.
RIGHT: dict[str, dict[str, Any]] = {
    "INT": {"7": 7, "-12": -12, "+3": 3, "007": 7, " 5 ": 5, "2147483647": 2147483647, "NaN": None},
    "BIGINT": {"80000001": 80000001, "-9223372036854775808": -(2**63)},
    "SMALLINT": {"-32768": -32768},
    "DOUBLE": {"1.5": 1.5, ".5": 0.5, "-2": -2.0, "1e-3": 0.001, "1E5": 1e5, "nan": None, "0": 0.0},
    "FLOAT": {"0.5": 0.5},
    "DECIMAL(5,2)": {"1.05": Decimal("1.05"), "123.4": Decimal("123.40"), "7": Decimal("7.00")},
    "BOOLEAN": {"true": True, "False": False},
    "DATE": {"2152-03-01": date(2152, 3, 1), "2152-02-29": date(2152, 2, 29)},
    "TIMESTAMP": {
        "2152-03-01 12:30:05": NOON,
        "2152-03-01T12:30:05": NOON,
        "2152-03-01 12:30:05.25": NOON.replace(microsecond=250000),
        "2152-03-01T12:30:05Z": NOON,
        "2152-03-01 14:30:05+02:00": NOON,
    },
}
#: Type -> what is none of it. What Spark's casts, Python and Java take beyond these is what a grammar is for.
WRONG: dict[str, tuple[str, ...]] = {
    "INT": ("7.0", "1.5", "7L", "0x1F", "1e3", "1_000", "1,000", "seven", "٣", "2147483648", "1 2", "--1", "Infinity"),
    "BIGINT": ("80000001.0", "9223372036854775808", "5d"),
    "SMALLINT": ("32768",),
    "DOUBLE": ("1.5d", "2f", "0x1p3", "1,5", "Infinity", "-inf", "1e999", "1.", "1e", "½", "1.2.3", "+"),
    "FLOAT": ("1e39", "1f"),
    "DECIMAL(5,2)": ("1.005", "12345.6", "1e2", "1.5d"),
    "BOOLEAN": ("1", "yes", "t", "y", "truee"),
    "DATE": ("2152", "2152-03", "2152-3-1", "2152-02-30", "2152-03-01 00:00:00", "01/03/2152", "2152-03-01T", "21520301", "2151-02-29"),
    "TIMESTAMP": (
        "2152-03-01",
        "2152-03-01 12",
        "2152-03-01 12:30",
        "2152-03-01 12:30:",
        "12:30:05",
        "2152-03-01 12:30:61",
        "2152-03-01 24:00:00",
        "2152-03-01 12:30:05.1234567",
        "2152-03-01 12:30:05 PM",
        "2152-13-01 12:30:05",
        "2152",
    ),
}
CELLS = [(kind, text, value) for kind, texts in RIGHT.items() for text, value in texts.items()]


def _typed(rows: list[dict[str, Any]]) -> list[tuple[Any, str]]:
    """(value, rule of the error) of the typed column, times in UTC."""
    found = []
    for row in rows:
        value = row["v"]
        if isinstance(value, datetime) and value.tzinfo is None:
            value = value.replace(tzinfo=UTC)
        found.append((value, (row["_error"] or "").partition(":")[0]))
    return found


def _files(kind: str, cells: list[str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Format -> a file of these cells beside an id, and its options; cells with a comma are quoted."""
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    spans = {"id": (0, 4), "v": (4, None)}
    return {
        "csv": ("id,v\n" + "".join(f"{at},{cell}\n" for at, cell in enumerate(quoted)), {}),
        # A field over several lines goes another way.
        "csv ": ("id,v,w\n" + "".join(f'{at},{cell},"a\nb"\n' for at, cell in enumerate(quoted)), {}),
        "tsv": ("id\tv\n" + "".join(f"{at}\t{cell}\n" for at, cell in enumerate(cells)), {}),
        "fixed_width": ("".join(f"{at:<4}{cell}\n" for at, cell in enumerate(cells)), {"spans": spans}),
    }


@pytest.mark.parametrize("kind", RIGHT)
def test_text_of_a_cell(kind: str, records: Records) -> None:
    right, wrong = list(RIGHT[kind]), list(WRONG[kind])
    for name, (content, options) in _files(kind, right + wrong).items():
        native = NativeFile("t", ("x.*",), name.strip(), f"id STRING, v {kind}", options=options)
        found = _typed(records({"x.txt": content}, native))
        assert found[: len(right)] == [(RIGHT[kind][text], "") for text in right], name
        assert found[len(right) :] == [(None, "type")] * len(wrong), name


#: Type -> JSON text -> its value.
JSON_RIGHT: dict[str, dict[str, Any]] = {
    "INT": {"7": 7, "-12": -12, "NaN": None, "null": None},
    "DOUBLE": {"1.5": 1.5, "2": 2.0, "1e-3": 0.001, "NaN": None},
    "DECIMAL(5,2)": {"1.05": Decimal("1.05"), "7": Decimal("7.00")},
    "BOOLEAN": {"true": True, "false": False},
    "DATE": {'"2152-03-01"': date(2152, 3, 1)},
    "TIMESTAMP": {'"2152-03-01 12:30:05"': NOON, '"2152-03-01T12:30:05Z"': NOON},
    "STRING": {'"7"': "7", "7": "7", "1.50": "1.50", '{"a": 1.50}': '{"a": 1.50}', "true": "true", "NaN": None, '"NaN"': "NaN"},
    "ARRAY<STRING>": {'["a", 1.50]': ["a", "1.50"], "[]": [], "null": None},
    "ARRAY<INT>": {"[1, 2]": [1, 2]},
    "MAP<STRING, STRING>": {'{"B": "1", "A": 2}': {"A": "2", "B": "1"}},
    "STRUCT<x: INT, y: STRING>": {'{"x": 1, "z": 2}': {"x": 1, "y": None}},
}
JSON_WRONG: dict[str, tuple[str, ...]] = {
    "INT": ("1.5", "7.0", '"7"', "true", "2147483648", "[7]", "1e3"),
    "DOUBLE": ('"1.5"', "1e999", "true"),
    "DECIMAL(5,2)": ("1.005", "12345.6"),
    "BOOLEAN": ("1", '"true"'),
    "DATE": ('"2152-03"', "2152", '"2152-03-01 00:00:00"'),
    "TIMESTAMP": ('"2152-03-01"', "0", '"2152-03-01 12:30"'),
    "STRING": (),
    "ARRAY<STRING>": ('"just one"', '{"0": "a"}', "7"),
    "ARRAY<INT>": ("[1.5]", '["1"]', '"12"'),
    "MAP<STRING, STRING>": ('[["A", "1"], ["A", "2"]]', '"A"'),
    "STRUCT<x: INT, y: STRING>": ('{"x": 1.5}', "[1]"),
}


@pytest.mark.parametrize("kind", JSON_RIGHT)
def test_values_of_json(kind: str, records: Records) -> None:
    right, wrong = list(JSON_RIGHT[kind]), list(JSON_WRONG[kind])
    texts = right + wrong
    files = {
        "jsonl": "".join(f'{{"v": {text}}}\n' for text in texts),
        "json_array": "[" + ", ".join(f'{{"v": {text}}}' for text in texts) + "]",
        "json_members": "{" + ", ".join(f'"{at}": {{"v": {text}}}' for at, text in enumerate(texts)) + "}",
    }
    for name, content in files.items():
        found = _typed(records({"x.json": content}, NativeFile("t", ("x.json",), name, f"v {kind}")))
        assert found[: len(right)] == [(JSON_RIGHT[kind][text], "") for text in right], name
        assert found[len(right) :] == [(None, "type")] * len(wrong), name


def test_values_of_parquet_and_of_a_workbook(records: Records) -> None:
    import openpyxl
    import pyarrow as pa

    from native_fixtures import parquet_bytes

    def parquet(kind: str, of: pa.DataType, *values: Any) -> list[tuple[Any, str]]:
        data = parquet_bytes([{"v": value} for value in values], pa.schema([("v", of)]))
        return _typed(records({"x.parquet": data}, NativeFile("t", ("x.parquet",), "parquet", f"v {kind}")))

    assert parquet("INT", pa.float64(), 1.0, 1.5, float("nan"), 2.0**40) == [(1, ""), (None, "type"), (None, ""), (None, "type")]
    assert parquet("STRING", pa.int64(), 7) == [(None, "type")]
    assert parquet("ARRAY<STRING>", pa.string(), "just one") == [(None, "type")]
    assert parquet("DATE", pa.timestamp("us"), datetime(2152, 3, 1), datetime(2152, 3, 1, 5)) == [(date(2152, 3, 1), ""), (None, "type")]
    assert parquet("TIMESTAMP", pa.date32(), date(2152, 3, 1)) == [(None, "type")]

    def workbook(kind: str, *values: Any) -> list[tuple[Any, str]]:
        book, out = openpyxl.Workbook(), io.BytesIO()
        for row in (("id", "v"), *enumerate(values)):
            book.worksheets[0].append(row)
        book.save(out)
        return _typed(records({"x.xlsx": out.getvalue()}, NativeFile("t", ("x.xlsx",), "xlsx", f"id STRING, v {kind}")))

    assert workbook("INT", 7, 7.5, "7", "#N/A", True) == [(7, ""), (None, "type"), (None, "type"), (None, ""), (None, "type")]
    assert workbook("STRING", 7, 7.5, "#N/A", "none") == [("7", ""), ("7.5", ""), (None, ""), ("none", "")]
    assert workbook("DATE", datetime(2152, 3, 1), datetime(2152, 3, 1, 5)) == [(date(2152, 3, 1), ""), (None, "type")]


@pytest.mark.parametrize(("kind", "text", "value"), CELLS)
def test_both_engines_share_a_grammar(kind: str, text: str, value: Any) -> None:
    pattern = grammar(parse_type(kind))
    assert pattern is not None
    assert re.fullmatch(f" *(?:{pattern}) *", text) or text.lower() == "nan"


def test_what_a_parser_delivers() -> None:
    assert fitter("integer")(3.0) == 3
    assert fitter("double")(Number("1e-3")) == 0.001
    assert fitter("decimal(5,2)")(Number("1.05")) == Decimal("1.05")
    for kind, value in (("string", 7), ("string", b"x"), ("long", True), ("date", NOON), ("binary", "x"), ("double", Number("1e999"))):
        with pytest.raises(Misfit):
            fitter(kind)(value)
    assert json.dumps(fitter(parse_type("MAP<STRING, INT>"))({"a": 1})) == '[["a", 1]]'
