from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from medslake import registry
from medslake.accelerators import cpu, pick
from medslake.errors import MissingDependency, UnknownName, UsageError

TRAIN = Path(cpu.__file__).parents[1] / "train"


def test_each_device_is_one_file() -> None:
    found = registry.items("accelerator")
    assert {"cpu", "cuda", "npu"} <= set(found)
    assert {(a.resource, a.torch_type) for a in found.values()} >= {("CPU", "cpu"), ("GPU", "cuda"), ("NPU", "npu")}
    # Ray registers hccl only under exactly this name, and never chooses it by itself.
    assert (found["npu"].backend, found["npu"].layout, found["npu"].scaling) == ("hccl", "flat", {})
    assert found["cuda"].scaling == {"use_gpu": True}


def test_device_names_occur_nowhere_else_in_training() -> None:
    named = re.compile(r"torch_npu|\bnpu\b|hccl|nccl|\bcuda\b|ascend\b|\bgpu\b", re.IGNORECASE)
    assert {str(p): named.findall(p.read_text()) for p in TRAIN.rglob("*.py") if named.search(p.read_text())} == {}


def test_pick() -> None:
    present = [a for a in registry.items("accelerator").values() if a.resource != "CPU" and a.probe()]
    assert pick() == (present[0] if present else cpu.ACCELERATOR)
    assert pick("cpu") is cpu.ACCELERATOR
    with pytest.raises(UnknownName, match="accelerator"):
        pick("tpu")


@pytest.mark.skipif(importlib.util.find_spec("torch_npu") is not None, reason="torch_npu is installed here")
def test_ascend_without_its_package_is_absent_and_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    npu = registry.get("accelerator", "npu")
    monkeypatch.delenv("PYTORCH_NPU_ALLOC_CONF", raising=False)
    assert npu.probe() == 0
    with pytest.raises(UsageError, match="no npu device"):
        pick("npu")
    with pytest.raises(MissingDependency, match=re.escape("medslake[ascend]")):
        npu.setup()
    monkeypatch.delenv("PYTORCH_NPU_ALLOC_CONF", raising=False)


def test_memory_is_in_bytes() -> None:
    assert 20 << 20 < cpu.ACCELERATOR.peak_memory() < 1 << 44
