"""vacuum, optimize and restore killed with -9: every promised version reads as before, and the same call ends the work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from care_lake import days_pass, every_version, made_lake, moved_on, traces

import medslake
from medslake.lake import Lake, open_lake

pytestmark = pytest.mark.process

#: Verb -> the call, and what it is killed before, the n-th time.
CALLS = {
    "vacuum": ("medslake.vacuum(lake, yes=True)", "medslake.lake.storage.place", "Place", "drop"),
    "optimize": ("medslake.optimize(lake)", "medslake.lake.storage.delta_log", "", "_swap"),
    "restore": ("medslake.restore(lake, 'gold.instructions', 0)", "medslake.lake.storage.delta_log", "", "_swap"),
}
VICTIM = """
import importlib, os, signal, sys
import medslake
root, call, module, holder, name, left = sys.argv[1:7]
lake, left = medslake.open_lake(root), int(left)
place = importlib.import_module(module)
place = getattr(place, holder) if holder else place
whole = getattr(place, name)
def deadly(*given, **named):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*given, **named)
setattr(place, name, deadly)
eval(call)
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    lake = made_lake(tmp_path_factory.mktemp("care") / "lake")
    days_pass(lake, 30)
    moved_on(lake)
    days_pass(lake, 10)
    return lake


def killed(lake: Lake, verb: str, after: int) -> bool:
    """Whether the verb was still at work then."""
    command = [sys.executable, "-c", VICTIM, lake.root, *CALLS[verb], str(after)]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], check=False, timeout=400, capture_output=True)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode != 0


@pytest.mark.parametrize("verb", CALLS)
def test_a_killed_verb_is_ended_by_the_same_call(
    model: Lake, tmp_path: Path, verb: str, record_property: Callable[[str, object], None]
) -> None:
    moments = range(12) if os.environ.get("MEDSLAKE_TEST_LONG") else (0, 2)
    before, told = every_version(model), list(traces(model))
    ended = {name: one.ended for name, one in medslake.vacuum(model).vacuumed.items()} if verb == "vacuum" else {}
    promised = {key: rows for key, rows in before.items() if key[1] not in ended.get(key[0], ())}
    kills = 0
    for after in moments:
        root = tmp_path / str(after)
        subprocess.run(["cp", "-a", model.root, str(root)], check=True)
        lake = open_lake(str(root))
        kills += killed(lake, verb, after)
        between = every_version(lake)
        assert all(between[key] == rows for key, rows in promised.items())
        eval(CALLS[verb][0], {"medslake": medslake, "lake": lake})
        at_last = every_version(lake)
        assert all(at_last[key] == rows for key, rows in promised.items())
        if verb == "vacuum":
            assert list(traces(lake)) == told and medslake.vacuum(lake).files == 0
        elif verb == "restore":
            assert at_last["gold.instructions", lake.version("gold.instructions")] == before["gold.instructions", 0]
            assert not medslake.restore(lake, "gold.instructions", 0).differs
        else:
            left = medslake.optimize(lake, dry_run=True).optimized
            assert [name for name, one in left.items() if name.startswith("gold.") and one.files_after < one.files_before] == []
        # As ever, the next run that writes closes the one that died.
        with lake.run("test") as run:
            run.record()
        states = [row["state"] for row in lake.query("select state from ops.runs").to_pylist()]
        assert "RUNNING" not in states
    assert kills
    record_property("care of a lake killed", kills)
