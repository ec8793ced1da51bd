"""All entries of MedS-Bench are known, and each says what it waits for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from made_benchmark import benchmark_row, lake_with
from medslake import registry
from medslake.bench.catalogue import ENTRIES
from medslake.bench.groups import GROUPS
from medslake.cli.app import app
from medslake.errors import UsageError


def test_every_entry_of_the_paper_is_there() -> None:
    assert len(ENTRIES) == 53
    assert {e.group for e in ENTRIES.values()} == set(GROUPS)
    assert sum(e.rows for e in ENTRIES.values() if e.group == "mcqa") == 13_701
    assert sum(e.rows for e in ENTRIES.values() if e.dataset == "MIMIC-IV") == 1_430


def test_tasks_agree_with_the_entries() -> None:
    for task in registry.items("task").values():
        if task.bench is not None and task.id in ENTRIES:
            entry = ENTRIES[task.id]
            assert (task.bench.group, task.bench.dataset) == (entry.group, entry.dataset)
            assert task.bench.size in (None, entry.rows)


def test_the_list_says_what_is_built_and_what_each_of_the_others_waits_for(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lake = lake_with(tmp_path, [benchmark_row("task57", n, f"Question {n}?", "A") for n in range(3)])
    app(["list", "tasks", "--bench", "--json", "--lake", lake.root], standalone_mode=False)
    told = {row["task"]: row for row in json.loads(capfd.readouterr().out)}
    assert set(told) >= set(ENTRIES)
    assert (told["task57"]["built"], told["task57"]["waits_for"]) == (3, None)
    assert (told["task57"]["metrics"], told["task57"]["shots"], told["task57"]["seed"]) == (["mcqa"], 0, 2025)
    assert told["task106"]["waits_for"] == "medslake ingest hoc, medslake build instructions"
    assert told["task122"]["waits_for"] == "source MedMCQA"
    with pytest.raises(UsageError, match="--bench tells of tasks"):
        app(["list", "sources", "--bench"], standalone_mode=False)
