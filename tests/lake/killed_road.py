"""A verb that dies by kill -9 at its k-th step. Run as a script: VERB LAKE FILES K; K = 0 walks through and prints the number of steps."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lake_rows import SHA, definition, document, documents, table

from medslake.lake import Lake, open_lake
from medslake.lake.parts import Part
from medslake.lake.storage import delta_log
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.place import Place

NAME = "silver.documents"
SOURCES = ("meqsum",)


def tables(lake: Lake, files: Path) -> None:
    """Two runs without Spark: slices, rows set aside by reader and gate, a batch, an upsert."""
    import pyarrow as pa

    known = {"source": "made", "file": "a.csv", "sha256": SHA, "rules": ["unreadable"], "content": "{", "access": "public", "row": 90}
    with lake.run("ingest") as run:
        run.quarantine(NAME, pa.Table.from_pylist([known]), slice={"source": "made"})
        rows = table(NAME, [*documents(3), document(4, split="dev")])
        run.write(NAME, rows, slice={"source": "made"}, fingerprint="1", inputs={"made/*.csv": {"a.csv": SHA}}, read=5)
        others = {name: Part(table(NAME, [document(n, source=name) for n in (1, 2)]), "1") for name in ("a", "b")}
        run.write_parts(NAME, "source", others)
    with lake.run("build") as run:
        run.read_arrow(NAME)
        run.write("gold.definitions", table("gold.definitions", [definition(1)]), mode="append", fingerprint="1")
        run.write("gold.definitions", table("gold.definitions", [definition(2)]), mode="upsert", fingerprint="2")


def ingest(lake: Lake, files: Path) -> None:
    from medslake.ingest.ingest import ingest as verb

    verb(lake, {name: str(files / name) for name in SOURCES})


def build(lake: Lake, files: Path) -> None:
    from medslake.instructions.build import build_instructions

    build_instructions(lake)


VERBS: dict[str, Callable[[Lake, Path], None]] = {"tables": tables, "ingest": ingest, "build": build}
#: What a write does to the disk; it dies right before or right after one of them.
STEPS: tuple[tuple[Any, str], ...] = (
    (ArrowTables, "_publish"),
    (ArrowTables, "_publish_stream"),
    (Place, "publish"),
    (Place, "drop"),
    (delta_log, "_swap"),
)


def die_at(last: int) -> list[int]:
    """Kill this process at the step; returns the counter."""
    count = [0]

    def step() -> None:
        count[0] += 1
        if count[0] == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(whole: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            step()
            done = whole(*given, **named)
            step()
            return done

        return call

    for owner, name in STEPS:
        setattr(owner, name, watched(getattr(owner, name)))
    return count


if __name__ == "__main__":
    verb, root, files, last = sys.argv[1:]
    counted = die_at(int(last))
    VERBS[verb](open_lake(root), Path(files))
    print(f"steps: {counted[0]}")
