"""Inference speed: the authors' loop, lm-evaluation-harness `hf` and ours on the same prompts, and what Ray Data adds; SmolLM2-135M, CPU.

make bench-inference                                                     # the whole; half an hour to an hour on two cores
python benchmarks/inference.py --rows 9 --new 16 --peer-batches 8 --job-rows 4 --no-write      # a quick look, without lm-eval's venv too

Rows are those of gold.benchmark, built here by medslake from its synthetic files (written by us) and, where the folder MEDSLAKE_TEST_DATA
has them, from real PubMedQA, MedQA, MMedBench, BC5CDR, MeQSum and Disease Ontology files: equally many of each task group, so answers of
one letter and of two hundred tokens alike; once without examples, once with three that are the same for all rows of a task. Each side is a
process of its own with the same weights, number format, threads and limits; loading is not timed. lm-eval gets the best of several batch
sizes; the loop answers every n-th row. A sample is answered in fp32 by all sides and must be the same text on each.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from record import record

from medslake import registry
from medslake.bench.build import build_benchmark
from medslake.engines.parts.decoding import BATCH_TOKENS
from medslake.infer.run import infer
from medslake.ingest.ingest import ingest
from medslake.ingest.synthetic import generate_all
from medslake.instructions.build import build_instructions
from medslake.lake import Lake, open_lake
from medslake.settings import test_data_dir
from medslake.train.models import base_model

SOURCES = ("pubmedqa", "medqa", "mmedbench", "bc5cdr", "hoc", "ddxplus", "seer", "meqsum", "disease_ontology")
REAL = ("pubmedqa", "medqa", "mmedbench", "bc5cdr", "meqsum", "disease_ontology")
SIDE = Path(__file__).with_name("inference_side.py")
PEERS = Path(__file__).resolve().parents[1] / ".venv-peers" / "bin" / "python"
SETTINGS = {"zero-shot": 0, "3-shot": 3}
JOB = "job"
#: Times the loop, times lm-eval.
BARS = {"zero-shot": (7.0, 1.0), "3-shot": (7.0, 2.5)}
Rows = list[dict[str, Any]]


def lake_of(folder: Path) -> tuple[Lake, list[str]]:
    """A lake with the instructions of all sources, and its tasks that have a bench part."""
    lake = open_lake(str(folder / "lake"))
    for source, home in generate_all(folder / "files", seed=7, n=200, sources=SOURCES).items():
        real = test_data_dir() / source
        ingest(lake, {source: str(real if source in REAL and real.is_dir() else home)})
    told = build_instructions(lake, None)["tasks"]
    return lake, [task for task in told if registry.get("task", task).bench is not None]


def rows_of(lake: Lake, rows: int, new: int | None, context: int) -> Rows:
    """Equally many rows of each task group, and within a group of few tasks, as far as their prompts fit the context by a wide margin (each
    side cuts longer ones in its own way).
    """
    columns = ["task_id", "task_group", "row_id", "messages", "max_new_tokens", "input_variant"]
    table = lake.arrow.read("gold.benchmark", columns=columns)
    groups: dict[str, Rows] = {}
    for row in table.filter(_paper(table)).sort_by([("task_id", "ascending"), ("row_id", "ascending")]).to_pylist():
        if sum(len(m["content"]) for m in row["messages"]) < 2 * context:
            limit = min(new or row["max_new_tokens"], row["max_new_tokens"])
            one = {"id": row["row_id"], "messages": row["messages"], "max_new_tokens": limit, "group": row["task_group"]}
            groups.setdefault(row["task_group"], []).append(one)
    each = max(1, rows // len(groups))
    return [row for group in groups.values() for row in group[:each]]


def _paper(table: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.equal(table["input_variant"], pa.scalar("paper"))


def timed(side: str, job: dict[str, Any], scratch: Path) -> dict[str, Any]:
    given, got = scratch / "job.json", scratch / "result.json"
    given.write_text(json.dumps(job))
    python = str(PEERS) if side == "lm_eval" else sys.executable
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": str(job["threads"])}
    done = subprocess.run([python, str(SIDE), side, str(given), str(got)], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{side} failed:\n{done.stderr[-3000:]}")
    return dict(json.loads(got.read_text()))


def compared(setting: str, rows: Rows, job: dict[str, Any], args: argparse.Namespace, scratch: Path) -> list[str]:
    """Table lines of one setting; samples per second of each side."""
    every = max(1, len(rows) // args.loop_rows)
    some = rows[::every]
    speeds: dict[str, float] = {}
    loop = timed("loop", job | {"rows": some}, scratch)
    speeds["the authors' loop, batch 1"] = len(some) / loop["seconds"]
    best = 0.0
    if PEERS.exists():
        for batch in args.peer_batches:
            speed = len(rows) / timed("lm_eval", job | {"rows": rows, "batch": batch}, scratch)["seconds"]
            speeds[f"lm-eval hf, batch {batch}"] = speed
            best = max(best, speed)
    speeds["medslake without shared prefixes"] = (
        len(rows) / timed("ours", job | {"rows": rows, "batch": args.batch_tokens, "share": False}, scratch)["seconds"]
    )
    own = len(rows) / timed("ours", job | {"rows": rows, "batch": args.batch_tokens, "share": True}, scratch)["seconds"]
    speeds["medslake"] = own
    lines = [f"| {side} | {speed:.3f} | {own / speed:.2f} |" for side, speed in speeds.items()]
    return [*lines, "", bar(setting, own / speeds["the authors' loop, batch 1"], own / best if best else None)]


def bar(setting: str, over_loop: float, over_peer: float | None) -> str:
    wanted_loop, wanted_peer = BARS[setting]
    told = f"{over_loop:.1f} times the loop (bar {wanted_loop}: {'met' if over_loop >= wanted_loop else 'not met'})"
    if over_peer is not None:
        told += f", {over_peer:.2f} times lm-eval at its best (bar {wanted_peer}: {'met' if over_peer >= wanted_peer else 'not met'})"
    return f"Bars: {told}."


def same_texts(rows: Rows, job: dict[str, Any], args: argparse.Namespace, scratch: Path) -> str:
    """All sides in fp32 on a sample; exits when their texts differ."""
    jobs = {"loop": {}, "ours": {"batch": args.batch_tokens, "share": True}}
    jobs |= {"lm_eval": {"batch": 8}} if PEERS.exists() else {}
    texts = {side: timed(side, job | more | {"rows": rows, "dtype": "float32"}, scratch)["texts"] for side, more in jobs.items()}
    # The harness trims nothing, but cuts at the end-of-turn text; blanks at the ends are no part of an answer on any side.
    stripped = {side: {k: t.strip() for k, t in found.items()} for side, found in texts.items()}
    for side, found in stripped.items():
        if found != stripped["loop"]:
            different = [k for k in found if found[k] != stripped["loop"][k]]
            raise SystemExit(f"{side} and the loop answer {len(different)} of {len(rows)} rows differently in fp32: {different}")
    return f"fp32 answers of {len(rows)} rows are the same texts by {', '.join(stripped)}."


def overhead(lake: Lake, model: str, args: argparse.Namespace) -> list[str]:
    """A whole `infer` job, Ray's start and all commits included."""
    begun = time.perf_counter()
    told = infer(lake, model, dtype=args.dtype, limit=args.job_rows, name="overhead", options=[f"batch_tokens={args.batch_tokens}"])
    wall = time.perf_counter() - begun
    share = (wall - told["engine_seconds"]) / wall
    verdict = ("met" if share < 0.1 else "not met") if wall >= 300 else "too short a run to tell"
    rows = told["tables"]["gold.predictions"]["rows"]
    engine = told["engine_seconds"]
    return [
        f"`infer` as a job: {rows} rows in {wall:.0f} s, {engine:.0f} s of it in the engine; all else (Ray's start, loading, measuring, "
        f"commits) is {wall - engine:.0f} s or {share:.1%} (bar 10 % of a run of ten minutes: {verdict})."
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=[*SETTINGS, JOB], default=[*SETTINGS, JOB], help="what is measured (default: all)")
    parser.add_argument("--rows", type=int, default=144, help="rows per setting (default %(default)s)")
    parser.add_argument("--loop-rows", type=int, default=36, help="rows that the loop answers (default %(default)s)")
    parser.add_argument("--sample", type=int, default=8, help="rows compared in fp32 (default %(default)s)")
    parser.add_argument("--new", type=int, help="at most so many new tokens per row (default: the tasks' own limits)")
    parser.add_argument("--dtype", default="bfloat16", help="of all sides (default %(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="of each side (default %(default)s)")
    parser.add_argument("--peer-batches", type=int, nargs="+", default=[16, 32, 64], help="batch sizes of lm-eval (default %(default)s)")
    parser.add_argument("--batch-tokens", type=int, default=BATCH_TOKENS, help="token budget of ours (default %(default)s)")
    parser.add_argument("--job-rows", type=int, default=80, help="rows per task of the whole job (default %(default)s)")
    parser.add_argument(
        "--cache", type=Path, default=Path(".medslake/bench"), help="where the model and the lake are kept (default %(default)s)"
    )
    parser.add_argument("--no-write", action="store_true", help="leave benchmarks/README.md alone")
    args = parser.parse_args()
    logging.getLogger("medslake.sources").setLevel(logging.ERROR)
    cache = args.cache.resolve()
    model = str(base_model("smollm2-135m", cache / "models"))
    lake, tasks = lake_of(cache)
    for part in args.parts:
        build_benchmark(lake, tasks, prompt="chat", shots=SETTINGS.get(part, 0), fixed=True, limit=max(args.rows, args.job_rows))
        lines = overhead(lake, model, args) if part == JOB else setting_lines(part, lake, model, args)
        changed = {n: v for n, v in vars(args).items() if n not in ("parts", "cache", "no_write") and v != parser.get_default(n)}
        said = "".join(f" --{n.replace('_', '-')} {' '.join(map(str, v)) if isinstance(v, list) else v}" for n, v in changed.items())
        record(f"Inference, {part}", f"python benchmarks/inference.py --parts {part}{said}", lines, write=not args.no_write)


def setting_lines(setting: str, lake: Lake, model: str, args: argparse.Namespace) -> list[str]:
    context = json.loads((Path(model) / "config.json").read_text())["max_position_embeddings"]
    job = {"model": model, "dtype": args.dtype, "threads": args.threads}
    rows = rows_of(lake, args.rows, args.new, context)
    most = max(row["max_new_tokens"] for row in rows)
    characters = sum(len(m["content"]) for row in rows for m in row["messages"]) / len(rows)
    groups = len({row["group"] for row in rows})
    with tempfile.TemporaryDirectory() as scratch:
        return [
            f"- {len(rows)} rows of {groups} task groups, {characters:,.0f} characters of prompt on average, at most {most} new tokens; "
            f"{args.dtype}, {args.threads} threads.",
            f"- {same_texts(rows[:: max(1, len(rows) // args.sample)][: args.sample], job, args, Path(scratch))}",
            "",
            "| side | samples/s | ours is times |",
            "| --- | ---: | ---: |",
            *compared(setting, rows, job, args, Path(scratch)),
        ]


if __name__ == "__main__":
    main()
