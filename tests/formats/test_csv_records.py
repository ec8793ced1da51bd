"""The splitter of comma-separated text against the csv module, against itself in blocks, and against Spark's parser of single lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from medslake.formats import NativeFile, Unreadable
from medslake.formats.parts.csv_records import Dialect, Splitter, split
from medslake.ingest.inventory import take_inventory
from medslake.ingest.quotes import Quotes
from medslake.ingest.reading import read_records
from native_fixtures import one_table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Records = Callable[..., list[dict[str, Any]]]
COMMAS = Dialect(",", '"')


def cells(text: str) -> list[list[str] | str]:
    """Per record its cells, or the rule of what is wrong; the rule of what ends the reading comes last."""
    found: list[list[str] | str] = []
    try:
        for record, values in split(io.BytesIO(text.encode()), COMMAS):
            found.append(values if values is not None else str(record.error))
    except Unreadable as error:
        found.append(f"refused: {error}")
    return found


AFTER = "quote: text follows the quote that closes a field"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('a,b\n1,"x\ny"\n2,5" d\n', [["a", "b"], ["1", "x\ny"], ["2", '5" d']]),
        ('"Cut of 5" or more"\nx\n', [AFTER, ["x"]]),
        ('"""x""",""\n\n \n"a" ,b\n', [['"x"', ""], AFTER]),
        ('a,"b\r\nc"\r\nd,e\r\n', [["a", "b\r\nc"], ["d", "e"]]),
        ('"a","b\n\nc","d\ne"\n1', [["a", "b\n\nc", "d\ne"], ["1"]]),
        ("\ufeffa,b\n", [["a", "b"]]),
        ("a\rb,c\n", [["a\rb", "c"]]),
    ],
)
def test_records(text: str, wanted: list[list[str] | str]) -> None:
    assert cells(text) == wanted


@pytest.mark.parametrize(
    ("text", "rule"), [('1,"a""\n2,"b"\n', "not certain"), ('1,"a"b,"c\nd",e\n', "not certain"), ('1\n2,"x\n3\n', "never closed")]
)
def test_an_end_that_is_not_certain_ends_the_reading(text: str, rule: str) -> None:
    assert rule in cells(text)[-1]


def test_what_the_csv_module_writes_is_read_again() -> None:
    draw = Random(1)
    for _ in range(2000):
        rows = [["".join(draw.choices('ab",\n ', k=draw.randint(0, 5))) for _ in range(3)] for _ in range(4)]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n", quoting=draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])).writerows(rows)
        assert cells(out.getvalue()) == rows


@pytest.mark.slow
def test_blocks_of_a_file_are_judged_as_its_lines() -> None:
    draw = Random(3)
    for _ in range(5000):
        text = "".join(draw.choices(["a", '"', ",", "\n", "b", '"",', '"x"'], k=draw.randint(1, 25)))
        quotes, at = Quotes(",", '"'), 0
        while at < len(text):
            size = draw.randint(1, 12)
            quotes.feed(text[at : at + size].encode())
            at += size
        quotes.close()
        splitter = Splitter(COMMAS)
        for line in text.split("\n"):
            splitter.take(line)
        assert (quotes.spanning, quotes.splitter.open) == (splitter.closed, splitter.open), text
        assert quotes.odd or not any(isinstance(one, str) for one in cells(text)), text


def test_lines_are_cut_alike_in_the_jvm(spark: SparkSession, put: Callable[..., Path]) -> None:
    """Where no field spans lines Spark's parser cuts them, which has ways of its own with quotes that stand where none should."""
    draw = Random(5)
    drawn = ["".join(draw.choices(["a", '"', ",", "b", '""', '"x"', " ", "\\", "'"], k=draw.randint(3, 12))) for _ in range(600)]
    lines = [line for line in drawn if line.strip()]
    wanted = [one if len(one := cells(line + "\n")[0]) == 2 and not isinstance(one, str) else None for line in lines]
    native = NativeFile("t", ("x.csv",), "csv", "a STRING, b STRING")
    (family,) = take_inventory(one_table(native), str(put({"x.csv": "a,b\n" + "\n".join(lines) + "\n"}))).families
    found = read_records(spark, family.form, native, [replace(one, multiline=False, odd=True) for one in family.files])
    rows = sorted(found.collect(), key=lambda row: row["_row"])
    assert [None if row["_error"] else [row["a"] or "", row["b"] or ""] for row in rows] == wanted


def test_a_header_twice_and_an_alias(records: Records) -> None:
    options = {"aliases": {"other": "b"}, "optional": ("b",)}
    native = NativeFile("t", ("x.*",), "csv", "a STRING, b STRING", options=options)
    for tail in ("", '4,"over\nlines",\n'):
        rows = records({"x.csv": "a,b,other\n1,x,\n2,,y\n3,x,x\n" + tail}, native)
        assert [(row["b"], (row["_error"] or "").partition(":")[0]) for row in rows[:3]] == [("x", ""), ("y", ""), ("x", "two_values")]
