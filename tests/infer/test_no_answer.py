"""What a server says instead of an answer, through `infer`: an error with its word, counted, and never an empty answer."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from made_benchmark import benchmark_row, lake_with
from medslake.infer.run import InferenceFailed, infer
from medslake.lake import Lake
from medslake.results import InferResult

TABLE = "gold.predictions"
PRIVATE = "patient Ada"

#: Behaviour of the server -> prediction, error and finish_reason of the row.
OUTCOMES: dict[str, tuple[str | None, str | None, str]] = {
    "thought": (None, "the server gave no text: reasoning", "stop"),
    "cut": (None, "the server gave no text: reasoning", "length"),
    "empty": (None, "the server gave no text: reasoning", "length"),
    "filtered": (None, "the server gave no text: content_filter", "content_filter"),
    "refusal": (None, "the server gave no text: refusal", "stop"),
    "declined": (None, "the server gave no text: refusal", "stop"),
    "called": (None, "the server gave no text: tool_calls", "tool_calls"),
    "null": (None, "the server gave no text: content null", "stop"),
    "number": (None, "the server gave no text: content is no text", "stop"),
    "silent": ("", None, "stop"),
    "parts": ("the knee", None, "stop"),
    "surrogate": ("the knee \ufffd", None, "stop"),
    "tagged": ("<think>The hip?</think>the knee", None, "stop"),
    "counts": ("the knee", None, "stop"),
    "chatty": ("the knee", None, "other"),
    "overloaded": (None, "the server refused this row with HTTP 200 (code 529)", "error"),
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Twelve questions."""
    return lake_with(tmp_path_factory.mktemp("asked"), [benchmark_row("task57", k, f"{PRIVATE} {'so ' * k}", "A") for k in range(12)])


def ask(lake: Lake, server: str, way: str) -> InferResult:
    options = [f"base_url={server}/{way}/v1", "retries=0"]
    return InferResult.of(infer(lake, "tiny", engine="openai_api", options=options, name=way))


def answers(lake: Lake, way: str) -> list[dict[str, Any]]:
    return lake.arrow.read(TABLE, where={"model": way}).to_pylist()


def asked(server: str) -> int:
    """Requests since the last call."""
    with urllib.request.urlopen(f"{server}/plain/stats") as answer:
        return int(json.loads(answer.read())["asked"])


@pytest.mark.case("20_content_null_is_an_answer")
def test_every_behaviour(tmp_path: Path, server: str, ray_local: Any) -> None:
    rows = [benchmark_row("task57", k, f"{PRIVATE} {way.upper()}", "A") for k, way in enumerate(OUTCOMES)]
    lake = lake_with(tmp_path, rows)
    result = ask(lake, server, "plain")
    found = {row["row_id"]: (row["prediction"], row["error"], row["finish_reason"]) for row in answers(lake, "plain")}
    assert dict(zip(OUTCOMES, (found[row["row_id"]] for row in rows), strict=True)) == OUTCOMES
    assert result.failed == sum(error is not None for _, error, _ in OUTCOMES.values()) and not result.ok
    assert PRIVATE not in json.dumps(list(found.values()))


@pytest.mark.case("21_max_tokens_refused")
def test_another_name_of_the_limit_holds_for_the_whole_set(lake: Lake, server: str, ray_local: Any) -> None:
    result = ask(lake, server, "newer")
    assert (result.failed, result.ok) == (0, True)
    assert {json.loads(row["settings"])["limit_field"] for row in answers(lake, "newer")} == {"max_completion_tokens"}
    again = ask(lake, server, "newer")
    assert again.run_set == result.run_set and not again.committed


@pytest.mark.case("21_max_tokens_refused")
def test_rows_that_are_all_refused_alike_end_the_set_after_eight(lake: Lake, server: str, ray_local: Any) -> None:
    asked(server)
    with pytest.raises(
        InferenceFailed, match=r"all of the first 8 rows with HTTP 400 \(code unsupported_value, param temperature\)"
    ) as told:
        ask(lake, server, "warm")
    assert PRIVATE not in str(told.value) and told.value.exit_code == 1
    # Two before the set, for the name of the limit in the driver and in the actor each, eight rows, and one after them.
    assert asked(server) == 2 + 8 + 1
    assert "warm" not in lake.arrow.read(TABLE)["model"].to_pylist()


def test_rows_that_a_server_refuses_though_it_takes_the_form_are_all_asked(lake: Lake, server: str, ray_local: Any) -> None:
    result = ask(lake, server, "picky")
    assert (result.failed, result.ok) == (12, False)
    assert {row["error"] for row in answers(lake, "picky")} == {
        "the server refused this row with HTTP 400 (code unsupported_value, param temperature)"
    }


def test_a_set_of_more_than_one_system_says_so(lake: Lake, server: str, ray_local: Any, caplog: pytest.LogCaptureFixture) -> None:
    result = ask(lake, server, "two")
    assert result.served == {"tiny-1 fp_0": 6, "tiny-1 fp_1": 6}
    assert {(row["served_model"], row["system_fingerprint"]) for row in answers(lake, "two")} == {("tiny-1", "fp_0"), ("tiny-1", "fp_1")}
    assert "More than one system" in caplog.text


@pytest.mark.parametrize(("rows", "failed", "ok"), [(10, 0, True), (10, 1, True), (10, 2, False), (1, 1, False)])
def test_a_tenth_may_fail(rows: int, failed: int, ok: bool) -> None:
    table = {"rows": rows, "quarantined": 0, "version": 0, "committed": True}
    assert InferResult.of({"run": "r", "tables": {TABLE: table}, "failed": failed}).ok == ok
