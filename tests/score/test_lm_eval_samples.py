"""Sample logs of lm-eval: generated answers, ranked options, several filters, folders, and what is no log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from medslake.errors import UnknownName, UsageError
from medslake.score.predictions_file import score_predictions


def sample(number: int, answers: list[Any], target: str, doc: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A line as lm-eval 0.4.13 writes it."""
    return {
        "doc_id": number,
        "doc": doc,
        "target": target,
        "arguments": {"gen_args_0": {"arg_0": "prompt", "arg_1": {"until": ["\n"]}}},
        "resps": [answers],
        "filtered_resps": answers,
        "filter": "none",
        "metrics": ["exact_match"],
        "doc_hash": "0" * 64,
        "exact_match": 0.0,
        **more,
    }


def write(path: Path, *samples: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in samples), encoding="utf-8")
    return path


def ranked(number: int, scores: list[float], target: str, options: list[str]) -> dict[str, Any]:
    arguments = {f"gen_args_{k}": {"arg_0": "question", "arg_1": f" {text}"} for k, text in enumerate(options)}
    answers = [[str(score), "False"] for score in scores]
    return sample(number, answers, target, {"question": "q"}, arguments=arguments)


def test_answers_to_exported_tasks(tmp_path: Path) -> None:
    gold = "The right answer is A: x"
    rows = [sample(k, [text], gold, {"task_id": "task57", "reference": gold, "input": "q"}) for k, text in enumerate(("A", "(A)", "B"))]
    path = write(tmp_path / "samples_medslake_task57_2026-01-01T00-00-00.jsonl", *rows)
    assert score_predictions(path) == {"task57": {"accuracy": {"paper": pytest.approx(100 / 3), "strict": pytest.approx(200 / 3)}}}
    assert list(score_predictions(path, "paper")["task57"]["accuracy"]) == ["paper"]


def test_the_task_may_stand_in_the_name_of_the_file(tmp_path: Path) -> None:
    write(tmp_path / "samples_medslake_task130_2026.jsonl", sample(0, ["GERD"], "The diagnosis result is GERD.", {"id": 1}))
    write(tmp_path / "samples_pubmedqa_2026.jsonl", ranked(0, [-3.0, -1.5, -2.0], "1", ["yes", "no", "maybe"]))
    # A folder holds one file for each task.
    assert score_predictions(tmp_path, "strict") == {task: {"accuracy": {"strict": 100.0}} for task in ("task123", "task130")}


def test_the_option_of_the_highest_likelihood_is_the_answer(tmp_path: Path) -> None:
    options = ["A", "B", "C", "D"]
    path = write(
        tmp_path / "samples_medqa_4options_2026.jsonl", ranked(0, [-9, -1, -5, -7], "1", options), ranked(1, [-1, -2, -3, -4], "3", options)
    )
    assert score_predictions(path, "paper") == {"task57": {"accuracy": {"paper": 50.0}}}


def test_a_document_counts_once(tmp_path: Path) -> None:
    doc = {"task_id": "task16", "reference": "1", "labels": ["0", "1", "2"]}
    strict = sample(0, ["1"], "1", doc, filter="strict-match")
    path = write(tmp_path / "samples_x_1.jsonl", strict, {**strict, "filter": "flexible-extract", "filtered_resps": ["2"]})
    assert score_predictions(path)["task16"]["accuracy"] == {"paper": 100.0, "strict": 100.0}


def test_no_answer_is_missing(tmp_path: Path) -> None:
    path = write(tmp_path / "samples_task57_1.jsonl", sample(0, [], "The right answer is A: x", {"q": 1}))
    assert score_predictions(path)["task57"]["accuracy"] == {"paper": 0.0, "strict": 0.0}


def test_mistakes_name_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "samples_task57_1.jsonl"
    path.write_text('{"doc": {}}\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"samples_task57_1\.jsonl, line 1, is no sample of lm-eval.*filtered_resps"):
        score_predictions(path)
    path.write_text("no json\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 1"):
        score_predictions(path)
    with pytest.raises(UnknownName, match="hellaswag"):
        score_predictions(write(tmp_path / "samples_hellaswag_1.jsonl", sample(0, ["x"], "x", {"q": 1})))
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"samples_\*\.jsonl"):
        score_predictions(tmp_path / "empty")
