"""Where the time of a step goes, and how fast it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch

from medslake.accelerators import Accelerator

__all__ = ["PARTS", "Laps", "Meter", "flops_per_token"]

#: data: the host lays rows out and sends them. forward_backward: with the gathering of weights and the reduction of gradients that FSDP
#: does meanwhile. communication: what is left to tell afterwards, gradient norm and loss, with the wait for the slowest rank. optimizer:
#: norm of the own gradients, clipping, update.
PARTS = ("data", "forward_backward", "communication", "optimizer")


class Laps:
    """Seconds of a step's parts: each lap adds the time since the one before it to its part."""

    def __init__(self, synchronize: Callable[[], None]) -> None:
        self._synchronize = synchronize
        self.parts = dict.fromkeys(PARTS, 0.0)
        self._began = self._last = time.perf_counter()

    def lap(self, part: str, *, finished: bool = False) -> None:
        """finished: first wait until the device has done what it was given, which it otherwise still may be doing."""
        if finished:
            self._synchronize()
        now = time.perf_counter()
        self.parts[part] += now - self._last
        self._last = now

    @property
    def seconds(self) -> float:
        """Since the beginning, until the last lap."""
        return self._last - self._began


class Meter:
    """What a number of tokens in a time means on this model and these devices."""

    def __init__(self, model: torch.nn.Module, accelerator: Accelerator, world: int) -> None:
        self.flops = flops_per_token(model)
        chip = accelerator.chip(accelerator.device_name())
        self.peak = accelerator.peak_flops[chip] * world if chip else None
        self.accelerator = accelerator

    def metrics(self, tokens: int, useful: int, laps: Laps) -> dict[str, Any]:
        """Columns of ops.training_steps. mfu is None where the chip's peak is unknown; peak_memory is this process's."""
        seconds = laps.seconds
        return {
            "tokens": tokens,
            "useful_tokens": useful,
            "fill": useful / tokens,
            "tokens_per_second": tokens / seconds,
            "useful_tokens_per_second": useful / seconds,
            "mfu": self.flops * tokens / seconds / self.peak if self.peak else None,
            "peak_memory": self.accelerator.peak_memory(),
            "seconds": seconds,
            **{f"{part}_seconds": taken for part, taken in laps.parts.items()},
        }


def flops_per_token(model: torch.nn.Module) -> float:
    """Forward and backward: 6 per parameter, 4 where it is frozen and has no gradient of its own.

    Attention over the row and recomputed activations are not counted, as is usual for MFU and as `medslake plan` counts.
    """
    return float(sum(p.numel() * (6 if p.requires_grad else 4) for p in model.parameters()))
