"""Ingest of one large gz file, which Spark cannot cut: `python benchmarks/streaming.py --size 5000`.

The file has the columns of MIMIC-IV's chartevents and invented values. It is ingested in a process of its own, while another measures the
memory of the JVM and of the Python workers, twice a second. With `--before ../old/src` another checkout of medslake reads the same file.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from watched import processes

#: Bars: GiB that JVM and Python workers may take together, whatever the size, and tasks over which what follows the reading is spread.
MEMORY, SPREAD = 4.0, 2
TABLE = "bronze.charted__chartevents"
HEADER = "subject_id,hadm_id,stay_id,caregiver_id,charttime,storetime,itemid,value,valuenum,valueuom,warning\n"
SOURCE = """
from medslake.sources import Example, NativeFile, Source, by_hash, mapped, sections

SOURCE = Source(
    name="charted", title="Charted", citation="none", licence="CC0", access="public", domain="Clinical Text", page="https://example.org",
    files=(
        NativeFile(
            "chartevents", ("chartevents.csv",), "csv",
            "subject_id BIGINT, hadm_id BIGINT, stay_id BIGINT, caregiver_id BIGINT, charttime TIMESTAMP, storetime TIMESTAMP, itemid INT,"
            " value STRING, valuenum DOUBLE, valueuom STRING, warning INT",
        ),
        NativeFile("notes", ("notes.csv",), "csv", "note_id STRING, text STRING", required=False),
    ),
    split=by_hash("record_id"),
    silver={"documents": mapped("notes", record_id="note_id", sections=sections("text"))},
    example=Example({}, {"documents": [{"record_id": "n1"}]}),
)
"""


def lines(draw: Random) -> Iterator[str]:
    """Invented events, a stay after the other, in blocks of lines."""
    items = [(draw.randint(220000, 230000), draw.choice(("bpm", "mmHg", "insp/min", "%", "")), draw.randint(20, 120)) for _ in range(300)]
    stay = 0
    while True:
        stay += 1
        head = f"{1_0000000 + stay // 2},{2_0000000 + stay},{3_0000000 + stay},{draw.randint(1, 99999)}"
        found = []
        for hour in range(draw.randint(24, 96)):
            at = f"21{50 + stay % 49}-0{1 + stay % 9}-{10 + hour // 24} {hour % 24:02d}"
            for item, unit, mean in draw.sample(items, 12):
                value = mean + draw.randint(-9, 9)
                found.append(f"{head},{at}:00:00,{at}:{draw.randint(10, 59)}:00,{item},{value},{value},{unit},0\n")
        yield "".join(found)


def write(path: Path, size: int) -> int:
    """A gz file of about so many bytes, uncompressed; returns their number."""
    with gzip.open(path, "wt", compresslevel=1, encoding="ascii") as out:
        done = out.write(HEADER)
        for block in lines(Random(7)):
            done += out.write(block)
            if done >= size:
                return done
    raise AssertionError


class Stages:
    """What Spark says of its stages while it runs; it forgets those that ended long ago."""

    def __init__(self, spark: Any) -> None:
        self.store = spark.sparkContext._jsc.sc().statusStore()
        self.defaults = [getattr(self.store, f"stageList$default${n}")() for n in range(2, 6)]
        self.seen: dict[int, dict[str, int]] = {}

    def look(self) -> None:
        found = self.store.stageList(None, *self.defaults)
        for stage in map(found.apply, range(found.size())):
            rows = max(stage.inputRecords(), stage.shuffleReadRecords())
            told = {"tasks": stage.numTasks(), "rows": rows, "spilled": stage.diskBytesSpilled(), "shuffled": stage.shuffleWriteBytes()}
            self.seen[stage.stageId()] = told

    def of(self, rows: int) -> list[int]:
        """Tasks of the stages that went over all rows, in order."""
        return [one["tasks"] for _, one in sorted(self.seen.items()) if one["rows"] >= rows]

    def sum(self, what: str) -> int:
        return sum(one[what] for one in self.seen.values())


def ingest(folder: Path) -> dict[str, Any]:
    from medslake.ingest.ingest import ingest
    from medslake.lake import open_lake

    lake = open_lake(str(folder / "lake"))
    lake.spark.range(1).count()
    stages, over = Stages(lake.spark), threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            stages.look()

    watching = threading.Thread(target=watch)
    watching.start()
    start = time.perf_counter()
    try:
        done = ingest(lake, {"charted": str(folder / "files")})
    finally:
        seconds = time.perf_counter() - start
        over.set()
        watching.join()
    stages.look()
    rows = done["tables"][TABLE]["rows"]
    written = sum(file.stat().st_size for file in (folder / "lake").rglob("*.parquet"))
    sums = "count(*) AS n, count(DISTINCT _row) AS rows, max(_row) AS last, CAST(sum(hash(_row, stay_id, value)) AS STRING) AS sum"
    checked = lake.query(f"SELECT {sums} FROM {TABLE}")
    told = {"seconds": seconds, "rows": rows, "tasks": stages.of(rows), "written": written, "content": checked.to_pylist()[0]}
    return told | {what: stages.sum(what) for what in ("spilled", "shuffled")}


def measured(folder: Path, src: str) -> dict[str, Any]:
    """The child's word, with the peaks of memory (bytes) and of what lies in its temporary folder."""
    scratch = folder / "scratch"
    scratch.mkdir()
    environment = {**os.environ, "PYTHONPATH": src, "MEDSLAKE_PLUGINS": str(folder / "plugins"), "TMPDIR": str(scratch)}
    peaks: dict[str, int] = defaultdict(int)
    with subprocess.Popen([sys.executable, __file__, "--ingest", str(folder)], env=environment, stdout=subprocess.PIPE, text=True) as run:
        output = run.stdout
        assert output is not None
        told: list[str] = []
        cpu = 0.0
        reading = threading.Thread(target=lambda: told.extend(output))
        reading.start()
        while run.poll() is None:
            now = {"JVM": 0, "Python workers": 0, "driver": 0}
            found = processes(run.pid)
            cpu = max(cpu, sum(one[2] for one in found.values()))
            for pid, (name, size, _) in found.items():
                now["driver" if pid == run.pid else "JVM" if name == "java" else "Python workers"] += size
            now["both"] = now["JVM"] + now["Python workers"]
            now["scratch"] = sum(_size(file) for file in scratch.rglob("*"))
            for what, size in now.items():
                peaks[what] = max(peaks[what], size)
            time.sleep(0.5)
        reading.join()
    if run.returncode:
        raise SystemExit(run.returncode)
    return {**json.loads(told[-1]), "peaks": dict(peaks), "cpu": cpu}


def _size(file: Path) -> int:
    try:
        return file.stat().st_blocks * 512
    except OSError:
        return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=5000, help="MB of the file, uncompressed (default %(default)s)")
    parser.add_argument("--before", help="src of another checkout, which reads the same file first")
    parser.add_argument("--no-write", action="store_true", help="leave benchmarks/README.md alone")
    parser.add_argument("--ingest", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.ingest:
        print(json.dumps(ingest(args.ingest)))
        return 0
    from record import record

    sides = {}
    with tempfile.TemporaryDirectory(prefix="medslake-streaming-") as home:
        (files := Path(home, "files")).mkdir()
        size = write(files / "chartevents.csv.gz", args.size * 1_000_000)
        packed = (files / "chartevents.csv.gz").stat().st_size
        for side, src in (("before", args.before), ("after", str(Path(__file__).resolve().parents[1] / "src"))):
            if src:
                folder = Path(home, side)
                (folder / "plugins" / "sources").mkdir(parents=True)
                (folder / "plugins" / "sources" / "charted.py").write_text(SOURCE)
                (folder / "files").symlink_to(files)
                sides[side] = measured(folder, src)
                shutil.rmtree(folder)
    after = sides["after"]
    content = after["content"]
    assert content["n"] == content["rows"] == content["last"] == after["rows"], content
    assert all(one["content"] == content for one in sides.values()), "the two sides read different rows"
    spread, memory = min(after["tasks"][1:]), after["peaks"]["both"] / 2**30
    about = f"One gz file of {packed / 1e6:,.0f} MB, {size / 1e6:,.0f} MB uncompressed; {after['rows']:,} rows, `_row` from 1 to the last."
    bars = (
        f"Bars: at most {MEMORY} GiB of JVM and Python workers together: {_met(memory <= MEMORY)} ({memory:.1f}); behind the tasks that"
        f" unpack the file, all rows go to at least {SPREAD} tasks: {_met(spread >= SPREAD)} ({spread})."
    )
    lines = [about, "", *_told(sides), "", bars]
    record("Streaming", f"python benchmarks/streaming.py --size {args.size}", lines, write=not args.no_write)
    return 0


def _met(held: bool) -> str:
    return "met" if held else "not met"


def _told(sides: dict[str, dict[str, Any]]) -> Iterator[str]:
    peak = {"JVM": "JVM", "Python workers": "Python workers", "both": "both together", "driver": "driver's Python"}
    measures: dict[str, Callable[[dict[str, Any]], str]] = {
        "seconds": lambda one: f"{one['seconds']:.1f}",
        "CPU seconds, start included": lambda one: f"{one['cpu']:.1f}",
        "rows/s": lambda one: f"{one['rows'] / one['seconds']:,.0f}",
        "tasks of the stages that went over all rows": lambda one: ", ".join(map(str, one["tasks"])),
        "spilled, MB": lambda one: f"{one['spilled'] / 1e6:,.0f}",
        "shuffled, MB": lambda one: f"{one['shuffled'] / 1e6:,.0f}",
        "written, MB": lambda one: f"{one['written'] / 1e6:,.0f}",
        "most in the temporary folder, MB": lambda one: f"{one['peaks']['scratch'] / 1e6:,.0f}",
    }
    for name, words in peak.items():
        measures[f"most memory of {words}, GiB"] = lambda one, name=name: f"{one['peaks'][name] / 2**30:.2f}"  # type: ignore[misc]
    yield f"| | {' | '.join(sides)} |"
    yield f"| --- |{' ---: |' * len(sides)}"
    for name, value in measures.items():
        yield f"| {name} | {' | '.join(value(one) for one in sides.values())} |"


if __name__ == "__main__":
    sys.exit(main())
