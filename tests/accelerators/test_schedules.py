"""The schedules name what exists: options of the entry script, recipes, resources that add up. They were never deployed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from medslake import registry
from medslake.accelerators import npu
from medslake.cli import app
from medslake.recipes import override

ROOT = Path(__file__).resolve().parents[2]
SCHEDULES = sorted((ROOT / "ray_jobs" / "schedules").glob("rayjob*.yaml"))


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


@pytest.mark.parametrize("path", SCHEDULES, ids=lambda p: p.name)
def test_the_entrypoint_is_a_call_of_ours(path: Path) -> None:
    spec = load(path)["spec"]
    python, script, *arguments = shlex.split(spec["entrypoint"])
    assert python == "python" and (ROOT / script).is_file()
    shown = CliRunner().invoke(app, [Path(script).stem, "--help"], env={"COLUMNS": "200"}).output
    assert {a for a in arguments if a.startswith("--")} <= set(re.findall(r"--[a-z-]+", shown))
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    override(registry.get("recipe", given["--recipe"]), [given["--set"]] if "--set" in given else [])
    pinned = re.search(r"^ray==([\d.]+)$", (ROOT / "constraints.txt").read_text(), re.M)
    assert pinned and spec["rayClusterSpec"]["rayVersion"] == pinned.group(1)


def test_four_nodes_of_eight_cards() -> None:
    cluster = load(ROOT / "ray_jobs" / "schedules" / "rayjob-ascend.yaml")["spec"]["rayClusterSpec"]
    (group,) = cluster["workerGroupSpecs"]
    (worker,) = group["template"]["spec"]["containers"]
    cards = int(worker["resources"]["limits"]["huawei.com/Ascend910"])
    # Ray is told by hand, as KubeRay knows no such resource; the value is JSON inside a string inside a shell word.
    told = json.loads(json.loads(group["rayStartParams"]["resources"]))
    assert told == {npu.ACCELERATOR.resource: cards}
    assert group["replicas"] * cards == 32
    assert {e["name"]: e["value"] for e in worker["env"]} == dict(npu.ACCELERATOR.environment)
    (head,) = cluster["headGroupSpec"]["template"]["spec"]["containers"]
    assert head["image"] != worker["image"]
