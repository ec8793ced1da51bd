"""Dirty twins: what is set aside of them is what was planted, kind by kind, and all else is read."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import api, registry
from medslake.ingest.synthetic import DIRT, synthesise
from medslake.lake import open_lake
from medslake.sources import Source

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

DIRTY = tuple(name for name, source in registry.items("source").items() if source.twin and any(part.dirt for part in source.twin.files))
#: Sources with few files, of which some rows are set aside when they are read, some by rules of silver and some by joins.
FEW = ("mimic_cxr", "seer", "snli")


@pytest.mark.parametrize("names", [pytest.param(FEW, id="few"), pytest.param(DIRTY, id="all", marks=pytest.mark.long)])
def test_what_is_set_aside_is_what_was_planted(names: tuple[str, ...], spark: SparkSession, tmp_path: Path) -> None:
    homes = {made.name: made.home for made in synthesise(names, tmp_path / "files", scale=1e-6, seed=7, dirt=True, jobs=1)}
    lake = open_lake(str(tmp_path / "lake"), spark=spark, storage="embedded")
    told = api.ingest(lake, homes, max_aside=1.0)
    assert told.failed == {}
    planted = {name: [json.loads(line) for line in (home / DIRT).read_text().splitlines()] for name, home in homes.items()}
    sources: dict[str, Source] = {name: registry.get("source", name) for name in names}
    kinds = {(name, kind) for name, one in sources.items() for part in (one.twin.files if one.twin else ()) for kind in part.dirt}
    seen = {(name, fault["kind"]) for name, faults in planted.items() for fault in faults}
    assert seen <= kinds
    # A person may have no row of the table that a fault is for.
    assert len(kinds - seen) <= len(kinds) // 20, kinds - seen
    wanted = Counter(
        (name, fault["file"], fault["rule"]) for name, faults in planted.items() for fault in faults for _ in range(fault["aside"])
    )
    rows = lake.query("select source, file, rules from ops.quarantine").to_pylist() if lake.exists("ops.quarantine") else []
    assert Counter(_place(row, wanted) for row in rows) == wanted


def _place(row: dict[str, Any], wanted: Counter[tuple[str, str, str]]) -> tuple[str, str, str]:
    """Source, file and rule as the twin says them; a folder of files ends in a slash there."""
    (rule,) = row["rules"]
    name = rule.partition(":")[0].partition("(")[0]
    folders = [file for source, file, _ in wanted if source == row["source"] and file.endswith("/") and row["file"].startswith(file)]
    return row["source"], folders[0] if folders else row["file"], name
