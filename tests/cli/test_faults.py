"""Whatever is wrong with files, disks, logs and services: one sentence, the right exit code, no traceback, and no word of a row."""

from __future__ import annotations

import runpy
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from made_benchmark import benchmark_row, lake_with
from made_tasks import write_sources
from medslake import plugins
from medslake.cli import main
from medslake.lake import open_lake
from medslake.lake.storage.tables import CommitInfo

ROOT = Path(__file__).resolve().parents[2]
SECRET = "Anna Ziegler"
ROWS = [benchmark_row("task57", n, f"{SECRET} {n}?", "The right answer is A: x", access="private") for n in range(3)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faults")
    lake_with(folder, ROWS)
    return folder / "lake"


@pytest.fixture
def place(whole: Path, tmp_path: Path) -> Path:
    """A folder with a copy of the lake, a file, an empty folder, and a folder with a model that is none."""
    shutil.copytree(whole, tmp_path / "lake")
    (tmp_path / "file").write_text(SECRET)
    (tmp_path / "empty").mkdir()
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text(f'{{"{SECRET}"')
    return tmp_path


def _log(place: Path) -> Path:
    return next((place / "lake/gold/benchmark/_delta_log").glob("*.json"))


def _data(place: Path) -> Path:
    return next((place / "lake/gold/benchmark").rglob("*.parquet"))


def _nothing(place: Path) -> None:
    pass


def _broken_log(place: Path) -> None:
    _log(place).write_text(f'{{"add": "{SECRET}')


def _empty_log(place: Path) -> None:
    _log(place).write_text("")


def _no_data(place: Path) -> None:
    _data(place).unlink()


def _cut_data(place: Path) -> None:
    _data(place).write_bytes(_data(place).read_bytes()[:200])


def _newer_protocol(place: Path) -> None:
    _log(place).write_text(_log(place).read_text().replace('"minReaderVersion":1', '"minReaderVersion":9'))


LAKE = ("--lake", "{place}/lake")
ASK = "select max(input) from gold.benchmark"
#: (what is done to the place, words of the command, exit code, part of the sentence)
FAULTS: dict[str, tuple[Callable[[Path], None], tuple[str, ...], int, str]] = {
    "the lake is a file": (_nothing, ("list", "tables", "--lake", "{place}/file"), 2, "through a file"),
    "no lake, list": (_nothing, ("list", "tables", "--lake", "{place}/none"), 2, "There is no lake"),
    "no lake, runs": (_nothing, ("list", "runs", "--lake", "{place}/none"), 2, "There is no lake"),
    "no lake, sql": (_nothing, ("sql", "select 1", "--lake", "{place}/none"), 2, "There is no lake"),
    "no lake, check": (_nothing, ("check", "--lake", "{place}/none"), 2, "There is no lake"),
    "no lake, leaks": (_nothing, ("leaks", "--lake", "{place}/none"), 2, "There is no lake"),
    "no lake, tag": (_nothing, ("tag", "--lake", "{place}/none"), 2, "There is no lake"),
    "nothing to tag": (_nothing, ("tag", "silver.questions", *LAKE), 2, "no conversations"),
    "no lake, report": (_nothing, ("report", "--lake", "{place}/none"), 2, "There is no lake"),
    "no lake, score": (_nothing, ("score", "--lake", "{place}/none"), 2, "There is no lake"),
    "no lake, pack": (_nothing, ("pack", "--lake", "{place}/none"), 2, "There is no lake"),
    "no lake, infer": (_nothing, ("infer", "--model", "{place}/model", "--lake", "{place}/none"), 2, "There is no lake"),
    "no lake, build": (_nothing, ("build", "instructions", "--lake", "{place}/none"), 2, "There is no lake"),
    "no lake, export": (_nothing, ("export", "hf", "--lake", "{place}/none"), 2, "There is no lake"),
    "no lake, trace": (_nothing, ("trace", "instance", "a", "--lake", "{place}/none"), 2, "There is no lake"),
    "no predictions": (_nothing, ("score", *LAKE), 2, "predictions"),
    "broken log, sql": (_broken_log, ("sql", ASK, *LAKE), 2, "log of a table"),
    "broken log, report": (_broken_log, ("report", *LAKE), 2, "log of a table"),
    "empty log": (_empty_log, ("sql", ASK, *LAKE), 2, "log of a table"),
    "missing data, sql": (_no_data, ("sql", ASK, "--clearance", "private", *LAKE), 2, ".parquet is not there"),
    "missing data, infer": (_no_data, ("export", "hf", "--clearance", "private", *LAKE), 2, ".parquet is not there"),
    "cut data, sql": (_cut_data, ("sql", ASK, "--clearance", "private", *LAKE), 2, "Parquet file"),
    "a newer protocol": (_newer_protocol, ("sql", ASK, *LAKE), 2, "protocol"),
    "no such version": (_nothing, ("sql", ASK, "--at", "gold.benchmark=7", *LAKE), 2, "no version 7"),
    "a value that is no number": (
        _nothing,
        ("sql", "select max(input::int) from gold.benchmark", "--clearance", "private", *LAKE),
        2,
        "rows",
    ),
    "no query": (_nothing, ("sql", "", *LAKE), 2, "no statement"),
    "no statement": (_nothing, ("sql", "selec 1", *LAKE), 2, "refused"),
    "the answer is a folder": (_nothing, ("sql", "select 1 a", "--out", "{place}/empty", "--format", "csv", *LAKE), 2, "folder"),
    "the report is a folder": (_nothing, ("report", "--out", "{place}/empty", *LAKE), 2, "folder"),
    "the report lies nowhere": (_nothing, ("report", "--out", "/proc/none/report.html", *LAKE), 2, "/proc/none"),
    "the files are a file": (_nothing, ("ingest", "medqa", "--from", "{place}/file", "--lake", "{place}/new"), 2, "file"),
    "there are no files": (_nothing, ("ingest", "medqa", "--from", "{place}/none", "--lake", "{place}/new"), 2, "none"),
    "the folder is empty": (_nothing, ("ingest", "medqa", "--from", "{place}/empty", "--lake", "{place}/new"), 1, "empty"),
    "predictions are missing": (_nothing, ("score", "--predictions", "{place}/none.csv"), 2, "none.csv"),
    "predictions are a folder": (_nothing, ("score", "--predictions", "{place}/empty"), 2, "empty"),
    "predictions are no CSV": (_nothing, ("score", "--predictions", "{place}/file"), 2, "file"),
    "no model": (_nothing, ("infer", "--model", "{place}/none", *LAKE), 2, "none"),
    "a model that is none": (_nothing, ("infer", "--model", "{place}/model", *LAKE), 2, "model"),
    "no store": (_nothing, ("list", "tables", "--lake", "odd://bucket/lake"), 2, "odd"),
    "no table": (_nothing, ("check", "gold.none", *LAKE), 2, "gold.none"),
}
#: The same through the scripts.
SCRIPTS = {
    "ingest": "jobs/ingest.py",
    "check": "jobs/check.py",
    "leaks": "jobs/check_leakage.py",
    "tag": "jobs/tag.py",
    "pack": "ray_jobs/pack.py",
    "infer": "ray_jobs/infer.py",
    "score": "ray_jobs/score.py",
}


def _one_sentence(code: int | str | None, wanted: int, captured: tuple[str, str], told: str) -> None:
    out, err = captured
    assert code == wanted, err
    errors = [line for line in err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1 and told in errors[0], err
    for word in ("Traceback", "defect", "java.", "Exception", SECRET):
        assert word not in out + err, err


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_sentence(fault: str, place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    spoil, words, wanted, told = FAULTS[fault]
    spoil(place)
    with pytest.raises(SystemExit) as ended:
        main([word.format(place=place) for word in words])
    _one_sentence(ended.value.code, wanted, capfd.readouterr(), told)
    assert not (place / "none").exists()


@pytest.mark.parametrize("fault", [name for name, (_, words, _, _) in FAULTS.items() if words[0] in SCRIPTS])
def test_the_scripts_say_the_same(fault: str, place: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    spoil, words, wanted, told = FAULTS[fault]
    spoil(place)
    script = ROOT / SCRIPTS[words[0]]
    monkeypatch.setattr(sys, "argv", [str(script), *(word.format(place=place) for word in words[1:])])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(script), run_name="__main__")
    _one_sentence(ended.value.code, wanted, capfd.readouterr(), told)


# The doctor asks Java for its version, once in a process.
@pytest.mark.process
def test_one_broken_table_hides_no_other(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(place / "lake/gold/benchmark", place / "lake/gold/tasks")
    _log(place).write_text("{")
    with pytest.raises(SystemExit) as ended:
        main(["list", "tables", "--lake", str(place / "lake")])
    out, err = capfd.readouterr()
    assert ended.value.code == 0 and "gold.tasks" in out and "gold.benchmark" in err
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--lake", str(place / "lake")])
    out, err = capfd.readouterr()
    assert ended.value.code == 1 and "gold.benchmark" in out and "gold.tasks" not in out


def test_data_is_shown_as_it_is(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sql", "select '[mg/dl] [bold]b[/bold] [/INST] :smile:' a", "--lake", str(place / "lake")])
    assert "[mg/dl] [bold]b[/bold] [/INST] :smile:" in capfd.readouterr().out


def test_a_lake_is_its_owner_s(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path / "below" / "lake"))
    with lake.run("made"):
        pass
    assert (tmp_path / "below" / "lake").stat().st_mode & 0o777 == 0o700


@pytest.mark.process
def test_doctor_tells_of_a_lake_that_others_may_read(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lake = open_lake(str(place / "lake"))
    write_sources(lake)
    for mode, access, told in ((0o755, "public", False), (0o755, "dua", True), (0o700, "dua", False)):
        rows = lake.arrow.read("ops.sources").to_pylist()
        made = pa.Table.from_pylist([row | {"access": access} for row in rows], schema=lake.spec("ops.sources").arrow_schema())
        lake.arrow.replace("ops.sources", made, CommitInfo("tests/ops.sources"))
        (place / "lake").chmod(mode)
        with pytest.raises(SystemExit):
            main(["doctor", "--lake", lake.root])
        assert ("chmod 700" in capfd.readouterr().out) is told


def test_plug_ins_that_others_may_write_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path))
    plugins.roots()
    assert f"chmod o-w {tmp_path}" in caplog.text
