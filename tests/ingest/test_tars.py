"""Tars in a source's folder, or as the folder: read as zips are, and what may be a trap is refused by its rule."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from medslake.errors import InputRefused
from medslake.formats import NativeFile
from medslake.ingest import tars
from medslake.ingest.folders import folders_of
from medslake.ingest.ingest import ingest
from medslake.ingest.inventory import Inventory, take_inventory
from medslake.lake import open_lake
from native_fixtures import one_table

Put = Callable[..., Path]
ROWS = NativeFile("rows", ("rows*.csv", "sub/rows*.csv"), "csv", "a INT", all_globs=True)


def tarred(members: Iterable[tuple[str, bytes | dict[str, Any]]], form: int = tarfile.PAX_FORMAT, pack: bool = True) -> bytes:
    """members: name, and content or what else the header says."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as made:
        for name, told in members:
            info = tarfile.TarInfo(name)
            if isinstance(told, bytes):
                info.size = len(told)
                made.addfile(info, io.BytesIO(told))
            else:
                for key, value in told.items():
                    setattr(info, key, value)
                made.addfile(info)
    return gzip.compress(out.getvalue()) if pack else out.getvalue()


def taken(folder: Path, *natives: NativeFile) -> Inventory:
    return take_inventory(one_table(*natives or (ROWS,)), str(folder))


def refusal(content: bytes, put: Put, name: str = "data.tar.gz") -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        taken(put({name: content}))
    assert "\n" not in str(caught.value) and str(caught.value).isprintable()
    return caught.value


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("ending", ["tar", "tar.gz", "TGZ"])
def test_members_are_found_as_if_unpacked(form: int, ending: str, put: Put) -> None:
    far = "deep/" * 30 + "x.csv"
    members = [
        ("./top/rows-1.csv", b"a\n1\n"),
        ("./top", {"type": tarfile.DIRTYPE}),
        (f"./top/{far}", b"b\n"),
        ("./top/rows-2.csv.gz", gzip.compress(b"a\n2\n")),
    ]
    if form == tarfile.USTAR_FORMAT:
        del members[2]
    folder = put({f"data.{ending}": tarred(members, form, pack=ending != "tar")})
    for at in (folder, folder / f"data.{ending}"):
        found = taken(at)
        named = [f"{'' if at != folder else f'data.{ending}/'}top/rows-{n}" for n in ("1.csv", "2.csv.gz")]
        assert [one.name for one in found.files] == named
        assert [(one.columns, one.lines) for one in found.files] == [(("a",), 2)] * 2
    assert [path.name for path in folder.iterdir()] == [f"data.{ending}"]


def test_of_several_sources_each_may_have_a_tar(put: Put) -> None:
    folder = put({"bc5cdr.tar.gz": b"", "hoc.tar": b"", "medqa.zip": b""})
    names = {"bc5cdr": "bc5cdr.tar.gz", "hoc": "hoc.tar", "medqa": "medqa.zip"}
    assert folders_of(["all"], str(folder)) == {name: f"{folder}/{file}" for name, file in names.items()}


@pytest.mark.spark
def test_rows_of_a_tar_are_written_and_not_again(put: Put, spark: Any, tmp_path: Path) -> None:
    letters = tarred([("icd10/d_icd_x.txt", b""), *((f"MEDEC-MS/MEDEC-Full-TrainingSet-{n}.csv", MEDEC % n) for n in (1, 2))])
    lake = open_lake(str(tmp_path / "lake"), spark=spark)
    folder = put({"medec.tar.gz": letters})
    assert any(table["committed"] for table in ingest(lake, {"medec": str(folder)})["tables"].values())
    rows = lake.arrow.read("bronze.medec__texts").to_pylist()
    assert [(row["_file"], row["_row"]) for row in rows] == [(f"medec.tar.gz/MEDEC-MS/MEDEC-Full-TrainingSet-{n}.csv", 1) for n in (1, 2)]
    assert {row["split"] for row in lake.arrow.read("silver.documents").to_pylist()} == {"train"}
    assert not any(table["committed"] for table in ingest(lake, {"medec": str(folder)})["tables"].values())


MEDEC = (
    b"Text ID,Text,Sentences,Error Flag,Error Type,Error Sentence ID,Error Sentence,Corrected Sentence,Corrected Text\n"
    b"ms-train-%d,Fever.,0 Fever.,0,NA,-1,NA,NA,NA\n"
)


@pytest.mark.parametrize("name", ["../rows.csv", "/rows.csv", "a/../../rows.csv", "sub\\rows.csv", "C:rows.csv"])
def test_names_that_lead_elsewhere_are_refused(name: str, put: Put) -> None:
    error = refusal(tarred([("rows.csv", b"a\n1\n"), (name, b"a\n1\n")]), put)
    assert error.rule == "tar_member_name" and error.exit_code == 1


def test_a_name_that_is_not_utf8_is_refused(put: Put) -> None:
    plain = tarred([("rows-1.csv", b"a\n1\n"), ("rows-X.csv", b"a\n1\n")], tarfile.USTAR_FORMAT, pack=False)
    at = plain.index(b"rows-X.csv")
    header = bytearray(plain[at : at + 512])
    header[5] = 0xE9
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    assert refusal(plain[:at] + bytes(header) + plain[at + 512 :], put, "data.tar").rule == "tar_member_name"


def test_names_that_are_there_twice_are_refused(put: Put) -> None:
    assert refusal(tarred([("rows.csv", b"a\n1\n"), ("./rows.csv", b"a\n2\n")]), put).rule == "tar_member_twice"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}, "a link"),
        ({"type": tarfile.LNKTYPE, "linkname": "rows-2.csv"}, "a link"),
        ({"type": tarfile.FIFOTYPE}, "no plain file"),
        ({"type": tarfile.CHRTYPE}, "no plain file"),
    ],
)
def test_what_is_no_file_is_refused_where_a_pattern_chose_it(told: dict[str, Any], said: str, put: Put) -> None:
    error = refusal(tarred([("rows-2.csv", b"a\n1\n"), ("rows.csv", told)]), put)
    assert error.rule == "tar_link" and said in str(error)
    assert len(taken(put({"data.tar.gz": tarred([("rows-2.csv", b"a\n1\n"), ("else", told)])})).files) == 1


def test_damage_is_refused(put: Put) -> None:
    plain = tarred([("rows-1.csv", b"a\n1\n" * 900), ("rows-2.csv", b"a\n2\n")], pack=False)
    packed = gzip.compress(plain)
    second = plain.index(b"rows-2.csv")
    wrong = plain[:second] + b"x" * 512 + plain[second + 512 :]
    for content in (packed[:-9], packed[:60], packed[:-8] + bytes(8), b"no tar", b"", gzip.compress(wrong), gzip.compress(plain[:3000])):
        assert refusal(content, put).rule == "tar_corrupt"
    # Cut between two members, and within the header of one.
    for content in (plain[:second], plain[: second + 100], plain[: second + 512]):
        assert refusal(content, put, "data.tar").rule == "tar_corrupt"


def test_what_unpacks_to_too_much_is_refused(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    content = tarred([("rows.csv", b"a\n" + b"1" * 8_000_000)])
    assert len(taken(put({"data.tar.gz": content})).files) == 1
    monkeypatch.setattr(tars, "UNPACKED", 4_000_000)
    assert refusal(content, put).rule == "unpacks_too_large"


def test_a_header_that_fills_memory_is_refused(put: Put) -> None:
    content = tarred([("rows.csv", b"a\n1\n"), ("x" * 3_000_000, b"a\n1\n")], tarfile.GNU_FORMAT)
    error = refusal(content, put)
    assert error.rule == "tar_corrupt" and "ReadError" in str(error)
