"""Every benchmark entry in one run: the 53 files of MedS-Bench and whatever else is registered, in both variants, in all twelve groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from made_benchmark import benchmark_row, lake_with
from medslake import registry
from medslake.bench.catalogue import scoring_of
from medslake.bench.groups import GROUPS
from medslake.bench.published import published_scores
from medslake.lake import Lake
from medslake.report.boards import boards
from medslake.report.sets import MAIN, answer_sets, main_metric
from medslake.score.baselines import LABELS, LEAD, MAJORITY, RANDOM
from medslake.score.run import score
from score_lake import predict

pytestmark = pytest.mark.slow

#: A right answer by metric, and by task where a metric scores several kinds.
RIGHT = {
    "mcqa": "The right answer is B: rest",
    "information_extraction": "forty women",
    "ner": "aspirin, heparin",
    "diagnosis": "The diagnosis result is Pneumonia.",
    "treatment_planning": "The treatment planning is: Radiation after surgery.",
    "outcome_prediction": "True",
    "yes_no_maybe": "yes",
    "nli": "neutral",
    "task12": "yes",
    "task16": "1",
}
TEXT = {"zh": "患者发烧咳嗽，应当休息。", "ja": "患者は発熱と咳がある。"}


def test_all_entries_are_scored_in_one_run(tmp_path: Path) -> None:
    group_of = {task: row["task_group"] for row in published_scores() for task in row["task_ids"]}
    group_of |= {task.id: task.bench.group for task in registry.items("task").values() if task.bench is not None}
    assert len(group_of) >= 53 and set(group_of.values()) == set(GROUPS)
    rows = []
    for number, (task, group) in enumerate(group_of.items()):
        scoring = scoring_of(task)
        metric = scoring.metrics[0]
        free = ", ".join(scoring.labels) if metric == "hoc" else TEXT.get(scoring.language, "the patient should rest at home")
        answer = RIGHT.get(task) or RIGHT.get(metric) or free
        rows.append(benchmark_row(task, number, "q", answer, task_group=group, language=scoring.language, answer=answer))
    lake = lake_with(tmp_path, rows)
    predict(lake, rows)
    score(lake)
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in lake.arrow.read("gold.scores", where={"model": "m"}).to_pylist():
        if row["level"] != "row":
            found.setdefault((row["task_id"] or row["task_group"], row["variant"]), {})[row["metric"]] = row["value"]
    for variant in MAIN:
        for name in [*group_of, *GROUPS, "summarization/CT", "summarization/MRI"]:
            values = found[name, variant]
            metric = main_metric(sorted(values), variant)
            assert metric is not None
            # The right answer is right everywhere; the package `rouge` adds 1e-8 below the line.
            assert values[metric] == pytest.approx(100, abs=1e-4), (name, variant)
    _every_entry_has_baselines(lake, list(group_of))


def _every_entry_has_baselines(lake: Lake, tasks: list[str]) -> None:
    """Closed tasks what needs a closed set, open ones how the input begins; each with a number in both variants, and on the boards."""
    scores = [r for r in lake.arrow.read("gold.scores").to_pylist() if r["level"] != "row"]
    closed = {MAJORITY, RANDOM}
    for task in tasks:
        scoring = scoring_of(task)
        expected = closed | {LABELS} if scoring.labels else closed if "mcqa" in scoring.metrics else {LEAD}
        for variant in MAIN:
            own = [r for r in scores if r["task_id"] == task and r["variant"] == variant and r["engine"] == "baseline"]
            assert {r["model"] for r in own} == expected, (task, variant)
            assert all(r["value"] is not None and r["n_missing"] == 0 for r in own), (task, variant)
    for board in boards(scores, published_scores(), answer_sets(scores)):
        filled = {column for row in board.rows if row.baseline for column in row.cells}
        asked = {column for row in board.rows if row.variant != "published" and not row.baseline for column in row.cells}
        assert filled and filled >= asked, board.title
