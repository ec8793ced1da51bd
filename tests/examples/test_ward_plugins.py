"""examples/ward_plugins from files to scores in fresh processes, as a folder and as an installed package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WARD = Path(__file__).parents[2] / "examples" / "ward_plugins"
ROAD = Path(__file__).parent / "ward_road.py"


def as_folder(tmp_path: Path) -> dict[str, str]:
    return {"MEDSLAKE_PLUGINS": str(WARD / "ward_plugins")}


def as_package(tmp_path: Path) -> dict[str, str]:
    """Installed below a folder of its own, which stands on PYTHONPATH of every process."""
    copy, target = tmp_path / "ward", tmp_path / "site"
    # A build leaves its traces beside the files.
    shutil.copytree(WARD, copy)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--target", str(target)]
    subprocess.run([*pip, str(copy)], check=True)
    return {"MEDSLAKE_PLUGINS": "", "PYTHONPATH": os.pathsep.join([str(target), *filter(None, [os.environ.get("PYTHONPATH")])])}


@pytest.mark.long
@pytest.mark.parametrize(
    ("known", "module"), [(as_folder, "medslake_plugins.engines.ward_echo"), (as_package, "ward_plugins.engines.ward_echo")]
)
def test_from_letters_to_scores(known: object, module: str, tmp_path: Path) -> None:
    assert callable(known)
    environment = {**os.environ, "SPARK_MASTER": "local-cluster[2,1,1024]", **known(tmp_path)}
    done = subprocess.run([sys.executable, str(ROAD), str(tmp_path)], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    facts = json.loads(done.stdout.strip().splitlines()[-1])
    assert facts == {
        "module": module,
        "spark_workers": 2,
        "devices": 120,
        "tasks": ["task901", "task902", "task903"],
        "steps": 4,
        "ray_workers": 2,
        "failed": 0,
        "answers": 20,
        "metrics": ["accuracy"],
    }


@pytest.mark.process
def test_without_them_nothing_is_there() -> None:
    code = "from medslake import registry; print([k for k in registry.KINDS if any('ward' in n for n in registry.sound(k))])"
    environment = {**os.environ, "MEDSLAKE_PLUGINS": ""}
    assert subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout == "[]\n"
