"""spark-submit entry: native files of one source into bronze and silver.

spark-submit jobs/ingest.py --lake ./lake --source medqa --from /data/medqa
spark-submit jobs/ingest.py --lake ./lake --source medqa --from /data/medqa --dry-run
python jobs/ingest.py --lake ./lake --source hoc --from /data/hoc --limit 50 --json

spark-submit itself folds stderr into stdout: there the JSON object is the last line, with plain python it is the only one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from medslake.entry import as_json, finish
from medslake.ingest.ingest import ingest
from medslake.lake import open_lake
from medslake.lake.access import LEVELS
from medslake.progress import stderr_lines
from medslake.settings import DEFAULT_LAKE


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", default=DEFAULT_LAKE, help="folder or URI of the lake (default %(default)s)")
    parser.add_argument("--source", required=True, help="name of a registered source, such as medqa")
    parser.add_argument("--from", dest="folder", required=True, help="folder or URI with the source's native files")
    parser.add_argument("--limit", type=int, help="at most that many records of each file")
    parser.add_argument("--access", choices=LEVELS, help="another access class than the source's own; it is recorded")
    parser.add_argument("--dry-run", action="store_true", help="print files, digests and tables; write nothing")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout and nothing else there")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    return finish(
        lambda: ingest(
            open_lake(args.lake),
            args.source,
            args.folder,
            limit=args.limit,
            access=args.access,
            dry_run=args.dry_run,
            progress=stderr_lines,
        ),
        as_json if args.json or args.dry_run else lines,
    )


def lines(result: dict[str, Any]) -> Iterator[str]:
    for table, done in result["tables"].items():
        state = "committed" if done["committed"] else "unchanged"
        yield f"{table}: {done['rows']} rows, {done['quarantined']} set aside, version {done['version']}, {state}"


if __name__ == "__main__":
    sys.exit(main())
