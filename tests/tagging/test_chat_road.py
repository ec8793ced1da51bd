"""A model of an engine as a tagger, on real Ray: a tiny one of ours, whose verdicts claim nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from made_silver import commit
from medslake import api
from medslake.conformance.tiny_model import build_tiny
from medslake.errors import AccessDenied
from medslake.lake import Lake, open_lake

TABLE = "gold.tags"


def talks(*texts: str, access: str = "public") -> list[dict[str, Any]]:
    return [{"record_id": f"c{n}", "turns": [{"speaker": "user", "text": text}], "access": access} for n, text in enumerate(texts)]


def keys(lake: Lake) -> dict[str, dict[str, Any]]:
    return {row["record_id"]: row for row in lake.arrow.read(TABLE).to_pylist()}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny(tmp_path_factory.mktemp("model") / "tiny")


def test_a_model_judges_once_and_what_is_new(tmp_path: Path, ray_local: Any, model: Path) -> None:
    lake = open_lake(str(tmp_path / "lake"))
    commit(lake, "dialogues", "lima", talks("It hurts.", "My dog.", "A novel.", access="noncommercial"))
    done = api.tag(lake, tagger="chat", model=str(model))
    assert done.tagger == "chat@tiny" and done.verdicts["lima"]["conversations"] == 3 and done.verdicts["lima"]["failed"] == 0
    first = keys(lake)
    assert all(0 <= row["score"] <= 1 and row["evidence"] and row["tagger"] == "chat@tiny" for row in first.values())
    # A model that says nothing of its class counts as private, and so do its verdicts.
    assert {row["access"] for row in first.values()} <= {"noncommercial", "private"}
    again = api.tag(lake, tagger="chat", model=str(model))
    assert not again.committed
    commit(lake, "dialogues", "lima", talks("It hurts.", "My cat.", "A novel.", access="noncommercial"))
    assert api.tag(lake, tagger="chat", model=str(model)).committed
    second = keys(lake)
    assert second["c0"] == first["c0"] and second["c1"]["verdict_key"] != first["c1"]["verdict_key"]


def test_a_remote_model_sees_what_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(Path(__file__).parents[1] / "infer" / "plugins"))
    lake = open_lake(str(tmp_path / "lake"))
    commit(lake, "dialogues", "lima", talks("It hurts.", access="dua"))
    with pytest.raises(AccessDenied, match="1 of 1 rows to be sent to engine far_away"):
        api.tag(lake, tagger="chat", model="there", engine="far_away")
    assert not lake.exists(TABLE)
