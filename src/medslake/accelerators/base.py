"""The noun Accelerator: everything the training and inference code must know about a device."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

__all__ = ["Accelerator"]


def _host_memory() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@dataclass(frozen=True)
class Accelerator:
    """One kind of device.

    resource: Ray resource name; torch_type: `torch.device` type; backend: torch.distributed backend; visible_devices: environment variable;
    attention: attn_implementation for packed rows; bf16: the device computes in bf16 natively; peak_flops: chip -> dense bf16 FLOP/s;
    memory: chip -> bytes; probe: number of devices present on this host, without failing when the vendor package is absent.
    setup: called once in each worker before the first tensor (set_device, allocator settings). peak_memory: bytes so far in this process.
    layout: how a batch of packed rows reaches the model: `rows` [rows, length], or `flat` [1, rows x length] with cumulative sequence
    lengths,
    which variable-length attention kernels need. scaling: what Ray's ScalingConfig wants besides the resource.
    """

    name: str
    resource: str
    torch_type: str
    backend: str
    visible_devices: str
    attention: str
    bf16: bool
    probe: Callable[[], int]
    setup: Callable[[], None] = lambda: None
    peak_memory: Callable[[], int] = _host_memory
    layout: str = "rows"
    scaling: Mapping[str, bool] = field(default_factory=dict)
    peak_flops: Mapping[str, float] = field(default_factory=dict)
    memory: Mapping[str, int] = field(default_factory=dict)
