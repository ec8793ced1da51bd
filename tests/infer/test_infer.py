"""Batch inference with real Ray: shards, reruns, rows and processes that fail, access."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from made_benchmark import benchmark_row, lake_with, write_benchmark
from medslake.errors import AccessDenied, UnknownName, UsageError
from medslake.infer.run import InferenceFailed, infer
from medslake.lake import Lake

PLUGINS = Path(__file__).parent / "plugins"
TABLE = "gold.predictions"


@pytest.fixture(autouse=True)
def plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(PLUGINS))


def questions(n: int, **special: str) -> list[dict[str, Any]]:
    """Rows of task57; special: number -> question, as `q3="EXIT"`."""
    asked = {f"q{k}": f"question {k} " + "x" * (k % 5) for k in range(n)} | special
    return [benchmark_row("task57", k, asked[f"q{k}"], "The right answer is A: x") for k in range(n)]


def answers(lake: Lake) -> list[dict[str, Any]]:
    return lake.arrow.read(TABLE).sort_by("prediction_id").to_pylist()


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory, ray_local: Any) -> tuple[Lake, dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDSLAKE_PLUGINS", str(PLUGINS))
        lake = lake_with(tmp_path_factory.mktemp("unbroken"), questions(12))
        return lake, infer(lake, "echo", engine="fragile", shard_rows=4)


def test_every_row_is_answered_once(unbroken: tuple[Lake, dict[str, Any]]) -> None:
    lake, result = unbroken
    table = result["tables"][TABLE]
    assert (table["rows"], table["quarantined"], table["committed"]) == (12, 0, True)
    assert result["failed"] == 0 and result["shards"] >= 3
    rows = answers(lake)
    assert {r["row_id"] for r in rows} == {r["row_id"] for r in questions(12)}
    assert all(r["prediction"].startswith("echo Input:\nquestion") and r["error"] is None for r in rows)
    assert {r["model"] for r in rows} == {"echo"} and {r["model_hash"] for r in rows} == {"digest of echo"}


def test_each_shard_is_one_commit(unbroken: tuple[Lake, dict[str, Any]]) -> None:
    lake, result = unbroken
    assert len(lake.history(TABLE)) == result["shards"]


def test_a_rerun_commits_nothing(unbroken: tuple[Lake, dict[str, Any]]) -> None:
    lake, first = unbroken
    versions = {name: lake.version(name) for name in lake.names()}
    again = infer(lake, "echo", engine="fragile", shard_rows=4)
    assert again["tables"][TABLE] == first["tables"][TABLE] | {"committed": False}
    assert {name: lake.version(name) for name in lake.names()} == versions


def test_other_settings_are_another_set(unbroken: tuple[Lake, dict[str, Any]], tmp_path: Path, ray_local: Any) -> None:
    _, first = unbroken
    lake = lake_with(tmp_path, questions(12))
    other = infer(lake, "echo", engine="fragile", shard_rows=4, limit=2)
    assert other["run_set"] != first["run_set"]
    assert other["tables"][TABLE]["rows"] == 2


def test_a_poisoned_row_is_recorded(tmp_path: Path, ray_local: Any) -> None:
    lake = lake_with(tmp_path, questions(6, q2="FAIL"))
    result = infer(lake, "echo", engine="fragile")
    bad = [r for r in answers(lake) if r["error"]]
    assert result["failed"] == 1 and result["tables"][TABLE]["rows"] == 6
    assert [(r["instance_id"], r["finish_reason"], r["prediction"]) for r in bad] == [("instance-task57-2", "error", None)]
    assert bad[0]["error"] == "ValueError: this row is poisoned"


def test_a_row_that_ends_the_process_is_recorded(tmp_path: Path, ray_local: Any) -> None:
    lake = lake_with(tmp_path, questions(10, q3="EXIT"))
    result = infer(lake, "echo", engine="fragile", shard_rows=5)
    bad = [r for r in answers(lake) if r["error"]]
    assert result["failed"] == 1 and result["tables"][TABLE]["rows"] == 10
    assert [r["instance_id"] for r in bad] == ["instance-task57-3"]
    assert "process ended" in bad[0]["error"]


def test_a_model_that_cannot_be_opened_is_told_once(tmp_path: Path, ray_local: Any) -> None:
    lake = lake_with(tmp_path, questions(3))
    with pytest.raises(InferenceFailed, match="fragile cannot open broken: OSError: the weights cannot be read"):
        infer(lake, "broken", engine="fragile")
    assert not lake.exists(TABLE)


def test_a_remote_engine_gets_no_row_above_its_clearance(tmp_path: Path) -> None:
    rows = questions(3)
    rows[1]["access"] = "credentialed"
    lake = lake_with(tmp_path, rows)
    with pytest.raises(AccessDenied, match="credentialed"):
        infer(lake, "some-api-model", engine="far_away")
    assert not lake.exists(TABLE)


def test_mistakes_are_named(tmp_path: Path) -> None:
    lake = lake_with(tmp_path, questions(1))
    with pytest.raises(UsageError, match="holds no safetensors"):
        infer(lake, str(tmp_path))
    with pytest.raises(UnknownName, match="task75"):
        infer(lake, "echo", engine="fragile", tasks=["task75"])
    with pytest.raises(UnknownName, match="fragil"):
        infer(lake, "echo", engine="fragil")
    with pytest.raises(UsageError, match="no dtype"):
        infer(lake, "echo", engine="fragile", dtype="bfloat16")


def test_a_rebuilt_benchmark_is_answered_anew(tmp_path: Path, ray_local: Any) -> None:
    lake = lake_with(tmp_path, questions(2))
    first = infer(lake, "echo", engine="fragile")
    write_benchmark(lake, questions(3))
    second = infer(lake, "echo", engine="fragile")
    assert second["run_set"] != first["run_set"]
    assert second["tables"][TABLE]["rows"] == 3 and len(answers(lake)) == 5
