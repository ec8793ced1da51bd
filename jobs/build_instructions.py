"""spark-submit entry: silver to gold.instructions.

spark-submit jobs/build_instructions.py --lake ./lake
spark-submit jobs/build_instructions.py --lake ./lake --task task106 --task task57 --limit 1000
python jobs/build_instructions.py --lake ./lake --dry-run
"""

from __future__ import annotations

import argparse
import json
import logging
import sys

from medslake.errors import MedslakeError
from medslake.lake import open_lake
from medslake.progress import stderr_lines
from medslake.settings import DEFAULT_LAKE
from medslake.tasks.build import build_instructions


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
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    try:
        lake = open_lake(args.lake)
        result = build_instructions(lake, args.task, limit=args.limit, policy=args.policy, dry_run=args.dry_run, progress=stderr_lines)
    except MedslakeError as error:
        print(f"build_instructions: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    if args.json or args.dry_run:
        print(json.dumps(result, indent=None if args.json else 2))
        return 0
    for task, done in result["tasks"].items():
        state = "committed" if done["committed"] else "unchanged"
        print(f"{task}: {done['rows']} instances, {done['dropped']} dropped for the benchmark, {done['quarantined']} set aside, {state}")
    for task, why in result["skipped"].items():
        print(f"{task}: skipped, {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
