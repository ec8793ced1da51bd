"""spark-submit entry: silver to gold.instructions.

spark-submit jobs/build_instructions.py --lake ./lake
spark-submit jobs/build_instructions.py --lake ./lake --task task106 --task task57 --limit 1000
python jobs/build_instructions.py --lake ./lake --dry-run
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from medslake.entry import as_json, finish
from medslake.instructions.build import build_instructions
from medslake.lake import open_lake
from medslake.progress import stderr_lines
from medslake.settings import DEFAULT_LAKE


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", default=DEFAULT_LAKE, help="folder or URI of the lake (default %(default)s)")
    parser.add_argument("--task", action="append", help="task id, may be given several times (default: all tasks)")
    parser.add_argument("--limit", type=int, help="at most that many instances per task")
    parser.add_argument(
        "--policy", action="append", default=[], help="what a leak test does on a hit, such as ngram=block or shot:ngram=off"
    )
    parser.add_argument("--dry-run", action="store_true", help="print tasks and silver rows; write nothing")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout and nothing else there")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    return finish(
        lambda: build_instructions(
            open_lake(args.lake), args.task, limit=args.limit, policy=args.policy, dry_run=args.dry_run, progress=stderr_lines
        ),
        as_json if args.json or args.dry_run else lines,
    )


def lines(result: dict[str, Any]) -> Iterator[str]:
    for task, done in result["tasks"].items():
        state = "committed" if done["committed"] else "unchanged"
        yield f"{task}: {done['rows']} instances, {done['dropped']} dropped for the benchmark, {done['quarantined']} set aside, {state}"
    for task, why in result["skipped"].items():
        yield f"{task}: skipped, {why}"


if __name__ == "__main__":
    sys.exit(main())
