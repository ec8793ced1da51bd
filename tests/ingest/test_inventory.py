"""What the driver finds out before Spark starts."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medslake.errors import InputRefused, UsageError
from medslake.formats import NativeFile
from medslake.ingest.inventory import take_inventory
from medslake.ingest.synthetic import MARKER
from native_fixtures import one_table

Put = Callable[..., Path]
ROWS = NativeFile("rows", ("rows.csv", "rows-*.csv"), "csv", "a INT, b STRING", sha256={"rows.csv": "0" * 64})


def refusal(folder: Path, *files: NativeFile) -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        take_inventory(one_table(*files or (ROWS,)), str(folder))
    assert caught.value.exit_code == 1
    assert "\n" not in str(caught.value)
    return caught.value


def test_files_digests_and_headers(put: Put) -> None:
    content = b'b,a,"c d"\nx,1,"y\nz"\n'
    folder = put({"rows.csv": content, "rows-2.csv": "a,b\n", "other.txt": "", "_hidden/rows.csv": "", "sub/rows.csv": ""})
    family = take_inventory(one_table(ROWS), str(folder)).families[0]
    (one,) = family.files
    assert (one.name, one.size, one.sha256) == ("rows.csv", len(content), hashlib.sha256(content).hexdigest())
    assert one.columns == ("b", "a", "c d")
    assert one.multiline and one.utf8 and not one.odd
    assert family.known == {"rows.csv": False}
    assert [w.partition(" ")[2] for w in family.warnings] == [
        "is not the known release: its sha256 differs from the published one",
        "has 1 columns that are not kept",
    ]


def test_tables_of_the_same_file_look_at_it_once(put: Put) -> None:
    natives = [
        NativeFile(f"t{n}", ("rows.csv",), form, schema)
        for n, (form, schema) in enumerate((("csv", "a INT"), ("csv", "b INT"), ("tsv", "`a,b` STRING")))
    ]
    seen: list[tuple[int, int | None]] = []
    found = take_inventory(
        one_table(*natives), str(put({"rows.csv": "a,b\n1,2\n"})), progress=lambda stage, done, total: seen.append((done, total))
    )
    assert [family.files[0].columns for family in found.families] == [("a", "b"), ("a", "b"), ("a,b",)]
    assert seen == [(1, 2), (2, 2)]


def test_a_synthetic_folder_is_no_release(put: Put) -> None:
    everything = NativeFile("texts", ("*.txt",), "text_folder", "id STRING, text STRING", required=False)
    found = take_inventory(one_table(ROWS, everything), str(put({"rows.csv": "a,b\n1,x\n", MARKER: "Invented.\n"})))
    assert [one.name for one in found.files] == ["rows.csv"]
    assert found.families[0].known == {"rows.csv": None} and found.warnings == []


def test_a_family_may_have_many_files_and_gz(put: Put) -> None:
    native = NativeFile("rows", ("rows.csv", "rows-*.csv"), "csv", "a INT", all_globs=True)
    twins = gzip.compress(b"a\n1\n") + gzip.compress(b"2\n")
    folder = put({"rows-2.csv": "a\n2\n", "rows-1.csv.gz": twins, "rows.csv": "a\n3\n", "rows.csv.gz": twins})
    family = take_inventory(one_table(native), str(folder)).families[0]
    assert [one.name for one in family.files] == ["rows-1.csv.gz", "rows-2.csv", "rows.csv"]
    assert [one.lines for one in family.files] == [3, 2, 2]
    assert family.warnings == ("rows.csv.gz is left aside: the plain file lies beside it",)
    assert take_inventory(one_table(native), folder.as_uri()).families[0].files[0].sha256 == family.files[0].sha256


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ({"rows.csv": b""}, "empty_file"),
        ({"rows.csv.gz": gzip.compress(b"")}, "empty_file"),
        ({"rows.csv.gz": gzip.compress(os.urandom(9000))[:-300]}, "gzip_truncated"),
        ({"rows.csv.gz": b"no gzip at all"}, "gzip_corrupt"),
        ({"rows.csv": "a,b\n1,2\n".encode("utf-16")}, "encoding"),
        ({"rows.csv": b"a,c\n1,2\n"}, "missing_column"),
        ({"other.csv": b"a,b\n"}, "missing_file"),
    ],
)
def test_refusals(content: dict[str, bytes], rule: str, put: Put) -> None:
    error = refusal(put(content))
    assert error.rule == rule
    assert "source probe, file rows.csv" in str(error) or rule == "missing_file"


def test_missing_file_says_what_was_looked_for_and_where(put: Put) -> None:
    folder = put({"a.txt": "x", "b.txt": "y"})
    text = str(refusal(folder))
    for part in ("rows.csv or rows-*.csv", str(folder), "2 other files", "a.txt", "https://example.org/get"):
        assert part in text


def test_missing_column_is_named(put: Put) -> None:
    assert "column b is missing" in str(refusal(put({"rows.csv": "a,x\n1,2\n"})))


def test_optional_files_may_be_absent_but_not_all(put: Put) -> None:
    first = NativeFile("one", ("one.csv",), "csv", "a INT", required=False)
    second = NativeFile("two", ("two.csv",), "csv", "a INT", required=False)
    found = take_inventory(one_table(first, second), str(put({"two.csv": "a\n1\n"})))
    assert [family.native.table for family in found.families] == ["two"]
    assert refusal(put({"three.csv": "a\n"}), first, second).rule == "missing_file"


@pytest.mark.parametrize("pattern", ["../rows.csv", "/etc/passwd", "a/../../rows.csv"])
def test_no_pattern_leaves_the_folder(pattern: str, put: Put) -> None:
    with pytest.raises(UsageError, match="leaves the folder"):
        take_inventory(one_table(NativeFile("rows", (pattern,), "csv", "a INT")), str(put({"rows.csv": "a\n"})))


def test_folders_that_are_none(put: Put) -> None:
    folder = put({"rows.csv": "a,b\n1,2\n"})
    for wrong in (folder / "absent", folder / "rows.csv"):
        with pytest.raises(UsageError):
            take_inventory(one_table(ROWS), str(wrong))


def test_bad_bytes_and_open_quotes_are_told(put: Put) -> None:
    family = take_inventory(one_table(ROWS), str(put({"rows.csv": b'a,b\n1,caf\xe9\n2,"open\n3,z\n'}))).families[0]
    (one,) = family.files
    assert not one.utf8 and one.odd and not one.multiline
    assert "rows.csv holds bytes that are not UTF-8: those records are set aside" in family.warnings


def test_limit_and_progress(put: Put) -> None:
    native = NativeFile("text", ("*.txt",), "text_folder", "document_id STRING, line STRING")
    seen: list[Any] = []
    found = take_inventory(
        one_table(native), str(put({f"{n}.txt": "x\n" for n in range(5)})), limit=2, progress=lambda *told: seen.append(told)
    )
    assert [one.name for one in found.files] == ["0.txt", "1.txt"]
    assert seen == [("inventory", 1, 2), ("inventory", 2, 2)]


def test_a_link_that_leads_out_is_refused_unless_it_is_meant(put: Put, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere.csv"
    outside.write_text("a\n1\n")
    folder = put({"inside.csv": "a\n1\n"})
    (folder / "inner.csv").symlink_to(folder / "inside.csv")
    native = NativeFile("t", ("*.csv",), "csv", "a STRING")
    assert [one.name for one in take_inventory(one_table(native), str(folder)).files] == ["inner.csv", "inside.csv"]
    (folder / "outer.csv").symlink_to(outside)
    with pytest.raises(InputRefused, match=r"file outer.csv: a link leads out of the folder .*--follow-links") as refused:
        take_inventory(one_table(native), str(folder))
    assert refused.value.rule == "link_outside"
    assert len(take_inventory(one_table(native), str(folder), follow_links=True).files) == 3


def test_a_name_that_is_no_text_is_refused_by_name(put: Put) -> None:
    folder = put({"inside.csv": "a\n1\n"})
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.csv")).write_text("a\n1\n")
    with pytest.raises(UsageError, match=r"is not UTF-8: .*caf.*Rename it"):
        take_inventory(one_table(NativeFile("t", ("*.csv",), "csv", "a STRING")), str(folder))
