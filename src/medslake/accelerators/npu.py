"""Ascend NPUs: torch_npu, HCCL. The only file that imports torch_npu.

Ray Train never picks hccl by itself (it falls back to gloo) and registers it only when the backend is exactly `hccl`, so that name is what
goes into TorchConfig; every worker sees only its own card, so the device is always index 0 of what it sees, never LOCAL_RANK.
`import torch` loads torch_npu by itself when the package is installed and fails on a host without CANN; TORCH_DEVICE_BACKEND_AUTOLOAD=0
saves `import torch` there, but transformers and Ray still import a torch_npu that is present: do not install the extra without CANN.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from medslake.accelerators.base import Accelerator
from medslake.errors import MissingDependency

__all__ = ["ACCELERATOR"]


def _probe() -> int:
    """Cards on this host by their device files; 0 where torch_npu is not installed."""
    if importlib.util.find_spec("torch_npu") is None:
        return 0
    present = len(list(Path("/dev").glob("davinci[0-9]*")))
    visible = os.environ.get("ASCEND_RT_VISIBLE_DEVICES")
    return present if visible is None else min(present, len([d for d in visible.split(",") if d.strip()]))


def _setup() -> None:
    os.environ.setdefault("PYTORCH_NPU_ALLOC_CONF", "expandable_segments:True")
    if importlib.util.find_spec("torch_npu") is None:
        raise MissingDependency("Training on Ascend", 'pip install "medslake[ascend]" (on a host with CANN)')
    import torch_npu
    from ray.train.torch import get_device

    torch_npu.npu.set_device(get_device())


def _peak_memory() -> int:
    import torch_npu

    return int(torch_npu.npu.max_memory_allocated())


ACCELERATOR = Accelerator(
    name="npu",
    resource="NPU",
    torch_type="npu",
    backend="hccl",
    visible_devices="ASCEND_RT_VISIBLE_DEVICES",
    attention="flash_attention_2",
    bf16=True,
    probe=_probe,
    setup=_setup,
    peak_memory=_peak_memory,
    layout="flat",
    peak_flops={"Ascend910B": 354e12},
    memory={"Ascend910B": 64 << 30},
)
