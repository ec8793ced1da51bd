"""`32xAscend910B` as what it means for training."""

from __future__ import annotations

import re
from dataclasses import dataclass

from medslake import registry
from medslake.accelerators import Accelerator
from medslake.errors import UnknownName, UsageError

__all__ = ["Chips"]


@dataclass(frozen=True)
class Chips:
    """Devices of one kind. peak: dense bf16 FLOP/s of one, memory: bytes of one; None where the accelerator's table has none (the CPU)."""

    count: int
    chip: str
    accelerator: Accelerator
    peak: float | None
    memory: int | None

    @classmethod
    def parse(cls, text: str, peak: float | None = None) -> Chips:
        """peak: overrides the table's. UsageError or UnknownName for anything but <number>x<chip>."""
        match = re.fullmatch(r"(\d+)x([\w.-]+)", text.strip())
        if match is None or int(match[1]) < 1:
            raise UsageError(f"Chips {text!r} are not of the form <number>x<chip>, such as 32xAscend910B or 1xcpu.")
        count, name = int(match[1]), match[2]
        accelerators: list[Accelerator] = list(registry.items("accelerator").values())
        for accelerator in accelerators:
            chip = accelerator.chip(name)
            if chip is not None:
                return cls(count, chip, accelerator, peak or accelerator.peak_flops[chip], accelerator.memory[chip])
            if name.lower() == accelerator.name:
                return cls(count, name, accelerator, peak, None)
        raise UnknownName("chip", name, [*(c for a in accelerators for c in a.peak_flops), *(a.name for a in accelerators)])
