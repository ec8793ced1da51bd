"""One packed corpus and one finished training for the whole folder; single-rank runs in this process are made by `alone`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ranks import one_rank
from training_corpus import Aside, Packed, fill, instances, job_of

from medslake.lake import open_lake
from medslake.recipes import override
from medslake.recipes.tiny import RECIPE as TINY
from medslake.train.logs.steplog import StepLog
from medslake.train.loop import run
from medslake.train.packs.feed import Feed, make_feed
from medslake.train.packs.holdout import HeldOut, held_out
from medslake.train.packs.pack import pack_plan

#: The training that the tests share: five rows per step, so that two ranks have unequal work; checkpoints while it runs.
SHARED = override(TINY, ["batch=15", "steps=24", "checkpoint_every=6", "micro_rows=2"])


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    root = tmp_path_factory.mktemp("packed")
    lake = fill(open_lake(str(root / "lake")), instances(500))
    made = pack_plan(lake, SHARED)
    folder = make_feed(lake, made.rows, made.version, root / "feeds")
    return Packed(lake, SHARED, made, folder, Feed.open(folder))


@pytest.fixture(scope="session")
def aside(packed: Packed, tmp_path_factory: pytest.TempPathFactory) -> Aside:
    """The same lake's plan with instances held out. Two domains of 225 train instances: 12 of each."""
    recipe = dataclasses.replace(packed.recipe, holdout=12)
    made = pack_plan(packed.lake, recipe)
    instructions = made.plan.versions["gold.instructions"]
    kept = held_out(packed.lake, made.held_out, made.version, instructions, tmp_path_factory.mktemp("held"))
    assert kept is not None
    return Aside(recipe, made, kept)


@pytest.fixture(scope="session")
def trained(packed: Packed, ray_local: Any) -> dict[str, Any]:
    """The shared recipe on two Ray Train workers, from packing to the exported model."""
    from medslake.train.run import train

    return train(packed.lake, packed.recipe)


@pytest.fixture
def single_rank() -> Iterator[None]:
    """A process group of this process alone."""
    with one_rank():
        yield


@pytest.fixture
def alone(packed: Packed, single_rank: None) -> Callable[..., list[dict[str, Any]]]:
    """alone(folder, steps, **recipe fields) runs the loop in this process and returns its step log. steps: to do, not the recipe's.
    held_out: evaluate on that.
    """

    def go(folder: Path, steps: int | None = None, held_out: HeldOut | None = None, **fields: Any) -> list[dict[str, Any]]:
        recipe = dataclasses.replace(packed.recipe, **fields)
        folder.mkdir(parents=True, exist_ok=True)
        run(dataclasses.replace(job_of(packed, folder, recipe, steps), held_out=held_out))
        return StepLog.read(folder / "steps.jsonl")

    return go
