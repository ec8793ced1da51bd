"""spark-submit entry: gold.instructions to gold.benchmark, behind the leak gate.

spark-submit jobs/build_benchmark.py --lake ./lake
spark-submit jobs/build_benchmark.py --lake ./lake --prompt chat --shots fixed:3
python jobs/build_benchmark.py --lake ./lake --task task126 --size full --json
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from medslake.bench.build import build_benchmark
from medslake.bench.prompts import PROMPT_BUDGET, PROMPTS
from medslake.bench.rows import SIZES
from medslake.bench.shots import read_shots
from medslake.entry import as_json, finish
from medslake.lake import open_lake
from medslake.progress import stderr_lines
from medslake.settings import DEFAULT_LAKE


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", default=DEFAULT_LAKE, help="folder or URI of the lake (default %(default)s)")
    parser.add_argument("--task", action="append", help="task id, may be given several times (default: all tasks of the benchmark)")
    parser.add_argument("--prompt", choices=PROMPTS, default="paper", help="as published, or chat turns (default %(default)s)")
    parser.add_argument(
        "--shots",
        help="examples in the prompt (default: as published); fixed or fixed:3: the same for all rows, so that engines reuse them",
    )
    parser.add_argument("--size", choices=SIZES, default="paper", help="rows the authors scored, or all test rows (default %(default)s)")
    parser.add_argument("--seed", type=int, help="seed of sampling and shots (default: each task's own)")
    parser.add_argument("--budget", type=int, default=PROMPT_BUDGET, help="tokens (estimated) of a prompt (default %(default)s)")
    parser.add_argument(
        "--policy", action="append", default=[], help="what a leak test does on a hit, such as ngram=block or shot:ngram=off"
    )
    parser.add_argument("--limit", type=int, help="at most that many rows per task and input variant")
    parser.add_argument("--dry-run", action="store_true", help="print tasks and row numbers; write nothing")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout and nothing else there")
    return parser.parse_args()


def main() -> int:
    args = arguments()

    def built() -> dict[str, Any]:
        shots, fixed = read_shots(args.shots)
        return build_benchmark(
            open_lake(args.lake),
            args.task,
            prompt=args.prompt,
            shots=shots,
            fixed=fixed,
            size=args.size,
            seed=args.seed,
            limit=args.limit,
            budget=args.budget,
            policy=args.policy,
            dry_run=args.dry_run,
            progress=stderr_lines,
        )

    return finish(built, as_json if args.json or args.dry_run else lines)


def lines(result: dict[str, Any]) -> Iterator[str]:
    for task, done in result["tasks"].items():
        yield f"{task}: {done['rows']} rows, {'committed' if done['committed'] else 'unchanged'}"
    for task, why in result["skipped"].items():
        yield f"{task}: skipped, {why}"


if __name__ == "__main__":
    sys.exit(main())
