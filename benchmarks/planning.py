"""What `medslake plan --probe` predicts for an optimiser step, against the training loop's own steps; and the padding that packing saves.

    python benchmarks/planning.py --recipe smollm2_135m --steps 6

Probe and loop run one after the other in this process, on all cores, with the same model, rows and batch. The lengths are those of the
lake's pack plan where one is given (--lake), else made: 20 to 900 tokens. Tokens are random, a quarter of them bear loss.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from record import record

from medslake import registry
from medslake.accelerators.cpu import ACCELERATOR as CPU
from medslake.lake import open_lake
from medslake.planning.chips import Chips
from medslake.planning.lengths import Lengths, lake_lengths
from medslake.planning.probe import probe
from medslake.planning.shapes import Shape, shape_of
from medslake.recipes import Recipe, override
from medslake.train.logs.steplog import StepLog
from medslake.train.loop import Job, run
from medslake.train.packs.feed import rows_per_step
from medslake.train.packs.packing import bins_of, layout

#: Bar: predicted and measured step agree within this share.
BAR = 0.15
INSTANCES = 2000


def made_lengths(seed: int = 1) -> Lengths:
    drawn = np.exp(np.random.default_rng(seed).normal(5.3, 0.7, INSTANCES)).clip(20, 900).astype(int)
    return Lengths(np.bincount(drawn), f"{INSTANCES:,} made instances of 20 to 900 tokens")


def write_feed(rows: Sequence[Sequence[np.ndarray]], length: int, folder: Path) -> None:
    """Packed rows as `train` reads them. rows: the token ids of each row's instances, of which the last quarter bears loss."""
    table: list[tuple[Any, ...]] = []
    segments: list[tuple[Any, ...]] = []
    used = 0
    for held in rows:
        sizes = np.array([tokens.size for tokens in held])
        prompts = prompt_lengths(sizes)
        table.append((used, sizes.sum(), len(segments), (sizes - prompts).sum()))
        segments += list(zip(np.cumsum(sizes) - sizes, sizes, prompts, strict=True))
        used += int(sizes.sum())
    tokens = np.concatenate([tokens for held in rows for tokens in held])
    arrays = {"tokens": tokens, "rows": np.array(table, np.int64), "segments": np.array(segments, np.int64)}
    folder.mkdir()
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    (folder / "feed.json").write_text(json.dumps({"length": length, "access": "public"}))


def prompt_lengths(sizes: np.ndarray) -> np.ndarray:
    """Tokens of instances that bear no loss."""
    return np.maximum(1, (sizes * 0.75).astype(int))


def packed_feed(lengths: Lengths, recipe: Recipe, vocabulary: int, rows: int, folder: Path) -> None:
    """The first rows of a packing of the histogram, with random tokens."""
    items = np.repeat(np.arange(lengths.counts.size), lengths.counts)
    chance = np.random.default_rng(0)
    chance.shuffle(items)
    members, offsets = layout(*bins_of(items, recipe.length))
    chosen = chance.permutation(offsets.size - 1)[:rows]
    held = [[chance.integers(0, vocabulary, n).astype(np.int32) for n in items[members[offsets[r] : offsets[r + 1]]]] for r in chosen]
    write_feed(held, recipe.length, folder)


def measured(shape: Shape, recipe: Recipe, lengths: Lengths, per_step: int, steps: int) -> list[float]:
    """Seconds of each step of the training loop, the first one left out."""
    from transformers import LlamaForCausalLM

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        LlamaForCausalLM(shape.config()).save_pretrained(folder / "model")
        packed_feed(lengths, recipe, shape.vocabulary, per_step * steps, folder / "feed")
        dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
        job = Job("benchmark", recipe, CPU, folder / "model", folder / "feed", folder, steps, per_step, pad=0)
        run(job)
        dist.destroy_process_group()
        return [line["seconds"] for line in StepLog.read(folder / "steps.jsonl")[1:]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="smollm2_135m")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE")
    parser.add_argument("--steps", type=int, default=6, help="optimiser steps of the loop; the first is not counted")
    parser.add_argument("--lake", help="take lengths from the largest pack plan of this lake")
    parser.add_argument("--dry-run", action="store_true", help="print only")
    args = parser.parse_args()
    recipe = dataclasses.replace(override(registry.get("recipe", args.recipe), args.set), checkpoint_every=10**9)
    shape = shape_of(recipe.model)
    lengths = (lake_lengths(open_lake(args.lake)) if args.lake else None) or made_lengths()
    lengths = lengths.capped(recipe.length)
    per_step = rows_per_step(recipe.batch, *_rows(lengths, recipe))
    timed = probe(shape, recipe, Chips.parse("1xcpu"), instance=round(lengths.mean))
    predicted = timed.step(per_step * recipe.length, 1)
    seconds = measured(shape, recipe, lengths, per_step, args.steps)
    found = statistics.median(seconds)
    off = predicted / found - 1
    saved = lengths.longest_of(16) / (lengths.mean / lengths.fill(recipe.length))
    lines = [
        f"{recipe.name}: {shape.parameters / 1e6:.1f} M parameters, {per_step} rows of {recipe.length} per step,"
        f" {torch.get_num_threads()} threads, {CPU.device_name()}; lengths: {lengths.source}.",
        "",
        "| | seconds per step |",
        "| --- | ---: |",
        f"| predicted by the probe | {predicted:.3f} |",
        f"| measured, median of {len(seconds)} | {found:.3f} |",
        "",
        f"Predicted over measured: {off:+.1%}. Bar: within {BAR:.0%}: {'met' if abs(off) <= BAR else 'not met'}.",
        "",
        f"Padding to the longest of 16 takes {saved:.2f} times the tokens of packed rows (fill {lengths.fill(recipe.length):.2%}).",
    ]
    settings = "".join(f" --set {s}" for s in args.set)
    record(
        "Planning", f"python benchmarks/planning.py --recipe {args.recipe}{settings} --steps {args.steps}", lines, write=not args.dry_run
    )
    return 0


def _rows(lengths: Lengths, recipe: Recipe) -> tuple[int, int]:
    rows = math.ceil(lengths.mean * lengths.instances / (lengths.fill(recipe.length) * recipe.length))
    return rows, lengths.instances


if __name__ == "__main__":
    sys.exit(main())
