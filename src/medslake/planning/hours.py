"""Ways to bring instances to the devices, speeds that were reported or measured, and the hours of each with each."""

from __future__ import annotations

import math
from dataclasses import dataclass

from medslake.planning.chips import Chips
from medslake.planning.lengths import Lengths, fill
from medslake.planning.paper import PAPER, PUBLISHED_SPEED
from medslake.planning.shapes import Shape
from medslake.recipes import Recipe
from medslake.train.packs.feed import rows_per_step
from medslake.train.sharing import busy

__all__ = ["Rate", "Way", "hours", "rates", "ways"]


@dataclass(frozen=True)
class Way:
    """name; optimiser steps; tokens that the devices have time for in the whole run: padding and waiting for each other included.

    rows_per_step and busy (share of these tokens that is instances') are for packed rows only.
    """

    name: str
    steps: int
    tokens: float
    rows_per_step: int | None = None
    busy: float | None = None


@dataclass(frozen=True)
class Rate:
    """Tokens per second and device, the same as a share of the chip's peak (None where that is unknown), and where it comes from."""

    name: str
    tokens_per_second: float
    mfu: float | None
    why: str


def ways(recipe: Recipe, instances: int, devices: int, lengths: Lengths | None) -> list[Way]:
    """Padding to the row length; with a histogram also to the longest of a group, and packing.

    A step's packed rows may be fewer than the devices, or not a multiple of them: then packing appears twice, with whole rows for every
    device (on fewer devices, or with a larger batch) and as `train` runs it on all of them, with rows cut between instances.
    """
    seen = instances * recipe.epochs
    steps = math.ceil(seen / recipe.batch)
    listed = [Way(f"padded to {recipe.length:,}", steps, float(seen * recipe.length))]
    if lengths is None:
        return listed
    lengths = lengths.capped(recipe.length)
    # A device's share of a step, and what a trainer that pads does by default.
    for group in sorted({max(1, recipe.batch // devices), 16}):
        listed.append(Way(f"padded to the longest of {group}", steps, seen * lengths.longest_of(group)))
    useful = seen * lengths.mean
    sample = lengths.packed(recipe.length)
    filled = fill(sample)
    rows = math.ceil(useful / (filled * recipe.length))
    per_step = rows_per_step(recipe.batch, rows, seen)
    packed_steps = math.ceil(rows / per_step)
    listed.append(Way("packed", packed_steps, float(rows * recipe.length), per_step, filled))
    if per_step % devices:
        share = busy(sample, per_step, devices, recipe.micro_rows)
        listed.append(Way(f"packed, on all {devices}", packed_steps, useful / share, per_step, share))
    return listed


def rates(shape: Shape, chips: Chips, paper: Shape, lengths: Lengths | None, mfu: float | None) -> list[Rate]:
    """Speeds of the paper's run under each reading of its padding, a published one and one at a given share of the peak.

    On another model or chip than the paper's, a speed stands for its share of the peak. Empty where the chip's peak is unknown.
    """
    if chips.peak is None:
        return []
    reference = Chips.parse(f"1x{PAPER.chip}").peak or 0.0
    shares: list[tuple[str, float, str]] = []
    if mfu is not None:
        shares.append((f"{mfu:.0%} MFU", mfu, "as asked for"))

    def speed(name: str, tokens_per_second: float, why: str) -> None:
        shares.append((name, tokens_per_second * paper.flops_per_token / reference, why))

    run = f"{PAPER.hours} h, {PAPER.devices} {PAPER.chip}, {PAPER.instances:,} instances, {PAPER.epochs} epochs"
    speed(f"paper, padded to {PAPER.length:,}", PAPER.tokens_per_second(PAPER.length), f"{run}; upper bound of its token rate")
    if lengths is not None:
        group = PAPER.batch // PAPER.devices
        longest = lengths.capped(PAPER.length).longest_of(group)
        why = f"{run}; each instance padded to the longest of the {group} on its device, mean {longest:,.0f} tokens with our lengths"
        speed(f"paper, padded to the longest of {group}", PAPER.tokens_per_second(longest), why)
    speed("published", PUBLISHED_SPEED, f"MindFormers 1.3.2, Llama 3 8B at 8,192 tokens: {PUBLISHED_SPEED:,.0f} tokens/s/device")
    return [Rate(name, share * chips.peak / shape.flops_per_token, share, why) for name, share, why in shares]


def hours(way: Way, rate: Rate, devices: int) -> float:
    return way.tokens / (rate.tokens_per_second * devices) / 3600
