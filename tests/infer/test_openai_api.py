"""The engine openai_api against a server process that speaks the protocol over a real (tiny) model: answers, retries, keys, access."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from made_benchmark import benchmark_row, lake_with
from medslake import registry
from medslake.accelerators.cpu import ACCELERATOR as CPU
from medslake.engines.base import EngineUnavailable, Generation, Prompt
from medslake.errors import AccessDenied, UnknownName, UsageError
from medslake.infer.run import InferenceFailed, infer
from medslake.lake import Lake

ENGINE = registry.get("engine", "openai_api")
KEY = "secret-of-the-tests"
TABLE = "gold.predictions"


def prompts(*questions: str) -> list[Prompt]:
    return [Prompt(f"r{k}", [{"role": "system", "content": "Answer."}, {"role": "user", "content": q}], 9) for k, q in enumerate(questions)]


def ask(server: str, way: str, *questions: str, **options: Any) -> list[Generation]:
    generations: list[Generation] = ENGINE.open("tiny", base_url=f"{server}/{way}/v1", **options).generate(prompts(*questions))
    return generations


def rows(n: int, access: str = "public", **special: str) -> list[dict[str, Any]]:
    asked = {f"q{k}": f"question {k}" for k in range(n)} | special
    return [benchmark_row("task57", k, asked[f"q{k}"], "A", access=access) for k in range(n)]


def run(lake: Lake, server: str, way: str = "plain", **more: str) -> dict[str, Any]:
    options = [f"base_url={server}/{way}/v1", *(f"{name}={value}" for name, value in more.items())]
    return infer(lake, "tiny", engine="openai_api", options=options, shard_rows=2)


def test_answers_are_those_of_the_model(server: str, served: Path) -> None:
    questions = ["What is it?", "Why?", "How long does it take?"]
    local = registry.get("engine", "transformers").open(str(served), dtype="float32", device=CPU).generate(prompts(*questions))
    assert ask(server, "plain", *questions) == local


def test_a_busy_server_is_asked_again(server: str) -> None:
    assert ask(server, "busy", "busy question", retries=2)[0].error is None
    with pytest.raises(EngineUnavailable, match="HTTP 503 after 2 tries"):
        ask(server, "busy", "another busy question", retries=1)


def test_no_more_requests_at_a_time_than_allowed(server: str) -> None:
    def most() -> int:
        with urllib.request.urlopen(f"{server}/plain/stats") as answer:
            return int(json.loads(answer.read())["most"])

    most()
    ask(server, "plain", *[f"q{k}" for k in range(6)], concurrency=2)
    assert most() == 2
    ask(server, "plain", *[f"q{k}" for k in range(12)], concurrency=6)
    assert 2 < most() <= 6


def test_a_row_that_the_server_refuses_is_recorded_without_its_words(server: str) -> None:
    good, bad, worse = ask(server, "plain", "fine", "TOOLONG patient name", "FAIL500 patient name", retries=0)
    assert good.error is None
    assert bad.error == "the server refused this row with HTTP 400"
    assert worse.error == "the server failed at this row 1 times (HTTP 500)"


@pytest.mark.parametrize(
    ("way", "why"), [("broken", "HTTP 500"), ("locked", "wants a key"), ("elsewhere", "HTTP 302"), ("none/such", "404|refused")]
)
def test_a_server_that_answers_nobody_ends_the_job(server: str, way: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSLAKE_API_KEY", "wrong-key")
    if way == "none/such":
        server, why = "http://127.0.0.1:9", "no answer"
    with pytest.raises(EngineUnavailable, match=why) as told:
        ask(server, way, "patient name", retries=0)
    assert "wrong-key" not in str(told.value) and "patient" not in str(told.value)


def test_a_whole_set_and_its_key_written_nowhere(server: str, tmp_path: Path, ray_local: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSLAKE_API_KEY", KEY)
    lake = lake_with(tmp_path, rows(5, q1="TOOLONG"))
    result = run(lake, server, "locked", concurrency="3")
    found = lake.arrow.read(TABLE).to_pylist()
    assert (result["tables"][TABLE]["rows"], result["failed"]) == (5, 1)
    assert {r["model_hash"] for r in found} == {"tiny"} and json.loads(found[0]["settings"])["concurrency"] == 3
    assert not run(lake, server, "locked", concurrency="3")["tables"][TABLE]["committed"]
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes(), file


def test_a_server_that_goes_away_leaves_no_errors_behind(tmp_path: Path, ray_local: Any) -> None:
    lake = lake_with(tmp_path, rows(3))
    with pytest.raises(InferenceFailed, match=r"openai_api cannot answer: .* no answer"):
        run(lake, "http://127.0.0.1:9", retries="0")
    assert not lake.exists(TABLE)


@pytest.mark.parametrize(("access", "clearance"), [("credentialed", ""), ("credentialed", "dua"), ("registered", "public")])
def test_rows_above_the_declared_clearance_are_not_sent(server: str, tmp_path: Path, access: str, clearance: str) -> None:
    lake = lake_with(tmp_path, [*rows(2), benchmark_row("task57", 9, "q", "A", access=access)])
    with pytest.raises(AccessDenied, match=access):
        run(lake, server, **({"clearance": clearance} if clearance else {}))
    assert not lake.exists(TABLE)


def test_a_server_of_ones_own_may_be_cleared(server: str, tmp_path: Path, ray_local: Any) -> None:
    lake = lake_with(tmp_path, rows(2, access="credentialed"))
    assert run(lake, server, clearance="credentialed")["tables"][TABLE]["rows"] == 2


def test_mistakes_are_named(server: str, tmp_path: Path) -> None:
    lake = lake_with(tmp_path, rows(1))

    def said(*options: str, **more: Any) -> None:
        infer(lake, "tiny", engine="openai_api", options=list(options), **more)

    with pytest.raises(UsageError, match="needs a server"):
        said()
    with pytest.raises(UsageError, match="credentials"):
        said("base_url=http://me:pw@host/v1")
    with pytest.raises(UsageError, match="takes an integer"):
        said("base_url=http://host/v1", "retries=many")
    with pytest.raises(UnknownName, match="base_uri"):
        said("base_uri=http://host/v1")
    with pytest.raises(UsageError, match="does not know the mode"):
        said("base_url=http://host/v1", mode="loglikelihood")
    assert not lake.exists(TABLE)
