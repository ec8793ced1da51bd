"""A lake in which everything that names a version does so, and clocks that go on; all rows are made up. No JVM."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from lake_rows import SHA, asked, document, instance, origin, table

from medslake.lake import Lake, open_lake
from medslake.lake.schema.ddl import bronze_spec
from medslake.lake.storage.tables import CommitInfo

DAY = 24 * 3600
BRONZE = "bronze.made__rows"
ROWS = bronze_spec("made", "rows", "word STRING, note STRING")
NEW_SHA = "cd" * 32


def days_pass(lake: Lake, days: float) -> None:
    """Everything that lies in the lake becomes so much older."""
    for path in Path(lake.root).rglob("*"):
        if path.is_file():
            seconds = path.stat().st_mtime - days * DAY
            os.utime(path, (seconds, seconds))


def record(row: int, sha256: str = SHA, file: str = "made.jsonl", **more: Any) -> dict[str, Any]:
    told = {"word": f"word {row}", "note": None, "_source": "made", "_file": file, "_sha256": sha256, "_row": row, "_access": "public"}
    return told | more


def write(lake: Lake, name: str, rows: list[dict[str, Any]], job: str = "test", spec: Any = None, **how: Any) -> int:
    """A run that writes these rows; returns the version."""
    schema = (spec or lake.spec(name)).arrow_schema()
    known = [{k: v for k, v in row.items() if k in schema.names} for row in rows]
    with lake.run(job, how.pop("params", {})) as run:
        for read in how.pop("reads", ()):
            run.read_arrow(read)
        return run.write(name, pa.Table.from_pylist(known, schema=schema), spec=spec, **how).version


def prediction(number: int, benchmark: int) -> dict[str, Any]:
    return {
        "prediction_id": f"pred{number}", "row_id": f"row{number}", "instance_id": f"inst{number}", "task_id": "no_such_task", "model": "m",
        "model_hash": "h", "engine": "e", "settings": "{}", "run_set": "set1", "shard": 0, "prediction": f"answer {number}",
        "finish_reason": "stop", "prompt_tokens": 1, "new_tokens": 1, "benchmark_version": benchmark, "access": "public",
    }  # fmt: skip


def score(number: int, predictions: int, benchmark: int) -> dict[str, Any]:
    return {
        "score_id": f"score{number}", "level": "row", "model": "m", "run_set": "set1", "prompt": "paper", "task_id": "no_such_task",
        "task_group": "summarization", "metric": "bleu1", "variant": "strict", "value": 50.0, "n": 1, "n_missing": 0, "n_invalid": 0,
        "engine": "e", "settings": "{}", "n_clean": 1, "code_version": "0.1.0", "prediction_id": f"pred{number}",
        "signature": "s", "benchmark_version": benchmark, "predictions_version": predictions, "access": "public",
    }  # fmt: skip


def packed(plan: str, row: int, instructions: int) -> dict[str, Any]:
    return {
        "plan": plan, "epoch": 0, "row": row, "length": 8, "tokens": 3, "supervised": 1, "input_ids": [1, 2, 3], "recipe": "{}", "seed": 1,
        "segments": [{"instance_id": f"inst{row}", "definition_id": "d1", "start": 0, "length": 3, "prompt": 2}], "tokenizer": "t",
        "instructions_version": instructions, "access": "public",
    }  # fmt: skip


def made_lake(root: Path) -> Lake:
    """Every table a few times, a month ago; see the tests for who names what."""
    lake = open_lake(str(root))
    at = {"table": BRONZE}
    # Version 0 of bronze: what gold is made of. 1: the same file under another name and one that is new. 2: one record has other bytes.
    write(lake, BRONZE, [record(n) for n in range(1, 7)], "ingest", ROWS)
    write(lake, "silver.documents", [document(n, origin=origin(n) | at) for n in range(1, 7)], "ingest", slice={"source": "made"})
    write(lake, "gold.instructions", [instance(n, origin=origin(n) | at) for n in range(1, 7)], "instructions")
    write(lake, "gold.benchmark", [asked(n, origin=origin(n) | at) for n in range(1, 5)], "benchmark")
    for number in range(1, 5):
        lake.arrow.append("gold.predictions", table("gold.predictions", [filled(lake, "gold.predictions", prediction(number, 0))]), JOB)
    write(lake, "gold.scores", [score(n, 3, 0) for n in range(1, 5)], "score")
    write(lake, "gold.packs", [packed("plan0", n, 0) for n in range(1, 4)], "pack", slice={"plan": "plan0"}, reads=["gold.instructions"])
    write(lake, BRONZE, [*(record(n, file="renamed.jsonl") for n in range(1, 7)), record(1, NEW_SHA, "new.jsonl")], "ingest", ROWS)
    return lake


JOB = CommitInfo("test")


def filled(lake: Lake, name: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row with null in the columns that it does not tell."""
    return {column: row.get(column) for column in lake.spec(name).names}


def moved_on(lake: Lake) -> None:
    """Every table has other rows than those that are named."""
    at = {"table": BRONZE}
    write(lake, "gold.instructions", [instance(n, origin=origin(n) | at, output="new") for n in range(1, 7)], "instructions")
    write(lake, "gold.benchmark", [asked(n, origin=origin(n) | at, reference="new") for n in range(1, 5)], "benchmark")
    write(lake, "gold.benchmark", [asked(n, origin=origin(n) | at, reference="newest") for n in range(1, 5)], "benchmark")
    lake.arrow.replace(
        "gold.predictions", table("gold.predictions", [filled(lake, "gold.predictions", prediction(1, 1) | {"prediction": "new"})]), JOB
    )
    write(lake, "silver.documents", [document(n, title="new") for n in range(1, 7)], "ingest", slice={"source": "made"})


def traces(lake: Lake) -> Iterator[Any]:
    """All that can be traced, by id."""
    ids = {"score": ("gold.scores", "score_id"), "prediction": ("gold.predictions", "prediction_id"),
           "benchmark": ("gold.benchmark", "row_id"), "instance": ("gold.instructions", "instance_id")}  # fmt: skip
    for kind, (name, column) in ids.items():
        for id in sorted(lake.arrow.read(name, columns=[column])[column].to_pylist()):
            yield lake.trace(kind, id)


def every_version(lake: Lake) -> dict[tuple[str, int], Any]:
    """Rows of every version that can be read."""
    from medslake.errors import UsageError

    found = {}
    for name in lake.names():
        for version in range(lake.version(name) + 1):
            try:
                rows = lake.arrow.read(name, version).to_pylist()
            except UsageError:
                continue
            found[name, version] = sorted(map(repr, rows))
    return found
