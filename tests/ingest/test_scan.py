"""What a pass over a file finds out: how lines end, and what unpacks to more than anybody holds."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medslake import registry
from medslake.errors import InputRefused
from medslake.formats import NativeFile, Unreadable, xlsx
from medslake.ingest import scan as scanned
from medslake.ingest.inventory import take_inventory
from native_fixtures import one_table

Put = Callable[..., Path]
CSV = NativeFile("rows", ("rows.csv",), "csv", "a INT, b STRING", options={"aliases": {"c": "b"}})
LINES = [name for name in registry.names("format") if registry.get("format", name).lines and registry.get("format", name).text]


def rule(folder: Path, native: NativeFile = CSV) -> str:
    with pytest.raises(InputRefused) as caught:
        take_inventory(one_table(native), str(folder))
    return caught.value.rule


@pytest.mark.parametrize("name", LINES)
def test_carriage_returns_alone_are_refused(name: str, put: Put) -> None:
    example = registry.get("format", name).example
    files = {file: content.replace(b"\n", b"\r") for file, content in example.files().items()}
    assert rule(put(files), example.native(name)) == "line_ends"


def test_some_carriage_returns_are_none(put: Put) -> None:
    (family,) = take_inventory(one_table(CSV), str(put({"rows.csv": b"a,b\r\n1,x\ry\r\n2,z\r\n"}))).families
    assert family.files[0].lines == 3
    native = NativeFile("rows", ("rows.json",), "json_array", "a INT")
    assert take_inventory(one_table(native), str(put({"rows.json": b'[{"a": 1},\r{"a": 2}]\r'}))).files[0].lines == 0


@pytest.mark.parametrize(
    ("header", "wanted"),
    [(b"a,b,a\n1,x,2\n", "header_twice"), (b"a,b,x,x\n1,x,2,3\n", None), (b'a,"b"x\n1,x\n', "header"), (b"a,x\n1,2\n", "missing_column")],
)
def test_headers(header: bytes, wanted: str | None, put: Put) -> None:
    folder = put({"rows.csv": header})
    if wanted is None:
        assert take_inventory(one_table(CSV), str(folder)).warnings == ["rows.csv has 2 columns that are not kept"]
    else:
        assert rule(folder) == wanted


def test_no_refusal_quotes_the_file(put: Put) -> None:
    with pytest.raises(InputRefused) as caught:
        take_inventory(one_table(CSV), str(put({"rows.csv": b"Marlow,fever\n1,x\n"})))
    assert "Marlow" not in str(caught.value)


@pytest.mark.slow
def test_gzip_that_unpacks_to_too_much(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(b"a,b\n" + b"0" * 40_000_000)
    native = NativeFile("rows", ("rows.csv",), "csv", "a INT, b STRING")
    assert take_inventory(one_table(native), str(put({"rows.csv.gz": packed}))).files[0].size < 100_000
    monkeypatch.setattr(scanned, "UNPACKED", 10_000_000)
    assert rule(put({"rows.csv.gz": packed}), native) == "unpacks_too_large"


def test_workbook_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_UNPACKED", 10_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 40_000_000)
    options: dict[str, Any] = {"columns": {"a": "string"}}
    with pytest.raises(Unreadable, match="unpacks_too_large"):
        list(xlsx.parse(io.BytesIO(out.getvalue()), "x.xlsx", options))


def test_a_file_that_changes_while_it_is_scanned(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = put({"rows.csv": b"a,b\n1,x\n"})
    whole = scanned.identity_of
    told: list[str] = []

    def changing(uri: str) -> str:
        told.append(whole(uri))
        (folder / "rows.csv").write_bytes(b"a,b\n1,y\n")
        return told[-1]

    monkeypatch.setattr(scanned, "identity_of", changing)
    assert rule(folder) == "file_changed"
