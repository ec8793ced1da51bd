"""Predictions files in the authors' form, without a lake."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from medslake import registry
from medslake.bench.catalogue import scoring_of
from medslake.bench.published import published_scores
from medslake.cli.app import app
from medslake.errors import DataCheckFailed, UnknownName, UsageError
from medslake.score.predictions_file import counted, score_file, score_predictions


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
    exam, diagnosis = {"accuracy": {"paper": 50.0, "strict": 100.0}}, {"accuracy": {"paper": 100.0, "strict": 0.0}}
    # Behind the tasks the groups that they are of.
    assert score_predictions(path) == {"task57": exam, "task130": diagnosis, "diagnosis": diagnosis, "mcqa": exam}
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


def test_a_file_without_rows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataCheckFailed, match=r"predictions\.csv has no row to score"):
        score_predictions(write(tmp_path))


def test_pooled_columns_and_averages_are_those_of_a_lake(tmp_path: Path) -> None:
    texts = {"task83": "a b c d", "task84": "e f g h", "task114": "a b c d", "task110": "x"}
    values = score_predictions(write(tmp_path, *((task, "a b c d", text) for task, text in texts.items())))
    assert list(values) == [*texts, "summarization/CT", "summarization"]
    assert values["summarization/CT"]["bleu1"]["paper"] == pytest.approx(50)
    # Printed without CT; the corrected mean counts CT once, as one column of three.
    assert values["summarization"]["bleu1"]["paper"] == pytest.approx(50)
    assert values["summarization"]["rouge1"]["strict"] == pytest.approx((100 + 0 + 50) / 3)


def test_a_figure_that_the_released_scorer_cannot_give_is_none_with_the_reason(tmp_path: Path) -> None:
    rows = (("task16", "2", "2"), ("task16", "0", "1"))
    alone = score_predictions(write(tmp_path, *rows))
    told = alone["task16"]["accuracy"]
    assert (told["paper"], told["strict"]) == (None, 50.0)
    # pandas reads the columns of such a file as numbers, which have no text.
    assert "the released scorer gives no figure" in told["reasons"]["paper"]
    assert (
        alone["fact_verification"]["accuracy"]["paper"] is None and "task16" in alone["fact_verification"]["accuracy"]["reasons"]["paper"]
    )
    # Beside another task the columns are text.
    beside = score_predictions(write(tmp_path, *rows, ("task57", "The right answer is A: x", "A")))
    assert beside["task16"]["accuracy"] == {"paper": 50.0, "strict": 50.0}
    silent = score_predictions(write(tmp_path, ("task130", "The diagnosis result is GERD.", ""), ("task130", "GERD", "None")))
    assert silent["task130"]["accuracy"] == {
        "paper": None,
        "strict": 0.0,
        "reasons": {"paper": "the released scorer gives no figure: at all 2 rows no answer is text, as pandas reads the cells"},
    }


@pytest.mark.parametrize("task", ["task57", "task114", "task46", "task52", "task126", "task100", "task41", "task42", "task106", "task1"])
def test_what_pandas_reads_as_numbers_is_what_we_take_for_numbers(task: str, tmp_path: Path) -> None:
    """Scripts that ask for text give no figure of a column of numbers; those that make text of their cells do."""
    values = score_predictions(write(tmp_path, (task, "12", "12"), (task, "3", "4")), "paper")[task]
    made_text = task in {"task57", "task41", "task106", "task1"}
    assert {value["paper"] is None for value in values.values()} == {not made_text}


def test_counts_stand_beside_the_values(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, ("task57", "The right answer is A: x", "A"), ("task57", "The right answer is A: x", "no letter"))
    counts = {"n": 2, "n_missing": 0, "n_invalid": 1}
    assert counted(score_file(path))["task57"]["strict"] == counts
    assert CliRunner().invoke(app, ["score", "--predictions", str(path), "--json"]).exit_code == 0
    told = json.loads(capfd.readouterr().out)
    assert told["counts"]["task57"]["strict"] == counts and told["task57"]["accuracy"]["strict"] == 50.0
