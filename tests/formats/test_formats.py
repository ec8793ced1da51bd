"""Readers: native columns, record numbers and errors, on files small enough to be read by eye."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import registry
from medslake.formats import (
    DOCUMENT_SCHEMA,
    IOB_SCHEMA,
    MAX_RECORD_BYTES,
    RAW_LIMIT,
    Delivered,
    NativeFile,
    Record,
    Unreadable,
    paragraphs,
    raw_lines,
)
from medslake.formats.parts.blocks import text_lines
from medslake.formats.parts.json_text import elements
from medslake.formats.parts.xml_stream import elements as xml_elements

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Records = Callable[..., list[dict[str, Any]]]
CSV = NativeFile("t", ("*.csv", "*.tsv"), "csv", "a INT, b STRING, c DOUBLE", key=("a",), options={"optional": ("c",)})


def brief(rows: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    """(file, row, the given columns..., rule of the error) per row."""
    return [(r["_file"], r["_row"], *[r[c] for c in columns], (r["_error"] or "").partition(":")[0]) for r in rows]


def test_csv_lines(records: Records) -> None:
    rows = records(
        {
            "one.csv": 'a,b,c\n1,"said ""hi"", left",2.5\n\nx,y,1\n2,y\n3,y,1,4\n,n,1\n4,,\n',
            "other.csv.gz": gzip.compress(b"\xef\xbb\xbfb,extra,a\r\nz,9,7\r\n"),
        },
        CSV,
    )
    assert brief(rows, "a", "b") == [
        ("one.csv", 1, 1, 'said "hi", left', ""),
        ("one.csv", 2, None, "y", "type"),
        ("one.csv", 3, 2, "y", "columns"),
        ("one.csv", 4, 3, "y", "columns"),
        ("one.csv", 5, None, "n", "missing_key"),
        ("one.csv", 6, 4, None, ""),
        ("other.csv.gz", 1, 7, "z", ""),
    ]
    assert rows[1]["_raw"] == "x,y,1"
    assert "x" not in rows[1]["_error"].replace("column", "")  # never a value
    assert rows[0]["_raw"] is None


def test_csv_fields_over_several_lines(records: Records) -> None:
    rows = records({"one.csv": 'a,b,c\n1,"two\nlines",2.5\n5,ok,1\n6,x\n'}, CSV)
    assert brief(rows, "a", "b") == [
        ("one.csv", 1, 1, "two\nlines", ""),
        ("one.csv", 2, 5, "ok", ""),
        ("one.csv", 3, None, None, "columns"),
    ]


def test_csv_quote_that_stays_open_takes_one_row_only(records: Records) -> None:
    rows = records({"one.csv": 'a,b,c\n1,"broken,2.5\n5,ok,1\n6,fine,2\n'}, CSV)
    assert brief(rows, "a") == [("one.csv", 1, 1, "quote"), ("one.csv", 2, 5, ""), ("one.csv", 3, 6, "")]


def test_csv_bad_bytes_and_runaway_lines(records: Records) -> None:
    long = b"1," + b"y" * 10_000_000 + b",1"
    rows = records({"one.csv": b"a,b,c\n" + long + b"\n2,na\xefve,1\n3,na\xc3\xafve \xef\xbf\xbd,1\n"}, CSV)
    assert brief(rows) == [("one.csv", 1, "record_too_long"), ("one.csv", 2, "invalid_utf8"), ("one.csv", 3, "")]
    assert len(rows[0]["_raw"]) == RAW_LIMIT
    assert rows[2]["b"] == "naïve \ufffd"


def test_tsv_keeps_quotes(records: Records) -> None:
    native = NativeFile("t", ("*.tsv",), "tsv", "a INT, b STRING")
    assert brief(records({"x.tsv": 'a\tb\n1\t5" wound\n'}, native), "b") == [("x.tsv", 1, '5" wound', "")]


@pytest.mark.parametrize("blank", [True, False])
def test_line_numbers_do_not_depend_on_blocks(blank: bool, spark: SparkSession, tmp_path: Path) -> None:
    from pyspark.sql import functions as F

    folder = tmp_path / "we[ird] {x} + é %41"
    folder.mkdir()
    delivered = []
    for name, lines in (("long", 700), ("short", 3), ("one", 1), ("longer", 2000)):
        path = folder / f"{name}.txt"
        number = iter(range(1, 10**6))
        # The number that each line claims counts blank lines only where they count.
        text = "".join(
            f"{next(number)} {'x' * (at * 7919 % 40)}\n" + ("\n" if at % 7 == 0 and (not blank or next(number)) else "")
            for at in range(lines)
        )
        path.write_text(text)
        delivered.append(Delivered(f"{name}.txt", str(path), path.stat().st_size, name))
    old = spark.conf.get("spark.sql.files.maxPartitionBytes")
    spark.conf.set("spark.sql.files.maxPartitionBytes", "4096")
    try:
        rows = text_lines(spark, delivered, blank=blank).where("trim(value) != ''")
        assert rows.rdd.getNumPartitions() > 10
        wrong = rows.where(F.split("value", " ")[0].cast("long") != F.col("_number"))
        assert wrong.count() == 0
        counts = {
            r["_file"]: (r["n"], r["missing"])
            for r in rows.groupBy("_file").agg(F.count("*").alias("n"), F.count_if(F.col("_number").isNull()).alias("missing")).collect()
        }
    finally:
        spark.conf.set("spark.sql.files.maxPartitionBytes", old)
    assert counts == {"long.txt": (700, 0), "short.txt": (3, 0), "one.txt": (1, 0), "longer.txt": (2000, 0)}


def test_jsonl(records: Records) -> None:
    schema = "q STRING, options MAP<STRING, STRING>, idx STRING, l ARRAY<STRING>"
    native = NativeFile("t", ("*.jsonl",), "jsonl", schema, options={"required": ("q",), "aliases": {"_idx": "idx"}})
    lines = ['\ufeff{"q":"x","options":{"B":"1","A":"2"},"_idx":["A","B"],"l":["u"]}', "", '{"q":null}', "{broken", "[1]"]
    rows = records({"a.jsonl": "\n".join([*lines, '{"q":"' + "z" * (MAX_RECORD_BYTES + 1) + '"}', '{"q":"e","l":"no"}'])}, native)
    assert brief(rows, "idx") == [
        ("a.jsonl", 1, '["A", "B"]', ""),
        ("a.jsonl", 3, None, "missing_key"),
        ("a.jsonl", 4, None, "json"),
        ("a.jsonl", 5, None, "json"),
        ("a.jsonl", 6, None, "record_too_long"),
        ("a.jsonl", 7, None, "type"),
    ]
    assert rows[0]["options"] == {"A": "2", "B": "1"}


def test_json_members(records: Records) -> None:
    native = NativeFile("t", ("*.json",), "json_members", "id STRING, q STRING, l ARRAY<STRING>, y INT", options={"required": ("q",)})
    good = {"1": {"q": "x", "l": ["a"], "y": 3}, "2": {"l": []}, "3": {"q": "x", "y": "abc"}, "4": 7}
    rows = records({"a.json": json.dumps(good)[:-1] + ', "5": {"q": "x", ', "b.json": b'{"1": {"q": "\xff"}}'}, native)
    assert brief(rows, "id") == [
        ("a.json", 1, "1", ""),
        ("a.json", 2, "2", "missing_key"),
        ("a.json", 3, None, "type"),
        ("a.json", 4, None, "json"),
        ("a.json", 5, None, "unreadable"),
        ("b.json", 1, None, "invalid_utf8"),
    ]
    plain = NativeFile("t", ("*.json",), "json_members", "id STRING, v STRING", options={"value": "v"})
    assert brief(records({"a.json": '{"1": "yes", "2": "no"}'}, plain), "id", "v") == [
        ("a.json", 1, "1", "yes", ""),
        ("a.json", 2, "2", "no", ""),
    ]


def test_json_array(records: Records) -> None:
    native = NativeFile("t", ("*.json",), "json_array", "q STRING")
    rows = records({"a.json": '[{"q": 1}, {"q": {"n": 2}}, 5]', "b.json": '{"q": "x"}\n{"q": "y"}'}, native)
    assert brief(rows, "q") == [
        ("a.json", 1, "1", ""),
        ("a.json", 2, '{"n": 2}', ""),
        ("a.json", 3, None, "json"),
        ("b.json", 1, "x", ""),
        ("b.json", 2, "y", ""),
    ]


def test_json_elements_across_chunks() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(3)

    values = [{"é": "x" * 20}, 12345, [1, 2], "last"]
    text = json.dumps(values, ensure_ascii=False, indent=1).encode()
    assert [one.value for one in elements(Slow(text), members=False)] == values
    with pytest.raises(Unreadable, match="follows"):
        list(elements(io.BytesIO(b"[1] 2"), members=False))


def test_xlsx(records: Records) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "QS"
    for row in (["File", "CHQ", "n"], ["1.txt", "q", 5.0], [None, None, None], ["2.txt", None, 6]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    native = NativeFile("t", ("*.xlsx",), "xlsx", "File STRING, CHQ STRING, n STRING", options={"sheet": "QS", "required": ("CHQ",)})
    rows = records({"a.xlsx": out.getvalue(), "b.xlsx": b"no workbook"}, native)
    assert brief(rows, "File", "n") == [
        ("a.xlsx", 1, "1.txt", "5", ""),
        ("a.xlsx", 3, "2.txt", "6", "missing_key"),
        ("b.xlsx", 1, None, None, "unreadable"),
    ]


def test_obo(records: Records) -> None:
    schema = (
        "id STRING, name STRING, def STRING, synonyms ARRAY<STRUCT<text: STRING, scope: STRING>>, "
        "is_a ARRAY<STRUCT<id: STRING, name: STRING>>, is_obsolete BOOLEAN"
    )
    text = (
        'format-version: 1.2\n\n[Term]\nid: X:1\nname: x\ndef: "A \\"b\\"." [url:a]\nsynonym: "s" EXACT []\nis_a: X:2 ! y\n\n'
        "[Typedef]\nid: z\n\n[Term]\nid: X:3\ndef: unquoted\n"
    )
    rows = records({"a.obo": text}, NativeFile("t", ("*.obo",), "obo", schema))
    assert brief(rows, "id", "def") == [("a.obo", 1, "X:1", 'A "b".', ""), ("a.obo", 2, None, None, "obo")]
    assert rows[0]["synonyms"] == [{"text": "s", "scope": "EXACT"}]
    assert rows[0]["is_a"] == [{"id": "X:2", "name": "y"}]


def test_iob(records: Records) -> None:
    text = "A\tB-X\nb\tI-X\n\n\nlone\n\nx\tQ\n\nlast\tB"
    rows = records({"t.tsv": text}, NativeFile("t", ("*.tsv",), "iob", IOB_SCHEMA))
    assert brief(rows) == [("t.tsv", 1, ""), ("t.tsv", 2, "columns"), ("t.tsv", 3, "tag"), ("t.tsv", 4, "")]
    assert (rows[0]["tokens"], rows[0]["tags"]) == (["A", "b"], ["B-X", "I-X"])


def test_pubtator_and_bioc(records: Records) -> None:
    head = "1|t|One two.\n1|a|Three | four.\n"
    text = f"{head}1\t0\t3\tOne\tX\tC1\n1\tCID\tC1\tC2\n\n{head}1\t0\t4\tOne\tX\tC1\n\n1|a|No title.\n\n{head}2\t0\t3\tOne\tX\tC1\n"
    rows = records({"t.txt": text}, NativeFile("t", ("*.txt",), "pubtator", DOCUMENT_SCHEMA))
    assert brief(rows, "document_id") == [
        ("t.txt", 1, "1", ""),
        ("t.txt", 2, None, "pubtator"),
        ("t.txt", 3, None, "pubtator"),
        ("t.txt", 4, None, "pubtator"),
    ]
    assert rows[0]["relations"] == [{"type": "CID", "head": "C1", "tail": "C2"}]
    document = "<document><id>{}</id><passage><offset>{}</offset><text>One</text></passage></document>"
    good = "<collection>" + document.format(1, 0) + document.format(2, "x") + document.format(3, 0)
    native = NativeFile("t", ("*.xml",), "bioc_xml", DOCUMENT_SCHEMA)
    rows = records({"a.xml": good, "b.xml": '<!DOCTYPE c [<!ENTITY e "boom">]><c>&e;</c>'}, native)
    assert brief(rows, "document_id") == [
        ("a.xml", 1, "1", ""),
        ("a.xml", 2, None, "offset"),
        ("a.xml", 3, "3", ""),
        ("a.xml", 4, None, "unreadable"),
        ("b.xml", 1, None, "unreadable"),
    ]


def test_xml_entities_are_refused_and_unknown_dtds_ignored() -> None:
    bomb = b'<!DOCTYPE c [<!ENTITY a "1234567890"><!ENTITY b "&a;&a;">]><c><d>&b;</d></c>'
    with pytest.raises(Unreadable, match="never expanded"):
        list(xml_elements(io.BytesIO(bomb), "d"))
    found = [part.element for part in xml_elements(io.BytesIO(b"<!DOCTYPE c SYSTEM 'no.dtd'><c><d>x</d></c>"), "d")]
    assert [None if one is None else one.text for one in found] == ["x"]


def test_text_folder_and_parquet(records: Records) -> None:
    import pyarrow as pa

    from native_fixtures import parquet_bytes

    native = NativeFile("t", ("text/*.txt",), "text_folder", "document_id STRING, line STRING")
    rows = records({"text/11.txt": "a\n\nb\n", "text/12.txt": b"c\n\xff\n"}, native)
    assert brief(rows, "document_id", "line") == [
        ("text/11.txt", 1, "11", "a", ""),
        ("text/11.txt", 3, "11", "b", ""),
        ("text/12.txt", 1, "12", "c", ""),
        ("text/12.txt", 2, None, None, "invalid_utf8"),
    ]
    data = parquet_bytes([{"x": 1, "y": "a"}, {"x": None, "y": "b"}], pa.schema([("x", pa.int64()), ("y", pa.string())]))
    rows = records({"a.parquet": data, "b.parquet": b"PAR1"}, NativeFile("t", ("*.parquet",), "parquet", "y STRING, x BIGINT", key=("x",)))
    assert brief(rows, "x", "y") == [
        ("a.parquet", 1, 1, "a", ""),
        ("a.parquet", 2, None, "b", "missing_key"),
        ("b.parquet", 1, None, None, "unreadable"),
    ]


def test_fixed_width(records: Records) -> None:
    options = {"spans": {"code": (0, 3), "n": (4, 6), "name": (7, None)}, "encoding": "ISO-8859-1"}
    native = NativeFile("t", ("*.txt",), "fixed_width", "code STRING, n INT, name STRING", options=options)
    rows = records({"a.txt": b"A01 12 caf\xe9\r\n\r\nA02 xx tea\r\nA03\r\n"}, native)
    assert brief(rows, "code", "name") == [
        ("a.txt", 1, "A01", "café", ""),
        ("a.txt", 3, "A02", "tea", "type"),
        ("a.txt", 4, "A03", None, "line_too_short"),
    ]


def test_raw_lines_cut_runaway_lines() -> None:
    data = b"\xef\xbb\xbfab\r\n" + b"x" * 3_000_000 + b"\nlast"
    assert [(line[:4], len(line), cut) for line, cut in raw_lines(io.BytesIO(data), limit=1000)] == [
        (b"ab", 2, False),
        (b"xxxx", 1000, True),
        (b"last", 4, False),
    ]


def test_paragraphs() -> None:
    data = io.BytesIO(b"\n\na\r\nb\n \n\nc \xff")
    assert list(paragraphs(data)) == [["a", "b"], ["c \ufffd"]]


def test_files_beside_are_handed_over(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that lies beside may be empty; where it is missing its record is set aside and the others are read."""

    def parse(stream: Any, name: str, options: Any) -> Any:
        yield Record(1, {"text": stream.read().decode(), "notes": options["beside"][".ann"].decode()})

    paired = replace(registry.get("format", "text_folder"), parse=parse, beside=(".ann",))
    whole = registry.get
    monkeypatch.setattr(registry, "get", lambda kind, name: paired if (kind, name) == ("format", "paired") else whole(kind, name))
    native = NativeFile("t", ("*.txt",), "paired", "text STRING, notes STRING")
    rows = records({"a.txt": "one", "a.ann": "T1", "b.txt": "two", "b.ann.gz": gzip.compress(b""), "c.txt": "three"}, native)
    assert brief(rows, "text", "notes") == [
        ("a.txt", 1, "one", "T1", ""),
        ("b.txt", 1, "two", "", ""),
        ("c.txt", 1, None, None, "missing_file"),
    ]


@pytest.mark.parametrize("name", registry.names("format"))
def test_example(name: str, records: Records) -> None:
    form = registry.get("format", name)
    assert list(form.faults()) == []
    rows = records(form.example.files(), form.example.native(name))
    assert [row["_error"] for row in rows] == [None] * len(form.example.rows)
    for row, wanted in zip(rows, form.example.rows, strict=True):
        assert {column: row[column] for column in wanted} == wanted
