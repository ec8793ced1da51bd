"""What the registered sources declare as downloads: addresses that do not move, digests that are those of the files at hand."""

from __future__ import annotations

import hashlib
import re
import tarfile
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from medslake import registry, settings
from medslake.fetch.plan import agreement_of, planned
from medslake.ingest.inventory import take_inventory
from medslake.lake.access import rank
from medslake.sources import ARCHIVES, Download, Source
from native_fixtures import write_files

SOURCES: dict[str, Source] = registry.items("source")
DECLARED = [(source, one) for source in SOURCES.values() for one in source.downloads]
#: Host -> the variables of its login, where it has one.
HOSTS = {
    "raw.githubusercontent.com": (),
    "github.com": (),
    "huggingface.co": ("HF_TOKEN",),
    "physionet.org": ("PHYSIONET_USER", "PHYSIONET_PASSWORD"),
    "nlp.stanford.edu": (),
    "wt-public.emm4u.eu": (),
    "ai2-s2-mslr.s3.us-west-2.amazonaws.com": (),
}


def commit_of(one: Download) -> str | None:
    """The commit of a file at GitHub, None for another host or a branch."""
    found = re.search(r"/([0-9a-f]{40})(?:/|\.zip$)", one.url)
    return found[1] if found else None


def test_hosts_and_logins_are_those_of_the_page() -> None:
    assert {urlsplit(one.url).hostname for _, one in DECLARED} == set(HOSTS)
    assert all(urlsplit(one.url).scheme == "https" for _, one in DECLARED)
    assert all(one.login in ((), HOSTS[str(urlsplit(one.url).hostname)]) for _, one in DECLARED)
    # Who logs in has agreed to something before.
    assert all(agreement_of(source) for source, one in DECLARED if one.login)


def test_what_asks_for_an_agreement_says_which() -> None:
    assert [name for name, source in SOURCES.items() if rank(source.access) >= rank("dua") and not source.agreement] == []


def test_a_digest_is_declared_of_what_does_not_change() -> None:
    named = [(source, one) for source, one in DECLARED if source.known_sha256(one.name)]
    assert [one.url for _, one in named if commit_of(one) is None] == []
    assert len(named) >= 80


def test_a_digest_is_known_in_a_folder_laid_out_as_the_publishers() -> None:
    rumedbench, bc5cdr = SOURCES["rumedbench"], SOURCES["bc5cdr"]
    known = rumedbench.known_sha256("train_v1.jsonl")
    assert known and known == rumedbench.known_sha256("data/RuMedDaNet/train_v1.jsonl") == rumedbench.known_sha256(
        "x", "RuMedDaNet/train_v1.jsonl"
    )
    assert rumedbench.known_sha256("v1.jsonl") is None and rumedbench.known_sha256() is None
    # A name that several of its files end with is none's.
    assert len({one.name for one in bc5cdr.downloads if one.url.endswith("/test.tsv")}) == 2 and bc5cdr.known_sha256("test.tsv") is None


def test_digests_and_sizes_are_those_of_the_files_at_hand() -> None:
    folder = settings.test_data_dir()
    if not folder.is_dir():
        pytest.skip(f"no files in {folder} (set MEDSLAKE_TEST_DATA)")
    seen = wrong = 0
    for source, one in DECLARED:
        path: Path = folder / source.name / one.name
        known = source.known_sha256(one.name)
        if path.is_file() and known:
            seen += 1
            wrong += (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size) != (known, one.size or path.stat().st_size)
    assert seen >= 75 and wrong == 0


@pytest.mark.parametrize("name", [name for name, source in SOURCES.items() if any(one.name.endswith(ARCHIVES) for one in source.downloads)])
def test_what_an_archive_holds_is_found_in_it(name: str, tmp_path: Path) -> None:
    """The files of the example, in a folder of the archive as repositories are packed, or right in it."""
    source = SOURCES[name]
    files = {path: text if isinstance(text, bytes) else text.encode() for path, text in source.example.materialised().items()}
    places = write_files(tmp_path / "plain", files)
    wanted = {family.native.table: len(family.files) for family in take_inventory(source, str(places)).families}
    archive = next(one.name for one in source.downloads if one.name.endswith(ARCHIVES))
    for n, top in enumerate(("", f"{archive.partition('.')[0]}-1f2e3d/")):
        path = tmp_path / f"packed{n}" / archive
        path.parent.mkdir()
        if archive.endswith(".zip"):
            with zipfile.ZipFile(path, "w") as made:
                for file, text in files.items():
                    made.writestr(f"{top}{file}", text)
        else:
            with tarfile.open(path, "w:gz") as packed:
                packed.add(places, arcname=top or ".")
        found = take_inventory(source, str(path.parent)).families
        assert {family.native.table: len(family.files) for family in found} == wanted
        assert {split for family in found for one in family.files for split in _splits(source, one.name)} == {
            split for path in files for split in _splits(source, path)
        }


def _splits(source: Source, file: str) -> list[str | None]:
    return [split.of_file(file) for split in source.splits if split.is_by_file]


def test_every_source_says_where_its_files_come_from(tmp_path: Path) -> None:
    plan = planned(["all"], tmp_path, signed=False)
    assert {one.source.name for one in plan.files} | set(plan.by_hand) == set(SOURCES)
    assert all(any(url in told for url in SOURCES[name].urls) for name, told in plan.by_hand.items())
    assert all(
        plan.by_hand[name].startswith("it asks for: ") for name, source in SOURCES.items() if source.downloads and agreement_of(source)
    )
    assert list(tmp_path.iterdir()) == []


def test_the_page_shows_a_sound_declaration() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "fetch.md").read_text()
    names: dict[str, tuple[Download, ...]] = {}
    exec(re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0], {"Download": Download}, names)
    assert [one.name for one in names["downloads"]] == ["letters-may.csv", "letters-june.csv"]
    assert [fault for one in names["downloads"] for fault in one.faults()] == []
    for host, login in HOSTS.items():
        assert all(f"`{variable}`" in page for variable in login), host
