"""Score the lake's predictions, or a predictions file, `paper` and `strict` side by side, as a Ray job.

Examples:
  ray job submit --working-dir . -- python ray_jobs/score.py --lake /data/lake
  python ray_jobs/score.py --predictions eval_results.csv --variant both --json
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from medslake.entry import as_json, finish
from medslake.lake import open_lake
from medslake.progress import stderr_lines
from medslake.score.predictions_file import score_predictions
from medslake.score.run import score


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--lake", help="folder or URI; absolute, as a job runs in a copy of the working directory")
    what.add_argument("--predictions", help="CSV with the columns task_id,input,GT,output, or lm-eval sample logs; needs no lake")
    parser.add_argument("--model", help="only this model's predictions; default: all")
    parser.add_argument("--variant", default="both", help="with --predictions: paper, strict or both")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object on stdout and nothing else there")
    args = parser.parse_args()
    if args.predictions:
        return finish(lambda: score_predictions(args.predictions, args.variant), as_json if args.json else values)
    return finish(
        lambda: score(open_lake(args.lake), model=args.model, progress=stderr_lines),
        as_json if args.json else lines,
    )


def values(result: dict[str, Any]) -> Iterator[str]:
    for task, metrics in result.items():
        told = (f"{metric} {variant} {value:.2f}" for metric, by in metrics.items() for variant, value in by.items())
        yield "  ".join((task, *told))


def lines(result: dict[str, Any]) -> Iterator[str]:
    told = result["tables"]["gold.scores"]
    yield f"gold.scores: {told['rows']} rows, version {told['version']}, {'committed' if told['committed'] else 'unchanged'}"


if __name__ == "__main__":
    sys.exit(main())
