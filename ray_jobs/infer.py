"""Answer the lake's benchmark with a model, as a Ray job; a rerun does only the shards that are missing.

Example: ray job submit --working-dir . -- python ray_jobs/infer.py --lake /data/lake --model /data/models/mmedins --workers 8
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from medslake.engines.base import MODES
from medslake.entry import as_json, finish
from medslake.infer.run import SHARD_ROWS, infer
from medslake.lake import open_lake
from medslake.progress import stderr_lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", required=True, help="folder or URI; absolute, as a job runs in a copy of the working directory")
    parser.add_argument(
        "--model", required=True, help="folder with config.json, tokenizer.json and safetensors, or a name that the engine knows"
    )
    parser.add_argument("--name", help="name under which the answers stand; default: the folder's")
    parser.add_argument("--engine", default="transformers", help="see: medslake list engines")
    parser.add_argument("--mode", default=MODES[0], choices=MODES, help="write an answer, or take the likeliest of the row's choices")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="an option of the engine; may be repeated")
    parser.add_argument("--task", action="append", metavar="TASK", help="only this task; may be repeated")
    parser.add_argument("--limit", type=int, help="at most so many rows per task, prompt and input variant")
    parser.add_argument("--shard-rows", type=int, default=SHARD_ROWS, help="rows that are committed together")
    parser.add_argument("--dtype", default="auto", help="auto, float32 or bfloat16")
    parser.add_argument("--workers", type=int, default=1, help="actors that hold the model, one device each")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object on stdout and nothing else there")
    args = parser.parse_args()
    return finish(
        lambda: infer(
            open_lake(args.lake),
            args.model,
            engine=args.engine,
            tasks=args.task,
            limit=args.limit,
            shard_rows=args.shard_rows,
            dtype=args.dtype,
            mode=args.mode,
            options=args.set,
            workers=args.workers,
            name=args.name,
            progress=stderr_lines,
        ),
        as_json if args.json else lines,
    )


def lines(result: dict[str, Any]) -> Iterator[str]:
    told = result["tables"]["gold.predictions"]
    yield f"{result['model']}: {told['rows']} answers in {result['shards']} shards, {result['failed']} rows without one"
    for task, why in result["skipped"].items():
        yield f"skipped {task}: {why}"


if __name__ == "__main__":
    sys.exit(main())
