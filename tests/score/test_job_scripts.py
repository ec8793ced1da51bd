"""The entry scripts: help with an example, JSON alone on stdout, mistakes in one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

JOBS = Path(__file__).resolve().parents[2] / "ray_jobs"


def call(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(JOBS / script), *arguments], capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize("script", ["infer.py", "score.py"])
def test_help_has_an_example(script: str) -> None:
    told = call(script, "--help")
    assert told.returncode == 0 and "ray job submit" in told.stdout and "--json" in told.stdout


def test_json_stands_alone(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_text("task_id,input,GT,output\ntask57,q,The right answer is A: x,(A)\n")
    told = call("score.py", "--predictions", str(path), "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["task57"] == {"accuracy": {"paper": 0.0, "strict": 100.0}}


def test_a_mistake_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    told = call("infer.py", "--lake", str(tmp_path / "lake"), "--model", str(tmp_path))
    assert told.returncode == 2 and told.stdout == ""
    assert "There is no lake" in told.stderr and "Traceback" not in told.stderr
