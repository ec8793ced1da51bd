"""The training loop of one rank. It knows torch.distributed, not Ray: whoever starts the process group may call it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import torch
import torch.distributed as dist
from torch.distributed.fsdp import FSDPModule

from medslake.accelerators import Accelerator
from medslake.engines.parts.model_folder import ModelFiles, model_digest
from medslake.errors import DataCheckFailed
from medslake.recipes import Recipe
from medslake.train.evaluation import Evaluation
from medslake.train.logs.records import Records
from medslake.train.loss import PackedLoss
from medslake.train.packs.feed import Feed, collate, rows_of_step, to_device
from medslake.train.packs.holdout import HeldOut
from medslake.train.packs.seeding import stream
from medslake.train.saved.checkpoints import Checkpoints
from medslake.train.saved.export import export_weights
from medslake.train.schedule import learning_rate
from medslake.train.sharding import load_weights, optimizer_for, sharded
from medslake.train.sharing import share
from medslake.train.timing import Laps, Meter

__all__ = ["Job", "run"]


@dataclass(frozen=True)
class Job:
    """What a rank needs to know. folder: of the run, on storage that all ranks share. held_out: what its loss is evaluated on. origin: see
    Checkpoints. base: the model as the driver digested it.
    """

    training: str
    recipe: Recipe
    accelerator: Accelerator
    model: Path
    feed: Path
    folder: Path
    steps: int
    rows_per_step: int
    pad: int
    held_out: HeldOut | None = None
    origin: dict[str, Any] = field(default_factory=dict)
    base: ModelFiles | None = None

    @property
    def weights(self) -> Path:
        return self.folder / "weights"


def run(job: Job) -> None:
    """Train from the newest checkpoint to the last step and export the weights. Rank 0 keeps the run's logs (see `Records`).

    The caller has set this process's device up and started the process group.
    """
    accelerator, recipe = job.accelerator, job.recipe
    torch.manual_seed(recipe.seed)
    feed = Feed.open(job.feed)
    model = sharded(job.model, recipe, accelerator)
    optimizer = optimizer_for(model, recipe)
    checkpoints = Checkpoints(
        job.folder / "checkpoints",
        keep=recipe.keep,
        keep_best=recipe.keep_best,
        origin=job.origin,
        device=accelerator.torch_type,
        background=recipe.async_checkpoints,
    )
    start = checkpoints.restore(model, optimizer)
    if not start or recipe.lora_rank:
        # Checkpoints of adapters do not hold the base.
        load_weights(model, job.model, checkpoints.group)
        if job.base:
            job.base.check(model_digest)
    meter = Meter(model, accelerator, dist.get_world_size())
    held_out = job.held_out and Evaluation(job.held_out, accelerator, micro_rows=recipe.micro_rows, pad=job.pad)
    with Records(job.folder, start, write=dist.get_rank() == 0) as records:
        if held_out and not start:
            records.evaluated(held_out.run(model, 0))
        for step in range(start, job.steps):
            records.stepped(_step(job, step, feed, model, optimizer, meter))
            done, last = step + 1, step + 1 == job.steps
            evaluation = held_out.run(model, done) if held_out and (done % recipe.eval_every == 0 or last) else None
            if evaluation:
                records.evaluated(evaluation)
            if done % recipe.checkpoint_every == 0 or last:
                # A checkpoint says that the steps before it need not run again: they must be in the logs.
                records.flush()
                checkpoints.save(done, model, optimizer, score=evaluation["loss"] if evaluation else None)
    checkpoints.wait()
    # The last publish is rank 0's; nobody may go on to a state that a crash could not come back to.
    dist.barrier(group=checkpoints.group)
    export_weights(model, job.weights, half=recipe.precision == "bf16", group=checkpoints.group)


def _step(job: Job, step: int, feed: Feed, model: PackedLoss, optimizer: torch.optim.Optimizer, meter: Meter) -> dict[str, Any]:
    laps = Laps(meter.accelerator.synchronize)
    recipe, world = job.recipe, dist.get_world_size()
    device = torch.device(meter.accelerator.torch_type)
    rows = rows_of_step(step, job.rows_per_step, len(feed))
    sizes = feed.rows[rows.start : rows.stop]
    supervised = int(sizes[:, 3].sum())
    rate = learning_rate(recipe, step, job.steps)
    for group in optimizer.param_groups:
        group["lr"] = rate
    total = torch.zeros((), device=device)
    shared = share(feed, rows, dist.get_rank(), world, recipe.micro_rows)
    for number, part in enumerate(shared.batches):
        batch = to_device(collate(part.feed, part.rows, job.pad, layout=meter.accelerator.layout), device)
        laps.lap("data")
        cast(FSDPModule, model).set_requires_gradient_sync(part.last)
        # Dropout is a function of step and row (of rank and micro batch where rows are cut), not of what ran before.
        place = part.rows[:1] if part.feed is feed else (dist.get_rank(), number)
        torch.manual_seed(int(stream(recipe.seed, "dropout", step, *place)))
        loss = model(**batch)
        # FSDP averages gradients over ranks; the loss is a mean over the supervised tokens of all ranks and micro batches.
        (loss * (world / supervised)).backward()
        total += loss.detach()
        laps.lap("forward_backward", finished=part.last)
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    own: Any = torch.nn.utils.get_total_norm(gradients)
    laps.lap("optimizer", finished=True)
    norm: torch.Tensor = own.full_tensor()
    dist.all_reduce(total)
    mean, length = total.item() / supervised, norm.item()
    laps.lap("communication")
    if not (math.isfinite(mean) and math.isfinite(length)):
        raise DataCheckFailed(
            f"Training {job.training} diverged at step {step}: loss {mean}, gradient norm {length}, plan rows {rows[0]}..{rows[-1]};"
            " the checkpoints before it are kept.",
            hint=f"Lower the learning rate: --set lr={recipe.lr / 3:.1e}",
        )
    torch.nn.utils.clip_grads_with_norm_(model.parameters(), recipe.clip, norm)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    laps.lap("optimizer", finished=True)
    return {
        "step": step,
        "epoch": (step // math.ceil(len(feed) / job.rows_per_step) + rows.stop / len(feed)) * recipe.epochs,
        "loss": mean,
        "grad_norm": length,
        "lr": rate,
        "supervised_tokens": supervised,
        **meter.metrics(shared.tokens, int(sizes[:, 1].sum()), laps),
        "world_size": world,
        "first_row": rows[0],
        "rows": len(rows),
    }
