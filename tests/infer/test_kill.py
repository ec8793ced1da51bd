"""Kill -9 in the middle of a job: the rerun does what is missing, and the table equals that of an unbroken run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from made_benchmark import benchmark_row, lake_with
from medslake.infer.run import infer
from medslake.lake import open_lake

PLUGINS = Path(__file__).parent / "plugins"
CALL = {"engine": "fragile", "shard_rows": 3}
SCRIPT = """
import sys
from medslake.infer.run import infer
from medslake.lake import open_lake
infer(open_lake(sys.argv[1]), "echo", engine="fragile", shard_rows=3)
"""


def rows() -> list[dict[str, Any]]:
    return [benchmark_row("task57", k, f"question {k} " + "x" * (k % 5), "The right answer is A: x") for k in range(18)]


def table(folder: Path) -> list[dict[str, Any]]:
    return open_lake(str(folder / "lake")).arrow.read("gold.predictions").sort_by("prediction_id").to_pylist()


def test_killed_and_run_again_equals_unbroken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ray_local: Any) -> None:
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(PLUGINS))
    (tmp_path / "whole").mkdir()
    (tmp_path / "broken").mkdir()
    whole, broken = lake_with(tmp_path / "whole", rows()), lake_with(tmp_path / "broken", rows())
    shards = infer(whole, "echo", **CALL)["shards"]
    assert shards >= 5
    environment = os.environ | {"FRAGILE_DELAY": "0.7", "MEDSLAKE_PLUGINS": str(PLUGINS)}
    job = subprocess.Popen([sys.executable, "-c", SCRIPT, broken.root], env=environment, start_new_session=True)
    try:
        deadline = time.monotonic() + 600
        while not broken.exists("gold.predictions"):
            assert job.poll() is None, "the job ended before it committed anything"
            assert time.monotonic() < deadline
            time.sleep(0.1)
        job.send_signal(signal.SIGKILL)
        job.wait()
    finally:
        if job.poll() is None:
            job.kill()
            job.wait()
    committed = len(broken.history("gold.predictions"))
    assert 1 <= committed < shards
    again = infer(broken, "echo", **CALL)
    assert again["tables"]["gold.predictions"]["rows"] == 18
    # What stood was not done again.
    assert len(broken.history("gold.predictions")) == shards
    assert table(tmp_path / "broken") == table(tmp_path / "whole")
