"""Where the actors of inference run."""

from __future__ import annotations

from medslake import registry
from medslake.accelerators import Accelerator, detect
from medslake.cluster import cluster_resources
from medslake.engines.base import Engine

__all__ = ["inference_device"]


def inference_device(engine: Engine) -> Accelerator:
    """The CPU for engines that run elsewhere; else the first device that the cluster (or this host, outside of one) has, else its CPU."""
    if "device" not in dict(engine.options):
        cpu: Accelerator = registry.get("accelerator", "cpu")
        return cpu
    return detect(registry.items("accelerator").values(), cluster_resources())
