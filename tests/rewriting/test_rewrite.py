"""Rewriting by a model: a tiny one on real Ray, whose texts the gate turns away; what is asked, and that it is asked once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from medslake import api
from medslake.conformance.tiny_model import build_tiny
from medslake.definitions.rows import definition_id
from medslake.errors import UnknownName, UsageError
from medslake.lake import open_lake
from medslake.registry import get
from medslake.rewriting.prompts import HINTS, prompt_of


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny(tmp_path_factory.mktemp("model") / "tiny", context=2048)


def test_what_is_asked_names_all_that_stays() -> None:
    task = get("task", "task131")
    prompt = prompt_of(task, "d1", 0, 1)
    assert all(label in prompt for label in task.labels) and "The treatment planning is" in prompt and prompt.endswith("\n{text}")
    assert any(hint in prompt for hint in HINTS)
    told = {next(hint for hint in HINTS if hint in prompt_of(task, "d1", number, 1)) for number in range(len(HINTS))}
    assert told == set(HINTS)
    assert prompt_of(task, "d1", 0, 1) == prompt_of(task, "d1", 0, 1)
    assert len({prompt_of(task, f"d{n}", 0, seed) for n in range(5) for seed in (1, 2)}) > 4
    assert "Chinese" in prompt_of(get("task", "task51"), "d1", 0, 1)


def test_a_model_is_asked_once_and_each_answer_gets_a_verdict(tmp_path: Path, ray_local: Any, model: Path) -> None:
    (tmp_path / "lake").mkdir()
    lake = open_lake(str(tmp_path / "lake"))
    done = api.rewrite_definitions(lake, str(model), tasks=["task46"], seed=3)
    assert done.asked == 15 and done.failed < 15
    rows = {row["definition_id"]: row for row in lake.arrow.read("gold.definitions", where={"kind": "rewritten"}).to_pylist()}
    assert len(rows) == 15 - done.failed == done.kinds()["rewritten"]["definitions"]
    parents = {definition_id("task46", definition.text) for definition in get("task", "task46").definitions}
    for row in rows.values():
        assert (row["writer"], row["seed"], row["language"]) == ("tiny", 3, "English") and row["parent"] in parents
        assert "{text}" in row["prompt"] and row["made_by"] and row["accepted"] == (not row["faults"])
    again = api.rewrite_definitions(lake, str(model), tasks=["task46"], seed=3)
    assert again.asked == done.failed
    if not done.failed:
        assert not again.committed
    more = api.rewrite_definitions(lake, str(model), tasks=["task46"], seed=4)
    assert more.asked == 15
    # What stood stands, and an import beside it too.
    kept = {row["definition_id"] for row in lake.arrow.read("gold.definitions", where={"kind": "rewritten", "seed": 3}).to_pylist()}
    assert kept >= set(rows)


def test_what_is_asked_for_wrongly_is_said(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    with pytest.raises(UnknownName):
        api.rewrite_definitions(lake, "nowhere", tasks=["task9999"])
    with pytest.raises(UsageError, match="0 rewritings"):
        api.rewrite_definitions(lake, "nowhere", per=0)
