"""All entries of MedS-Bench are known, and each says what it waits for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from made_benchmark import benchmark_row, lake_with
from medslake import registry
from medslake.bench.catalogue import Scoring, scoring_of
from medslake.bench.groups import GROUPS
from medslake.bench.published import published_rows
from medslake.cli.app import app
from medslake.errors import UnknownName, UsageError


def test_every_entry_of_the_paper_is_here() -> None:
    rows = published_rows()
    here = {name: task.bench for name, task in registry.items("task").items() if task.bench is not None}
    assert len(rows) == 53 and set(rows) <= set(here)
    assert {bench.group for bench in here.values()} == set(GROUPS)
    assert sum(n for t, n in rows.items() if here[t].dataset == "MIMIC-IV") == 1_430
    assert all(bench.size in (None, rows[name]) for name, bench in here.items() if name in rows)


@pytest.mark.parametrize(
    ("task", "scoring"),
    [
        ("task61", Scoring(("mcqa",), "ru", group="mcqa")),
        ("task123", Scoring(("yes_no_maybe",), "en", ("yes", "no", "maybe"), "mcqa")),
        ("task100", Scoring(("supporting_text",), group="fact_verification")),
        ("task16", Scoring(("fact_verification",), "en", ("0", "1", "2"), "fact_verification")),
        ("task51", Scoring(("rationale",), "zh", group="rationale")),
    ],
)
def test_how_answers_are_scored_is_said_by_the_task(task: str, scoring: Scoring) -> None:
    assert scoring_of(task) == scoring


def test_a_task_without_a_metric_is_named() -> None:
    with pytest.raises(UnknownName, match="task124"):
        scoring_of("task124")


def test_the_list_says_what_is_built_and_what_each_of_the_others_waits_for(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lake = lake_with(tmp_path, [benchmark_row("task57", n, f"Question {n}?", "A") for n in range(3)])
    app(["list", "tasks", "--bench", "--json", "--lake", lake.root], standalone_mode=False)
    told = {row["task"]: row for row in json.loads(capfd.readouterr().out)}
    assert list(told)[:53] == list(published_rows())
    assert (told["task57"]["built"], told["task57"]["waits_for"]) == (3, None)
    assert (told["task57"]["metrics"], told["task57"]["shots"], told["task57"]["seed"]) == (["mcqa"], 0, 2025)
    assert told["task106"]["waits_for"] == "medslake ingest hoc, medslake build instructions"
    assert told["task122"]["waits_for"] == "medslake ingest medmcqa, medslake build instructions"
    with pytest.raises(UsageError, match="--bench tells of tasks"):
        app(["list", "sources", "--bench"], standalone_mode=False)
