"""What writers write is read by Python's own library. That none of them uses what reads it, tests/test_house.py holds."""

from __future__ import annotations

import csv as python_csv
import io
import json
from xml.etree import ElementTree

import openpyxl
import pyarrow.parquet as pq

from medslake.synth import (
    Document,
    bioc,
    brat,
    csv,
    iob,
    json_array,
    json_lines,
    json_members,
    lines,
    parquet,
    pubtator,
    tag,
    tsv,
    written,
    xlsx,
    xml,
)

ROWS = [{"a": 'x, "y"', "b": "zwei\nZeilen"}, {"a": None, "b": "Ünïcödé 字"}]
TEXT = Document("9", "Velatrine & rash.", "No <harm>.", [(0, 9, "Chemical", "D1"), (12, 16, "Disease", "X2")], [("CID", "D1", "X2")])


def test_json() -> None:
    assert [json.loads(line) for line in written(json_lines(), ROWS).splitlines()] == ROWS
    assert json.loads(written(json_array(), ROWS)) == ROWS and json.loads(written(json_array(), [])) == []
    assert json.loads(written(json_array(before='{"data": [', after="]}", indent=2), ROWS)) == {"data": ROWS}
    assert json.loads(written(json_members(ascii=True), [("k", ROWS), (7, 1)])) == {"k": ROWS, "7": 1}
    assert written(json_lines(ascii=True), ROWS).isascii()


def test_tables() -> None:
    for writer, dialect in ((csv("a, b"), {}), (csv("a, b", sep=";", end="\r\n"), {"delimiter": ";"}), (csv(["a", "b"], bom=True), {})):
        text = written(writer, ROWS).decode("utf-8-sig")
        read = list(python_csv.DictReader(io.StringIO(text, newline=""), **dialect))
        assert read == [{"a": row["a"] or "", "b": row["b"]} for row in ROWS]
    assert written(csv("a, b", bom=True), ROWS).startswith(b"\xef\xbb\xbf")
    assert written(tsv(None), [(1, None, '"q"')]) == b'1\t\t"q"\n'
    # Long texts are quoted by our own hand.
    long = [{"a": f'{"word, " * 80}"said"\n', "b": None}, {"a": "-" * 400, "b": 7}, {"a": "", "b": "x\ry"}]
    assert list(python_csv.reader(io.StringIO(written(csv("a, b"), long).decode(), newline=""))) == [
        ["a", "b"],
        *([str(cell or "") for cell in row.values()] for row in long),
    ]
    page = openpyxl.load_workbook(io.BytesIO(written(xlsx("S", "a, b"), [(1, "x"), (None, "y")]))).worksheets[0]
    assert (page.title, list(page.iter_rows(values_only=True))) == ("S", [("a", "b"), (1, "x"), (None, "y")])
    assert written(xlsx("S", "a, b"), [(1, "x")]) == written(xlsx("S", "a, b"), [(1, "x")])
    rows = [{"a": "x", "n": 3, "of": [1, 2]}, {"a": None, "n": 4, "of": []}]
    assert pq.read_table(io.BytesIO(written(parquet({"a": "string", "n": "int64", "of": "[int64]"}), rows))).to_pylist() == rows


def test_xml() -> None:
    one = lambda row: tag("topic", tag("name", text=row), language="en", main_id=3)  # noqa: E731
    root = ElementTree.fromstring(written(xml(one, '<topics total="2">'), ["A & B", "C"]))
    assert root.get("total") == "2" and [topic[0].text for topic in root] == ["A & B", "C"] and root[0].get("main-id") == "3"


def test_annotated() -> None:
    root = ElementTree.fromstring(written(bioc(ends={"CID": ("Chemical", "Disease")}), [TEXT, TEXT]).split(b"?>", 1)[1].split(b">", 1)[1])
    assert [found.findtext("id") for found in root.iter("document")] == ["9", "9"]
    passage = next(root.iter("passage"))
    assert passage.findtext("text") == TEXT.title and [one.findtext("text") for one in passage.iter("annotation")] == ["Velatrine", "rash"]
    told = written(pubtator(), [TEXT]).decode().splitlines()
    assert told == [
        "9|t|Velatrine & rash.",
        "9|a|No <harm>.",
        "9\t0\t9\tVelatrine\tChemical\tD1",
        "9\t12\t16\trash\tDisease\tX2",
        "9\tCID\tD1\tX2",
        "",
    ]
    assert brat(Document("1", "", "a rash", [(2, 6, "Sign", "")], [])) == "T1\tSign 2 6\trash\n"
    sentence = [("Two", "O"), ("fevers", "B-Disease")]
    assert written(iob(), [sentence, sentence]) == b"Two\tO\nfevers\tB-Disease\n\nTwo\tO\nfevers\tB-Disease\n"
    assert written(iob(sep=" ", bare=True), [sentence]) == b"Two O\nfevers B\n"
    assert written(iob(offsets=True), [[("Two", 0, 3, "O")]]) == b"Two\t0\t3\tO\n"
    assert written(lines(end="\r\n", header="h"), [1, 2]) == b"h\r\n1\r\n2\r\n"
