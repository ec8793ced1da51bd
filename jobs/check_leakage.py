"""spark-submit entry: the leak gate over what stands in the lake; exit 1 when the policy does not tolerate a leak.

spark-submit jobs/check_leakage.py --lake ./lake
spark-submit jobs/check_leakage.py --lake ./lake --task task57 --limit 20
python jobs/check_leakage.py --lake ./lake --json
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from dataclasses import asdict

from medslake.errors import MedslakeError
from medslake.lake import open_lake
from medslake.leakage.gate import record_leaks
from medslake.leakage.policy import Policy
from medslake.progress import stderr_lines
from medslake.settings import DEFAULT_LAKE


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", default=DEFAULT_LAKE, help="folder or URI of the lake (default %(default)s)")
    parser.add_argument("--task", action="append", help="tell leaks of these benchmark tasks only (default: all)")
    parser.add_argument("--limit", type=int, default=100, help="name at most that many (default %(default)s)")
    parser.add_argument(
        "--policy", action="append", default=[], help="what a leak test does on a hit, such as ngram=block or shot:ngram=off"
    )
    parser.add_argument("--dry-run", action="store_true", help="look and tell, but record nothing in ops.contamination")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout and nothing else there")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    try:
        policy = Policy.of(args.policy)
        found, _ = record_leaks(open_lake(args.lake), policy, dry_run=args.dry_run, progress=stderr_lines)
    except MedslakeError as error:
        print(f"check_leakage: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    asked = [leak for leak in found if args.task is None or leak.bench_task_id in args.task]
    told = [leak for leak in asked if leak.action == "found"]
    tolerated = {action: sum(leak.action == action for leak in asked) for action in ("tagged", "noted")}
    if args.json:
        print(json.dumps({"ok": not told, "count": len(told), "leaks": [asdict(leak) for leak in told[: args.limit]], **tolerated}))
    else:
        for leak in told[: args.limit]:
            print(leak)
        print(f"{len(told)} leaks; {tolerated['tagged']} tagged, {tolerated['noted']} noted.")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
