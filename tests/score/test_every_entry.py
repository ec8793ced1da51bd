"""Every benchmark entry in one run: the 53 files of MedS-Bench and whatever else is registered, in both variants, in all twelve groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from made_benchmark import benchmark_row, lake_with
from medslake import registry
from medslake.bench.catalogue import scoring_of
from medslake.bench.groups import GROUPS
from medslake.bench.published import published_scores
from medslake.report.sets import MAIN, main_metric
from medslake.score.run import score
from score_lake import predict

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
