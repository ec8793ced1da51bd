"""The CPU, which breaks at a moment that MEDSLAKE_FAULT names: `kind:rank:pass`, at that rank's forward pass of that number.

nan: the hidden states are no numbers. inf: their gradient is infinite. memory: more is asked for than there is. defect: a KeyError.
small: from then on this process can write no file beyond 200 kB, so that a checkpoint fails and all else goes on.
slow: from then on each pass takes 0.3 seconds longer, so that whoever wants to stop the training comes in time on any machine.
"""

from __future__ import annotations

import dataclasses
import os
import resource
import time
from collections.abc import Callable
from typing import Any

import torch
import torch.distributed as dist

from medslake.accelerators.cpu import ACCELERATOR as CPU


def _break(kind: str, hidden: torch.Tensor) -> torch.Tensor | None:
    if kind == "nan":
        return hidden * float("nan")
    if kind == "inf":
        hidden.register_hook(lambda gradient: gradient * float("inf"))
    elif kind == "memory":
        torch.empty(1 << 50)
    elif kind == "defect":
        {}["what the defect is about"]
    elif kind == "small":
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    return None


def _fuse(net: Any) -> None:
    kind, rank, at = os.environ["MEDSLAKE_FAULT"].split(":")
    if dist.get_rank() != int(rank):
        return
    passes = 0

    def hook(module: Any, given: Any, hidden: torch.Tensor) -> torch.Tensor | None:
        nonlocal passes
        passes += 1
        if kind == "slow" and passes >= int(at):
            time.sleep(0.3)
        return _break(kind, hidden) if passes == int(at) else None

    act: Callable[..., Any] = hook
    net.base_model.norm.register_forward_hook(act)


ACCELERATOR = dataclasses.replace(CPU, name="faulty", fuse=_fuse, environment={"MEDSLAKE_FAULT": ""})
