"""kill -9 at any step of a verb: what is committed has a run and lineage, and the next run ends where an undisturbed one does.

MEDSLAKE_TEST_KILLS says how many kills; eight by default, most of them of writes without Spark.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from killed_road import AFTER, SOURCES

from medslake.bench.published import load_published
from medslake.ingest.synthetic import generate_all
from medslake.lake import Lake, open_lake

KILLS = int(os.environ.get("MEDSLAKE_TEST_KILLS", "8"))
#: Of the kills, the share that a verb gets.
SHARE = {"tables": 0.5, "ingest": 0.125, "build": 0.125, "pack": 0.125, "infer": 0.125}
UNCOMPARED = {"ops.runs", "ops.lineage", "ops.quality_results"}


def walk(verb: str, lake: Path, files: Path, last: int) -> subprocess.CompletedProcess[str]:
    script = Path(__file__).with_name("killed_road.py")
    command = [sys.executable, str(script), verb, str(lake), str(files), str(last)]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=dict(os.environ), timeout=900)


def rows(lake: Lake) -> dict[str, list[str]]:
    """Contents but for ids of runs and versions, which a repeated run has others of."""
    found = {}
    for name in set(lake.names()) - UNCOMPARED:
        told = lake.arrow.read(name).to_pylist()
        found[name] = sorted(re.sub(r"'(version|run_id)': [^,}]+", "", repr(row)) for row in told)
    return found


def lineage(lake: Lake) -> dict[str, set[int]]:
    """Table -> versions that have lineage."""
    found: dict[str, set[int]] = {}
    for row in lake.arrow.read("ops.lineage", columns=["output_table", "output_version"]).to_pylist():
        found.setdefault(row["output_table"], set()).add(row["output_version"])
    return found


@pytest.mark.process
@pytest.mark.spark
@pytest.mark.parametrize("verb", [pytest.param(verb, marks=[pytest.mark.long] if verb == "infer" else []) for verb in SHARE])
def test_what_a_killed_run_leaves_is_on_record(
    tmp_path: Path, verb: str, record_property: Callable[[str, object], None], request: pytest.FixtureRequest
) -> None:
    files = tmp_path / "files"
    if "ingest" in (verb, AFTER.get(verb)):
        generate_all(files, seed=3, n=12, sources=SOURCES)
    start = tmp_path / "start"
    if verb in AFTER:
        done = walk(AFTER[verb], start, files, 0)
        assert done.returncode == 0, done.stderr[-2000:]
    whole = tmp_path / "whole"
    if start.exists():
        shutil.copytree(start, whole)
    undisturbed = walk(verb, whole, files, 0)
    assert undisturbed.returncode == 0, undisturbed.stderr[-2000:]
    steps = int(undisturbed.stdout.rsplit("steps: ", 1)[1])
    expected, told = rows(open_lake(str(whole))), lineage(open_lake(str(whole)))
    chosen = random.Random(f"kills of {verb}").sample(range(1, steps + 1), min(steps, max(1, round(KILLS * SHARE[verb]))))
    for last in chosen:
        root = tmp_path / f"killed-{last}"
        if start.exists():
            shutil.copytree(start, root)
        assert walk(verb, root, files, last).returncode == -signal.SIGKILL
        again = walk(verb, root, files, 0)
        assert again.returncode == 0, again.stderr[-2000:]
        lake = open_lake(str(root))
        load_published(lake)
        runs = {row["run_id"]: row["state"] for row in lake.arrow.read("ops.runs").to_pylist()}
        assert set(runs.values()) <= {"COMPLETE", "DIED"}, f"killed at step {last}"
        there = lineage(lake)
        for name in set(lake.names()) - {"gold.published_scores"}:
            commits = [entry for entry in lake.history(name) if entry["metadata"].get("parts")]
            assert {entry["metadata"]["run"] for entry in commits} <= runs.keys(), f"{name}, killed at step {last}"
            # ops.sources is made of declarations; a run that reads no table gives it no lineage.
            if name in told and name != "ops.sources":
                assert {entry["version"] for entry in commits} <= there[name], f"{name}, killed at step {last}"
                assert there[name] <= set(range(lake.version(name) + 1)), f"{name}, killed at step {last}"
        found = rows(lake)
        found.pop("gold.published_scores", None)
        assert found == {name: r for name, r in expected.items() if name != "gold.published_scores"}, f"killed at step {last}"
        shutil.rmtree(root)
    record_property("runs killed", len(chosen))
