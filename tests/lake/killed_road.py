"""A verb that dies by kill -9 at its k-th step. Run as a script: VERB LAKE FILES K; K = 0 walks through and prints the number of steps."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lake_rows import SHA, asked, definition, document, documents, instance, table

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


def gold(lake: Lake, files: Path) -> None:
    """What packing and answering begin with, written by hand, and the base model."""
    from medslake.train.models import base_model, model_folder

    task = {"task_id": "task1", "name": "made", "category": "Text Summarization", "domain": "Exam", "source": "made", "kind": "documents"}
    task |= dict.fromkeys(("input_language", "output_language", "definition_language"), "English")
    task |= {"collection": "paper", "labels": [], "trained": True, "version": 1, "bench": None}
    rows = {
        "gold.tasks": [task],
        "gold.definitions": [definition(n) for n in (1, 2, 3)],
        "gold.instructions": [instance(n, task_id="task1", split="train", definition_id="task1:1") for n in range(24)],
        "gold.benchmark": [asked(n, task_id="task1") for n in range(6)],
    }
    with lake.run("made") as run:
        for name, made in rows.items():
            run.write(name, table(name, made))
    base_model("tiny", model_folder(lake))


def pack(lake: Lake, files: Path) -> None:
    from medslake import registry
    from medslake.recipes import override
    from medslake.train.packs.pack import pack as verb

    verb(lake, override(registry.get("recipe", "tiny"), ["holdout=4", "epochs=2"]))


def infer(lake: Lake, files: Path) -> None:
    """Three shards; the answers come from this process, since it is the driver that dies."""
    from medslake.engines.base import Generation, Prompt
    from medslake.infer.actors import Actors
    from medslake.infer.batching import Shard
    from medslake.infer.run import infer as verb
    from medslake.train.models import base_model, model_folder

    def answers(_: Actors, shards: Sequence[Shard], prompts: Mapping[str, Prompt]) -> Iterator[tuple[Shard, list[Generation], float]]:
        for shard in shards:
            yield shard, [Generation(id, "an answer", "stop", 1, 1) for id in shard.row_ids], 0.0

    Actors.answers = answers  # type: ignore[assignment, method-assign]
    verb(lake, str(base_model("tiny", model_folder(lake))), shard_rows=2)


VERBS: dict[str, Callable[[Lake, Path], None]] = {verb.__name__: verb for verb in (tables, ingest, build, gold, pack, infer)}
#: Verb -> the one before it.
AFTER = {"build": "ingest", "pack": "gold", "infer": "gold"}
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
