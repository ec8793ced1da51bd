"""What a further task costs: `build instructions` with the package's tasks, and with copies of them under other ids beside them.

    python benchmarks/many_tasks.py --tasks 142

Silver is made once from synthetic files of every source. Each build runs in a process of its own over a copy of that lake and is timed from
the call to the return, with Spark started before. The copies are declared by a file in a plug-in folder.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from further import alone, side_by_side
from record import record

#: Bar: at most so many times the package's own tasks.
BAR = 1.5
COPIES = '''"""Copies of the package's tasks under other ids."""

from dataclasses import replace
from importlib import import_module
from itertools import islice
from pkgutil import walk_packages

import medslake.tasks


def own():
    for found in walk_packages(medslake.tasks.__path__, prefix="medslake.tasks."):
        if not found.ispkg and ".parts." not in found.name:
            module = import_module(found.name)
            yield from getattr(module, "TASKS", None) or filter(None, [getattr(module, "TASK", None)])


OWN = tuple(own())
TASKS = tuple(
    islice((replace(task, id=f"{{task.id}}_again{{n}}", collection="medslake") for n in range({count}) for task in OWN), {count})
)
'''


def make_silver(folder: Path, size: int) -> None:
    """A lake in `<folder>/lake` with silver of every source."""
    import logging

    from medslake import api
    from medslake.ingest.synthetic import generate_all

    # Synthetic files are never the published ones.
    logging.getLogger("medslake.ingest").setLevel(logging.ERROR)
    api.ingest(api.open_lake(folder / "lake"), generate_all(folder / "files", n=size))


def build(root: Path) -> dict[str, float]:
    from medslake.instructions.build import build_instructions
    from medslake.lake import open_lake

    lake = open_lake(str(root))
    lake.spark.range(1).count()
    start = time.perf_counter()
    result = build_instructions(lake)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "count": len(result["tasks"]), "rows": sum(done["rows"] for done in result["tasks"].values())}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=142, help="tasks of the larger build (default %(default)s)")
    parser.add_argument("--size", type=int, default=60, help="synthetic records per source, about (default %(default)s)")
    parser.add_argument("--lake", type=Path, help="a lake with silver that is there already, instead of a synthetic one; it is copied")
    parser.add_argument("--no-write", action="store_true", help="leave benchmarks/README.md alone")
    parser.add_argument("--silver", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.silver:
        make_silver(args.silver, args.size)
        print("{}")
        return 0
    if args.build:
        print(json.dumps(build(args.build)))
        return 0
    scratch = Path(tempfile.mkdtemp(prefix="medslake-tasks-"))
    try:
        if args.lake is None:
            alone(__file__, "--silver", str(scratch), "--size", str(args.size))
        silver = args.lake or scratch / "lake"
        measured: list[dict[str, float]] = []
        for count in (0, args.tasks):
            shutil.copytree(silver, scratch / f"lake{count}")
            if count:
                (scratch / "plugins" / "tasks").mkdir(parents=True)
                more = count - int(measured[0]["count"])
                (scratch / "plugins" / "tasks" / "copies.py").write_text(COPIES.format(count=more))
            measured.append(alone(__file__, "--build", str(scratch / f"lake{count}"), plugins=scratch / "plugins" if count else None))
            shutil.rmtree(scratch / f"lake{count}")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    own, many = measured
    ratio = many["seconds"] / own["seconds"]
    lines = [
        f"Silver of every source, {'given' if args.lake else f'about {args.size} synthetic records each'}.",
        "",
        *side_by_side("tasks", "instances", own, many)[1],
        "",
        f"Bar: at most {BAR} times: {'met' if ratio <= BAR else 'not met'} ({ratio:.2f}).",
    ]
    record("Many tasks", f"python benchmarks/many_tasks.py --tasks {args.tasks} --size {args.size}", lines, write=not args.no_write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
