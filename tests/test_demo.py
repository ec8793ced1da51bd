"""`make demo` as a new user meets it: one command in an empty folder, everything up to the report, and again without doing it twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cleaned_road import clean, versions

from medslake.lake import open_lake

# The whole road of a hundred tasks, beside the other lane.
pytestmark = [pytest.mark.process, pytest.mark.timeout(1800)]


def test_the_whole_road_and_again(tmp_path: Path) -> None:
    told = demo(tmp_path)
    assert Path(told["report"]).is_file() and Path(told["lake"]).is_dir()
    assert {layer["layer"] for layer in told["layers"]} == {"bronze", "silver", "gold", "ops"} and all(r["rows"] for r in told["layers"])
    # So few records may hold none of some language, or no report of some region.
    assert len(told["skipped"]) < 12 and all(told["skipped"].values())
    assert told["leaks"] == 0 and told["dropped"] > 0
    assert told["unexplained"] == 0 and told["read"] > 400
    assert told["training"]["steps"] > 0 and told["training"]["loss_last"] < told["training"]["loss_first"]
    assert all(score["paper"] and score["strict"] for score in told["scores"])
    # What stands is told by the tables, not by their history: nothing is done twice behind logs that were cleaned.
    lake = open_lake(told["lake"])
    clean(lake)
    before = versions(lake)
    again = demo(tmp_path)
    assert {name for name, version in versions(lake).items() if version != before[name] and not name.startswith("ops.")} == set()
    assert again["seconds"] < told["seconds"] / 2
    # The ops tables grow with every run.
    assert again == {**told, "seconds": again["seconds"], "layers": again["layers"]}


def demo(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-c", "from medslake.cli import main; main()", "demo", "--in", "made", "--size", "20", "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr and done.stderr.strip()
    found: dict[str, Any] = json.loads(done.stdout)
    return found
