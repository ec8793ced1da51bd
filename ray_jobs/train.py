"""Train a recipe with Ray Train and FSDP, as a Ray job; packs first where the plan does not stand yet, resumes by itself.

Example: ray job submit --working-dir . -- python ray_jobs/train.py --lake /data/lake --recipe tiny --workers 2
"""

from __future__ import annotations

import argparse
import sys

from medslake import registry
from medslake.entry import as_json, finish
from medslake.lake import open_lake
from medslake.progress import stderr_lines
from medslake.recipes import override
from medslake.train.run import train


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", required=True, help="folder or URI; absolute, as a job runs in a copy of the working directory")
    parser.add_argument("--recipe", default="tiny", help=", ".join(registry.names("recipe")))
    parser.add_argument("--workers", type=int, help="Ray Train workers; default: the recipe's, else one per device")
    parser.add_argument("--steps", type=int, help="optimiser steps; default: the recipe's, else the whole plan")
    parser.add_argument("--out", help="folder for checkpoints and the model, shared by all workers; default: below the lake")
    parser.add_argument("--device", default="auto", help=f"auto, {', '.join(registry.names('accelerator'))}")
    parser.add_argument("--fresh", action="store_true", help="start over instead of resuming")
    parser.add_argument("--dry-run", action="store_true", help="print what would be trained, and train nothing")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="override a recipe field; may be repeated")
    args = parser.parse_args()
    return finish(
        lambda: train(
            open_lake(args.lake),
            override(registry.get("recipe", args.recipe), args.set),
            resume=not args.fresh,
            workers=args.workers,
            out=args.out,
            steps=args.steps,
            accelerator=args.device,
            dry_run=args.dry_run,
            progress=stderr_lines,
        ),
        as_json,
    )


if __name__ == "__main__":
    sys.exit(main())
