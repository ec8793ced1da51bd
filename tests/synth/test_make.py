"""Folders of twins: the same bytes however they are made, whole or not there, and resumed where they broke off."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

import made_twins
from medslake.errors import UsageError
from medslake.synth import LEAST
from medslake.synth.make import DIRT, MARKER, Made, Work, make, settled


def work(home: Path, name: str = "whole", **more: Any) -> Work:
    words = {"seed": 7, "scale": 1.0} | more
    return Work(name, "A twin", made_twins.load, home, **words)


def only(home: Path, name: str = "whole", jobs: int = 1, **more: Any) -> Made:
    (made,) = make([work(home, name, **more)], jobs=jobs)
    return made


def digests(home: Path) -> dict[str, str]:
    return {p.relative_to(home).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in home.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return only(tmp_path_factory.mktemp("twins") / "whole").home


def test_the_bytes_follow_from_the_seed(whole: Path, tmp_path: Path) -> None:
    first = digests(whole)
    assert first == digests(only(tmp_path / "again").home)
    other = digests(only(tmp_path / "other", seed=8).home)
    assert [name for name in ("train.jsonl", "deep/test.json.gz", "hosp/people.csv.gz", "all.zip") if first[name] == other[name]] == []


@pytest.mark.process
def test_two_processes_write_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    assert digests(only(tmp_path / "two", jobs=2).home) == digests(whole)


def test_chunks_join_to_whole_files(whole: Path) -> None:
    lines = [json.loads(line) for line in (whole / "train.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == list(range(2_500))
    rows = json.loads(gzip.decompress((whole / "deep/test.json.gz").read_bytes()))
    assert [row["id"] for row in rows] == list(range(2_500, 3_600))
    assert len({row["text"] for row in lines + rows}) == 3_600
    with zipfile.ZipFile(whole / "all.zip") as pack:
        assert len(pack.namelist()) == 41 and pack.testzip() is None
        visits = list(csv.reader(pack.read("visits.csv").decode().splitlines()))
    people = list(csv.reader(gzip.decompress((whole / "hosp/people.csv.gz").read_bytes()).decode().splitlines()))
    assert people[0] == ["id", "name"] and len(people) == 901
    assert {row[0] for row in visits[1:]} < {row[0] for row in people[1:]}
    # What follows from the number alone is the same wherever it is asked for.
    assert {row[2] for row in visits[1:] if row[0] == visits[1][0]} == {visits[1][2]}


def test_a_scale_is_a_share_of_the_records_and_each_twin_has_some(tmp_path: Path) -> None:
    def counts(**more: Any) -> dict[str, int | None]:
        return {one.path: one.records for one in only(tmp_path / str(more), **more).files}

    assert counts(scale=1.0)["train.jsonl"] == 2_500
    assert counts(scale=0.1) | {"all.zip/visits.csv": 0} == {
        "train.jsonl": 250,
        "deep/test.json.gz": 110,
        "hosp/people.csv.gz": 90,
        "all.zip/visits.csv": 0,
        "all.zip/notes/": 4,
        "docs/": 3,
        "book.xlsx": 6,
        "rows.parquet": 6,
        "words.jsonl": 5,
        "about.json": None,
    }
    assert counts(scale=0.001)["deep/test.json.gz"] == 30
    assert counts(scale=None, records=469)["train.jsonl"] == 250
    assert [one.records for one in only(tmp_path / "small", "small", scale=0.01).files] == [LEAST]
    assert [one.records for one in only(tmp_path / "small1", "small", scale=1.0).files] == [LEAST]


def test_what_is_there_is_left_and_other_things_are_refused(tmp_path: Path) -> None:
    home = tmp_path / "small"
    assert not only(home, "small").there
    before = {path: path.stat().st_mtime_ns for path in home.iterdir()}
    assert only(home, "small").there
    assert {path: path.stat().st_mtime_ns for path in home.iterdir()} == before
    with pytest.raises(UsageError, match="with seed 7"):
        only(home, "small", seed=8)
    with pytest.raises(UsageError, match="by another version"):
        only(home, "small", code="other")
    assert not only(home, "small", seed=8, replace=True).there
    (home / "a.jsonl").write_text("")
    assert not only(home, "small", seed=8, replace=True).there
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(UsageError, match="other things"):
        only(tmp_path / "mine", "small")
    assert "was invented" in (home / MARKER).read_text() and settled(home)


def test_what_broke_off_goes_on(tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from medslake.synth import make as module

    home, real, asked = tmp_path / "whole", module._chunk, []

    def breaks(task: Any) -> Any:
        asked.append(task.part)
        if task.part == 4:
            raise KeyboardInterrupt
        return real(task)

    monkeypatch.setattr(module, "_chunk", breaks)
    with pytest.raises(KeyboardInterrupt):
        only(home)
    assert not home.exists() and (tmp_path / "whole.part" / "train.jsonl").is_file()
    log = tmp_path / "whole.part" / ".made.jsonl"
    log.write_text(log.read_text() + '{"parts": [4], "fi')
    again: list[int] = []
    monkeypatch.setattr(module, "_chunk", lambda task: (again.append(task.part), real(task))[1])
    only(home)
    assert set(asked) == {0, 1, 2, 3, 4} and set(again) == {4, 5, 6, 7}
    assert digests(home) == digests(whole)
    assert not (tmp_path / "whole.part").exists()


@pytest.mark.slow
def test_every_planted_fault_is_listed_and_the_rest_is_clean(tmp_path: Path) -> None:
    clean = only(tmp_path / "clean", "dirty").home
    dirty = only(tmp_path / "dirty", "dirty", dirt=True)
    faults = [json.loads(line) for line in (dirty.home / DIRT).read_text().splitlines()]
    counts = {kind: sum(fault["kind"] == kind for fault in faults) for kind in made_twins.DIRT}
    assert counts == {"id is missing": 80, "line is cut": 40, "row is there twice": 4} and dirty.dirt == 124
    lines, was = ((home / "a.jsonl").read_text().splitlines() for home in (dirty.home, clean))
    assert len(lines) == 4_004
    at = {fault["record"] - 1: fault for fault in faults}
    for place, fault in at.items():
        if fault["kind"] == "id is missing":
            assert json.loads(lines[place])["id"] is None and (fault["aside"], fault["rule"]) == (1, "missing_key")
        elif fault["kind"] == "line is cut":
            with pytest.raises(ValueError):
                json.loads(lines[place])
        else:
            assert lines[place] == lines[place + 1] and fault["aside"] == 0
    twice = {place + 1 for place, fault in at.items() if fault["kind"] == "row is there twice"}
    assert [line for place, line in enumerate(lines) if place not in at and place not in twice] == [
        line for line in was if line in set(lines) and lines.count(line) == 1
    ]
    assert not (clean / DIRT).exists()
    assert only(tmp_path / "few", "dirty", scale=0.01, dirt=True).dirt == 3
