"""Engines that are a stage of Ray Data: answers by shard, rows that the stage fails at or loses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from made_benchmark import benchmark_row, lake_with
from medslake.infer.run import infer

PLUGINS = Path(__file__).parent / "plugins"


def test_a_stage_answers_all_rows_but_those_it_loses(tmp_path: Path, ray_local: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(PLUGINS))
    asked = ["a", "b", "FAIL", "d", "LOSE", "f", "g"]
    lake = lake_with(tmp_path, [benchmark_row("task57", k, q, "A") for k, q in enumerate(asked)])
    result = infer(lake, "m", engine="staged", shard_rows=2)
    found = {r["instance_id"]: r for r in lake.arrow.read("gold.predictions").to_pylist()}
    assert len(found) == 7 and result["failed"] == 2 and len(lake.history("gold.predictions")) == result["shards"]
    assert found["instance-task57-0"]["prediction"] == "echo Input:\na\nOutput:\n"
    assert found["instance-task57-2"]["error"] == "ValueError: too long"
    assert "process ended" in found["instance-task57-4"]["error"]
