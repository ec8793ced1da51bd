"""spark-submit entry: the leak gate over what stands in the lake; exit 1 when the policy does not tolerate a leak.

spark-submit jobs/check_leakage.py --lake ./lake
spark-submit jobs/check_leakage.py --lake ./lake --task task57 --limit 20
python jobs/check_leakage.py --lake ./lake --json
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from medslake.entry import as_json, finish
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

    def work() -> dict[str, Any]:
        found, _ = record_leaks(open_lake(args.lake), Policy.of(args.policy), dry_run=args.dry_run, progress=stderr_lines)
        asked = [leak for leak in found if args.task is None or leak.bench_task_id in args.task]
        told = [leak for leak in asked if leak.action == "found"]
        tolerated = {action: sum(leak.action == action for leak in asked) for action in ("tagged", "noted")}
        return {"ok": not told, "count": len(told), "leaks": told[: args.limit], **tolerated}

    def as_dicts(result: dict[str, Any]) -> Iterable[str]:
        return as_json({**result, "leaks": [asdict(leak) for leak in result["leaks"]]})

    return finish(work, as_dicts if args.json else lines, failed=lambda result: not result["ok"])


def lines(result: dict[str, Any]) -> Iterator[str]:
    yield from map(str, result["leaks"])
    yield f"{result['count']} leaks; {result['tagged']} tagged, {result['noted']} noted."


if __name__ == "__main__":
    sys.exit(main())
