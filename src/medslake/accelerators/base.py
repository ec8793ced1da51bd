"""The noun Accelerator: everything the training and inference code must know about a device."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Accelerator"]


def _host_memory() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@dataclass(frozen=True)
class Accelerator:
    """One kind of device. about: one line for `medslake list`.

    resource: Ray resource name; torch_type: `torch.device` type; backend: torch.distributed backend, told to Ray Train as it is;
    visible_devices: environment variable; attention: attn_implementation for packed rows; bf16: the device computes in bf16 natively.
    probe: number of devices usable on this host, without failing when the vendor package is absent. missing: the command that makes
    devices usable which are plugged in and are not, None when all is well.
    setup: called once in each worker with its `torch.device`, before the first tensor. peak_memory: bytes so far in this process.
    fuse: swaps the device's fused kernels into a transformers model, in place, before it is sharded.
    synchronize: returns when the device has finished what it was given; timings are taken after it.
    layout: how a batch of packed rows reaches the model: `rows` [rows, length], or `flat` [1, rows x length] with cumulative sequence
    lengths, which variable-length attention kernels need. scaling: what Ray's ScalingConfig wants besides the resource.
    environment: variables of the worker processes, which must stand before the vendor library starts; what the driver has set wins.
    peak_flops: chip -> dense bf16 FLOP/s; memory: chip -> bytes; device_name: what the driver calls the chip at hand.
    """

    name: str
    about: str
    resource: str
    torch_type: str
    backend: str
    visible_devices: str
    attention: str
    bf16: bool
    probe: Callable[[], int]
    missing: Callable[[], str | None] = lambda: None
    setup: Callable[[Any], None] = lambda device: None
    fuse: Callable[[Any], None] = lambda net: None
    synchronize: Callable[[], None] = lambda: None
    peak_memory: Callable[[], int] = _host_memory
    device_name: Callable[[], str] = platform.machine
    layout: str = "rows"
    scaling: Mapping[str, bool] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    peak_flops: Mapping[str, float] = field(default_factory=dict)
    memory: Mapping[str, int] = field(default_factory=dict)

    def present(self, cluster: Mapping[str, float] | None = None) -> int:
        """Devices of the Ray cluster that the work goes to, by its resources, else of this host: a cluster's head often has none itself."""
        return self.probe() if cluster is None else int(cluster.get(self.resource, 0))

    def faults(self) -> Iterable[str]:
        """What is wrong with the declaration in itself, in sentences."""
        if not self.about.strip():
            yield "It does not say what it is about."
        if self.layout not in ("rows", "flat"):
            yield f"Its layout is {self.layout!r}, and must be rows or flat."
        if unlike := set(self.peak_flops) ^ set(self.memory):
            yield f"It knows peak_flops or memory of {', '.join(sorted(unlike))} alone, and must know both of a chip."

    def chip(self, device: str) -> str | None:
        """The key of the tables above that a device's name holds (a stepping's holds its family's), the longest one, else None."""
        squeezed = device.replace(" ", "").lower()
        return max((c for c in self.peak_flops if c.lower() in squeezed), key=len, default=None)
