"""Devices. One file each; `pick` chooses."""

from __future__ import annotations

from medslake import registry
from medslake.accelerators.base import Accelerator
from medslake.errors import UsageError

__all__ = ["Accelerator", "pick"]


def pick(name: str = "auto") -> Accelerator:
    """The accelerator of that name, or for `auto` the first one present that is not the CPU, else the CPU.

    UnknownName for a name without a file; UsageError when this host has no such device.
    """
    if name != "auto":
        chosen: Accelerator = registry.get("accelerator", name)
        if not chosen.probe():
            raise UsageError(f"This host has no {name} device.", hint="Run: medslake doctor")
        return chosen
    found: list[Accelerator] = list(registry.items("accelerator").values())
    return next((a for a in found if a.resource != "CPU" and a.probe()), registry.get("accelerator", "cpu"))
