"""A short real run of the training's own model on the device at hand: what a micro batch and an update take."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from medslake.accelerators import Accelerator
from medslake.planning.chips import Chips
from medslake.planning.shapes import Shape
from medslake.progress import Progress, quiet
from medslake.recipes import Recipe

__all__ = ["Probe", "probe"]

REPEATS = 3
#: Weights, gradients and two moments in fp32.
BYTES_PER_PARAMETER = 16


@dataclass(frozen=True)
class Probe:
    """seconds of one micro batch (rows x length tokens, forward and backward) and of one update of all parameters on one device.

    depths: layers that were run; fewer than the model has are extended in a straight line.
    """

    device: str
    rows: int
    length: int
    micro_batch: float
    update: float
    depths: tuple[int, ...]

    @property
    def tokens_per_second(self) -> float:
        return self.rows * self.length / self.micro_batch

    def step(self, tokens: float, devices: int) -> float:
        """Seconds of an optimiser step in which each of so many such devices has so many tokens; what they tell each other is not in it."""
        return tokens / self.tokens_per_second + self.update / devices


def probe(
    shape: Shape,
    recipe: Recipe,
    chips: Chips,
    *,
    instance: int,
    supervised: float = 0.25,
    room: int | None = None,
    progress: Progress = quiet,
) -> Probe:
    """Time the recipe's micro batch, made of random instances of `instance` tokens, with random weights.

    room: bytes that the model may take (default: half of what the chip or host has); a model that needs more is timed at two depths.
    """
    accelerator = chips.accelerator
    room = room or (chips.memory or os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")) // 2
    depths = (shape.layers,) if shape.parameters * BYTES_PER_PARAMETER <= room or shape.layers < 4 else (1, 3)
    timed = []
    with _alone(accelerator):
        for at, layers in enumerate(depths):
            timed.append(_time(shape, recipe, accelerator, layers, instance, supervised))
            progress("probe", at + 1, len(depths))
    micro, update = (_at_depth(depths, values, shape.layers) for values in zip(*timed, strict=True))
    return Probe(accelerator.device_name(), recipe.micro_rows, recipe.length, micro, update, depths)


def _at_depth(depths: tuple[int, ...], seconds: tuple[float, ...], layers: int) -> float:
    if len(depths) == 1:
        return seconds[0]
    # More layers never take less: what says so is noise.
    slope = max(0.0, seconds[1] - seconds[0]) / (depths[1] - depths[0])
    return seconds[0] + slope * (layers - depths[0])


def _time(shape: Shape, recipe: Recipe, accelerator: Accelerator, layers: int, instance: int, supervised: float) -> tuple[float, float]:
    import torch

    from medslake.train.packs.feed import collate, to_device
    from medslake.train.sharding import optimizer_for, sharded

    with tempfile.TemporaryDirectory() as folder:
        shape.config(layers).save_pretrained(folder)
        model: Any = sharded(Path(folder), recipe, accelerator)
    for parameter in model.parameters():
        # Memory as it was found may hold numbers that are slow to compute with.
        torch.nn.init.normal_(parameter.to_local(), std=0.02)
    optimizer = optimizer_for(model, recipe)
    feed = _rows(recipe, shape.vocabulary, instance, supervised)
    batch = to_device(collate(feed, range(len(feed)), pad=0, layout=accelerator.layout), torch.device(accelerator.torch_type))
    micro, update = [], []
    for repeat in range(REPEATS + 1):
        accelerator.synchronize()
        began = time.perf_counter()
        model(**batch).backward()
        accelerator.synchronize()
        between = time.perf_counter()
        torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        accelerator.synchronize()
        # The first one allocates.
        if repeat:
            micro.append(between - began)
            update.append(time.perf_counter() - between)
    return statistics.median(micro), statistics.median(update)


def _rows(recipe: Recipe, vocabulary: int, instance: int, supervised: float) -> Any:
    """Full rows of random tokens, cut into instances."""
    from medslake.train.packs.feed import Feed

    rows, length = recipe.micro_rows, recipe.length
    size = max(2, min(instance, length))
    starts = np.arange(0, length - 1, size)
    sizes = np.minimum(size, length - starts)
    prompts = np.clip((sizes * (1 - supervised)).astype(int), 1, sizes - 1)
    segments = np.tile(np.stack([starts, sizes, prompts], axis=1), (rows, 1))
    bearing = np.full(rows, (sizes - prompts).sum())
    table = np.stack([np.arange(rows) * length, np.full(rows, length), np.arange(rows) * starts.size, bearing], axis=1)
    tokens = np.random.default_rng(recipe.seed).integers(0, vocabulary, rows * length).astype(np.int32)
    return Feed(tokens, table, segments, length, "public")


@contextmanager
def _alone(accelerator: Accelerator) -> Iterator[None]:
    """A process group of this process alone, on the device's first card."""
    import torch
    import torch.distributed as dist

    accelerator.setup(torch.device(accelerator.torch_type, 0))
    dist.init_process_group(accelerator.backend, store=dist.HashStore(), rank=0, world_size=1)
    try:
        yield
    finally:
        dist.destroy_process_group()
