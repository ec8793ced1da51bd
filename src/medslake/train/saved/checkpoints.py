"""Checkpoints of a run: sharded, written in the background, visible only when whole.

Layout: `<folder>/step_00000010/` with torch.distributed.checkpoint's files and `checkpoint.json` (see markers.py). It is written as
`.step_00000010` and renamed once every rank has finished, so what carries the name is complete. `starts.jsonl` has a line for every time
that workers started: the step they went on from and the damaged checkpoints that they passed over.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from torch.distributed.checkpoint import CheckpointException
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_state_dict, set_state_dict
from torch.distributed.tensor import DTensor

from medslake.errors import UsageError
from medslake.train.failures import DiskFull, refused_write
from medslake.train.loss import PackedLoss
from medslake.train.saved.markers import Marker, intact, prune, saved, size_and_digest, sync_folder
from medslake.train.sharding import trained

__all__ = ["STARTS", "Checkpoints"]

STARTS = "starts.jsonl"
#: Bytes that the file format and the metadata add to each tensor; measured 2.6 kB.
_PER_TENSOR = 3072


class Checkpoints:
    """Saves and restores model, optimiser and random state of all ranks. Every method is called by every rank.

    keep, keep_best: how many of the newest and of those with the lowest score stay. origin: what the run is, as JSON-able values; a
    checkpoint of another origin is refused. device: torch type, whose random state is kept beside the host's. background False: `save`
    returns when the checkpoint is published.
    """

    def __init__(
        self,
        folder: Path,
        *,
        keep: int,
        keep_best: int = 0,
        origin: Mapping[str, Any] | None = None,
        device: str = "cpu",
        background: bool = True,
    ) -> None:
        self.folder, self.keep, self.keep_best, self.background = folder, keep, keep_best, background
        self.origin, self.device = dict(origin or {}), device
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

    def save(self, step: int, model: PackedLoss, optimizer: torch.optim.Optimizer, score: float | None = None) -> None:
        """Begin to save the state after `step` steps. Returns once it is copied; the one before must be finished first.

        score: evaluation loss of this state, where it was taken. Raises DiskFull, also before anything is written.
        """
        self.wait()
        state = _state(model, optimizer) | self._random(self.device)
        needed = self._check_room(step, state)
        marker = Marker(step, self.world, self.device, self.origin, score, {})
        hidden = self.folder / f".{_name(step)}"
        if self.background:
            with self._disk_full(hidden, step, needed):
                written = dcp.async_save(state, checkpoint_id=str(hidden), process_group=self.group)
            self.pending = self.threads.submit(self._finish, written, marker, hidden, needed)
        else:
            with self._disk_full(hidden, step, needed):
                dcp.save(state, checkpoint_id=str(hidden), process_group=self.group)
                self._publish(marker, hidden)

    def wait(self) -> None:
        """Until the save under way is published; raises what went wrong with it."""
        if self.pending is not None:
            pending, self.pending = self.pending, None
            pending.result()

    def restore(self, model: PackedLoss, optimizer: torch.optim.Optimizer) -> int:
        """Load the newest whole checkpoint, saved by any number of workers, and return its step; 0 when there is none.

        Raises UsageError when it is of another origin. Random states come back to as many ranks as there were, on the same kind of device.
        """
        newest, damaged = self._newest()
        if newest is not None:
            path, marker = newest
            # What older checkpoints say beyond that decides nothing.
            if any(marker.origin.get(name) != value for name, value in self.origin.items()):
                raise UsageError(
                    f"Checkpoint {path} is of another run: {_difference(marker.origin, self.origin)}.",
                    hint="Start over with --fresh, or train into another folder (--out).",
                )
            state = _state(model, optimizer)
            mine = self.rank < marker.world_size
            state |= self._random(self.device if self.device == marker.device else "cpu") if mine else {}
            dcp.load(state, checkpoint_id=str(path), process_group=self.group)
            # Not strict: what is frozen is not in a checkpoint; that all of the rest is there, the load has made sure.
            options = StateDictOptions(strict=False)
            set_state_dict(model, optimizer, model_state_dict=state["model"], optim_state_dict=state["optim"], options=options)
            if mine:
                self._set_random(state)
        step = newest[1].step if newest else 0
        if self.rank == 0:
            with (self.folder / STARTS).open("a") as file:
                file.write(json.dumps({"step": step, "world_size": self.world, "damaged": damaged}) + "\n")
        return step

    def _newest(self) -> tuple[tuple[Path, Marker] | None, list[str]]:
        """The newest whole checkpoint and the names of the damaged ones that are newer. Each rank reads its share of the files."""
        listed: list[Any] = [saved(self.folder) if self.rank == 0 else None]
        dist.broadcast_object_list(listed, src=0, group=self.group)
        damaged: list[str] = []
        for path, marker in listed[0]:
            whole = torch.zeros(1, dtype=torch.int)
            if marker is not None:
                names = sorted(marker.files)[self.rank :: self.world]
                whole += intact(path, {name: marker.files[name] for name in names})
            dist.all_reduce(whole, op=dist.ReduceOp.MIN, group=self.group)
            if whole.item():
                return (path, marker), damaged
            damaged.append(path.name)
        return None, damaged

    def _random(self, device: str) -> dict[str, torch.Tensor]:
        """This rank's generators: the host's, and the device's where it has its own."""
        states = {f"random.{self.rank}": torch.get_rng_state()}
        if (of_device := _generator(device)) is not None:
            states[f"random.{self.rank}.{device}"] = of_device.get_rng_state()
        return states

    def _set_random(self, state: Mapping[str, Any]) -> None:
        for name, value in state.items():
            if name == f"random.{self.rank}":
                torch.set_rng_state(value)
            elif name.startswith(f"random.{self.rank}."):
                _generator(name.rsplit(".", 1)[1]).set_rng_state(value)

    def _check_room(self, step: int, state: Mapping[str, Any]) -> int:
        """Bytes of the checkpoint to come, of all ranks. DiskFull when they do not fit: nothing that must fail is begun."""
        total = torch.tensor([sum(t.numel() * t.element_size() + _PER_TENSOR for t in _tensors(state))])
        dist.all_reduce(total, group=self.group)
        needed = int(total)
        # Rank 0 decides for all, as each would see another moment of the disk.
        free = torch.tensor([shutil.disk_usage(self.folder).free])
        dist.broadcast(free, src=0, group=self.group)
        if int(free) < needed:
            raise DiskFull(self.folder, f"the checkpoint of step {step}", needed=needed)
        return needed

    def _finish(self, written: Any, marker: Marker, hidden: Path, needed: int) -> None:
        with self._disk_full(hidden, marker.step, needed):
            written.result()
            self._publish(marker, hidden)

    def _publish(self, marker: Marker, hidden: Path) -> None:
        """Note what each rank wrote and give the folder its name. When one rank fails at that, all raise what it met."""
        mine = _attempted(lambda: {p.name: size_and_digest(p) for p in hidden.iterdir() if self._wrote(p.name)})
        parts: list[Any] = [None] * self.world
        dist.gather_object(mine, parts if self.rank == 0 else None, dst=0, group=self.group)
        outcome: list[Any] = [next((part for part in parts if isinstance(part, OSError)), None)]
        if self.rank == 0 and outcome[0] is None:
            files = {name: size_and_crc for part in parts for name, size_and_crc in part.items()}
            outcome = [_attempted(lambda: self._rename(dataclasses.replace(marker, files=files), hidden))]
        dist.broadcast_object_list(outcome, src=0, group=self.group)
        if outcome[0] is not None:
            raise outcome[0]

    def _wrote(self, name: str) -> bool:
        return name.startswith(f"__{self.rank}_") or (self.rank == 0 and name == ".metadata")

    def _rename(self, marker: Marker, hidden: Path) -> None:
        final = self.folder / _name(marker.step)
        marker.write(hidden)
        sync_folder(hidden)
        shutil.rmtree(final, ignore_errors=True)
        hidden.rename(final)
        sync_folder(self.folder)
        prune(self.folder, marker.step, keep=self.keep, keep_best=self.keep_best)

    @contextlib.contextmanager
    def _disk_full(self, hidden: Path, step: int, needed: int) -> Iterator[None]:
        """A full disk as one sentence. What was written of the checkpoint goes, so that its room is free again."""
        try:
            yield
        except (Exception, CheckpointException) as error:
            reason = refused_write(error)
            if reason is None:
                raise
            if self.rank == 0:
                shutil.rmtree(hidden, ignore_errors=True)
            raise DiskFull(self.folder, f"the checkpoint of step {step}", needed=needed, reason=reason) from error


def _attempted(work: Callable[[], Any]) -> Any:
    """What the work returns, or the OSError that it raises."""
    try:
        return work()
    except OSError as error:
        return error


def _state(model: PackedLoss, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    parameters, moments = get_state_dict(model, optimizer)
    return {"model": trained(model, parameters), "optim": moments}


def _tensors(state: Any) -> Iterator[torch.Tensor]:
    """This rank's parts of the tensors in nested dictionaries."""
    if isinstance(state, Mapping):
        for value in state.values():
            yield from _tensors(value)
    elif isinstance(state, DTensor):
        yield state.to_local()
    elif isinstance(state, torch.Tensor):
        yield state


def _generator(device: str) -> Any:
    """The module of a kind of device when it has a random generator of its own, else None."""
    module = torch.get_device_module(device)
    return module if hasattr(module, "get_rng_state") else None


def _difference(saved_with: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    names = [name for name in wanted if saved_with.get(name) != wanted[name]]
    return ", ".join(f"{name} {saved_with.get(name)} instead of {wanted[name]}" for name in names)


def _name(step: int) -> str:
    return f"step_{step:08d}"
