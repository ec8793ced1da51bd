"""The verb: which files go where, what is left to a person, what asks for an agreement, and what the lake keeps of it."""

from __future__ import annotations

import getpass
import hashlib
import io
import json
import os
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import medslake
from medslake import registry
from medslake.cli import main
from medslake.errors import AccessDenied, InputRefused, UsageError
from medslake.ingest.folders import folders_of
from medslake.ingest.inventory import take_inventory
from medslake.lake import open_lake
from medslake.sources import Download
from publisher import CONTENT, SHA256, Publisher, cut, locked, sent, status

SOURCE = """
from medslake.sources import Download, Example, NativeFile, Source, by_hash, mapped, sections

SOURCE = Source(
    name="{name}",
    title="Letters",
    citation="none",
    licence="CC0",
    access="{access}",
    agreement="{agreement}",
    domain="Clinical Text",
    page="https://publisher.invalid/{name}",
    downloads=({downloads}),
    files=(
        NativeFile("letters", ("letters*.csv", "more/letters*.csv"), "csv", "id STRING, course STRING"),
        NativeFile("rest", ("rest.csv",), "csv", "id STRING, course STRING", required=False),
    ),
    split=by_hash("record_id"),
    silver={{"documents": mapped("letters", record_id="id", sections=sections("course"))}},
    example=Example(files={{"letters.csv": "id,course\\n1,Slept.\\n"}}, rows={{"documents": [{{"record_id": "1"}}]}}),
)
"""
Declare = Callable[..., None]


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declare:
    """Registers a source with these downloads, each the code of one."""
    folders: list[str] = []

    def made(name: str, *downloads: str, access: str = "public", agreement: str = "") -> None:
        folder = tmp_path / f"plugins{len(folders)}"
        folders.append(str(folder))
        (folder / "sources").mkdir(parents=True)
        text = SOURCE.format(name=name, access=access, agreement=agreement, downloads="".join(f"{one}, " for one in downloads))
        (folder / "sources" / f"{name}.py").write_text(text)
        monkeypatch.setenv("MEDSLAKE_PLUGINS", os.pathsep.join(folders))

    return made


def download(url: str, **facts: Any) -> str:
    return f"Download({url!r}, **{facts!r})"


def runs(root: Path) -> list[dict[str, Any]]:
    rows = open_lake(str(root)).arrow.read("ops.runs").to_pylist() if (root / "ops" / "runs").exists() else []
    return [
        {name: row[name] for name in ("run_id", "job", "state", "error")} | {k: json.loads(row[k]) for k in ("params", "inputs")}
        for row in rows
    ]


def test_files_lie_where_an_ingest_of_all_looks(publisher: Publisher, declare: Declare, tmp_path: Path) -> None:
    declare(
        "letters",
        download(f"{publisher.url}/a.csv", path="letters-a.csv", sha256=SHA256),
        download(f"{publisher.url}/letters-b.csv?download"),
        download(publisher.at("c", sent(b"packed")), path="more/letters-c.csv.gz"),
    )
    out, seen = tmp_path / "out", []
    result = medslake.fetch("letters", out, progress=lambda stage, done, total, facts: seen.append((stage, done, total, dict(facts))))
    assert [(f.file, f.state, f.bytes, f.checked) for f in result.files] == [
        ("letters-a.csv", "fetched", len(CONTENT), True),
        ("letters-b.csv", "fetched", len(CONTENT), False),
        ("more/letters-c.csv.gz", "fetched", 6, False),
    ]
    assert [f.sha256 for f in result.files] == [SHA256, SHA256, hashlib.sha256(b"packed").hexdigest()]
    assert all(Path(f.path) == out / "letters" / f.file and Path(f.path).exists() for f in result.files)
    assert ("letters/letters-a.csv", len(CONTENT), len(CONTENT), {"MB": "1.0 of 1.0"}) in seen
    assert result.by_hand == {
        "letters": f"get from https://publisher.invalid/letters, and put into {out / 'letters'}: rest (optional): rest.csv"
    }
    publisher.asked.clear()
    again = medslake.fetch("letters", str(out))
    assert [f.state for f in again.files] == ["there"] * 3 and publisher.asked == []


@pytest.mark.parametrize("ending", ["zip", "tar.gz"])
def test_an_archive_is_read_as_it_was_fetched(ending: str, publisher: Publisher, declare: Declare, tmp_path: Path) -> None:
    """As a host of repositories makes it: everything in one folder that bears a commit, with files that nothing reads."""
    member = "letters-1f2e3d/more/letters-a.csv"
    members = {"letters-1f2e3d/.gitignore": "x", "letters-1f2e3d/README.md": "x", member: "id,course\n1,Slept.\n"}
    url = publisher.at(f"archive/1f2e3d.{ending}", sent(archived(ending, members)))
    declare("letters", download(url, path=f"letters.{ending}"))
    medslake.fetch("letters", tmp_path)
    folder = tmp_path / "letters"
    assert [path.name for path in folder.iterdir()] == [f"letters.{ending}"]
    assert folders_of(["all"], str(tmp_path)) == {"letters": str(folder)}
    for place, name in ((folder, f"letters.{ending}/{member}"), (folder / f"letters.{ending}", member)):
        assert [one.name for one in take_inventory(registry.get("source", "letters"), str(place)).files] == [name]


def archived(ending: str, members: dict[str, str]) -> bytes:
    out = io.BytesIO()
    if ending == "zip":
        with zipfile.ZipFile(out, "w") as made:
            for name, text in members.items():
                made.writestr(name, text)
        return out.getvalue()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            packed.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


def test_a_file_with_another_digest_is_not_touched(publisher: Publisher, declare: Declare, tmp_path: Path) -> None:
    declare("letters", download(f"{publisher.url}/letters.csv", sha256=SHA256))
    mine = tmp_path / "letters" / "letters.csv"
    mine.parent.mkdir()
    mine.write_text("my own")
    with pytest.raises(InputRefused, match=r"it is there with the sha256 .* Move .*letters\.csv away"):
        medslake.fetch("letters", tmp_path)
    assert mine.read_text() == "my own" and publisher.asked == []


@pytest.mark.slow
def test_the_publisher_s_own_list_of_digests_counts(publisher: Publisher, declare: Declare, tmp_path: Path) -> None:
    sums = publisher.at("v1/SHA256SUMS.txt", sent(f"{SHA256} more/letters-a.csv\n{'0' * 64} *letters-b.csv\n".encode()))
    urls = [f"{publisher.url}/v1/{name}" for name in ("more/letters-a.csv", "letters-b.csv", "letters-c.csv")]
    declare("letters", download(urls[0], path="more/letters-a.csv", sums=sums), *(download(url, sums=sums) for url in urls[1:]))
    with pytest.raises(InputRefused, match=f"and {'0' * 64} is declared"):
        medslake.fetch("letters", tmp_path)
    assert [asked.path for asked in publisher.asked].count("/v1/SHA256SUMS.txt") == 1
    assert (tmp_path / "letters/more/letters-a.csv").exists() and not (tmp_path / "letters/letters-b.csv").exists()
    declare("unlisted", download(urls[2], sums=sums))
    with pytest.raises(InputRefused, match="the list of digests beside it does not name it"):
        medslake.fetch("unlisted", tmp_path)
    declare("listless", download(urls[2], sums=publisher.at("v1/none", sent(b"<html>"))))
    with pytest.raises(InputRefused, match="is none"):
        medslake.fetch("listless", tmp_path)


def test_a_dry_run_asks_and_writes_nothing(publisher: Publisher, declare: Declare, tmp_path: Path) -> None:
    declare("letters", download(f"{publisher.url}/letters-a.csv", size=7), download(f"{publisher.url}/letters-b.csv"))
    out, lake = tmp_path / "out", open_lake(str(tmp_path / "lake"))
    result = medslake.fetch("letters", out, lake=lake, dry_run=True)
    assert [(f.path, f.bytes, f.state) for f in result.files] == [
        (str(out / "letters" / "letters-a.csv"), 7, "missing"),
        (str(out / "letters" / "letters-b.csv"), None, "missing"),
    ]
    assert publisher.asked == [] and not out.exists() and not (tmp_path / "lake").exists()
    with pytest.raises(UsageError, match="is a URI"):
        medslake.fetch("letters", "s3://bucket/corpora")


def test_one_that_fails_costs_itself_alone(publisher: Publisher, declare: Declare, tmp_path: Path) -> None:
    declare("gone", download(publisher.at("gone.csv", status(404)), path="letters.csv"))
    declare("letters", download(f"{publisher.url}/letters.csv"))
    declare("by_hand")
    lake = open_lake(str(tmp_path / "lake"))
    result = medslake.fetch(["gone", "by_hand", "letters", "gone"], tmp_path / "out", lake=lake, retries=0)
    assert set(result.failed) == {"gone", "by_hand"} and "http_404" in result.failed["gone"]
    assert {f.source: f.state for f in result.files} == {"gone": "missing", "letters": "fetched"}
    (row,) = runs(tmp_path / "lake")
    assert row["params"]["failed"] == result.failed and set(row["inputs"]) == {"letters/downloads"}
    with pytest.raises(UsageError, match=r"no addresses of their own\. By hand: get from https://publisher\.invalid/by_hand, and put into"):
        medslake.fetch("by_hand", tmp_path / "out")


AGREED = "The letters' data use agreement 1.0"


def test_an_agreement_has_to_be_confirmed_and_is_kept(publisher: Publisher, declare: Declare, tmp_path: Path) -> None:
    declare("letters", download(f"{publisher.url}/letters.csv"), access="credentialed", agreement=AGREED)
    root, out = tmp_path / "lake", tmp_path / "out"
    with pytest.raises(AccessDenied) as caught:
        medslake.fetch("letters", out, lake=open_lake(str(root)))
    assert all(told in str(caught.value) for told in (AGREED, "https://publisher.invalid/letters", "--i-have-signed", "ops.runs"))
    assert publisher.asked == [] and not out.exists() and runs(root) == []
    result = medslake.fetch("letters", out, lake=open_lake(str(root)), signed=True)
    (row,) = runs(root)
    assert row["run_id"] == result.run and (row["job"], row["state"], row["error"]) == ("fetch", "COMPLETE", None)
    assert row["params"] == {"sources": ["letters"], "out": str(out), "signed": {"letters": AGREED}, "signed_by": getpass.getuser()}
    assert row["inputs"] == {"letters/downloads": {"letters.csv": SHA256}}
    assert medslake.fetch("letters", out, lake=open_lake(str(root)), signed=True).run is None and len(runs(root)) == 1


def test_a_class_that_asks_for_an_agreement_needs_no_word_for_it(publisher: Publisher, declare: Declare, tmp_path: Path) -> None:
    declare("letters", download(f"{publisher.url}/letters.csv"), access="dua")
    with pytest.raises(AccessDenied, match="the agreement that its page names"):
        medslake.fetch("letters", tmp_path)


def test_the_confirmation_is_kept_before_a_byte_comes(publisher: Publisher, declare: Declare, tmp_path: Path) -> None:
    root = tmp_path / "lake"
    seen: list[str] = []

    def way(handler: Any) -> None:
        seen.extend(row["state"] for row in runs(root))
        status(404)(handler)

    declare("letters", download(publisher.at("letters.csv", way)), access="credentialed", agreement=AGREED)
    with pytest.raises(InputRefused):
        medslake.fetch("letters", tmp_path / "out", lake=open_lake(str(root)), signed=True)
    (row,) = runs(root)
    assert seen == ["RUNNING"] and row["state"] == "FAIL" and "http_404" in row["error"] and row["params"]["signed"] == {"letters": AGREED}


def test_of_all_sources_those_with_an_agreement_are_left(publisher: Publisher, declare: Declare, tmp_path: Path) -> None:
    declare("letters", download(f"{publisher.url}/letters.csv"))
    declare("locked_letters", download(f"{publisher.url}/locked.csv", path="letters.csv"), access="credentialed", agreement=AGREED)
    declare("letters_by_hand")
    plan = medslake.fetch("all", tmp_path, dry_run=True)
    assert {"letters"} <= {f.source for f in plan.files} and not {"locked_letters", "letters_by_hand"} & {f.source for f in plan.files}
    assert plan.by_hand["locked_letters"].startswith(
        f"it asks for: {AGREED}, see https://publisher.invalid/locked_letters; then: medslake fetch"
    )
    assert plan.by_hand["letters_by_hand"].startswith("get from https://publisher.invalid/letters_by_hand, and put into")
    with pytest.raises(UsageError, match="Which agreements"):
        medslake.fetch("all", tmp_path, signed=True)
    with pytest.raises(UsageError, match="all alone"):
        medslake.fetch(["all", "letters"], tmp_path)


HOST = "https://publisher.invalid"


@pytest.mark.parametrize(
    ("downloads", "told"),
    [
        ((Download(f"{HOST}/other.csv"),), "other.csv answers to no pattern of the files"),
        ((Download(f"{HOST}/x", path="../train.tsv"),), "has no path below the folder"),
        ((Download(f"{HOST}/x", path="/train.tsv"),), "has no path below the folder"),
        ((Download(f"{HOST}/"),), "has no path below the folder"),
        ((Download("https://anna:secret@publisher.invalid/train.tsv"),), "without user and password"),
        ((Download("ftp://publisher.invalid/train.tsv"),), "is no http"),
        ((Download("http://publisher.invalid/train.tsv", login=("A", "B")),), "is no https address"),
        ((Download(f"{HOST}/train.tsv", sums="http://publisher.invalid/SUMS", login=("A", "B")),), "is no https address"),
        ((Download(f"{HOST}/train.tsv", "ABC"),), "64 small hexadecimal digits"),
        ((Download(f"{HOST}/train.tsv"),) * 2, "Two downloads go to train.tsv"),
        ((Download(f"{HOST}/train.tsv", login=("A", "B", "C")),), "names 3 variables"),
    ],
)
def test_a_wrong_declaration_is_told(downloads: tuple[Download, ...], told: str) -> None:
    source = registry.get("source", "anatem")
    assert list(source.faults()) == []
    assert told in " ".join(replace(source, downloads=downloads).faults())
    assert list(replace(source, downloads=(Download(f"{HOST}/train.tsv"), Download(f"{HOST}/all.zip"))).faults()) == []


def said(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["fetch", *words])
    out, err = capfd.readouterr()
    return int(str(ended.value.code)), out, err


@pytest.mark.slow
def test_the_command_line_tells_it(publisher: Publisher, declare: Declare, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    declare("letters", download(publisher.at("letters.csv", cut(100_000)), sha256=SHA256), agreement=AGREED)
    out, root = tmp_path / "out", tmp_path / "lake"
    code, stdout, stderr = said(capfd, "letters", "--out", str(out))
    assert (code, stdout) == (1, "") and stderr.startswith("error: source letters") and AGREED in stderr
    code, stdout, stderr = said(capfd, "letters", "--out", str(out), "--i-have-signed", "--lake", str(root))
    assert code == 0 and "letters/letters.csv" in stderr and f"{len(CONTENT):,}" in stderr
    assert "as declared" in stdout and "by hand letters:" in stdout and f"next: medslake ingest all --from {out}" in stdout
    assert runs(root)[0]["params"]["signed"] == {"letters": AGREED}
    code, stdout, _ = said(capfd, "letters", "--out", str(out), "--i-have-signed", "--json")
    assert code == 0 and [f["state"] for f in json.loads(stdout)["files"]] == ["there"]


def test_the_command_line_fails_for_one_of_several(
    publisher: Publisher, declare: Declare, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LETTERS_TOKEN", "pass-of-the-tests")
    declare("letters", download(publisher.at("a.csv", locked("Bearer other")), path="letters.csv", login=("LETTERS_TOKEN",)))
    declare("others", download(f"{publisher.url}/letters.csv"))
    code, stdout, stderr = said(capfd, "letters", "others", "--out", str(tmp_path / "out"), "--json")
    assert code == 1 and "Check LETTERS_TOKEN" in json.loads(stdout)["failed"]["letters"]
    assert "pass-of-the-tests" not in stdout + stderr
    code, _, stderr = said(capfd, "letter", "--out", str(tmp_path / "out"))
    assert code == 2 and "Did you mean 'letters'" in stderr
