"""Sample logs of lm-eval: generated answers, ranked options, several filters, folders, and what is no log."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medslake.errors import UnknownName, UsageError
from medslake.score.predictions_file import counted, score_file, score_predictions


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
    assert score_predictions(path)["task57"] == {"accuracy": {"paper": pytest.approx(100 / 3), "strict": pytest.approx(200 / 3)}}
    assert list(score_predictions(path, "paper")["task57"]["accuracy"]) == ["paper"]


def test_the_task_may_stand_in_the_name_of_the_file(tmp_path: Path) -> None:
    write(tmp_path / "samples_medslake_task130_2026.jsonl", sample(0, ["GERD"], "The diagnosis result is GERD.", {"id": 1}))
    write(tmp_path / "samples_pubmedqa_2026.jsonl", ranked(0, [-3.0, -1.5, -2.0], "1", ["yes", "no", "maybe"]))
    # A folder holds one file for each task.
    scores = score_predictions(tmp_path, "strict")
    assert [scores[task]["accuracy"] for task in ("task123", "task130")] == [{"strict": 100.0}] * 2


def test_the_option_of_the_highest_likelihood_is_the_answer(tmp_path: Path) -> None:
    options = ["A", "B", "C", "D"]
    path = write(
        tmp_path / "samples_medqa_4options_2026.jsonl", ranked(0, [-9, -1, -5, -7], "1", options), ranked(1, [-1, -2, -3, -4], "3", options)
    )
    assert score_predictions(path, "paper")["task57"] == {"accuracy": {"paper": 50.0}}


def test_a_document_counts_once(tmp_path: Path) -> None:
    doc = {"task_id": "task12", "reference": "yes", "labels": ["yes", "no"]}
    strict = sample(0, ["yes"], "yes", doc, filter="strict-match")
    path = write(tmp_path / "samples_x_1.jsonl", strict, {**strict, "filter": "flexible-extract", "filtered_resps": ["no"]})
    assert score_predictions(path)["task12"]["accuracy"] == {"paper": 100.0, "strict": 100.0}
    write(path, strict, {**strict, "filtered_resps": ["no"]})
    with pytest.raises(UsageError, match=r"samples_x_1\.jsonl: document 0 of task12 is answered twice"):
        score_predictions(path)


def test_logs_of_several_models_or_runs_are_not_scored_as_one(tmp_path: Path) -> None:
    for folder, time in (("a", "2026-01-01"), ("b", "2026-01-02"), ("b", "2026-01-03")):
        (tmp_path / folder).mkdir(exist_ok=True)
        for task in ("task57", "task58"):
            write(tmp_path / folder / f"samples_medslake_{task}_{time}.jsonl", sample(0, ["A"], "The right answer is A: x", {"q": 1}))
    with pytest.raises(UsageError, match="holds the logs of 3 models or runs") as refused:
        score_predictions(tmp_path)
    choices = str(refused.value.hint).removeprefix("Give one of them: ").removesuffix(".").split("; ")
    assert choices == [str(tmp_path / "a"), *(str(tmp_path / "b" / f"samples_*_2026-01-0{day}.jsonl") for day in (2, 3))]
    # Every one of them can be given.
    assert all({"task57", "task58"} <= set(score_predictions(path)) for path in choices)


def test_the_strict_input_of_a_task_is_scored_by_strict_alone(tmp_path: Path) -> None:
    gold = "The treatment planning is: Radiation after surgery."
    other = "Intraoperative radiation"
    doc = {"task_id": "task131", "reference": gold, "labels": ["Radiation after surgery", other]}
    for name, variant, answer in (("task131", "paper", gold), ("task131_strict", "strict", other)):
        rows = [sample(k, [answer], gold, {**doc, "input_variant": variant}) for k in range(2)]
        write(tmp_path / f"samples_medslake_{name}_1.jsonl", *rows)
    assert score_predictions(tmp_path)["task131"]["accuracy"] == {"paper": 100.0, "strict": 0.0}
    assert {v: n["n"] for v, n in counted(score_file(tmp_path))["task131"].items()} == {"paper": 2, "strict": 2}
    # Where documents do not say it, the name does; what was not asked has no figure.
    (tmp_path / "samples_medslake_task131_1.jsonl").unlink()
    write(tmp_path / "samples_medslake_task131_strict_1.jsonl", sample(0, [gold], gold, doc))
    told = score_predictions(tmp_path)["task131"]["accuracy"]
    assert told == {"paper": None, "strict": 100.0, "reasons": {"paper": "no row was asked with the published input"}}


def test_no_answer_is_missing(tmp_path: Path) -> None:
    path = write(tmp_path / "samples_task57_1.jsonl", sample(0, [], "The right answer is A: x", {"q": 1}))
    assert score_predictions(path)["task57"]["accuracy"] == {"paper": 0.0, "strict": 0.0}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_log_likelihood_that_is_no_number_is_no_answer(place: int, tmp_path: Path) -> None:
    scores = [-3.0, -1.0, -2.0]
    scores[place] = float("nan")
    path = write(tmp_path / "samples_pubmedqa_1.jsonl", ranked(0, scores, "1", ["yes", "no", "maybe"]))
    assert score_predictions(path)["task123"]["accuracy"]["strict"] == 0.0
    assert counted(score_file(path))["task123"]["strict"] == {"n": 1, "n_missing": 1, "n_invalid": 0}


@pytest.mark.case("44_u2028_bom_nan_logs")
def test_the_case_of_odd_logs(test_data: Callable[[str], Path]) -> None:
    case = test_data("../cases/44_u2028_bom_nan_logs/in")
    assert score_predictions(case / "nan.jsonl")["task57"]["accuracy"]["strict"] == 0.0
    assert counted(score_file(case / "nan.jsonl"))["task57"]["strict"]["n_missing"] == 1
    for name in ("u2028.jsonl", "bom.csv"):
        assert max(value.get("strict", 0) for metrics in score_predictions(case / name).values() for value in metrics.values()) == 100.0
    with pytest.raises(UsageError, match="holds the logs of 2 models or runs"):
        score_predictions(case / "out")
    assert "task57" in score_predictions(case / "out" / "model__a")


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
