"""What a further source costs in a run of `ingest`: one source of a few records alone, and copies of it under other names beside it.

    python benchmarks/many_sources.py --sources 11

Each run is in a process of its own over an empty lake and is timed from the call to the return, with Spark started before. The first source
pays for what all share: Spark's first jobs, the tables of silver and ops, the commits. The copies are declared in a plug-in folder.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
from pathlib import Path

from further import alone, side_by_side
from record import record

#: Bar: at most so many seconds for a further one.
BAR = 2.0
COPIES = '''"""Copies of a small source under other names."""

from dataclasses import replace

from medslake.sources import meqsum

SOURCES = tuple(replace(meqsum.SOURCE, name=f"meqsum_again{{n}}") for n in range({count}))
'''


def ingest(folder: Path, size: int) -> dict[str, float]:
    from medslake import api, registry
    from medslake.ingest.synthetic import generate_all

    # Synthetic files are never the published ones.
    logging.getLogger("medslake.ingest").setLevel(logging.ERROR)
    files = generate_all(folder / "files", n=size, sources=[name for name in registry.items("source") if name.startswith("meqsum")])
    lake = api.open_lake(folder / "lake")
    lake.spark.range(1).count()
    start = time.perf_counter()
    done = api.ingest(lake, files)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "count": len(files), "rows": sum(t.rows for name, t in done.tables.items() if name.startswith("silver."))}


def measured(size: int, copies: int) -> dict[str, float]:
    """A run in an empty lake, with so many copies."""
    with tempfile.TemporaryDirectory(prefix="medslake-sources-") as scratch:
        plugins = Path(scratch) / "plugins"
        (plugins / "sources").mkdir(parents=True)
        if copies:
            (plugins / "sources" / "copies.py").write_text(COPIES.format(count=copies))
        return alone(__file__, "--size", str(size), "--ingest", scratch, plugins=plugins)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=11, help="sources of the larger run (default %(default)s)")
    parser.add_argument("--size", type=int, default=20, help="synthetic records per source, about (default %(default)s)")
    parser.add_argument("--no-write", action="store_true", help="leave benchmarks/README.md alone")
    parser.add_argument("--ingest", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.ingest:
        print(json.dumps(ingest(args.ingest, args.size)))
        return 0
    further, table = side_by_side("sources in the run", "silver rows", measured(args.size, 0), measured(args.size, args.sources - 1))
    lines = [*table, "", f"Bar: at most {BAR} s: {'met' if further <= BAR else 'not met'}."]
    record("Many sources", f"python benchmarks/many_sources.py --sources {args.sources} --size {args.size}", lines, write=not args.no_write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
