"""The loop on one rank of this process: what must not change the numbers, and what must stop the run."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ranks import on_ranks
from training_corpus import Packed, job_of

from medslake import registry
from medslake.errors import DataCheckFailed, UsageError
from medslake.train.logs.steplog import StepLog
from medslake.train.loop import run
from medslake.train.saved.markers import newest
from medslake.train.sharding import sharded

#: Of fp32 sums in another order, grown over twenty steps.
TOLERANCE = 1e-4

Alone = Callable[..., list[dict[str, Any]]]


def losses(log: list[dict[str, Any]]) -> list[float]:
    return [line["loss"] for line in log]


def test_accumulation_equals_the_large_batch(alone: Alone, tmp_path: Path) -> None:
    small = alone(tmp_path / "small", steps=4, micro_rows=1)
    large = alone(tmp_path / "large", steps=4, micro_rows=8)
    for key in ("loss", "grad_norm"):
        assert [a[key] for a in small] == pytest.approx([b[key] for b in large], rel=1e-5)
    assert small[0]["supervised_tokens"] == large[0]["supervised_tokens"]


@pytest.mark.long
def test_one_two_and_four_ranks_compute_the_same(packed: Packed, alone: Alone, tmp_path: Path) -> None:
    # Five rows a step: no number of ranks but one divides them, and one of four ranks has two.
    one = alone(tmp_path / "one", steps=20)
    for world in (2, 4):
        folder = tmp_path / str(world)
        on_ranks(world, folder, run, job_of(packed, folder, packed.recipe, 20))
        found = StepLog.read(folder / "steps.jsonl")
        assert {line["world_size"] for line in found} == {world} and len(found) == 20
        for key in ("loss", "grad_norm"):
            assert [line[key] for line in found] == pytest.approx([line[key] for line in one], rel=TOLERANCE)


def test_bf16_with_recomputed_activations_stays_close_to_fp32(alone: Alone, tmp_path: Path) -> None:
    plain = alone(tmp_path / "plain", steps=3)
    recomputed = alone(tmp_path / "recomputed", steps=3, checkpointing=True)
    assert losses(recomputed) == losses(plain)
    half = alone(tmp_path / "half", steps=3, checkpointing=True, precision="bf16")
    assert losses(half) == pytest.approx(losses(plain), abs=0.05)
    if registry.get("accelerator", "cpu").bf16:
        assert losses(half) != losses(plain)


def test_an_interrupted_run_goes_on_bit_for_bit(alone: Alone, tmp_path: Path) -> None:
    whole = alone(tmp_path / "whole", steps=9, checkpoint_every=3)
    broken = tmp_path / "broken"
    # As after a crash at step 5: the checkpoint of step 3 is whole, step 6's is half written, the log is ahead and its last line cut off.
    shutil.copytree(tmp_path / "whole", broken)
    shutil.rmtree(broken / "checkpoints")
    alone(tmp_path / "three", steps=9, checkpoint_every=3, keep=3)
    shutil.copytree(tmp_path / "three" / "checkpoints" / "step_00000003", broken / "checkpoints" / "step_00000003")
    (broken / "checkpoints" / ".step_00000006").mkdir()
    log = broken / "steps.jsonl"
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:5]) + '{"step": 5, "lo')
    resumed = alone(broken, steps=9, checkpoint_every=3)
    assert losses(resumed) == losses(whole)
    assert [line["grad_norm"] for line in resumed] == [line["grad_norm"] for line in whole]
    assert sorted(p.name for p in (broken / "checkpoints").glob("*step_*")) == ["step_00000006", "step_00000009"]


def test_a_run_that_diverges_says_where_and_keeps_its_checkpoints(alone: Alone, tmp_path: Path) -> None:
    with pytest.raises(DataCheckFailed, match=r"diverged at step \d+: loss .*plan rows .*--set lr="):
        alone(tmp_path / "run", steps=12, checkpoint_every=1, lr=1e20, clip=1e20, warmup=0.0)
    assert newest(tmp_path / "run" / "checkpoints") is not None


def test_a_row_longer_than_the_model_is_refused(packed: Packed, single_rank: None) -> None:
    recipe = dataclasses.replace(packed.recipe, length=4096)
    with pytest.raises(UsageError, match="exceeds the 2048 positions"):
        sharded(packed.plan.model, recipe, registry.get("accelerator", "cpu"))
