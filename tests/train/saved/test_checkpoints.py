"""Checkpoints on one rank of this process: what they hold, which stay, which are passed over or refused, and a disk without room."""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist
from training_corpus import Packed, job_of

from medslake import registry
from medslake.errors import UsageError
from medslake.recipes import digest
from medslake.train.failures import DiskFull
from medslake.train.logs.steplog import StepLog
from medslake.train.loop import run
from medslake.train.loss import PackedLoss
from medslake.train.saved.checkpoints import STARTS, Checkpoints
from medslake.train.saved.markers import Marker, complete, newest
from medslake.train.sharding import load_weights, optimizer_for, sharded

Alone = Callable[..., list[dict[str, Any]]]
State = tuple[PackedLoss, torch.optim.Optimizer]


def losses(log: list[dict[str, Any]]) -> list[float]:
    return [line["loss"] for line in log]


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.is_dir())


@pytest.fixture
def state(packed: Packed, single_rank: None) -> State:
    model = sharded(packed.plan.model, packed.recipe, registry.get("accelerator", "cpu"))
    load_weights(model, packed.plan.model, dist.new_group(backend="gloo"))
    return model, optimizer_for(model, packed.recipe)


def test_a_background_save_holds_the_state_of_its_moment(state: State, tmp_path: Path) -> None:
    model, optimizer = state
    checkpoints = Checkpoints(tmp_path, keep=2)
    assert checkpoints.group is not dist.group.WORLD
    assert dist.get_backend(checkpoints.group) == "gloo"
    before = {name: p.full_tensor().clone() for name, p in model.named_parameters()}
    random = torch.get_rng_state()
    checkpoints.save(1, model, optimizer)
    with torch.no_grad():
        for p in model.parameters():
            p.zero_()
    torch.rand(3)
    checkpoints.wait()
    assert checkpoints.restore(model, optimizer) == 1
    assert all(torch.equal(p.full_tensor(), before[name]) for name, p in model.named_parameters())
    assert torch.equal(torch.get_rng_state(), random)


def test_the_newest_and_the_best_stay(state: State, tmp_path: Path) -> None:
    origin = {"plan": "a"}
    checkpoints = Checkpoints(tmp_path, keep=2, keep_best=1, origin=origin)
    for step, score in enumerate((3.0, 1.0, 2.0, None, float("nan"), 1.5), 1):
        checkpoints.save(step, *state, score=score)
    checkpoints.wait()
    assert names(tmp_path) == ["step_00000002", "step_00000005", "step_00000006"]
    marker = json.loads((tmp_path / "step_00000002" / "checkpoint.json").read_text())
    assert {k: marker[k] for k in ("step", "world_size", "device", "origin", "score")} == {
        "step": 2,
        "world_size": 1,
        "device": "cpu",
        "origin": origin,
        "score": 1.0,
    }
    # Another process knows the scores from the markers.
    after = Checkpoints(tmp_path, keep=1, keep_best=2, origin=origin, background=False)
    after.save(7, *state, score=4.0)
    assert names(tmp_path) == ["step_00000002", "step_00000006", "step_00000007"]
    after.save(8, *state, score=0.5)
    assert names(tmp_path) == ["step_00000002", "step_00000008"]


def truncated(checkpoint: Path) -> None:
    marker = checkpoint / "checkpoint.json"
    marker.write_text(marker.read_text()[:-20])


def without_a_shard(checkpoint: Path) -> None:
    next(checkpoint.glob("*.distcp")).unlink()


def empty(checkpoint: Path) -> None:
    shutil.rmtree(checkpoint)
    checkpoint.mkdir()


def with_a_flipped_bit(checkpoint: Path) -> None:
    victim = next(checkpoint.glob("*.distcp"))
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)


def of_another_kind(checkpoint: Path) -> None:
    (checkpoint / "checkpoint.json").write_text('{"step": 2, "files": ["a"]}')


def test_damaged_checkpoints_are_passed_over(alone: Alone, tmp_path: Path) -> None:
    whole = alone(tmp_path, steps=8, checkpoint_every=2, keep=4)
    folder = tmp_path / "checkpoints"
    truncated(folder / "step_00000008")
    without_a_shard(folder / "step_00000006")
    found = newest(folder)
    assert found is not None and found[1].step == 4
    assert losses(alone(tmp_path, steps=8, checkpoint_every=2, keep=4)) == losses(whole)
    assert StepLog.read(folder / STARTS)[-1] == {"step": 4, "world_size": 1, "damaged": ["step_00000008", "step_00000006"]}
    assert [complete(folder / name) for name in names(folder)] == [True] * 4


def test_when_all_are_damaged_the_run_starts_over(alone: Alone, tmp_path: Path) -> None:
    whole = alone(tmp_path, steps=6, checkpoint_every=2, keep=2)
    folder = tmp_path / "checkpoints"
    with_a_flipped_bit(folder / "step_00000006")
    empty(folder / "step_00000004")
    shutil.copytree(folder / "step_00000006", folder / "step_00000002")
    of_another_kind(folder / "step_00000002")
    assert newest(folder) is None
    assert losses(alone(tmp_path, steps=6, checkpoint_every=2, keep=2)) == losses(whole)
    assert StepLog.read(folder / STARTS)[-1]["step"] == 0
    assert len(StepLog.read(folder / STARTS)[-1]["damaged"]) == 3
    # The damaged ones, though of later steps, did not push out what was saved anew.
    assert [complete(folder / name) for name in names(folder)] == [True] * 2


def test_a_checkpoint_of_another_run_is_refused(packed: Packed, alone: Alone, tmp_path: Path) -> None:
    alone(tmp_path, steps=2, checkpoint_every=2)
    marker = Marker.read(tmp_path / "checkpoints" / "step_00000002")
    assert marker is not None
    assert marker.origin == {"recipe": digest(packed.recipe), "plan": packed.plan.id}
    with pytest.raises(UsageError, match=r"step_00000002 is of another run: recipe \w{16} instead of \w{16}\. Start over with --fresh"):
        alone(tmp_path, steps=4, lr=1e-5)
    job = job_of(packed, tmp_path, packed.recipe, 4)
    job.origin["plan"] = "other"
    with pytest.raises(UsageError, match=rf"plan {packed.plan.id} instead of other"):
        run(job)


def test_a_checkpoint_that_says_more_of_its_origin_goes_on(packed: Packed, alone: Alone, tmp_path: Path) -> None:
    """Those of before told the version of gold.packs too, which every other plan that is packed changes."""
    alone(tmp_path, steps=2, checkpoint_every=2)
    job = job_of(packed, tmp_path, packed.recipe, 3)
    del job.origin["plan"]
    run(job)
    assert [line["step"] for line in StepLog.read(tmp_path / "steps.jsonl")] == [0, 1, 2]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """small_disk(options): a file system in memory with these options of `mount`; only root may."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options: str) -> Path:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        return folder

    yield mount
    subprocess.run(["umount", str(folder)], capture_output=True)


@pytest.mark.parametrize("background", [True, False])
def test_a_save_without_room_is_not_begun(state: State, small_disk: Callable[[str], Path], background: bool) -> None:
    folder = small_disk("size=12m") / "checkpoints"
    checkpoints = Checkpoints(folder, keep=3, background=background)
    checkpoints.save(1, *state)
    told = rf"the checkpoint of step 2 cannot be written to {folder} .*: ([\d,.]+) kB are needed and [\d,.]+ kB are free"
    with pytest.raises(DiskFull, match=told) as caught:
        checkpoints.save(2, *state)
    needed = float(re.search(told, str(caught.value))[1].replace(",", "")) * 1000  # type: ignore[index]
    size = sum(p.stat().st_size for p in (folder / "step_00000001").iterdir())
    assert size <= needed <= 1.1 * size
    assert names(folder) == ["step_00000001"] and complete(folder / "step_00000001")
    assert Checkpoints(folder, keep=3).restore(*state) == 1


def test_a_disk_that_fills_up_meanwhile(state: State, small_disk: Callable[[str], Path]) -> None:
    # There are bytes enough, but no more files: the first checkpoint has a folder and three of them.
    folder = small_disk("size=100m,nr_inodes=9") / "checkpoints"
    checkpoints = Checkpoints(folder, keep=3)
    checkpoints.save(1, *state)
    checkpoints.save(2, *state)
    with pytest.raises(DiskFull, match=r"the checkpoint of step 2 .*\(No space left on device\): .*kB are needed and .*MB are free"):
        checkpoints.wait()
    assert names(folder) == ["step_00000001"] and complete(folder / "step_00000001")


@pytest.mark.parametrize("background", [True, False])
def test_a_write_that_the_system_refuses(alone: Alone, tmp_path: Path, background: bool) -> None:
    alone(tmp_path, steps=2, checkpoint_every=2)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(DiskFull, match=r"the checkpoint of step 4 .*\((File too large|the system took only a part of it)\)"):
            alone(tmp_path, steps=6, checkpoint_every=2, async_checkpoints=background)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert names(tmp_path / "checkpoints") == ["step_00000002"]
    assert len(alone(tmp_path, steps=6, checkpoint_every=2)) == 6
