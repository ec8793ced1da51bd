"""Zips in a source's folder, or as the folder: members are read where they lie, and what may be a trap is refused by its rule."""

from __future__ import annotations

import gzip
import hashlib
import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from medslake.errors import InputRefused, UsageError
from medslake.formats import NativeFile
from medslake.ingest import archives
from medslake.ingest.folders import folders_of
from medslake.ingest.inventory import Inventory, take_inventory
from native_fixtures import one_table

Put = Callable[..., Path]
ROWS = NativeFile("rows", ("rows*.csv", "sub/rows*.csv"), "csv", "a INT", all_globs=True)
DOCS = NativeFile("docs", ("docs/*.txt",), "brat", "document_id STRING, text STRING", required=False)


def packed(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as made:
        warnings.simplefilter("ignore")
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def taken(folder: Path, *natives: NativeFile) -> Inventory:
    return take_inventory(one_table(*natives or (ROWS,)), str(folder))


def refusal(content: bytes, put: Put, name: str = "data.zip") -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        taken(put({name: content}))
    assert "\n" not in str(caught.value) and str(caught.value).isprintable()
    return caught.value


def test_members_are_found_as_if_unpacked_beside_the_zip_or_in_its_folder(put: Put) -> None:
    one, two = b"a\n1\n", gzip.compress(b"a\n2\n3\n")
    folder = put({
        "beside.zip": packed({"rows-1.csv": one, "other.csv": "b", "__MACOSX/rows-9.csv": "x"}),
        "sub.zip": packed({"rows-2.csv.gz": two}),
        "wrapped.zip": packed({"top-1.0/": "", "top-1.0/rows-3.csv": "a\n4\n", "top-1.0/readme": "x"}),
    })  # fmt: skip
    found = taken(folder)
    assert [one.name for one in found.files] == ["beside.zip/rows-1.csv", "sub.zip/rows-2.csv.gz", "wrapped.zip/top-1.0/rows-3.csv"]
    assert [one.sha256 for one in found.files][:2] == [hashlib.sha256(content).hexdigest() for content in (one, two)]
    assert [(one.size, one.lines, one.columns) for one in found.files][1] == (len(two), 3, ("a",))
    assert [one.uri for one in found.files] == [str(folder / name) for name in ("beside.zip", "sub.zip", "wrapped.zip")]
    assert sorted(path.name for path in folder.iterdir()) == ["beside.zip", "sub.zip", "wrapped.zip"]


def test_the_folder_may_be_a_zip(put: Put, tmp_path: Path) -> None:
    for members in ({"sub/rows.csv": "a\n1\n"}, {"release/sub/rows.csv": "a\n1\n", "release/x": ""}):
        folder = put({"whole.zip": packed(members)})
        assert [one.name for one in taken(folder / "whole.zip").files] == [next(iter(members))]
        assert taken(folder / "whole.zip").files[0].uri == str(folder / "whole.zip")
    with pytest.raises(UsageError, match=r"whole\.csv is a file, and no zip or tar"):
        taken(put({"whole.csv": "a\n1\n"}) / "whole.csv")


def test_a_plain_file_goes_before_a_member_of_its_name(put: Put) -> None:
    archive = packed({"rows.csv": "a\n1\n", "rows-2.csv": "a\n2\n", "rows-3.csv": "a\n3\n"})
    folder = put({"sub.zip": archive, "rows.csv.gz": gzip.compress(b"a\n1\n"), "sub/rows-2.csv": "a\n2\n"})
    family = taken(folder).families[0]
    assert [one.name for one in family.files] == ["rows.csv.gz", "sub.zip/rows-3.csv", "sub/rows-2.csv"]
    assert family.warnings == tuple(f"sub.zip/{name} is left aside: the plain file lies beside it" for name in ("rows-2.csv", "rows.csv"))


def test_two_zips_that_hold_the_same_file_are_refused(put: Put) -> None:
    release = packed({"sub/rows.csv": "a\n1\n"})
    with pytest.raises(InputRefused, match=r"file 3\.1\.zip/sub/rows\.csv: it is 2\.2\.zip/sub/rows\.csv as well") as caught:
        taken(put({"2.2.zip": release, "3.1.zip": release}))
    assert caught.value.rule == "file_in_two_zips"
    # In folders of the zips' names they are two files.
    native = NativeFile("rows", ("*/rows.csv",), "csv", "a INT")
    bare = packed({"rows.csv": "a\n1\n"})
    assert len(taken(put({"train.zip": bare, "test.zip": bare}), native).files) == 2


def test_published_digests_are_told_of_members(put: Put) -> None:
    digest = hashlib.sha256(b"a\n1\n").hexdigest()
    native = NativeFile("rows", ("sub/rows.csv",), "csv", "a INT", sha256={"sub/rows.csv": digest})
    assert taken(put({"sub.zip": packed({"rows.csv": "a\n1\n"})}), native).families[0].known == {"sub.zip/rows.csv": True}


def test_files_that_belong_together_lie_in_one_zip(put: Put) -> None:
    folder = put({"docs.zip": packed({"7.txt": "fever", "7.ann": ""}), "docs/8.txt": "cough", "docs/8.ann": ""})
    files = taken(folder, DOCS).files
    assert [(one.name, [b.name for b in one.beside]) for one in files] == [
        ("docs.zip/7.txt", ["docs.zip/7.ann"]),
        ("docs/8.txt", ["docs/8.ann"]),
    ]


@pytest.mark.parametrize("name", ["../rows.csv", "/rows.csv", "a/../../rows.csv", "sub\\rows.csv", "C:rows.csv", "c:/rows.csv"])
def test_names_that_lead_elsewhere_are_refused(name: str, put: Put) -> None:
    error = refusal(packed({"rows.csv": "a\n1\n", name: "a\n1\n"}), put)
    assert error.rule == "zip_member_name" and error.exit_code == 1


def test_a_name_with_a_nul_is_refused_by_what_can_be_shown(put: Put) -> None:
    content = packed({"rows.csvX.txt": "a\n1\n"}).replace(b"rows.csvX.txt", b"rows.csv\0.txt")
    error = refusal(content, put)
    assert error.rule == "zip_member_name" and "rows.csv?.txt" in str(error)


def test_names_that_are_there_twice_are_refused(put: Put) -> None:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as made:
        warnings.simplefilter("ignore")
        made.writestr("rows.csv", "a\n1\n")
        made.writestr("rows.csv", "a\n2\n")
    assert refusal(out.getvalue(), put).rule == "zip_member_twice"


@pytest.mark.parametrize(("kind", "told"), [(stat.S_IFLNK, "a link"), (stat.S_IFIFO, "no plain file")])
def test_links_are_refused_where_a_pattern_chose_them(kind: int, told: str, put: Put) -> None:
    def archive(name: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, (kind | 0o644) << 16
            made.writestr(info, "elsewhere.csv")
            made.writestr("rows-2.csv", "a\n1\n")
        return out.getvalue()

    error = refusal(archive("rows.csv"), put)
    assert error.rule == "zip_link" and told in str(error)
    assert len(taken(put({"data.zip": archive("docs/link")})).files) == 1


def test_encrypted_members_are_refused(put: Put) -> None:
    content = bytearray(packed({"rows.csv": "a\n1\n"}))
    for header, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + offset] |= 1
    assert refusal(bytes(content), put).rule == "zip_encrypted"


def test_a_method_that_is_not_known_is_refused(put: Put) -> None:
    content = bytearray(packed({"rows.csv": "a\n1\n"}))
    for header, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", content, content.index(header) + offset, 9)
    assert refusal(bytes(content), put).rule == "zip_method"


def test_damage_is_told_by_the_member(put: Put) -> None:
    whole = packed({"rows.csv": "a\n" + "1\n" * 50_000}, zipfile.ZIP_STORED)
    at = whole.index(b"1\n1\n") + 1000
    error = refusal(whole[:at] + b"2" + whole[at + 1 :], put)
    assert error.rule == "zip_corrupt" and "data.zip/rows.csv: the member cannot be unpacked (its CRC is another one)" in str(error)
    deflated = bytearray(packed({"rows.csv": bytes(range(256)) * 500}))
    deflated[60:90] = bytes(30)
    for content in (bytes(deflated), whole[:2000], b"no zip", b""):
        assert refusal(content, put).rule == "zip_corrupt"


def test_what_unpacks_to_too_much_is_refused(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    content = packed({f"rows-{n}.csv": b"a\n" + b"1" * 4_000_000 for n in range(3)})
    assert len(taken(put({"data.zip": content})).files) == 3
    monkeypatch.setattr(archives, "UNPACKED", 10_000_000)
    error = refusal(content, put)
    assert error.rule == "unpacks_too_large" and "3 members" in str(error)
    monkeypatch.setattr(archives, "UNPACKED", 1_000_000)
    # Members that nobody asks for cost nothing.
    assert len(taken(put({"data.zip": packed({"big.bin": b"1" * 4_000_000, "rows.csv": "a\n1\n"})})).files) == 1


def test_a_directory_that_states_less_than_is_there_is_refused(put: Put) -> None:
    content = bytearray(packed({"rows.csv": b"a\n" + b"1\n" * 100_000}))
    struct.pack_into("<L", content, content.index(b"PK\x01\x02") + 24, 10)
    struct.pack_into("<L", content, content.index(b"PK\x03\x04") + 22, 10)
    assert refusal(bytes(content), put).rule == "zip_corrupt"


def test_a_link_to_a_zip_elsewhere_is_a_link_out_of_the_folder(put: Put, tmp_path: Path) -> None:
    (tmp_path / "far.zip").write_bytes(packed({"rows.csv": "a\n1\n"}))
    folder = put({"x.txt": ""})
    (folder / "near.zip").symlink_to(tmp_path / "far.zip")
    with pytest.raises(InputRefused) as caught:
        taken(folder)
    assert caught.value.rule == "link_outside"


def test_a_zip_that_changes_is_told(put: Put) -> None:
    folder = put({"data.zip": packed({"rows.csv": "a\n1\n"})})
    family = taken(folder).families[0]
    family.refuse_changed("probe")
    (folder / "data.zip").write_bytes(packed({"rows.csv": "a\n2\n"}))
    with pytest.raises(InputRefused) as caught:
        family.refuse_changed("probe")
    assert caught.value.rule == "file_changed"


def test_of_several_sources_each_may_have_a_zip(put: Put) -> None:
    folder = put({"bc5cdr.zip": b"", "hoc/x": b"", "hoc.zip": b"", "else.zip": b""})
    told = {"bc5cdr": f"{folder}/bc5cdr.zip", "hoc": f"{folder}/hoc"}
    assert folders_of(["all"], str(folder)) == folders_of(["bc5cdr", "hoc"], str(folder)) == told
    assert folders_of(["bc5cdr", "medqa"], str(folder))["medqa"] == f"{folder}/medqa"
    with pytest.raises(UsageError, match="holds the files of one source"):
        folders_of(["all"], str(folder / "hoc.zip"))
