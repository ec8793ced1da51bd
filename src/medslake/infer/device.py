"""Where the actors of inference run."""

from __future__ import annotations

import os

from medslake import registry
from medslake.accelerators import Accelerator, pick
from medslake.engines.base import Engine
from medslake.train.launch import ray_connected

__all__ = ["inference_device"]


def inference_device(engine: Engine) -> Accelerator:
    """The CPU for engines that run elsewhere; else the first device that the cluster (or this host, outside of one) has, else its CPU."""
    cpu: Accelerator = registry.get("accelerator", "cpu")
    if "device" not in dict(engine.options):
        return cpu
    import ray

    if not (ray.is_initialized() or os.environ.get("RAY_ADDRESS")):
        return pick()
    with ray_connected(1):
        present = ray.cluster_resources()
    found: list[Accelerator] = list(registry.items("accelerator").values())
    return next((a for a in found if a.resource != "CPU" and present.get(a.resource)), cpu)
