"""Answer the lake's benchmark with a model, as a Ray job; a rerun does only the shards that are missing.

Example: ray job submit --working-dir . -- python ray_jobs/infer.py --lake /data/lake --model /data/models/mmedins --workers 8
"""

from __future__ import annotations

import argparse
import json
import sys

from medslake.engines.base import MODES
from medslake.errors import MedslakeError
from medslake.infer.run import BATCH_TOKENS, SHARD_ROWS, infer
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
    parser.add_argument("--batch-tokens", type=int, default=BATCH_TOKENS, help="padded tokens of a batch, prompts and answers together")
    parser.add_argument("--shard-rows", type=int, default=SHARD_ROWS, help="rows that are committed together")
    parser.add_argument("--dtype", default="auto", help="auto, float32 or bfloat16")
    parser.add_argument("--workers", type=int, default=1, help="actors that hold the model, one device each")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object on stdout and nothing else there")
    args = parser.parse_args()
    try:
        result = infer(
            open_lake(args.lake),
            args.model,
            engine=args.engine,
            tasks=args.task,
            limit=args.limit,
            batch_tokens=args.batch_tokens,
            shard_rows=args.shard_rows,
            dtype=args.dtype,
            mode=args.mode,
            options=args.set,
            workers=args.workers,
            name=args.name,
            progress=stderr_lines,
        )
    except MedslakeError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    told = result["tables"]["gold.predictions"]
    text = f"{result['model']}: {told['rows']} answers in {result['shards']} shards, {result['failed']} rows without one"
    skipped = "".join(f"\nskipped {task}: {why}" for task, why in result["skipped"].items())
    print(json.dumps(result) if args.json else text + skipped)
    return 0


if __name__ == "__main__":
    sys.exit(main())
