"""Packing: bins against TRL's and padding, our encoding against the bare tokenizer, and the whole of `pack` with what it leaves in SQL.

make bench-packing                                                # some ten minutes on two cores, 2 GB of scratch
python benchmarks/packing.py --instances 20000 --lengths 200000 --texts 5000 --no-write       # a quick look

Each side is a process of its own, so that its peak memory is its own. Texts and lengths are made by seed: notes of invented findings, and
lengths log-normal around 245 tokens, at most 2,048 (or those of the largest pack plan of --lake). The tokenizer is Llama 3's own from the
package llama-models where it is installed, else that of the model `tiny`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from packing_texts import instructions, llama3_folder, texts
from record import record

from medslake.lake import Lake, open_lake
from medslake.lake.storage.tables import CommitInfo
from medslake.planning.lengths import Lengths, lake_lengths

SIDE = Path(__file__).with_name("packing_side.py")
PEERS = Path(__file__).resolve().parents[1] / ".venv-peers" / "bin" / "python"
CAPACITY = 2048
FILL, SECONDS, SHARE = 0.995, 120.0, 0.80
ROUNDS = 3


def run(side: str, job: dict[str, Any], scratch: Path) -> dict[str, Any]:
    given, got = scratch / "job.json", scratch / "result.json"
    given.write_text(json.dumps(job | {"scratch": str(scratch)}))
    python = str(PEERS) if side == "trl" else sys.executable
    done = subprocess.run([python, str(SIDE), side, str(given), str(got)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{side} failed:\n{done.stderr[-3000:]}")
    return dict(json.loads(got.read_text()))


def made_lengths(count: int, lake: str | None) -> tuple[np.ndarray, str]:
    drawn = np.random.default_rng(0)
    found = lake_lengths(open_lake(lake)) if lake else None
    if found is None:
        return np.clip(drawn.lognormal(5.5, 0.8, count).astype(np.int64), 1, CAPACITY), "made"
    counts = found.capped(CAPACITY).counts
    return drawn.choice(counts.size, count, p=counts / counts.sum()), found.source


def bins(args: argparse.Namespace, scratch: Path) -> list[str]:
    lines = ["| lengths | way | rows | fill | seconds | peak MiB |", "| ---: | --- | ---: | ---: | ---: | ---: |"]
    outcome = {}
    for count in (args.lengths // 5, args.lengths):
        lengths, source = made_lengths(count, args.lake)
        np.save(scratch / "lengths.npy", lengths)
        told = outcome[count] = run("bins", {"lengths": str(scratch / "lengths.npy"), "capacity": CAPACITY}, scratch)
        lines.append(
            f"| {count:,} | medslake, bins alone | {told['rows']:,} | {told['fill']:.3%} | {told['seconds']:.2f} | {told['peak']:,} |"
        )
    lengths = lengths[: args.peer_lengths]
    np.save(scratch / "lengths.npy", lengths)
    np.save(scratch / "tokens.npy", np.random.default_rng(1).integers(0, 128_000, int(lengths.sum()), np.int32))
    job = {"lengths": str(scratch / "lengths.npy"), "tokens": str(scratch / "tokens.npy"), "capacity": CAPACITY}
    for side, way in (("rows", "medslake, rows of tokens"), ("trl", "trl.pack_dataset, bfd")):
        if side == "trl" and not PEERS.exists():
            continue
        told = run(side, job, scratch)
        lines.append(f"| {lengths.size:,} | {way} | {told['rows']:,} | {told['fill']:.3%} | {told['seconds']:.2f} | {told['peak']:,} |")
    histogram = Lengths(np.bincount(lengths), source)
    for way, padded in (("padded to the longest of 16", histogram.longest_of(16)), (f"padded to {CAPACITY:,}", float(CAPACITY))):
        lines.append(f"| {lengths.size:,} | {way} | {lengths.size:,} | {histogram.mean / padded:.3%} | | |")
    fill, seconds = outcome[args.lengths // 5]["fill"], outcome[args.lengths]["seconds"]
    return [
        *lines,
        "",
        f"Lengths: {source}. Bars: fill of {args.lengths // 5:,} instances at least {FILL:.1%}: {verdict(fill >= FILL)} ({fill:.3%});"
        f" {args.lengths:,} lengths in under {SECONDS:.0f} s: {verdict(seconds < SECONDS)} ({seconds:.1f} s).",
    ]


def encoding(args: argparse.Namespace, model: Path, scratch: Path) -> list[str]:
    made = texts(args.texts)
    jobs = {}
    for name, table in {"all": made, "few": made.slice(0, args.texts // 5)}.items():
        pq.write_table(table, scratch / f"{name}.parquet", row_group_size=8192)
        jobs[name] = {"texts": str(scratch / f"{name}.parquet"), "model": str(model)}
    found: dict[str, list[dict[str, Any]]] = {"bare": [], "ours": [], "ray": [], "few": []}
    for _ in range(ROUNDS):
        for side, told in found.items():
            told.append(run("ray" if side == "few" else side, jobs["few" if side == "few" else "all"], scratch))
    seconds = {side: statistics.median(t["seconds"] for t in told) for side, told in found.items()}
    tokens = {side: told[0]["tokens"] for side, told in found.items()}
    middle = {side: tokens[side] / seconds[side] for side in ("bare", "ours", "ray")}
    # Both sizes bear the same start of Ray and its actors; the rest is their steady rate.
    middle["steady"] = (tokens["ray"] - tokens["few"]) / (seconds["ray"] - seconds["few"])
    names = {
        "bare": "encode_batch_fast alone",
        "ours": "medslake in this process: Arrow batches to pool",
        "ray": "medslake on Ray Data, start included",
        "steady": f"medslake on Ray Data once it runs (from the times of {args.texts // 5:,} and {args.texts:,} notes)",
    }
    lines = ["| way | tokens/s | of the bare tokenizer |", "| --- | ---: | ---: |"]
    lines += [f"| {names[side]} | {rate:,.0f} | {rate / middle['bare']:.0%} |" for side, rate in middle.items()]
    share = min(middle["ours"], middle["steady"]) / middle["bare"]
    return [
        *lines,
        "",
        f"{args.texts:,} made notes, {found['bare'][0]['tokens']:,} tokens, medians of {ROUNDS} rounds."
        f" Bar: at least {SHARE:.0%} of the bare tokenizer: {verdict(share >= SHARE)} ({share:.0%}).",
    ]


def whole(args: argparse.Namespace, model: Path, scratch: Path) -> list[str]:
    lake = open_lake(str(scratch / "lake"))
    instructions(lake, args.instances)
    told = run("pack", {"lake": lake.root, "model": str(model), "settings": [f"epochs={args.epochs}"]}, scratch)
    result, seconds = told["result"], told["seconds"]
    shares = " ".join(f"{what} until {at:.0f} s," for what, at in told["marks"].items())
    lines = [
        f"`pack` of {args.instances:,} instances, {args.epochs} epochs, few_shot 0.5: {result['rows']:,} rows of {CAPACITY:,},"
        f" {result['tokens']:,} tokens, fill {result['fill']:.3%}, in {seconds:.0f} s ({shares} then the gate and the commits):"
        f" {result['instances'] / seconds:,.0f} instances/s, {result['tokens'] / seconds:,.0f} tokens/s."
        f" Peak {told['peak']:,} MiB, of which at most {told['anonymous']:,} MiB are no pages of scratch files.",
        "",
        "| question over that plan (`medslake sql`, no JVM) | seconds |",
        "| --- | ---: |",
    ]
    return lines + asked(lake, result)


def asked(lake: Lake, result: dict[str, Any]) -> list[str]:
    per_step = max(1, round(128 * result["rows"] / result["instances"]))
    steps = [
        {"training_id": "t", "recipe": "r", "plan": result["plan"], "step": k, "epoch": 0.0, "first_row": first, "world_size": 1}
        | {"loss": 0.0, "grad_norm": 0.0, "lr": 0.0, "tokens": 1, "useful_tokens": 1, "supervised_tokens": 1, "fill": 1.0, "seconds": 1.0}
        | {"tokens_per_second": 1.0, "useful_tokens_per_second": 1.0, "rows": min(per_step, result["rows"] - first)}
        for k, first in enumerate(range(0, result["rows"], per_step))
    ]
    table = pa.Table.from_pylist(steps, schema=lake.spec("ops.training_steps").arrow_schema())
    lake.arrow.replace("ops.training_steps", table, CommitInfo("benchmark"))
    one = lake.query("select instance_id from gold.pack_instances limit 1 offset 4321")["instance_id"][0]
    lines = []
    for what, query in (
        ("what was it made with, how full is it", "select * from gold.plans"),
        ("which steps saw this instance", f"select step, shot from ops.instance_steps where instance_id = '{one}'"),
        (f"which instances did step {len(steps) // 2} see", f"select instance_id from ops.step_rows where step = {len(steps) // 2}"),
        ("how many of each task in every step", "select step, task_id, instances from ops.step_tasks"),
    ):
        begun = time.perf_counter()
        rows = lake.query(query).num_rows
        lines.append(f"| {what} ({rows:,} rows) | {time.perf_counter() - begun:.1f} |")
    return lines


def verdict(met: bool) -> str:
    return "met" if met else "not met"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lengths", type=int, default=5_000_000)
    parser.add_argument("--peer-lengths", type=int, default=200_000)
    parser.add_argument("--texts", type=int, default=300_000)
    parser.add_argument("--instances", type=int, default=1_000_000)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--lake", help="take lengths from the largest pack plan of this lake")
    parser.add_argument("--no-write", action="store_true", help="print only")
    args = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        model, tokenizer = llama3_folder(scratch / "model")
        lines = [*bins(args, scratch), "", *encoding(args, model, scratch), "", *whole(args, model, scratch)]
        lines += ["", f"Tokenizer: {tokenizer}."]
    command = f"python benchmarks/packing.py --lengths {args.lengths} --texts {args.texts} --instances {args.instances}"
    record("Packing", command, lines, write=not args.no_write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
