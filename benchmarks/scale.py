"""The road of the whole set by size: twins of every source, ingest, check, both builds, the leak gate, a pack plan.

    python benchmarks/scale.py --scale 0.01 --scale 0.1

Each verb runs as a user types it, in a process of its own. Told of it: seconds by the clock and of the CPU, rows, the most memory that its
processes had together (resident, so that pages of files count as well), bytes and files that the lake grew by. Beside the builds stands the
bare job: the same expressions over the same silver, one write of plain Parquet, without gate, keys, lineage or a commit.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from record import record
from watched import processes

#: A build costs at most so many times the bare job.
BAR = 2.0
VERBS = {
    "synth": ("synth", "all", "--scale", "{scale}", "--out", "{files}"),
    "ingest": ("ingest", "all", "--from", "{files}", "--lake", "{lake}"),
    "check": ("check", "--lake", "{lake}"),
    "build benchmark": ("build", "benchmark", "--lake", "{lake}"),
    "build instructions": ("build", "instructions", "--lake", "{lake}"),
    "leaks": ("leaks", "--lake", "{lake}"),
    "pack": ("pack", "--recipe", "tiny", "--set", "limit={limit}", "--length", "2048", "--lake", "{lake}"),
}


def run(command: Sequence[str], environment: Mapping[str, str], log: Path) -> dict[str, float]:
    """Seconds, CPU seconds, and the most bytes that the processes had in memory. Raises SystemExit for one that failed."""
    start, most, cpu = time.perf_counter(), 0, 0.0
    with log.open("w") as told, subprocess.Popen(command, env=dict(environment), stdout=told, stderr=subprocess.STDOUT) as one:
        while one.poll() is None:
            found = processes(one.pid)
            most = max(most, sum(size for _, size, _ in found.values()))
            cpu = max(cpu, sum(used for _, _, used in found.values()))
            time.sleep(0.5)
    # 1: a finding of the check or the gate, which is no failure of the road.
    if one.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {one.returncode}; see {log}")
    return {"seconds": time.perf_counter() - start, "cpu": cpu, "memory": most, "code": one.returncode}


def grown(folder: Path) -> tuple[int, int]:
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return sum(sizes), len(sizes)


def bare(lake_root: str, out: str, variant: str) -> None:
    """Every task's instances of that part by its expressions alone, written as plain Parquet by one job."""
    from medslake import registry
    from medslake.instructions.render import render_all
    from medslake.lake import open_lake

    lake = open_lake(lake_root)
    there = {name.removeprefix("silver."): lake.read(name) for name in lake.names() if name.startswith("silver.")}
    known = [task for task in registry.sound("task").values() if task.reads in there and not task.judged_by]
    frame = render_all([each for task in known for each in task.renderings], there)
    where = "split = 'test'" if variant == "benchmark" else "split <> 'test'"
    frame.where(where).write.parquet(out)
    print(json.dumps({"rows": lake.spark.read.parquet(out).count()}))


def rows_of(verb: str, lake: Path) -> int:
    from medslake import api

    if verb == "synth":
        return 0
    tables = {"build benchmark": "gold.benchmark", "build instructions": "gold.instructions", "pack": "gold.packs"}
    opened = api.open_lake(lake)
    if verb in tables:
        return int(opened.arrow.count(tables[verb])) if opened.exists(tables[verb]) else 0
    if verb == "ingest":
        return sum(opened.arrow.count(name) for name in opened.names() if name.startswith("bronze."))
    return sum(opened.arrow.count(name) for name in ("gold.benchmark", "gold.instructions")) if verb == "leaks" else 0


def measured(scale: float, home: Path, environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    files, lake = home / "files", home / "lake"
    found: dict[str, dict[str, Any]] = {}
    words = {"scale": str(scale), "files": str(files), "lake": str(lake), "limit": "100000000"}
    for verb, form in VERBS.items():
        place = files if verb == "synth" else lake
        before = grown(place) if place.exists() else (0, 0)
        command = [sys.executable, "-m", "medslake", *(word.format(**words) for word in form)]
        told = run(command, environment, home / f"{verb.replace(' ', '-')}.log")
        after = grown(place)
        found[verb] = {**told, "bytes": after[0] - before[0], "files": after[1] - before[1], "rows": rows_of(verb, lake)}
        print(f"{scale} {verb}: {json.dumps(found[verb])}", file=sys.stderr, flush=True)
    for part in ("benchmark", "instructions"):
        out = home / f"bare-{part}"
        told = run([sys.executable, __file__, "--bare", str(lake), str(out), part], environment, home / f"bare-{part}.log")
        rows = json.loads((home / f"bare-{part}.log").read_text().splitlines()[-1])["rows"]
        found[f"bare {part}"] = {**told, "bytes": grown(out)[0], "files": grown(out)[1], "rows": rows}
        shutil.rmtree(out)
    return found


def table(scale: float, found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    lines = [f"Scale {scale}", "", "| verb | s | CPU s | rows | rows/s | GiB at most | MB written | files |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for verb, one in found.items():
        rows = f"{one['rows']:,} | {one['rows'] / one['seconds']:,.0f}" if one["rows"] else " | "
        lines.append(
            f"| {verb} | {one['seconds']:.0f} | {one['cpu']:.0f} | {rows} | {one['memory'] / 2**30:.1f} | {one['bytes'] / 1e6:,.0f}"
            f" | {one['files']:,} |"
        )
    for part in ("benchmark", "instructions"):
        ratio = found[f"build {part}"]["seconds"] / found[f"bare {part}"]["seconds"]
        lines += ["", f"Building the {part} takes {ratio:.2f} times the bare job's time; bar: at most {BAR}."]
    return [*lines, ""]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, action="append", help="size of the twins; may be repeated (default 0.01 and 0.1)")
    parser.add_argument("--home", type=Path, help="where twins and lakes are made and stay (default: a temporary folder, removed)")
    parser.add_argument("--no-write", action="store_true", help="leave benchmarks/README.md alone")
    parser.add_argument("--bare", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.bare:
        bare(*args.bare)
        return 0
    scales = args.scale or [0.01, 0.1]
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="medslake-scale-") as scratch:
        for scale in scales:
            home = (args.home or Path(scratch)) / f"{scale}"
            home.mkdir(parents=True, exist_ok=True)
            lines += table(scale, measured(scale, home, os.environ))
    record("Scale", f"python benchmarks/scale.py {' '.join(f'--scale {scale}' for scale in scales)}", lines, write=not args.no_write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
