"""Tokenise and pack the lake's instructions, as a Ray job.

Example: ray job submit --working-dir . -- python ray_jobs/pack.py --lake /data/lake --recipe mmedins_llama3 --length 2048
"""

from __future__ import annotations

import argparse
import sys

from medslake import registry
from medslake.entry import as_json, finish
from medslake.lake import open_lake
from medslake.progress import stderr_lines
from medslake.recipes import override
from medslake.train.packs.pack import pack


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", required=True, help="folder or URI; absolute, as a job runs in a copy of the working directory")
    parser.add_argument("--recipe", default="tiny", help=", ".join(registry.names("recipe")))
    parser.add_argument("--length", type=int, help="tokens per row; default: the recipe's")
    parser.add_argument("--limit", type=int, help="a seeded sample of so many instances")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="override a recipe field; may be repeated")
    args = parser.parse_args()
    return finish(
        lambda: pack(
            open_lake(args.lake),
            override(registry.get("recipe", args.recipe), args.set),
            length=args.length,
            limit=args.limit,
            progress=stderr_lines,
        ),
        as_json,
    )


if __name__ == "__main__":
    sys.exit(main())
