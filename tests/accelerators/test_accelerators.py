from __future__ import annotations

import dataclasses
import importlib.util
import re
from pathlib import Path

import pytest
import torch
from ray import cloudpickle

from medslake import registry
from medslake.accelerators import Accelerator, cpu, cuda, detect, npu
from medslake.cli.doctor import findings
from medslake.errors import MissingDependency, UnknownName, UsageError
from medslake.lake import open_lake
from medslake.recipes.tiny import RECIPE as TINY
from medslake.train.run import train

PACKAGE = Path(cpu.__file__).parents[1]
STAND_IN = Path(__file__).parent / "stand_in"
#: Packages, device types, backends, device files and variables of a vendor. Names of chips are no devices: the paper's is a fact.
DEVICE_WORDS = re.compile(r"torch_npu|\bnpu\b|hccl|nccl|\bcuda\b|davinci|\bgpu\b|nvidia|huawei|ascend\]|ascend_", re.IGNORECASE)


def test_each_device_is_one_file() -> None:
    found = registry.items("accelerator")
    assert {"cpu", "cuda", "npu"} <= set(found)
    assert {(a.resource, a.torch_type) for a in found.values()} >= {("CPU", "cpu"), ("GPU", "cuda"), ("NPU", "npu")}
    # Ray registers hccl only under exactly this name, and never chooses it by itself.
    assert (found["npu"].backend, found["npu"].layout, found["npu"].scaling) == ("hccl", "flat", {})
    assert found["cuda"].scaling == {"use_gpu": True}


def test_no_other_file_names_a_device() -> None:
    files = [*PACKAGE.rglob("*.py"), *(PACKAGE.parents[1] / "jobs").glob("*.py"), *(PACKAGE.parents[1] / "ray_jobs").glob("*.py")]
    named = {p for p in files if DEVICE_WORDS.search(p.read_text())}
    assert named == {Path(npu.__file__), Path(cuda.__file__)}


def test_every_device_is_declared_soundly() -> None:
    assert {name: list(a.faults()) for name, a in registry.items("accelerator").items()} == {"cpu": [], "cuda": [], "npu": []}
    wrong = dataclasses.replace(cpu.ACCELERATOR, about="", layout="columns", peak_flops={"X1": 1e12})
    assert list(wrong.faults()) == [
        "It does not say what it is about.",
        "Its layout is 'columns', and must be rows or flat.",
        "It knows peak_flops or memory of X1 alone, and must know both of a chip.",
    ]


def test_the_first_device_that_is_present_is_taken() -> None:
    among = [cpu.ACCELERATOR, dataclasses.replace(cuda.ACCELERATOR, probe=lambda: 0), dataclasses.replace(npu.ACCELERATOR, probe=lambda: 8)]
    assert detect(among).name == "npu"
    assert detect(among[:2]) is cpu.ACCELERATOR
    cluster = {"CPU": 640.0, "NPU": 32.0, "memory": 1e12}
    assert detect(registry.items("accelerator").values(), cluster) is npu.ACCELERATOR
    assert detect(registry.items("accelerator").values(), {"CPU": 4.0}) is cpu.ACCELERATOR
    assert (npu.ACCELERATOR.present(cluster), cuda.ACCELERATOR.present(cluster), cpu.ACCELERATOR.present()) == (32, 0, 1)


def test_a_named_device_must_be_there(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path / "lake"))
    with pytest.raises(UnknownName, match="accelerator"):
        train(lake, TINY, accelerator="tpu")
    absent = next(name for name in ("npu", "cuda") if not registry.get("accelerator", name).probe())
    with pytest.raises(UsageError, match=f"has no {absent} device"):
        train(lake, TINY, accelerator=absent)


@pytest.mark.parametrize("accelerator", [cpu.ACCELERATOR, cuda.ACCELERATOR, npu.ACCELERATOR], ids=lambda a: a.name)
def test_workers_can_be_handed_a_device(accelerator: Accelerator) -> None:
    sent = cloudpickle.loads(cloudpickle.dumps(accelerator))
    assert (sent.name, sent.scaling, sent.chip("H100"), sent.chip("910B3")) == (
        accelerator.name,
        accelerator.scaling,
        accelerator.chip("H100"),
        accelerator.chip("910B3"),
    )
    assert callable(sent.setup) and sent.missing() is None


@pytest.mark.skipif(importlib.util.find_spec("torch_npu") is not None, reason="torch_npu is installed here")
@pytest.mark.process
def test_ascend_without_its_package_is_absent_and_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert npu.ACCELERATOR.probe() == 0
    with pytest.raises(MissingDependency, match=re.escape("medslake[ascend]")):
        npu.ACCELERATOR.setup(torch.device("cpu"))
    for name in ("davinci0", "davinci1", "davinci_manager"):
        (tmp_path / name).touch()
    monkeypatch.setattr(npu, "DEVICE_FILES", tmp_path)
    assert npu.ACCELERATOR.probe() == 0
    assert [f.advice for f in findings(str(tmp_path)) if f.subject == "device" and not f.ok] == [f"Run: {npu.INSTALL}"]
    monkeypatch.syspath_prepend(STAND_IN)
    assert (npu.ACCELERATOR.probe(), npu.ACCELERATOR.missing()) == (2, None)
    monkeypatch.setenv("ASCEND_RT_VISIBLE_DEVICES", "5")
    assert npu.ACCELERATOR.probe() == 1


def test_cuda_calls_torch() -> None:
    accelerator = cuda.ACCELERATOR
    if not accelerator.probe():
        # Each function reaches torch, and it is torch that says there is no device.
        for reach in (lambda: accelerator.setup(torch.device("cuda", 0)), accelerator.synchronize, accelerator.device_name):
            with pytest.raises((AssertionError, RuntimeError, AttributeError), match=r"CUDA|cuda|NVIDIA"):
                reach()
        assert accelerator.peak_memory() == 0
        return
    accelerator.setup(torch.device("cuda", 0))
    held = torch.ones(1 << 20, device="cuda")
    accelerator.synchronize()
    assert accelerator.peak_memory() >= held.nbytes
    assert accelerator.device_name()


def test_chips_by_what_drivers_call_them() -> None:
    assert cuda.ACCELERATOR.chip("NVIDIA H100 80GB HBM3") == "H100"
    assert npu.ACCELERATOR.chip("Ascend910B3") == "Ascend910B"
    assert npu.ACCELERATOR.chip("Ascend 910B") == "Ascend910B"
    assert npu.ACCELERATOR.chip("Ascend310P") is None
    assert cpu.ACCELERATOR.chip(cpu.ACCELERATOR.device_name()) is None
    assert set(npu.ACCELERATOR.memory) == set(npu.ACCELERATOR.peak_flops)
    assert set(cuda.ACCELERATOR.memory) == set(cuda.ACCELERATOR.peak_flops)


def test_memory_is_in_bytes() -> None:
    assert 20 << 20 < cpu.ACCELERATOR.peak_memory() < 1 << 44
