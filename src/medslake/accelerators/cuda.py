"""NVIDIA GPUs: NCCL for tensors on the device, gloo beside it for checkpoints."""

from __future__ import annotations

from typing import Any

from medslake.accelerators.base import Accelerator

__all__ = ["ACCELERATOR"]


def _probe() -> int:
    import torch

    return torch.cuda.device_count() if torch.cuda.is_available() else 0


def _setup(device: Any) -> None:
    import torch

    torch.cuda.set_device(device)


def _synchronize() -> None:
    import torch

    torch.cuda.synchronize()


def _peak_memory() -> int:
    import torch

    return torch.cuda.max_memory_allocated()


def _device_name() -> str:
    import torch

    return torch.cuda.get_device_name()


ACCELERATOR = Accelerator(
    name="cuda",
    about="NVIDIA GPUs, one worker each.",
    resource="GPU",
    torch_type="cuda",
    backend="cpu:gloo,cuda:nccl",
    visible_devices="CUDA_VISIBLE_DEVICES",
    attention="sdpa",
    bf16=True,
    probe=_probe,
    setup=_setup,
    synchronize=_synchronize,
    peak_memory=_peak_memory,
    device_name=_device_name,
    scaling={"use_gpu": True},
    environment={"PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True"},
    peak_flops={"A100": 312e12, "H100": 989e12, "H200": 989e12},
    memory={"A100": 80 << 30, "H100": 80 << 30, "H200": 141 << 30},
)
