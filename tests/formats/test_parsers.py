"""Parsers by themselves, without Spark: what one fault costs in formats whose records have a shape of their own."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest

from medslake import registry
from medslake.formats import DOCUMENT_SCHEMA, IOB_SCHEMA, NativeFile, Record, Unreadable


def parsed(name: str, content: str | bytes, schema: str, **options: Any) -> list[Record]:
    form = registry.get("format", name)
    columns = dict(NativeFile("t", ("x",), name, schema).columns)
    stream = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    return list(form.parse(stream, "x.txt", {**form.options, **options, "columns": columns}))


def rules(records: list[Record]) -> list[str]:
    return [(record.error or "").partition(":")[0] for record in records]


def document(number: int, text: str) -> str:
    return f"<document><id>{number}</id><passage><offset>0</offset><text>{text}</text></passage></document>"


def test_a_broken_document_of_bioc_costs_itself() -> None:
    texts = ("one", "two &mdash; three", "<b>four", "five", "six &lt; seven")
    found = parsed("bioc_xml", f"<collection>{''.join(document(at, text) for at, text in enumerate(texts))}</collection>", DOCUMENT_SCHEMA)
    assert rules(found) == ["", "bioc", "bioc", "", ""]
    assert found[4].values["passages"][0]["text"] == "six < seven"
    with pytest.raises(Unreadable):
        parsed("bioc_xml", f"<collection>{document(1, 'one')}{document(2, 'two')[:-9]}", DOCUMENT_SCHEMA)


OBO = (
    "id STRING, name STRING, is_obsolete BOOLEAN, "
    "synonyms ARRAY<STRUCT<text: STRING, scope: STRING>>, is_a ARRAY<STRUCT<id: STRING, name: STRING>>"
)


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ('[Term]\nid: X:1\nname: a\nis_a: X:2 ! chill {x="y"}\nis_obsolete: True\n', [""]),
        ('[Term]\nid: X:1\nname: a\nsynonym: "open EXACT []\n[Term]\nid: X:2\n', ["obo", ""]),
        ("[Term]\nid: X:1\nid: X:2\n", ["obo"]),
        ("[Term]\nid: X:1\nis_obsolete: maybe\n", ["obo"]),
        ("[Trem]\nid: X:1\n[Typedef]\nid: part_of\n[Term]\nid: X:2\n", ["obo", ""]),
        ("Term]\nid: X:1\nname: a\n\n[Term]\nid: X:2\n", ["obo", ""]),
        ("[Term]\nid: X:1\nno tag here\n", ["obo"]),
    ],
)
def test_obo(lines: str, wanted: list[str]) -> None:
    found = parsed("obo", f"format-version: 1.2\n\n{lines}", OBO)
    assert rules(found) == wanted
    assert not any("tag here" in (record.error or "") for record in found)
    for record in found[:1] if wanted == [""] else ():
        assert record.values["is_a"] == [{"id": "X:2", "name": "chill"}] and record.values["is_obsolete"] is True


def test_marks_of_iob_and_digits_of_pubtator() -> None:
    found = parsed("iob", "-DOCSTART-\tO\n\na\tO\n\n-DOCSTART-\tX\n", IOB_SCHEMA)
    assert [(record.row, record.error is None) for record in found] == [(2, True), (3, False)]
    text = "1|t|One two.\n1|a|x\n1\t{}\t3\tOne\tX\tC1\n"
    assert rules(parsed("pubtator", text.format("0") + "\n" + text.format("\u0660"), DOCUMENT_SCHEMA)) == ["", "pubtator"]


def workbook(*rows: tuple[Any, ...], size: str | None = None) -> bytes:
    import openpyxl

    book, saved, out = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            data = old.read(member)
            new.writestr(member, re.sub(rb'dimension ref="[^"]*"', f'dimension ref="{size}"'.encode(), data) if size else data)
    return out.getvalue()


def test_a_workbook_is_as_large_as_its_rows() -> None:
    rows = (("id", "v"), (1, "#N/A"), (2, "none"), (3, "=1/0"))
    for size in (None, "A1", "A1:A2", "A1:XFD1048576"):
        found = parsed("xlsx", workbook(*rows, size=size), "id STRING, v STRING")
        assert [record.values["v"] for record in found][:2] == [None, "none"] and len(found) == 3


def test_columns_of_a_workbook() -> None:
    with pytest.raises(Unreadable, match="header_twice"):
        parsed("xlsx", workbook(("id", "v", "v"), (1, "x", "y")), "id STRING, v STRING")
    with pytest.raises(Unreadable, match="missing_column"):
        parsed("xlsx", workbook(("id", "w")), "id STRING, v STRING")
    filled = parsed(
        "xlsx", workbook(("id", "v", "w"), (1, "x", None), (2, None, "y"), (3, "x", "y")), "id STRING, v STRING", aliases={"w": "v"}
    )
    assert rules(filled) == ["", "", "two_values"]
    assert [record.values["v"] for record in filled[:2]] == ["x", "y"]
