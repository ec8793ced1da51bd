"""A lake whose tables are of before a column opens, is scored, and is brought up to date by the same commands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from made_benchmark import benchmark_row, write_benchmark
from medslake.lake import Lake, open_lake
from medslake.lake.storage.tables import CommitInfo
from medslake.score.run import score
from score_lake import predict

#: Columns that tables did not have, and whether `value` had to be there.
LATER = {"gold.benchmark": ("names", "metrics", "examples"), "gold.scores": ("reason",)}


def old_lake(folder: Path, rows: list[dict[str, object]]) -> Lake:
    lake = open_lake(str(folder / "lake"))
    for table, later in LATER.items():
        spec = lake.spec(table)
        kept = tuple(replace(c, nullable=c.nullable and c.name != "value") for c in spec.columns if c.name not in later)
        old = replace(spec, columns=kept)
        told = [{name: row.get(name) for name in old.names} for row in rows] if table == "gold.benchmark" else []
        lake.arrow.append(table, pa.Table.from_pylist(told, schema=old.arrow_schema()), CommitInfo(f"tests/{table}"), spec=old)
    return lake


@pytest.mark.slow
def test_what_was_asked_before_names_were_carried_is_scored(tmp_path: Path) -> None:
    rows = [benchmark_row("task126", 1, "q", "aspirin, heparin.", task_group="ner", answer="heparin, aspirin.")]
    rows += [benchmark_row("task130", 2, "q", "The diagnosis result is GERD.", task_group="diagnosis", answer=None)]
    lake = old_lake(tmp_path, rows)
    assert lake.arrow.read("gold.benchmark", columns=["names"])["names"].to_pylist() == [None, None]
    assert lake.query("select names from gold.benchmark").num_rows == 2
    predict(lake, rows)
    score(lake)
    found = {(r["task_id"], r["variant"]): r for r in lake.arrow.read("gold.scores", where={"model": "m", "level": "task"}).to_pylist()}
    assert found["task126", "strict"]["value"] == 100.0
    # A figure that is none stands in the table that once refused it.
    assert found["task130", "paper"]["value"] is None and "no figure" in found["task130", "paper"]["reason"]
    write_benchmark(lake, [row | {"names": ["aspirin", "heparin"] if row["task_id"] == "task126" else None} for row in rows])
    told = lake.arrow.read("gold.benchmark", where={"task_id": "task126"})["names"].to_pylist()
    assert told == [["aspirin", "heparin"]]
