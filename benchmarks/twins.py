"""Speed and memory of the twins: `python benchmarks/twins.py [--scale 0.1] [--jobs 2] [NAME...]`.

Each source is made in a process of its own, in one piece, and told by its CPU seconds, which say the same on a machine that others use too;
then all of them together in so many processes, by the clock. MB are those of the files before gzip packs them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from record import record

BAR = 15.0
MEMORY = 2.0


def child(names: list[str], scale: float, jobs: int) -> None:
    from medslake import api

    with tempfile.TemporaryDirectory() as out:
        # Whatever is loaded once is not the twins' own time.
        api.synth("snli", Path(out) / "first", scale=scale, jobs=1)
        start, before = time.perf_counter(), _cpu()
        made = api.synth(names, out, scale=scale, jobs=jobs).sources
        seconds, cpu = time.perf_counter() - start, _cpu() - before
        size = sum(_unpacked(Path(one.folder) / file.path, file.bytes) for one in made for file in one.files)
    own, others = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    records = sum(file.records or 0 for one in made for file in one.files)
    # At most: every worker as large as the largest.
    told = {"bytes": size, "records": records, "seconds": seconds, "cpu": cpu, "memory": (own + (jobs * others if jobs > 1 else 0)) / 2**20}
    print(json.dumps(told))


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _unpacked(path: Path, size: int) -> int:
    if path.suffix != ".gz":
        return size
    with gzip.open(path) as file:
        return sum(len(block) for block in iter(lambda: file.read(1 << 20), b""))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="sources (default: all that have a twin)")
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--no-write", action="store_true", help="print, and leave benchmarks/README.md as it is")
    args = parser.parse_args()
    if args.child:
        child(args.names, args.scale, args.jobs)
        return

    from medslake import registry

    def measured(names: list[str], jobs: int) -> dict[str, float]:
        command = [sys.executable, __file__, "--child", *names, "--scale", str(args.scale), "--jobs", str(jobs)]
        found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        return found

    def line(name: str, told: dict[str, float]) -> str:
        size = told["bytes"] / 1e6
        speeds = f"{size / told['seconds']:.1f} | {size / told['cpu']:.1f}"
        return f"| {name} | {told['records']:,} | {size:.1f} | {told['seconds']:.1f} | {speeds} | {told['memory']:.2f} |"

    names = args.names or [name for name, source in registry.items("source").items() if source.twin]
    lines = ["| source | records | MB | s | MB/s | MB per CPU s | GiB at most |", "|---|---:|---:|---:|---:|---:|---:|"]
    lines += [line(name, measured([name], 1)) for name in names]
    lines.append(line(f"all, {args.jobs} processes", measured(names, args.jobs)))
    lines += ["", f"Bars: at least {BAR:.0f} MB/s by all on two idle cores, the start of the processes included; at most {MEMORY:.0f} GiB."]
    command = f"python benchmarks/twins.py --scale {args.scale} --jobs {args.jobs}"
    record("Synthetic twins", command, lines, write=not (args.no_write or args.names))


if __name__ == "__main__":
    main()
