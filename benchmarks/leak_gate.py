"""The leak gate on made-up texts with planted leaks: rows per second, and whether every planted leak and nothing else is found.

python benchmarks/leak_gate.py                                     # a million train rows x 60,000 benchmark rows, minutes
python benchmarks/leak_gate.py --train 50000 --bench 5000 --no-write

Texts have about 100 words, drawn with the long tail of a language; a third of them end with one of 20 sentences that all share. Every
second benchmark row shows three shots. Planted in the train rows, 300 times each: a copy in capitals, a copy with one word changed, one row
with 60 % of a benchmark row, and a benchmark row spread over four train rows.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from record import record

from medslake.lake.spark.session import spark_session
from medslake.leakage.gate import leaks_between
from medslake.leakage.policy import Policy
from medslake.leakage.task_facts import TaskFacts

SEED = 2025
PLANTED = 300
TRAIN_TASKS, BENCH_TASKS = 20, 6
VOCABULARY = pa.array([f"w{n:x}" for n in range(30_000)])
TAILS = [" ".join(f"t{k}v{n}" for n in range(16)) for k in range(20)]
FILL = [f"x{n}" for n in range(40)]
CHUNK = 50_000
SCHEMA = pa.schema(
    [
        ("instance_id", pa.string()),
        ("task_id", pa.string()),
        ("input", pa.string()),
        ("split", pa.string()),
        ("source", pa.string()),
        ("access", pa.string()),
        ("subject_id", pa.string()),
        ("record_ids", pa.list_(pa.string())),
        ("origin", pa.struct([("file", pa.string()), ("sha256", pa.string()), ("row", pa.int64())])),
        ("shots", pa.list_(pa.string())),
    ]
)


def texts(side: int, first: int, count: int) -> list[str]:
    """60 to 140 words each, the most frequent of which makes 3 % of a text; every third ends with a sentence that all share."""
    random = np.random.default_rng([SEED, side, first])
    sizes = random.integers(60, 140, count)
    places: Any = pa.array((len(VOCABULARY) * random.random(int(sizes.sum())) ** 3).astype(np.int64))
    ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    kind: Any = pa.ListArray
    joined: Any = pc.binary_join(kind.from_arrays(ends, VOCABULARY.take(places)), " ")
    return [f"{text} {TAILS[n // 3 % 20]}" if n % 3 == 0 else text for n, text in enumerate(joined.to_pylist())]


def table(side: str, first: int, inputs: list[str], kinds: list[str] | None = None, shots: list[list[str]] | None = None) -> pa.Table:
    count = len(inputs)
    names = [f"{kinds[n] if kinds else side} {first + n}" for n in range(count)]
    tasks, tens = (TRAIN_TASKS, "task") if side == "train" else (BENCH_TASKS, "task90")
    columns: dict[str, Any] = {
        "instance_id": names,
        "task_id": [f"{tens}{n % tasks}" for n in range(count)],
        "input": inputs,
        "split": ["train"] * count,
        "source": [side] * count,
        "access": ["public"] * count,
        "subject_id": [None] * count,
        "record_ids": [[name] for name in names],
        "origin": [{"file": side, "sha256": side, "row": first + n} for n in range(count)],
        "shots": shots or [[]] * count,
    }
    return pa.table(columns, schema=SCHEMA)


def planted(asked: list[str]) -> tuple[list[str], list[str]]:
    """Kinds with the number of the benchmark row, and texts, of the leaks described above."""
    kinds, inputs = [], []
    for n, text in enumerate(asked[: 4 * PLANTED]):
        words, kind = text.split(), n // PLANTED
        quarter = len(words) // 4
        made = {
            0: [text.upper().replace(" ", "  ")],
            1: [" ".join([*words[: 2 * quarter], "otherwise", *words[2 * quarter + 1 :]])],
            2: [" ".join([*FILL, *words[: 3 * len(words) // 4], *FILL])],
            3: [" ".join([*FILL, *words[q * quarter : (q + 1) * quarter + 12], f"n{n}q{q}"]) for q in range(4)],
        }[kind]
        inputs += made
        kinds += [f"plant {n}"] * len(made)
    return kinds, inputs


def make(train: int, bench: int, folder: Path) -> None:
    """gold.instructions (`instructions`) and gold.benchmark (`benchmark`), as far as the gate reads them, as Parquet."""
    for name in ("instructions", "benchmark"):
        (folder / name).mkdir(parents=True)
    for first in range(0, bench, CHUNK):
        asked = texts(0, first, min(CHUNK, bench - first))
        shots = [[f"train {(7 * (first + n) + k) % train}" for k in range(3 if n % 2 else 0)] for n in range(len(asked))]
        pq.write_table(table("asked", first, asked, shots=shots), folder / "benchmark" / f"{first}.parquet")
        if first == 0:
            kinds, inputs = planted(asked)
            pq.write_table(table("train", 10 * train, inputs, kinds=kinds), folder / "instructions" / "planted.parquet")
    for first in range(0, train, CHUNK):
        own = texts(1, first, min(CHUNK, train - first))
        pq.write_table(table("train", first, own), folder / "instructions" / f"{first}.parquet")


def missed(found: list[Any]) -> dict[str, tuple[int, int]]:
    """kind -> (planted leaks that were not found, benchmark rows found that nothing was planted for)."""
    told: dict[str, set[int]] = {"exact": set(), "minhash": set(), "ngram": set(), "subject": set()}
    for leak in found:
        if leak.side == "train":
            told[leak.test].add(int(leak.bench_instance_id.split()[1]))
    copy, near, part, spread = (set(range(k * PLANTED, (k + 1) * PLANTED)) for k in range(4))
    expected = {"exact": (copy, copy), "minhash": (copy | near, copy | near), "subject": (set(), set())}
    expected["ngram"] = (copy | near | part | spread, copy | near | part | spread)
    return {test: (len(must - told[test]), len(told[test] - may)) for test, (must, may) in expected.items()}


def cpu_seconds(spark: Any) -> float:
    """Of the JVM and its Python workers so far."""
    jvm = psutil.Process(spark._jvm.java.lang.ProcessHandle.current().pid())
    return sum(sum(one.cpu_times()[:4]) for one in [jvm, *jvm.children(recursive=True)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=int, default=1_000_000, help="train rows (default %(default)s)")
    parser.add_argument("--bench", type=int, default=60_000, help="benchmark rows (default %(default)s)")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--memory", default="8g", help="of the Spark driver (default %(default)s)")
    parser.add_argument("--tests", default="", help="comma-separated: only these (default: all)")
    parser.add_argument("--no-write", action="store_true", help="leave benchmarks/README.md alone")
    args = parser.parse_args()
    off = [name for name in ("exact", "minhash", "ngram", "subject") if args.tests and name not in args.tests.split(",")]
    policy = Policy.of([f"{side}{name}=off" for name in off for side in ("", "shot:", "bench:")])
    scratch = Path(tempfile.mkdtemp(prefix="medslake-leaks-"))
    try:
        make(args.train, args.bench, scratch)
        spark = spark_session("leak gate", master=f"local[{args.cores}]", memory=args.memory)
        instructions, benchmark = (spark.read.parquet(str(scratch / name)) for name in ("instructions", "benchmark"))
        # The first plan of a session compiles what all need.
        leaks_between(instructions.limit(10), benchmark.limit(10), TaskFacts(), policy)
        start, work = time.perf_counter(), cpu_seconds(spark)
        found = leaks_between(instructions, benchmark, TaskFacts(), policy)
        seconds, work = time.perf_counter() - start, cpu_seconds(spark) - work
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    checked = {test: counts for test, counts in missed(found).items() if test not in off}
    lines = [
        f"{args.train:,} train rows x {args.bench:,} benchmark rows, every second with three shots; {args.cores} cores, driver"
        f" {args.memory}: {seconds:.0f} s ({work:.0f} s of processor time), {args.train / seconds:,.0f} train rows/s.",
        "",
        "| test | planted leaks missed | benchmark rows named without a leak |",
        "| --- | ---: | ---: |",
        *[f"| {test} | {gone} | {false} |" for test, (gone, false) in checked.items()],
    ]
    command = f"python benchmarks/leak_gate.py --train {args.train} --bench {args.bench}"
    record("Leak gate", command, lines, write=not args.no_write and not off)


if __name__ == "__main__":
    main()
