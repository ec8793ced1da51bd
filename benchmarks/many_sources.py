"""What a further source costs in a run of `ingest`: one synthetic source alone, and all that are registered, each of a few records.

    python benchmarks/many_sources.py

Each run is in a process of its own over an empty lake and is timed from the call to the return, with Spark started before. The first source
pays for what all share: Spark's first jobs, the tables of ops, the commit.
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

from record import record

#: Bar: at most so many seconds for a further one.
BAR = 2.0


def ingest(folder: Path, size: int, count: int) -> dict[str, float]:
    from medslake import api, registry
    from medslake.ingest.synthetic import generate_all

    # Synthetic files are never the published ones.
    logging.getLogger("medslake.ingest").setLevel(logging.ERROR)
    alone = [name for name, source in registry.items("source").items() if not source.needs]
    files = generate_all(folder / "files", n=size, sources=alone[:count] or None)
    lake = api.open_lake(folder / "lake")
    lake.spark.range(1).count()
    start = time.perf_counter()
    done = api.ingest(lake, files)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "sources": len(files), "rows": sum(t.rows for name, t in done.tables.items() if name.startswith("silver."))}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=20, help="synthetic records per source, about (default %(default)s)")
    parser.add_argument("--no-write", action="store_true", help="leave benchmarks/README.md alone")
    parser.add_argument("--ingest", nargs=2, metavar=("FOLDER", "COUNT"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.ingest:
        print(json.dumps(ingest(Path(args.ingest[0]), args.size, int(args.ingest[1]))))
        return 0
    # Many small jobs: the JVM's first compiler is fast enough and leaves the cores to the work, as in `medslake demo`.
    environment = {"MEDSLAKE_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1", **os.environ}
    measured = []
    for count in (1, 0):
        with tempfile.TemporaryDirectory(prefix="medslake-sources-") as folder:
            command = [sys.executable, __file__, "--size", str(args.size), "--ingest", folder, str(count)]
            told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
            measured.append(json.loads(told.splitlines()[-1]))
    one, every = measured
    further = (every["seconds"] - one["seconds"]) / (every["sources"] - one["sources"])
    lines = [
        "| sources in the run | silver rows | seconds | seconds per further source |",
        "| ---: | ---: | ---: | ---: |",
        f"| {one['sources']} | {one['rows']:,} | {one['seconds']:.1f} | |",
        f"| {every['sources']} | {every['rows']:,} | {every['seconds']:.1f} | {further:.2f} |",
        "",
        f"Bar: at most {BAR} s: {'met' if further <= BAR else 'not met'}.",
    ]
    record("Many sources", f"python benchmarks/many_sources.py --size {args.size}", lines, write=not args.no_write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
