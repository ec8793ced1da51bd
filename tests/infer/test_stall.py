"""Actors that stand still because the actor that Ray Data asks for locations does not answer, and such that are only slow."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from medslake import registry
from medslake.engines.base import Prompt
from medslake.engines.parts.model_folder import ModelFiles
from medslake.infer.actors import Actors, InferenceFailed
from medslake.infer.batching import Shard

PLUGINS = Path(__file__).parent / "plugins"


@pytest.fixture(autouse=True)
def plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(PLUGINS))


def stopped(name: str) -> list[psutil.Process]:
    """Processes below this one whose name holds `name`, stopped as by a debugger."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if name in " ".join(process.cmdline()):
                os.kill(process.pid, signal.SIGSTOP)
                found.append(process)
    return found


def answers(count: int, patience: float, delay: float) -> Iterator[tuple[Shard, Any, float]]:
    prompts = {str(k): Prompt(str(k), [{"role": "user", "content": f"question {k}"}], 8) for k in range(count)}
    shards = [Shard(k, ((str(k),),)) for k in range(count)]
    actors = Actors(
        registry.get("engine", "fragile"),
        ModelFiles("m", "d", {}),
        {"delay": delay},
        registry.get("accelerator", "cpu"),
        1,
        patience=patience,
    )
    return actors.answers(shards, prompts)


def test_a_tracker_that_does_not_answer_is_restarted(ray_local: Any, caplog: pytest.LogCaptureFixture) -> None:
    results = answers(8, 5.0, 0.5)
    found = [next(results)[0].number]
    assert stopped("ActorLocationTracker")
    found += [shard.number for shard, _, _ in results]
    assert sorted(found) == list(range(8))
    assert "no actor has worked for 5 s; restarting Ray Data's ActorLocationTracker" in caplog.text


def test_a_slow_batch_is_left_alone(ray_local: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert len(list(answers(1, 1.0, 8.0))) == 1
    assert caplog.text == ""


def test_actors_that_stay_still_are_given_up(ray_local: Any) -> None:
    results = answers(4, 1.0, 0.5)
    next(results)
    still = stopped("Map(Worker)")
    try:
        with pytest.raises(InferenceFailed, match=r"No actor has worked for 4 s, .* Run the same command again: it does what is missing"):
            list(results)
    finally:
        assert still
        for process in still:
            process.kill()
