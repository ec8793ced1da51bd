"""The entry scripts for gold, run as they are: arguments, output, exit codes."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from made_silver import abstracts, commit
from medslake.lake import Lake, open_lake

JOBS = Path(__file__).resolve().parents[2] / "jobs"


def run(script: str, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.argv", [script, *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(JOBS / script), run_name="__main__")
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> Lake:
    lake = open_lake(str(tmp_path_factory.mktemp("lake")), spark=spark, storage="embedded")
    commit(lake, "labelled_texts", "hoc", [*abstracts(1, 5, "train"), *abstracts(30, 2, "test")])
    return lake


def test_the_road_to_the_benchmark(filled: Lake, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    at = ("--lake", filled.root)
    assert run("build_instructions.py", *at, "--task", "task106", "--json", monkeypatch=monkeypatch) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["tasks"]["task106"]["rows"] == 7
    assert told["tables"]["gold.instructions"]["committed"] is True
    assert run("build_benchmark.py", *at, "--prompt", "chat", "--shots", "fixed:1", monkeypatch=monkeypatch) == 0
    shown = capfd.readouterr().out
    assert "gold.benchmark" in shown and "committed" in shown
    assert filled.arrow.count("gold.benchmark") == 2
    assert run("check_leakage.py", *at, "--json", monkeypatch=monkeypatch) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["ok"] and (found["leaks"], found["tagged"], found["noted"]) == ([], 0, 0)
    assert run("check.py", *at, monkeypatch=monkeypatch) == 0
    assert "0 failed" in capfd.readouterr().out


def test_dry_runs_and_mistakes(filled: Lake, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    at = ("--lake", filled.root)
    before = filled.names()
    assert run("build_instructions.py", *at, "--task", "task106", "--dry-run", "--json", monkeypatch=monkeypatch) == 0
    assert json.loads(capfd.readouterr().out)["tasks"]["task106"]["rows"] == 7
    assert filled.names() == before
    assert run("build_instructions.py", *at, "--task", "task1006", monkeypatch=monkeypatch) == 2
    shown = capfd.readouterr()
    assert shown.out == "" and "Did you mean 'task106'" in shown.err and "Traceback" not in shown.err


@pytest.mark.parametrize("script", ["ingest.py", "build_instructions.py", "build_benchmark.py", "check_leakage.py", "check.py", "tag.py"])
def test_help_has_examples(script: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(script, "--help", monkeypatch=monkeypatch) == 0
    shown = capfd.readouterr().out
    assert f"spark-submit jobs/{script}" in shown and "--json" in shown
