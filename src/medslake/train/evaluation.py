"""Loss on held-out instances, per domain: forward only, in the precision and packing of the training."""

from __future__ import annotations

import time
from typing import Any, cast

import numpy as np
import torch
import torch.distributed as dist
from torch.distributed.fsdp import FSDPModule

from medslake.accelerators import Accelerator
from medslake.train.loss import PackedLoss
from medslake.train.packs.feed import Feed, collate, to_device
from medslake.train.packs.holdout import HeldOut
from medslake.train.sharing import whole_rows

__all__ = ["Evaluation"]


class Evaluation:
    """Every method is called by every rank. micro_rows: rows of a forward pass; pad: id of the padding token."""

    def __init__(self, held_out: HeldOut, accelerator: Accelerator, *, micro_rows: int, pad: int) -> None:
        self.feed, self.accelerator, self.micro_rows, self.pad = Feed.open(held_out.feed), accelerator, micro_rows, pad
        self.domains, self.domain_of = np.unique(np.array(held_out.domains), return_inverse=True)
        # Sums go over the host in double precision, as not every device's collectives know it; the checkpoints' group may be in use.
        self.group = dist.new_group(backend="gloo")

    def run(self, model: PackedLoss, step: int) -> dict[str, Any]:
        """One line of `evaluations.jsonl`: step (optimiser steps done), loss (mean over all supervised tokens), tokens, seconds, and by
        domain loss, tokens, instances.

        Draws no random number and leaves the model as it was. A token's loss depends on its own instance only and sums are in double
        precision, so that the number of ranks matters for rounding only.
        """
        began = time.perf_counter()
        sums = np.zeros((2, self.domains.size))
        device = torch.device(self.accelerator.torch_type)
        training = model.training
        model.eval()
        with torch.no_grad():
            for batch in whole_rows(self.feed, range(len(self.feed)), dist.get_rank(), dist.get_world_size(), self.micro_rows):
                given = to_device(collate(self.feed, batch.rows, self.pad, layout=self.accelerator.layout), device)
                losses = model(**given, reduction="none").double().cpu().numpy()
                domain = self._domain_of_tokens(batch.rows)
                sums += [np.bincount(domain, weights, self.domains.size) for weights in (losses, None)]
        model.train(training)
        # Without a backward pass FSDP keeps the outermost weights gathered.
        cast(FSDPModule, model).reshard()
        dist.all_reduce(torch.from_numpy(sums), group=self.group)
        total, tokens = sums.sum(axis=1)
        instances = np.bincount(self.domain_of, minlength=self.domains.size)
        return {
            "step": step,
            "loss": total / tokens,
            "tokens": int(tokens),
            "seconds": time.perf_counter() - began,
            "domains": {
                str(name): {"loss": loss / count, "tokens": int(count), "instances": int(n)}
                for name, loss, count, n in zip(self.domains, *sums, instances, strict=True)
            },
        }

    def _domain_of_tokens(self, rows: Any) -> np.ndarray:
        """Of the supervised tokens of rows, in the order in which the model gives their losses."""
        bounds = np.r_[self.feed.rows[:, 2], self.feed.segments.shape[0]]
        segments = np.concatenate([np.arange(bounds[row], bounds[row + 1]) for row in rows] or [np.empty(0, np.int64)])
        _, size, prompt = np.asarray(self.feed.segments[segments], np.int64).T
        return np.repeat(self.domain_of[segments], size - prompt)
