"""Ingest of one large file by two checkouts of medslake, turn by turn: `python benchmarks/reading.py --before ../old/src`.

Every side runs in a process of its own, reads a small file first, and is measured by the clock and by the CPU time of its processes, which
tells the same on a machine that others use too.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

FORMATS = ("csv", "csv, fields over lines", "json_array", "jsonl")
#: Share of the speed of before that is kept.
BARS = {"csv": 0.8, "json_array": 0.8, "jsonl": 0.6}
SOURCE = """
from medslake.sources import Example, NativeFile, Source, by_hash, mapped, sections

def of(form):
    schema = "visit STRING, person BIGINT, seen TIMESTAMP, age INT, dose DOUBLE, unit STRING, note STRING"
    if form != "csv":
        schema = schema.replace("seen TIMESTAMP", "seen STRING") + ", tags ARRAY<STRING>"
    return Source(
        name=f"read_{form}", title="Read", citation="none", licence="CC0", access="public", domain="Clinical Text", page="https://example.org",
        files=(NativeFile("visits", ("big.txt",), form, schema, key=("visit",)),),
        split=by_hash("record_id"),
        silver={"documents": mapped("visits", record_id="visit", sections=sections("note"))},
        example=Example({}, {"documents": [{"record_id": "v1"}]}),
    )

SOURCES = tuple(map(of, ("csv", "json_array", "jsonl")))
"""


def rows(size: int) -> Iterator[dict[str, object]]:
    """Invented visits, about `size` bytes of them."""
    draw = Random(7)
    words = ["".join(draw.choices("abcdefghijklmnoprstuvw", k=draw.randint(2, 9))) for _ in range(3000)]
    done = number = 0
    while done < size:
        number += 1
        note = " ".join(draw.choices(words, k=draw.randint(5, 40)))
        done += len(note) + 90
        seen = f"21{draw.randint(10, 99)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)} 0{draw.randint(0, 9)}:30:00"
        yield {"visit": f"v{number}", "person": draw.randint(1, 9**9), "seen": seen, "age": draw.randint(0, 99)} | {
            "dose": draw.randint(1, 999) / 8,
            "unit": draw.choice(words),
            "note": note,
            "tags": draw.choices(words, k=2),
        }


def write(path: Path, form: str, size: int) -> None:
    with path.open("w") as out:
        if form.startswith("csv"):
            out.write("visit,person,seen,age,dose,unit,note\n")
            for at, row in enumerate(rows(size)):
                note = f'"{row["note"]}"' if at % 2 else row["note"]
                if "lines" in form and at % 50 == 1:
                    note = f'"{row["note"]}\nsecond ""line"""'
                out.write(",".join(map(str, list(row.values())[:6])) + f",{note}\n")
            return
        parts = (",\n", "[", "]\n") if form == "json_array" else ("\n", "", "\n")
        out.write(parts[1])
        for at, row in enumerate(rows(size)):
            out.write((parts[0] if at else "") + json.dumps(row))
        out.write(parts[2])


def cpu() -> float:
    """CPU seconds of this process and of all below it, ended ones included."""
    tick = os.sysconf("SC_CLK_TCK")
    stats = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            stats[int(entry.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / tick)
    mine = {os.getpid()}
    while more := {pid for pid, (parent, _) in stats.items() if parent in mine and pid not in mine}:
        mine |= more
    return sum(stats[pid][1] for pid in mine if pid in stats)


def child(source: str, small: str, big: str) -> None:
    from medslake.ingest.ingest import ingest
    from medslake.lake import open_lake

    with tempfile.TemporaryDirectory() as folder:
        lake = open_lake(folder)
        ingest(lake, {source: small})
        before, start = cpu(), time.perf_counter()
        done = ingest(lake, {source: big})
        print(json.dumps({"seconds": time.perf_counter() - start, "cpu": cpu() - before, "tables": done["tables"]}))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--before", help="src of the other checkout")
    parser.add_argument("--size", type=int, default=1024, help="MB of a file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=FORMATS)
    parser.add_argument("--write", action="store_true", help="put the result into benchmarks/README.md")
    parser.add_argument("--child", nargs=3)
    given = parser.parse_args()
    if given.child:
        child(*given.child)
        return
    from record import record

    after = str(Path(__file__).resolve().parents[1] / "src")
    lines = [
        "| file | side | seconds | CPU seconds | rows | of the speed before, by CPU (by the clock) |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    with tempfile.TemporaryDirectory() as home:
        plugins = Path(home, "plugins", "sources")
        plugins.mkdir(parents=True)
        (plugins / "read.py").write_text(SOURCE)
        for form in (given.only,) if given.only else FORMATS:
            for name, size in (("small", 100_000), ("big", given.size * 1_000_000)):
                Path(home, name).mkdir(exist_ok=True)
                write(Path(home, name, "big.txt"), form, size)
            sides: dict[str, list[dict[str, float]]] = {"before": [], "after": []}
            for _ in range(given.rounds):
                for side, src in (("before", given.before), ("after", after)):
                    if src:
                        sides[side].append(_run(form.partition(",")[0], home, src))
            lines += _told(form, sides)
    record("Reading", f"python benchmarks/reading.py --size {given.size}", lines, write=given.write)


def _run(form: str, home: str, src: str) -> dict[str, float]:
    environment = {**os.environ, "PYTHONPATH": src, "MEDSLAKE_PLUGINS": str(Path(home, "plugins"))}
    command = [sys.executable, __file__, "--child", f"read_{form}", str(Path(home, "small")), str(Path(home, "big"))]
    told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    return dict(json.loads(told.splitlines()[-1]))


def _told(form: str, sides: dict[str, list[dict[str, float]]]) -> list[str]:
    lines, middle = [], {}
    for side, runs in sides.items():
        if runs:
            middle[side] = {name: statistics.median(run[name] for run in runs) for name in ("seconds", "cpu")}
            tables: dict[str, dict[str, int]] = runs[0]["tables"]  # type: ignore[assignment]
            count = next(table["rows"] for name, table in tables.items() if name.startswith("bronze"))
            kept = ""
            if side == "after" and "before" in middle:
                share = {name: middle["before"][name] / middle["after"][name] for name in ("seconds", "cpu")}
                kept = f"{share['cpu']:.2f} ({share['seconds']:.2f}); bar {BARS.get(form, 'none')}"
            lines.append(f"| {form} | {side} | {middle[side]['seconds']:.1f} | {middle[side]['cpu']:.1f} | {count:,} | {kept} |")
    return lines


if __name__ == "__main__":
    main()
