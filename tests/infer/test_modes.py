"""A tiny model answers in both modes, fp32 on the CPU: batches and workers change nothing, choices are weighed, no row vanishes."""

from __future__ import annotations

from typing import Any

import pytest

from made_benchmark import benchmark_row, lake_with
from medslake.conformance.tiny_model import build_tiny
from medslake.errors import UsageError
from medslake.infer.run import infer
from medslake.lake import Lake
from medslake.results import ScoreResult
from medslake.score.run import score

TABLE = "gold.predictions"
CHOICES = ["A: the heart", "B: the lung", "C: the knee"]


def rows() -> list[dict[str, Any]]:
    """Ten questions with choices that share a long head, one of them without choices by mistake, and two of an open task."""
    head = [{"role": "system", "content": "Say which part of the body hurts. " * 3}]
    made = []
    for k in range(10):
        messages = [*head, {"role": "user", "content": f"Where? {'so ' * (k % 4)}{k}"}]
        made.append(benchmark_row("task57", k, "q", CHOICES[0], messages=messages, choices=None if k == 4 else CHOICES[: 2 + k % 2]))
    return [*made, *(benchmark_row("task114", k, f"open {k}", "text", choices=None) for k in range(2))]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(build_tiny(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return lake_with(tmp_path_factory.mktemp("modes"), rows())


def answers(lake: Lake, name: str, *columns: str) -> dict[str, Any]:
    found = lake.arrow.read(TABLE, where={"model": name}).to_pylist()
    return {row["instance_id"]: tuple(row[c] for c in columns) for row in found}


def test_batches_and_workers_change_nothing_in_fp32(lake: Lake, tiny: str, ray_local: Any) -> None:
    columns = ("prediction", "error", "finish_reason", "prompt_tokens", "new_tokens")
    infer(lake, tiny, dtype="float32", name="one batch")
    infer(lake, tiny, dtype="float32", name="many", shard_rows=3, workers=2, options=["share_prefixes=no", "batch_tokens=300"])
    assert answers(lake, "one batch", *columns) == answers(lake, "many", *columns)
    assert len(answers(lake, "many", "shard")) == 12 and len(set(answers(lake, "many", "shard").values())) > 2


def test_the_likeliest_choice_is_the_answer(lake: Lake, tiny: str, ray_local: Any) -> None:
    result = infer(lake, tiny, dtype="float32", mode="loglikelihood", name="weighed")
    assert result["skipped"] == {"task114": "its 2 rows have no choices to compare"}
    assert (result["tables"][TABLE]["rows"], result["failed"]) == (10, 1)
    found = answers(lake, "weighed", "prediction", "finish_reason", "error", "choice_logprobs")
    assert found.pop("instance-task57-4") == (None, "error", "the row has no choices to compare", None)
    for instance, (prediction, reason, _, told) in found.items():
        asked = CHOICES[: 2 + int(instance.rsplit("-", 1)[1]) % 2]
        assert [one["choice"] for one in told] == asked and reason == "choice"
        best = max(told, key=lambda one: one["logprob"])
        assert prediction == best["choice"]
        assert all(one["logprob"] < one["mean_logprob"] < 0 for one in told)
    told = ScoreResult.of(score(lake, model="weighed"))
    assert list(told.not_asked.values()) == [{"task114": 2}]
    scored = lake.arrow.read("gold.scores", where={"model": "weighed"}).to_pylist()
    assert {row["task_id"] for row in scored if row["level"] == "task"} == {"task57"}
    by_mean = lake.query(
        "select instance_id, arg_max(c.choice, c.mean_logprob) best"
        f" from (select instance_id, unnest(choice_logprobs) c from {TABLE} where model = 'weighed') group by instance_id"
    )
    expected = {instance: max(row[3], key=lambda one: one["mean_logprob"])["choice"] for instance, row in found.items()}
    assert {row["instance_id"]: row["best"] for row in by_mean.to_pylist()} == expected


def test_a_benchmark_without_choices_cannot_be_weighed(lake: Lake, tiny: str) -> None:
    with pytest.raises(UsageError, match=r"None of the rows has choices to compare .*task114"):
        infer(lake, tiny, mode="loglikelihood", tasks=["task114"])
