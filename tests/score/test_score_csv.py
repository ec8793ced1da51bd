"""Predictions files in the authors' form, without a lake."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medslake import registry
from medslake.bench.catalogue import scoring_of
from medslake.bench.published import published_scores
from medslake.errors import UnknownName, UsageError
from medslake.score.predictions_file import score_predictions


def write(folder: Path, *rows: tuple[str, str, str], header: str = "task_id,input,GT,output") -> Path:
    path = folder / "predictions.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows([task, "the input", gold, output] for task, gold, output in rows)
    return path


def test_tasks_are_scored_apart_and_variants_side_by_side(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        ("task57", "The right answer is A: x", "The right answer is A: x"),
        ("task57", "The right answer is A: x", "(A)"),
        ("task130", "The diagnosis result is Pneumonia.", "not pneumonia"),
    )
    assert score_predictions(path) == {
        "task57": {"accuracy": {"paper": 50.0, "strict": 100.0}},
        "task130": {"accuracy": {"paper": 100.0, "strict": 0.0}},
    }
    assert score_predictions(path, "paper")["task57"] == {"accuracy": {"paper": 50.0}}
    assert score_predictions(path, "strict")["task57"] == {"accuracy": {"strict": 100.0}}


def test_values_are_not_rounded(tmp_path: Path) -> None:
    rows = [("task57", "The right answer is A: x", letter) for letter in "ABC"]
    assert score_predictions(write(tmp_path, *rows), "paper")["task57"]["accuracy"]["paper"] == 100 / 3


def test_empty_cells_are_no_text_for_the_paper_and_wrong_for_strict(tmp_path: Path) -> None:
    path = write(tmp_path, ("task126", "aspirin.", "aspirin."), ("task126", "heparin.", ""))
    assert score_predictions(path)["task126"]["recall"] == {"paper": 100.0, "strict": 50.0}
    path = write(tmp_path, ("task46", "a b c d", "a b c d"), ("task46", "a b c d", ""))
    assert score_predictions(path)["task46"]["bleu1"]["paper"] == pytest.approx(100)
    assert score_predictions(path)["task46"]["rouge1"]["strict"] == pytest.approx(50)


def test_cells_that_pandas_reads_as_nothing_are_nothing_for_the_paper_only(tmp_path: Path) -> None:
    path = write(tmp_path, ("task126", "aspirin.", "aspirin."), ("task126", "NA.", "NA"))
    # The released scorer reads the cell NA as no text; strict reads a name.
    assert score_predictions(path)["task126"]["recall"] == {"paper": 100.0, "strict": 100.0}
    # Scripts that turn cells into text first see "nan", whose n is the no of task123.
    path = write(tmp_path, ("task123", "no", ""), ("task123", "yes", "yes"))
    assert score_predictions(path)["task123"]["accuracy"] == {"paper": 100.0, "strict": 50.0}


def test_numbers_stay_text(tmp_path: Path) -> None:
    path = write(tmp_path, ("task16", "2", "2"), ("task16", "0", "1"), ("task57", "The right answer is A: x", "A"))
    assert score_predictions(path)["task16"]["accuracy"] == {"paper": 50.0, "strict": 50.0}


@pytest.mark.parametrize(("task", "language"), [("task51", "zh"), ("task54", "ja"), ("task58", "zh"), ("task129", "es"), ("task52", "en")])
def test_languages_of_tasks(task: str, language: str) -> None:
    assert scoring_of(task).language == language


def test_every_published_task_has_a_metric() -> None:
    tasks = {task for row in published_scores() for task in row["task_ids"]}
    assert len(tasks) == 53  # 52 as the paper counts, in 53 files
    assert {name for task in tasks for name in scoring_of(task).metrics} <= set(registry.names("metric"))


def test_mistakes_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no predictions file"):
        score_predictions(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="no column output"):
        score_predictions(write(tmp_path, ("task57", "a", "b"), header="task_id,input,GT,answer"))
    with pytest.raises(UsageError, match="lenient"):
        score_predictions(write(tmp_path), "lenient")
    with pytest.raises(UnknownName, match="task9999"):
        score_predictions(write(tmp_path, ("task9999", "a", "b")))
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"task_id,input,GT,output\ntask57,\xff\xfe,a,b\n")
    with pytest.raises(UsageError, match="UTF-8"):
        score_predictions(broken)
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    with pytest.raises(UsageError, match="cannot be read"):
        score_predictions(empty)


def test_a_file_without_rows_scores_nothing(tmp_path: Path) -> None:
    assert score_predictions(write(tmp_path)) == {}
