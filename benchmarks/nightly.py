"""A year of nights on a small lake: what the same verbs cost on its last day against its first.

    python benchmarks/nightly.py --nights 365

A night is the runs of a schedule over one small source of which a file changed: bronze, silver, instructions, each gated, committed and
told as every verb does it, without Spark, whose own seconds would hide what grows. After each night everything in the lake becomes a day
older, so that Delta cleans its logs as it would. With --vacuum every seventh night ends with `medslake vacuum --yes`. Told are CPU seconds
of this process, the median of some rounds; the lake of the first day is one night old.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from record import record

import medslake
from medslake.lake import Lake, open_lake
from medslake.lake.schema.ddl import bronze_spec

#: A verb costs at most so many times what it cost on the first day.
BAR = 2.0
DAY = 24 * 3600
ROWS, TASKS = 200, 3
BRONZE, SILVER, GOLD = "bronze.made__rows", "silver.documents", "gold.instructions"
NATIVE = bronze_spec("made", "rows", "word STRING", ("_file", "_row"))
#: Verbs whose answer is as long as the history itself: told, and not held to the bar.
LONGER = ("history of one table", "vacuum, dry run")


def night(lake: Lake, day: int) -> None:
    """The runs of one night: the file of the day is new."""
    version = lake.version(BRONZE) + 1 if lake.exists(BRONZE) else 0
    with lake.run("ingest", {"source": "made"}) as run:
        made = [_record(n, day) for n in range(ROWS)]
        run.write(BRONZE, pa.Table.from_pylist(made, NATIVE.arrow_schema()), spec=NATIVE, fingerprint=f"{day}", read=ROWS)
        documents = [_document(n, day, version) for n in range(ROWS)]
        run.write(SILVER, _table(lake, SILVER, documents), slice={"source": "made"}, fingerprint=f"{day}", read=ROWS)
    with lake.run("instructions", {"tasks": TASKS}) as run:
        run.read_arrow(SILVER, columns=["record_id"])
        for task in range(TASKS):
            rows = [_instance(n, day, version, f"made_{task}") for n in range(ROWS)]
            run.write(GOLD, _table(lake, GOLD, rows), slice={"task_id": f"made_{task}"}, fingerprint=f"{day}", read=ROWS)


def grow_older(lake: Lake, days: float = 1) -> None:
    for folder, _, names in os.walk(lake.root):
        for name in names:
            path = f"{folder}/{name}"
            seconds = Path(path).stat().st_mtime - days * DAY
            os.utime(path, (seconds, seconds))


def verbs(day: int) -> dict[str, Callable[[Lake], Any]]:
    """What is asked of the lake on its first and on its last day."""

    def tables(lake: Lake) -> Any:
        return [(lake.version(name), lake.arrow.count(name)) for name in lake.names()]

    return {
        "a night, one file changed": lambda lake: night(lake, day),
        "a night, nothing changed": lambda lake: night(lake, day),
        "sql, gold": lambda lake: medslake.sql(lake, f"select task_id, count(*) from {GOLD} group by 1"),
        "sql, failures of the last run": lambda lake: medslake.sql(
            lake, "select * from ops.quality_results where not success and run_id = (select max_by(run_id, started) from ops.runs)"
        ),
        "list tables": tables,
        "trace": lambda lake: medslake.trace(lake, "instance", "made_0-7"),
        "describe": lambda lake: medslake.describe(GOLD, lake=lake)["rows"],
        "history of all tables": lambda lake: medslake.history(lake),
        "history of one table": lambda lake: medslake.history(lake, GOLD),
        "optimize": lambda lake: medslake.optimize(lake),
        "vacuum, dry run": lambda lake: medslake.vacuum(lake),
    }


def costs(lake: Lake, days: list[int], scratch: Path) -> dict[str, float]:
    """Verb -> CPU seconds, the median over days that have not been yet; each round has a copy of the lake."""
    found: dict[str, list[float]] = {}
    for day in days:
        copy = scratch / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(lake.root, copy, copy_function=shutil.copy2)
        for name, verb in verbs(day).items():
            began = time.process_time()
            verb(open_lake(str(copy)))
            found.setdefault(name, []).append(time.process_time() - began)
    return {name: statistics.median(seconds) for name, seconds in found.items()}


def sizes(lake: Lake) -> dict[str, int]:
    """Files of the newest versions of the tables of ops together, of these and all others in the lake, and of the logs."""
    from medslake.lake.storage.snapshot import open_snapshot

    ops = [name for name in lake.names() if name.startswith("ops.")]
    on_disk = [path for path in Path(lake.root).rglob("*") if path.is_file()]
    return {
        "files of ops.*": sum(len(open_snapshot(lake.place, name).files()) for name in ops),
        "rows of ops.*": sum(lake.arrow.count(name) for name in ops),
        "files on disk": len(on_disk),
        "files of logs": sum("_delta_log" in path.parts for path in on_disk),
        "bytes on disk": sum(path.stat().st_size for path in on_disk),
    }


def year(root: Path, nights: int, rounds: int, *, vacuum: bool = False) -> dict[str, Mapping[str, tuple[float, float]]]:
    """`verbs` and `sizes`, each name -> (first day, last day)."""
    lake = open_lake(str(root / "lake"))
    # The first use of anything loads it.
    night(open_lake(str(root / "warm")), 0)
    costs(open_lake(str(root / "warm")), [1], root)
    night(lake, 0)
    first, small = costs(lake, list(range(1, rounds + 1)), root), sizes(lake)
    for day in range(1, nights):
        grow_older(lake)
        night(lake, day)
        if vacuum and day % 7 == 0:
            medslake.vacuum(lake, yes=True)
    last, large = costs(lake, list(range(nights, nights + rounds)), root), sizes(lake)
    return {
        "verbs": {name: (first[name], last[name]) for name in first},
        "sizes": {name: (small[name], large[name]) for name in small},
    }


def _record(n: int, day: int) -> dict[str, Any]:
    return {
        "word": f"word {n} of day {day if n % 10 == 0 else 0}",
        "_source": "made",
        "_file": "made.jsonl",
        "_sha256": f"{day:064x}",
        "_row": n + 1,
        "_access": "public",
    }


def _origin(n: int, day: int, version: int) -> dict[str, Any]:
    return {"table": BRONZE, "version": version, "file": "made.jsonl", "sha256": f"{day:064x}", "row": n + 1}


def _document(n: int, day: int, version: int) -> dict[str, Any]:
    return {
        "source": "made", "record_id": f"r{n}", "split": "train", "language": "en", "domain": "Exam", "access": "public",
        "title": f"title {n}", "sections": [{"name": "text", "text": f"What was said of {n} on day {day}."}],
        "origin": _origin(n, day, version),
    }  # fmt: skip


def _instance(n: int, day: int, version: int, task: str) -> dict[str, Any]:
    return {
        "instance_id": f"{task}-{n}", "task_id": task, "category": "Text Summarization", "domain": "Exam", "definition_id": "d1",
        "access": "public", "source": "made", "record_ids": [f"r{n}"], "split": "train", "input_language": "English",
        "output_language": "English", "definition_language": "English", "input": f"What was said of {n} on day {day}.",
        "output": f"title {n}", "renderer": 1, "origin": _origin(n, day, version),
    }  # fmt: skip


def _table(lake: Lake, name: str, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=lake.spec(name).arrow_schema())


def lines_of(found: Mapping[str, Mapping[str, tuple[float, float]]], nights: int, about: str) -> list[str]:
    lines = [f"{nights} nights, {ROWS} rows, {TASKS} tasks{about}.", ""]
    lines += [f"| verb, CPU seconds | day 1 | day {nights} | ratio |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {name} | {a:.3f} | {b:.3f} | {b / a:.2f} |" for name, (a, b) in found["verbs"].items()]
    lines += ["", f"| | day 1 | day {nights} |", "| --- | ---: | ---: |"]
    return [*lines, *(f"| {name} | {a:,} | {b:,} |" for name, (a, b) in found["sizes"].items()), ""]


def worst(found: Mapping[str, Mapping[str, tuple[float, float]]]) -> float:
    return max(b / a for name, (a, b) in found["verbs"].items() if name not in LONGER)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--vacuum", action="store_true", help="a vacuum every seventh night")
    parser.add_argument("--dry-run", action="store_true", help="leave README.md as it is")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="medslake-nightly-") as folder:
        found = year(Path(folder), given.nights, given.rounds, vacuum=given.vacuum)
    met = worst(found) <= BAR
    lines = lines_of(found, given.nights, ", a vacuum every seventh" if given.vacuum else ", no vacuum")
    bar = f"Bar: at most {BAR} times, but for what is as long as the history ({', '.join(LONGER)}): {'met' if met else 'missed'}"
    title = "A year of nights, with vacuums" if given.vacuum else "A year of nights"
    command = f"python benchmarks/nightly.py --nights {given.nights}{' --vacuum' if given.vacuum else ''}"
    record(title, command, [*lines, f"{bar} ({worst(found):.2f} at most)."], write=not given.dry_run)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
