"""Devices. One file each; `pick` chooses."""

from __future__ import annotations

from collections.abc import Mapping

from medslake import registry
from medslake.accelerators.base import Accelerator
from medslake.errors import UsageError

__all__ = ["Accelerator", "pick"]


def pick(name: str = "auto", cluster: Mapping[str, float] | None = None) -> Accelerator:
    """The accelerator of that name, or for `auto` the first one present that is not the CPU, else the CPU.

    cluster: resources of the Ray cluster that the work goes to, None for this host alone: a cluster's head often has no device itself.
    UnknownName for a name without a file; UsageError when there is no such device.
    """

    def present(accelerator: Accelerator) -> bool:
        return bool(accelerator.probe() if cluster is None else cluster.get(accelerator.resource))

    if name != "auto":
        chosen: Accelerator = registry.get("accelerator", name)
        if not present(chosen):
            place = "This host" if cluster is None else "The Ray cluster"
            raise UsageError(f"{place} has no {name} device.", hint="Run: medslake doctor")
        return chosen
    found: list[Accelerator] = list(registry.items("accelerator").values())
    return next((a for a in found if a.resource != "CPU" and present(a)), registry.get("accelerator", "cpu"))
