"""Devices. A file binds `ACCELERATOR` and is the only one that imports its vendor's package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from medslake.accelerators.base import Accelerator
from medslake.accelerators.cpu import ACCELERATOR as CPU

__all__ = ["Accelerator", "detect"]


def detect(among: Iterable[Accelerator], cluster: Mapping[str, float] | None = None) -> Accelerator:
    """The first that is present (see `Accelerator.present`) and not the CPU, else the CPU."""
    return next((a for a in among if a.resource != CPU.resource and a.present(cluster)), CPU)
