"""An answer scores the same wherever it was stored: in a lake, in a predictions file, or in a log of lm-eval."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from made_benchmark import benchmark_row, lake_with
from medslake import registry
from medslake.bench.catalogue import scoring_of
from medslake.bench.published import published_rows
from medslake.score.predictions_file import as_mapping, score_predictions
from medslake.score.run import score
from score_lake import predict

pytestmark = pytest.mark.slow

#: A right answer by metric, and by task where a metric scores several kinds; others are free text, in the language of the task.
RIGHT = {
    "mcqa": "The right answer is A: x",
    "information_extraction": "forty women",
    "ner": "aspirin, heparin.",
    "diagnosis": "The diagnosis result is GERD.",
    "treatment_planning": "The treatment planning is: Radiation after surgery.",
    "outcome_prediction": "True",
    "yes_no_maybe": "no",
    "nli": "neutral",
    "hoc": "cellular energetics",
    "task12": "no",
    "task16": "1",
    "zh": "患者发烧咳嗽。",
    "ja": "患者は発熱と咳がある。",
}
#: Beside the right answer: none at all, what pandas takes for an empty cell, blanks, numbers, and a blank line before a text.
ODD = [None, "", "NA", "None", "nan", "null", " ", "\n", "0", "\nno"]


def gold_of(task: str) -> str:
    scoring = scoring_of(task)
    kinds = (task, scoring.metrics[0], scoring.language)
    return next((RIGHT[kind] for kind in kinds if kind in RIGHT), "rest at home helps")


def every_task() -> list[str]:
    """Those of the paper, and whatever else is registered with a part in the benchmark."""
    own = [task.id for task in registry.items("task").values() if task.bench is not None]
    return list(dict.fromkeys([*published_rows(), *own]))


Values = dict[str, dict[str, dict[str, float]]]
#: Task and answer; a file has an empty cell for None.
Answers = list[tuple[str, str | None]]


def from_csv(folder: Path, answers: Answers) -> Values:
    path = folder / "predictions.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["task_id", "input", "GT", "output"])
        writer.writerows([task, "q", gold_of(task), text] for task, text in answers)
    return score_predictions(path)


def from_log(folder: Path, answers: Answers) -> Values:
    lines = [{"doc": {"task_id": task, "reference": gold_of(task)}, "filtered_resps": [text], "filter": "none"} for task, text in answers]
    (folder / "samples_all_1.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return score_predictions(folder)


def from_lake(folder: Path, answers: Answers) -> Values:
    rows = []
    for number, (task, text) in enumerate(answers):
        scoring = scoring_of(task)
        told = {"task_group": scoring.group, "language": scoring.language}
        rows.append(benchmark_row(task, number, "q", gold_of(task), answer=text, **told))
    lake = lake_with(folder, rows)
    predict(lake, rows)
    score(lake)
    own = lake.arrow.read("gold.scores", where={"level": ["task", "group"], "model": "m"}).to_pylist()
    return as_mapping(own)


def agree(folder: Path, answers: Answers) -> Values:
    """What all three say, which is the same: figures, and reasons where there is none."""
    from_file, logged, stored = (read(folder, answers) for read in (from_csv, from_log, from_lake))
    assert from_file == logged
    assert set(stored) == set(from_file)
    for name, metrics in stored.items():
        assert metrics == {metric: pytest.approx(told) if None not in told.values() else told for metric, told in from_file[name].items()}
    return stored


def test_csv_log_and_lake_agree(tmp_path: Path) -> None:
    tasks = every_task()
    assert len(tasks) >= 53
    stored = agree(tmp_path, [(task, text) for task in tasks for text in (gold_of(task), *ODD)])
    assert set(tasks) | {"summarization/CT", "summarization/MRI"} <= set(stored)
    assert not [metrics for metrics in stored.values() for told in metrics.values() if None in told.values()]


@pytest.mark.parametrize("task", ["task16", "task126", "task57", "task114", "task117"])
def test_they_agree_where_there_is_no_figure(task: str, tmp_path: Path) -> None:
    """Of numbers alone, and of no text at all."""
    for folder, texts in (("numbers", ["1", "2"]), ("nothing", ["", "NA"])):
        (tmp_path / folder).mkdir()
        stored = agree(tmp_path / folder, [(task, text) for text in texts])
        without_text = task in {"task16", "task126", "task114"}
        assert {told["paper"] is None for told in stored[task].values() if "paper" in told} == {without_text}
