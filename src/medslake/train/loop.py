"""The training loop of one rank. It knows torch.distributed, not Ray: whoever starts the process group may call it."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import torch
import torch.distributed as dist
from torch.distributed.fsdp import FSDPModule

from medslake import registry
from medslake.accelerators import Accelerator
from medslake.errors import DataCheckFailed
from medslake.train.checkpoints import Checkpoints
from medslake.train.export import export_weights
from medslake.train.feed import Feed, collate, rows_of_step, to_device
from medslake.train.loss import PackedLoss
from medslake.train.recipes import Recipe
from medslake.train.schedule import learning_rate
from medslake.train.sharding import load_weights, optimizer_for, sharded

__all__ = ["Job", "StepLog", "run"]


@dataclass(frozen=True)
class Job:
    """What a rank needs to know. folder: of the run, on storage that all ranks share. origin: see Checkpoints."""

    training: str
    recipe: Recipe
    accelerator: str
    model: Path
    feed: Path
    folder: Path
    steps: int
    rows_per_step: int
    pad: int
    origin: dict[str, Any] = field(default_factory=dict)

    @property
    def weights(self) -> Path:
        return self.folder / "weights"


def run(job: Job) -> None:
    """Train from the newest checkpoint to the last step and export the weights. Rank 0 logs every step to `steps.jsonl`.

    The caller has set this process's device up and started the process group.
    """
    accelerator: Accelerator = registry.get("accelerator", job.accelerator)
    torch.manual_seed(job.recipe.seed)
    feed = Feed.open(job.feed)
    model = sharded(job.model, job.recipe, accelerator)
    optimizer = optimizer_for(model, job.recipe)
    recipe = job.recipe
    checkpoints = Checkpoints(
        job.folder / "checkpoints",
        keep=recipe.keep,
        keep_best=recipe.keep_best,
        origin=job.origin,
        device=accelerator.torch_type,
        background=recipe.async_checkpoints,
    )
    start = checkpoints.restore(model, optimizer)
    if not start:
        load_weights(model, job.model, checkpoints.group)
    log = StepLog(job.folder / "steps.jsonl", start) if dist.get_rank() == 0 else None
    for step in range(start, job.steps):
        metrics = _step(job, step, feed, model, optimizer, accelerator)
        if log:
            log.write(metrics)
        if (step + 1) % job.recipe.checkpoint_every == 0 or step + 1 == job.steps:
            checkpoints.save(step + 1, model, optimizer)
    checkpoints.wait()
    # The last publish is rank 0's; nobody may go on to a state that a crash could not come back to.
    dist.barrier(group=checkpoints.group)
    export_weights(model, job.weights, half=job.recipe.precision == "bf16", group=checkpoints.group)


def _step(job: Job, step: int, feed: Feed, model: PackedLoss, optimizer: torch.optim.Optimizer, accelerator: Accelerator) -> dict[str, Any]:
    began = time.perf_counter()
    recipe, rank, world = job.recipe, dist.get_rank(), dist.get_world_size()
    device = torch.device(accelerator.torch_type)
    rows = rows_of_step(step, job.rows_per_step, len(feed))
    sizes = feed.rows[rows.start : rows.stop]
    useful, supervised = int(sizes[:, 1].sum()), int(sizes[:, 3].sum())
    rate = learning_rate(recipe, step, job.steps)
    for group in optimizer.param_groups:
        group["lr"] = rate
    total = torch.zeros((), device=device)
    for mine, last in _micro_batches(rows, rank, world, recipe.micro_rows):
        batch = to_device(collate(feed, mine, job.pad, layout=accelerator.layout), device)
        cast(FSDPModule, model).set_requires_gradient_sync(last)
        loss = model(**batch)
        # FSDP averages gradients over ranks; the loss is a mean over the supervised tokens of all ranks and micro batches.
        (loss * (world / supervised)).backward()
        total += loss.detach()
    clipped: Any = torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
    norm: torch.Tensor = clipped.full_tensor()
    dist.all_reduce(total)
    mean = total.item() / supervised
    if not (math.isfinite(mean) and math.isfinite(norm.item())):
        raise DataCheckFailed(
            f"Training {job.training} diverged at step {step}: loss {mean}, gradient norm {norm.item()}, plan rows {rows[0]}..{rows[-1]};"
            " the checkpoints before it are kept.",
            hint=f"Lower the learning rate: --set lr={recipe.lr / 3:.1e}",
        )
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    seconds = time.perf_counter() - began
    tokens = len(rows) * feed.length
    return {
        "step": step,
        "epoch": (step // math.ceil(len(feed) / job.rows_per_step) + rows.stop / len(feed)) * recipe.epochs,
        "loss": mean,
        "grad_norm": norm.item(),
        "lr": rate,
        "tokens": tokens,
        "useful_tokens": useful,
        "supervised_tokens": supervised,
        "fill": useful / tokens,
        "tokens_per_second": tokens / seconds,
        "useful_tokens_per_second": useful / seconds,
        "seconds": seconds,
        "world_size": world,
        "first_row": rows[0],
        "rows": len(rows),
    }


def _micro_batches(rows: range, rank: int, world: int, size: int) -> Iterator[tuple[range, bool]]:
    """This rank's rows in micro batches, and whether each is the last. All ranks have equally many, as every one is a collective."""
    mine = rows[rank::world]
    count = math.ceil(math.ceil(len(rows) / world) / size)
    for at in range(count):
        yield mine[at * size : (at + 1) * size], at + 1 == count


class StepLog:
    """One JSON line per step. After a restart the lines from `start` on are dropped: those steps run again."""

    def __init__(self, path: Path, start: int) -> None:
        kept = [line for line in self.read(path) if line["step"] < start]
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text("".join(json.dumps(line) + "\n" for line in kept))
        fresh.replace(path)
        self._file = path.open("a", buffering=1)

    def write(self, metrics: dict[str, Any]) -> None:
        self._file.write(json.dumps(metrics) + "\n")

    @staticmethod
    def read(path: Path) -> list[dict[str, Any]]:
        """All whole lines; a last line cut off by a crash is passed over."""
        text = path.read_text() if path.exists() else ""
        return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
