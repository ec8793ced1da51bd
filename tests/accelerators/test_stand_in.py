"""The Ascend path on a stand-in for its package (`stand_in/`): every line of npu.py but the kernels' own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.process

HERE = Path(__file__).parent
STAND_IN, TESTS = HERE / "stand_in", HERE.parent


def on_stand_in(script: str, folder: Path, **variables: str) -> dict[str, Any]:
    """Run a script of this folder in a process that finds the stand-in; its last line is JSON."""
    paths = os.pathsep.join(map(str, (STAND_IN, TESTS, TESTS / "train")))
    environment = {**os.environ, "PYTHONPATH": paths, "MEDSLAKE_PLUGINS": str(STAND_IN), **variables}
    done = subprocess.run(
        [sys.executable, str(HERE / script), str(folder)], capture_output=True, text=True, env=environment, cwd=folder, timeout=400
    )
    assert done.returncode == 0, done.stderr[-3000:]
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts


def test_one_card_computes_what_the_cpu_computes(tmp_path: Path) -> None:
    facts = on_stand_in("one_card.py", tmp_path, TORCH_DEVICE_BACKEND_AUTOLOAD="1")
    assert facts["loaded_by_torch"]
    assert (facts["backend"], facts["name"], facts["chip"], facts["peak_memory"]) == ("hccl", "Ascend910B3", "Ascend910B", 3 << 30)
    assert facts["calls_of_cpu"] == {}
    # Two layers, two steps, forward and recomputed forward, fp32 and bf16: 16 decoder layers; 2 norms and 2 rotations (q, k) in each,
    # and the last norm once per forward pass.
    kernels = {k: v for k, v in facts["calls"].items() if k.startswith("npu_")}
    assert kernels == {"npu_fusion_attention": 16, "npu_swiglu": 16, "npu_rotary_mul": 32, "npu_rms_norm": 36}
    assert (facts["calls"]["set_device"], facts["calls"]["synchronize"]) == (1, 1)
    assert facts["fused"] == pytest.approx(facts["plain"], rel=1e-5)
    assert facts["half"] == pytest.approx(facts["plain"], rel=0.2)
    assert facts["half"] != facts["fused"]
    saved, restored = facts["random"]
    assert saved == restored and saved[0] != saved[1]


def test_two_cards_through_ray_train(tmp_path: Path) -> None:
    # torch does not load the package here: Ray does, and the worker's setup.
    facts = on_stand_in("two_cards.py", tmp_path, TORCH_DEVICE_BACKEND_AUTOLOAD="0")
    assert facts["device"] == "npu_in_host_memory"
    assert [(w["device"], w["backend"], w["allocator"]) for w in facts["workers"]] == [("npu:0", "hccl", "expandable_segments:True")] * 2
    assert sorted(w["visible"] for w in facts["workers"]) == ["0", "1"]
    assert facts["cards"] == pytest.approx(facts["plain"], rel=1e-5)
    # The chip is known, so its peak is.
    assert all(0 < mfu < 1e-3 for mfu in facts["mfu"])
    assert facts["cards"][0] != facts["cards"][1]
