"""The noun Accelerator: everything the training and inference code must know about a device."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

__all__ = ["Accelerator"]


@dataclass(frozen=True)
class Accelerator:
    """One kind of device.

    resource: Ray resource name; torch_type: `torch.device` type; backend: torch.distributed backend; visible_devices: environment variable;
    attention: attn_implementation for packed rows; bf16: the device computes in bf16 natively; peak_flops: chip -> dense bf16 FLOP/s;
    memory: chip -> bytes; probe: number of devices present on this host, without failing when the vendor package is absent.
    setup: called once in each worker before the first tensor (set_device, allocator settings).
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
    peak_flops: Mapping[str, float] = field(default_factory=dict)
    memory: Mapping[str, int] = field(default_factory=dict)
