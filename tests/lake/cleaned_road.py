"""Every verb twice, the second time behind logs that were cleaned. Run as a script it does so on the native connector: ROOT JAR..."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deltalake import DeltaTable

from medslake.bench.build import build_benchmark
from medslake.ingest.ingest import ingest
from medslake.ingest.synthetic import generate_all
from medslake.instructions.build import build_instructions
from medslake.lake import Lake, open_lake
from medslake.leakage.gate import record_leaks

#: One with a test question among its training questions, and one of another kind.
SOURCES = ("medqa", "medical_question_pairs")


def clean(lake: Lake) -> None:
    """What Delta does behind a checkpoint after 30 days, and more: of the newest commit nothing is told either."""
    for name in lake.names():
        table = DeltaTable(lake.place.table(name))
        table.create_checkpoint()
        log = Path(lake.place.table(name)) / "_delta_log"
        newest = log / f"{table.version():020d}.json"
        for entry in log.glob("*.json"):
            if entry != newest:
                entry.unlink()
        newest.write_text("".join(line + "\n" for line in newest.read_text().splitlines() if '"commitInfo"' not in line))
        # Its checksum is Delta's own, where there is one.
        for sidecar in log.glob("*.crc"):
            sidecar.unlink()


def road(lake: Lake, folders: Mapping[str, Path]) -> dict[str, Any]:
    """What the verbs say, and the leak gate's verdicts."""
    said = {
        "ingest": ingest(lake, {name: str(folder) for name, folder in folders.items()}),
        "instructions": build_instructions(lake),
        "benchmark": build_benchmark(lake, prompt="chat", shots=1, limit=4),
        "leaks": record_leaks(lake)[1],
    }
    found = {verb: {name: told.get(name) for name in ("tables", "tasks", "skipped")} for verb, told in said.items()}
    verdicts = lake.arrow.read("ops.contamination", columns=["action", "train_instance_id", "bench_instance_id"]).to_pylist()
    return found | {"verdicts": sorted(map(repr, verdicts))}


def told(found: Mapping[str, Any]) -> dict[str, Any]:
    """The same without what a second run says otherwise: what it committed, at which version, and of tables about itself."""
    plain = json.loads(json.dumps(found))
    for verb in plain.values():
        if not isinstance(verb, dict):
            continue
        verb["tables"] = {name: one for name, one in (verb["tables"] or {}).items() if not name.startswith("ops.")}
        for one in (*verb["tables"].values(), *(verb["tasks"] or {}).values()):
            for name in ("committed", "version", "left_out", "read"):
                one.pop(name, None)
    return dict(plain)


def committed(found: Mapping[str, Any]) -> list[str]:
    verbs = {verb: said for verb, said in found.items() if verb != "verdicts"}
    return [f"{verb} {name}" for verb, said in verbs.items() for name, one in (said.get("tables") or {}).items() if one["committed"]]


def versions(lake: Lake) -> dict[str, int]:
    return {name: lake.version(name) for name in lake.names()}


def add(folder: Path, row: Mapping[str, Any]) -> None:
    """One more training question of medqa."""
    with next(folder.rglob("US/*/*train.jsonl")).open("a") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def walk(root: Path, spark: Any, storage: str) -> None:
    """Asserts what C.4 asks; the lake is made twice, once with all logs, to tell what a change does there."""
    files = generate_all(root / "files", seed=3, n=12, sources=SOURCES)
    asked = json.loads(next(files["medqa"].rglob("US/*/*test.jsonl")).read_text().splitlines()[0])
    add(files["medqa"], asked)
    lake = open_lake(str(root / "lake"), spark=spark, storage=storage)
    assert lake.tables.kind == storage
    first = road(lake, files)
    assert first["instructions"]["skipped"] != {} and len(first["verdicts"]) >= 1
    shutil.copytree(root / "lake", root / "whole")
    clean(lake)
    before = versions(lake)
    again = road(lake, files)
    assert {name: v for name, v in versions(lake).items() if v != before[name]} == {}
    assert told(again) == told(first)
    add(files["medqa"], asked | {"question": asked["question"].upper()})
    ours, theirs = road(lake, files), road(open_lake(str(root / "whole"), spark=spark, storage=storage), files)
    assert told(ours) == told(theirs)
    assert committed(ours) == committed(theirs) and len(ours["verdicts"]) > len(first["verdicts"])


if __name__ == "__main__":
    from pyspark.sql import SparkSession

    # Spark's Python workers are this Python.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.jars", ",".join(sys.argv[2:]))
    for name, value in {
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.databricks.delta.snapshotPartitions": "2",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.driver.memory": "2g",
    }.items():
        builder = builder.config(name, value)
    walk(Path(sys.argv[1]), builder.getOrCreate(), "native")
    print("native: as with full logs")
