"""Training steps of one model on the same instances: medslake's loop, a bare PyTorch loop on packed tensors, and the usual trainers.

    python benchmarks/training.py --instances 64

Sides: `ours` (the training loop), `compiled` (the same with --set compile=true), `bare` (PyTorch and transformers, packed tensors ready
made), `trainer` (transformers.Trainer, padding to the longest of a batch), `trl` (SFTTrainer with packing, from --peers).
Each runs in a process of its own, one after the other, on all cores; the first step is not counted. The lengths are those of the lake's
pack plan where one is given (--lake), else made: 20 to 900 tokens. Tokens are random, a quarter of them bear loss.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from record import record

from medslake import registry
from medslake.lake import open_lake
from medslake.planning.lengths import Lengths, lake_lengths
from medslake.recipes import Recipe, override
from medslake.train.models import base_model
from medslake.train.packs.feed import rows_per_step
from medslake.train.packs.packing import bins_of, layout
from planning import made_lengths, prompt_lengths, write_feed

SIDE = Path(__file__).with_name("training_side.py")
PEERS = Path(__file__).resolve().parents[1] / ".venv-peers" / "bin" / "python"
SIDES = {
    "trainer": "transformers.Trainer, padded to the longest of {batch}",
    "trl": "TRL SFTTrainer, packed",
    "bare": "bare PyTorch loop on packed tensors",
    "ours": "medslake",
    "compiled": "medslake, compile=true",
}
#: Bars: useful tokens per second, ours over theirs.
BARS = {"trainer": 2.4, "trl": 1.0, "bare": 0.9}


def prepare(lengths: Lengths, recipe: Recipe, instances: int, vocabulary: int, folder: Path) -> int:
    """Write the same instances as padded trainers and as the loop read them; returns the number of packed rows."""
    chance = np.random.default_rng(0)
    sizes = np.maximum(4, chance.choice(lengths.counts.size, instances, p=lengths.counts / lengths.instances))
    tokens = [chance.integers(10, vocabulary, n).astype(np.int32) for n in sizes]
    np.savez(folder / "instances.npz", sizes=sizes, prompts=prompt_lengths(sizes), tokens=np.concatenate(tokens))
    members, offsets = layout(*bins_of(sizes, recipe.length))
    rows = [[tokens[k] for k in members[offsets[row] : offsets[row + 1]]] for row in chance.permutation(offsets.size - 1)]
    write_feed(rows, recipe.length, folder / "feed")
    return len(rows)


def measured(name: str, job: dict[str, Any], folder: Path, peers: Path) -> dict[str, Any] | None:
    """What a side tells, None where TRL's environment is not there."""
    python = peers if name == "trl" else Path(sys.executable)
    if not python.exists():
        return None
    result = folder / f"{name}.json"
    (folder / "job.json").write_text(json.dumps(job))
    done = subprocess.run([str(python), str(SIDE), name, str(folder / "job.json"), str(result)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{name}, exit code {done.returncode} (-9: out of memory?): {done.stderr[-3000:]}")
    told: dict[str, Any] = json.loads(result.read_text())
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="smollm2_135m")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE")
    parser.add_argument("--instances", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16, help="instances per optimiser step and per padded batch")
    parser.add_argument("--sides", default=",".join(SIDES), help="comma-separated")
    parser.add_argument("--lake", help="take lengths from the largest pack plan of this lake")
    parser.add_argument("--cache", type=Path, default=Path(".medslake/bench"), help="where the model is kept (default %(default)s)")
    parser.add_argument("--peers", type=Path, default=PEERS, help="python of an environment with trl")
    parser.add_argument("--dry-run", action="store_true", help="print only")
    args = parser.parse_args()
    base = dataclasses.replace(registry.get("recipe", args.recipe), batch=args.batch, checkpoint_every=10**9, async_checkpoints=False)
    recipe = override(base, args.set)
    lengths = ((lake_lengths(open_lake(args.lake)) if args.lake else None) or made_lengths()).capped(recipe.length)
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = base_model(recipe.model, args.cache.resolve() / "models")
        vocabulary = json.loads((model / "config.json").read_text())["vocab_size"]
        rows = prepare(lengths, recipe, args.instances, vocabulary, folder)
        per_step = rows_per_step(recipe.batch, rows, args.instances)
        job = {"model": str(model), "folder": str(folder), "recipe": dataclasses.asdict(recipe), "rows_per_step": per_step, "rows": rows}
        for side in args.sides.split(","):
            told = measured(side, job, folder, args.peers)
            if told is not None:
                found[side] = {**told, "rate": told["useful"] / told["seconds"]}
                print(side, found[side], file=sys.stderr)
    ours = found["ours"]["rate"]
    padding = lengths.longest_of(args.batch) / (lengths.mean / lengths.fill(recipe.length))
    spent = {side: told["computed"] / told["useful"] for side, told in found.items()}
    took = ""
    if "trainer" in spent:
        ratio = spent["trainer"] / spent["ours"]
        took = f"; Trainer's batches took {ratio:.2f} times ({ratio / padding - 1:+.1%}, bar: within 10 %)"
    lines = [
        f"{recipe.name}, {recipe.precision}, activations {'recomputed' if recipe.checkpointing else 'kept'} on every side,"
        f" {args.instances} instances ({lengths.source}), {args.batch} per step:"
        f" {rows} rows of {recipe.length}, {per_step} per step.",
        f"By what `plan` expects of these lengths, padding to the longest of {args.batch} takes {padding:.2f} times the tokens of packed"
        f" rows{took}.",
        "",
        "| side | steps | seconds | useful tokens/s | useful share | ours is times | first and last loss | GiB at most |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for side, told in found.items():
        lines.append(
            f"| {SIDES[side].format(batch=args.batch)} | {told['steps']} | {told['seconds']:.1f} | {told['rate']:,.0f}"
            f" | {1 / spent[side]:.0%} | {ours / told['rate']:.2f} | {told['losses'][0]:.2f}, {told['losses'][-1]:.2f}"
            f" | {told['bytes'] / 2**30:.1f} |"
        )
    bars = [
        f"{SIDES[s].format(batch=args.batch)} {b} ({'met' if ours / found[s]['rate'] >= b else 'not met'})"
        for s, b in BARS.items()
        if s in found
    ]
    lines += ["", f"Bars, ours over theirs: {'; '.join(bars)}."]
    given = [*(["--lake", "LAKE"] if args.lake else []), *(part for setting in args.set for part in ("--set", setting))]
    command = " ".join(["python benchmarks/training.py", f"--instances {args.instances}", *given])
    record("Training", command, lines, write=not args.dry_run)
    return 0


if __name__ == "__main__":
    sys.exit(main())
