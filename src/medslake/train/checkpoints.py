"""Checkpoints of a run: sharded, written in the background, visible only when whole.

Layout: `<folder>/step_00000010/` with torch.distributed.checkpoint's files and `checkpoint.json` (step, world size, size and CRC-32 of
every
file). It is written as `.step_00000010` and renamed once every rank has finished, so what carries the name is complete.
"""

from __future__ import annotations

import json
import shutil
import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_state_dict, set_state_dict

from medslake.train.loss import PackedLoss
from medslake.train.sharding import trained

__all__ = ["Checkpoints", "complete", "newest"]

MARKER = "checkpoint.json"
_CHUNK = 1 << 22


class Checkpoints:
    """Saves and restores model, optimiser and random state of all ranks. Every method is called by every rank."""

    def __init__(self, folder: Path, *, keep: int, background: bool = True) -> None:
        self.folder, self.keep, self.background = folder, keep, background
        self.rank, self.world = dist.get_rank(), dist.get_world_size()
        # A group of its own: on the default group a background save interleaves its collectives with those of the training, and both hang.
        self.group = dist.new_group(backend="gloo")
        self.pending: Future[None] | None = None
        self.threads = ThreadPoolExecutor(1)
        if self.rank == 0:
            folder.mkdir(parents=True, exist_ok=True)
            for stale in folder.glob(".step_*"):
                shutil.rmtree(stale)
        dist.barrier(group=self.group)

    def save(self, step: int, model: PackedLoss, optimizer: torch.optim.Optimizer) -> None:
        """Begin to save the state after `step` steps. Returns once it is copied; the one before must be finished first."""
        self.wait()
        state = _state(model, optimizer) | {f"random.{self.rank}": torch.get_rng_state()}
        hidden, final = self.folder / f".{_name(step)}", self.folder / _name(step)
        if self.background:
            written = dcp.async_save(state, checkpoint_id=str(hidden), process_group=self.group)
            self.pending = self.threads.submit(self._finish, written, step, hidden, final)
        else:
            dcp.save(state, checkpoint_id=str(hidden), process_group=self.group)
            self._publish(step, hidden, final)

    def wait(self) -> None:
        """Until the save under way is published; raises what went wrong with it."""
        if self.pending is not None:
            self.pending.result()
            self.pending = None

    def restore(self, model: PackedLoss, optimizer: torch.optim.Optimizer) -> int:
        """Load the newest whole checkpoint, saved by any number of workers, and return its step; 0 when there is none."""
        found: list[Any] = [newest(self.folder) if self.rank == 0 else None]
        dist.broadcast_object_list(found, src=0, group=self.group)
        if found[0] is None:
            return 0
        step, folder, saved_world = found[0]
        state = _state(model, optimizer)
        mine = self.rank < saved_world
        random = {f"random.{self.rank}": torch.get_rng_state()} if mine else {}
        state |= random
        dcp.load(state, checkpoint_id=str(folder), process_group=self.group)
        # Not strict: what is frozen is not in a checkpoint; that all of the rest is there, the load has made sure.
        options = StateDictOptions(strict=False)
        set_state_dict(model, optimizer, model_state_dict=state["model"], optim_state_dict=state["optim"], options=options)
        if mine:
            torch.set_rng_state(state[f"random.{self.rank}"])
        return int(step)

    def _finish(self, written: Any, step: int, hidden: Path, final: Path) -> None:
        written.result()
        self._publish(step, hidden, final)

    def _publish(self, step: int, hidden: Path, final: Path) -> None:
        # Rank 0's save returns after it has gathered the results of all ranks and written the metadata.
        if self.rank != 0:
            return
        files = {p.name: [p.stat().st_size, _crc(p)] for p in sorted(hidden.iterdir())}
        (hidden / MARKER).write_text(json.dumps({"step": step, "world_size": self.world, "files": files}))
        shutil.rmtree(final, ignore_errors=True)
        hidden.rename(final)
        for old in sorted(self.folder.glob("step_*"))[: -self.keep]:
            shutil.rmtree(old)


def newest(folder: Path) -> tuple[int, str, int] | None:
    """Step, path and world size of the newest whole checkpoint; damaged ones are passed over."""
    for path in sorted(folder.glob("step_*"), reverse=True):
        if complete(path):
            marker = json.loads((path / MARKER).read_text())
            return marker["step"], str(path), marker["world_size"]
    return None


def complete(path: Path) -> bool:
    """Whether every file is there with its size and digest."""
    marker = path / MARKER
    if not marker.exists():
        return False
    try:
        files = json.loads(marker.read_text())["files"]
    except (ValueError, KeyError):
        return False
    return all((path / n).exists() and (path / n).stat().st_size == size and _crc(path / n) == crc for n, (size, crc) in files.items())


def _state(model: PackedLoss, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    parameters, moments = get_state_dict(model, optimizer)
    return {"model": trained(model, parameters), "optim": moments}


def _name(step: int) -> str:
    return f"step_{step:08d}"


def _crc(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            value = zlib.crc32(chunk, value)
    return value
