"""benchmarks/learning.py from gold.instructions on, with the tiny model: it writes what the tables say, and a rerun asks nothing."""

from __future__ import annotations

import dataclasses
import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from training_corpus import fill, instances

from made_benchmark import benchmark_row, write_benchmark
from medslake.lake import Lake, open_lake
from medslake.recipes import override
from medslake.recipes.tiny import RECIPE as TINY

ROOT = Path(__file__).resolve().parents[2]
GROUPS = {"task57": "mcqa", "task126": "ner"}
RECIPE = override(TINY, ["steps=3", "batch=8", "workers=1"])


@pytest.fixture
def learning(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import learning

    yield learning
    for name in ("learning", "learning_page", "record"):
        sys.modules.pop(name, None)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Instances of two tasks to train on, and five rows each of two tasks to be asked."""
    lake = fill(open_lake(str(tmp_path / "lake")), instances(60))
    turns = [{"role": "system", "content": "Read and answer."}, {"role": "user", "content": "fever and cough"}]
    write_benchmark(
        lake,
        [
            benchmark_row(task, k, "fever and cough", reference, task_group=GROUPS[task], prompt="chat", messages=turns)
            for task, reference in (("task57", "The right answer is A: cough"), ("task126", "insulin."))
            for k in range(5)
        ],
    )
    return lake


@pytest.mark.long
def test_base_and_tuned_are_laid_side_by_side(learning: Any, lake: Lake, ray_local: Any) -> None:
    first = learning.measure(lake, RECIPE, lambda *_: None)
    assert {(one.task_id, one.metric) for one in first.headlines} == {("task57", "accuracy"), ("task126", "f1")}
    assert first.base["model"] != first.tuned["model"]

    page = "\n".join(learning.page_lines(first))
    scores = lake.query("select * from gold.scores where level = 'task' and variant = 'strict'").to_pylist()
    for row in (r for r in scores if r["run_set"] in (first.base["run_set"], first.tuned["run_set"]) and r["metric"] != "f1"):
        line = next(line for line in page.splitlines() if f"| {row['task_id']} |" in line and f"| {row['metric']} |" in line)
        assert f"{row['value']:.1f} [{row['ci_low']:.1f}, {row['ci_high']:.1f}]" in line
    assert "3 steps" in page and re.search(r"task57 \| medqa \| \d+ \|", page)

    drawn = ElementTree.fromstring(learning.figure(first))
    names = {"svg": "http://www.w3.org/2000/svg"}
    assert len(drawn.findall("svg:circle", names)) == 2 + 2 * len(first.headlines)
    assert len(drawn.find("svg:polyline", names).attrib["points"].split()) == 3

    before = {name: lake.version(name) for name in lake.names()}
    again = learning.measure(lake, RECIPE, lambda *_: None)
    assert {name: lake.version(name) for name in lake.names()} == before
    assert learning.page_lines(again) == page.split("\n")


def test_only_intervals_that_do_not_meet_count_as_learnt(learning: Any, lake: Lake) -> None:
    """One task lies above, the intervals of the other overlap."""
    from medslake.score.compare import Comparison

    one = Comparison("task57", "chat", "accuracy", "strict", 5, 60.0, 10.0, 50.0, 20.0, 80.0, "mcnemar", 0.01)
    two = dataclasses.replace(one, task_id="task126", metric="f1", p=0.6, p_holm=0.6)
    one = dataclasses.replace(one, p_holm=0.02)
    outcome = learning.Outcome(lake, RECIPE, {}, {"run_set": "b"}, {"run_set": "t"}, [one, two], [])
    vars(outcome)["scores"] = {
        ("base", "task57", "accuracy"): {"ci_low": 0.0, "ci_high": 20.0},
        ("tuned", "task57", "accuracy"): {"ci_low": 40.0, "ci_high": 80.0},
        ("base", "task126", "f1"): {"ci_low": 0.0, "ci_high": 50.0},
        ("tuned", "task126", "f1"): {"ci_low": 40.0, "ci_high": 80.0},
    }
    told = " ".join(sys.modules["learning_page"]._verdict(outcome))
    assert "in 1 of 2 groups" in told and "not met" in told
    assert "chance (p of 0.05 or more): task126" in told
