"""An answer scores the same wherever it was stored: in a lake, in a predictions file, or in a log of lm-eval."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from made_benchmark import benchmark_row, lake_with
from medslake.score.predictions_file import score_predictions
from medslake.score.run import score
from score_lake import predict

GOLD = {
    "task1": "forty women",
    "task46": "a disease of bone",
    "task52": "rest at home helps",
    "task57": "The right answer is A: x",
    "task106": "cellular energetics",
    "task123": "no",
    "task126": "aspirin, heparin.",
    "task130": "The diagnosis result is GERD.",
}
#: Beside the right answer: what pandas takes for an empty cell, blanks, and a blank line before a text.
ODD = ["", "NA", "None", "nan", " ", "\n", "0", "\nno"]

Values = dict[str, dict[str, dict[str, float]]]


def from_csv(folder: Path, answers: list[tuple[str, str]]) -> Values:
    path = folder / "predictions.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["task_id", "input", "GT", "output"])
        writer.writerows([task, "q", GOLD[task], text] for task, text in answers)
    return score_predictions(path)


def from_log(folder: Path, answers: list[tuple[str, str]]) -> Values:
    lines = [{"doc": {"task_id": task, "reference": GOLD[task]}, "filtered_resps": [text], "filter": "none"} for task, text in answers]
    (folder / "samples_all_1.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return score_predictions(folder)


def from_lake(folder: Path, answers: list[tuple[str, str]]) -> Values:
    rows = [benchmark_row(task, k, "q", GOLD[task], answer=text) for k, (task, text) in enumerate(answers)]
    lake = lake_with(folder, rows)
    predict(lake, rows)
    score(lake)
    values: Values = {}
    for row in lake.arrow.read("gold.scores", where={"level": "task", "model": "m"}).to_pylist():
        values.setdefault(row["task_id"], {}).setdefault(row["metric"], {})[row["variant"]] = row["value"]
    return values


def test_csv_log_and_lake_agree(tmp_path: Path) -> None:
    answers = [(task, text) for task, gold in GOLD.items() for text in (gold, *ODD)]
    from_file, logged, stored = (read(tmp_path, answers) for read in (from_csv, from_log, from_lake))
    assert from_file == logged
    assert set(stored) == set(GOLD)
    for task, metrics in stored.items():
        for metric, variants in metrics.items():
            assert variants == pytest.approx(from_file[task][metric]), (task, metric)
