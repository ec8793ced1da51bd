"""Run with `stand_in` on PYTHONPATH: the Ascend path of the training code in one process, beside the CPU's. Prints facts as JSON.

Tensors stay on the CPU (the stand-in has no memory of its own); all else is the real path: loading at `import torch`, the attention and the
fused kernels, the flat layout, FSDP over a process group named hccl.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist

from medslake import registry
from medslake.accelerators import Accelerator
from medslake.conformance.tiny_model import build_tiny
from medslake.recipes import override
from medslake.recipes.tiny import RECIPE as TINY
from medslake.train.packs.feed import Feed, collate, to_device
from medslake.train.saved.checkpoints import Checkpoints
from medslake.train.sharding import load_weights, optimizer_for, sharded

LENGTH = 96
#: Instances of the rows, as (length, prompt tokens); the last row is not full.
ROWS = [[(50, 30), (20, 5), (26, 25)], [(96, 1)], [(3, 1), (40, 10)]]


def main(folder: Path) -> dict[str, Any]:
    loaded = "torch_npu" in sys.modules
    import torch_npu

    npu: Accelerator = registry.get("accelerator", "npu")
    npu.setup(torch.device("npu", 0))
    npu.synchronize()
    dist.init_process_group(npu.backend, store=dist.HashStore(), rank=0, world_size=1)
    model = build_tiny(folder / "model", context=LENGTH)
    here = dataclasses.replace(npu, torch_type="cpu")
    facts = {
        "loaded_by_torch": loaded,
        "backend": dist.get_backend(),
        "name": npu.device_name(),
        "chip": npu.chip(npu.device_name()),
        "peak_memory": npu.peak_memory(),
        "plain": step(model, registry.get("accelerator", "cpu"), "fp32", folder / "plain"),
        "calls_of_cpu": {k: v for k, v in torch_npu.CALLS.items() if k.startswith("npu_")},
        "fused": step(model, here, "fp32", folder / "fused"),
        "half": step(model, here, "bf16", folder / "half"),
        "random": random_state(model, here, folder / "random"),
        "calls": dict(torch_npu.CALLS),
    }
    dist.destroy_process_group()
    return facts


def step(model: Path, accelerator: Accelerator, precision: str, folder: Path) -> dict[str, float]:
    """Two optimiser steps with recomputed activations and a checkpoint; losses and gradient norms of both."""
    recipe = override(TINY, [f"length={LENGTH}", f"precision={precision}", "checkpointing=true", "lr=1e-2"])
    net = sharded(model, recipe, accelerator)
    checkpoints = Checkpoints(folder, keep=1)
    load_weights(net, model, checkpoints.group)
    optimizer = optimizer_for(net, recipe)
    batch = to_device(collate(feed(), range(len(ROWS)), pad=4, layout=accelerator.layout), torch.device(accelerator.torch_type))
    found = {}
    for number in (1, 2):
        loss = net(**batch)
        loss.backward()
        norm: Any = torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        found |= {f"loss{number}": loss.item(), f"norm{number}": norm.full_tensor().item()}
    checkpoints.save(2, net, optimizer)
    checkpoints.wait()
    return found


def random_state(model: Path, accelerator: Accelerator, folder: Path) -> list[list[int]]:
    """Both generators' states when a checkpoint was saved, and once it is restored after they went on: sums of their bytes."""
    recipe = override(TINY, [f"length={LENGTH}"])
    net = sharded(model, recipe, accelerator)
    optimizer = optimizer_for(net, recipe)
    checkpoints = Checkpoints(folder, keep=1, device="npu", background=False)
    load_weights(net, model, checkpoints.group)
    card = torch.get_device_module("npu")
    found = []
    card.set_rng_state(torch.Generator().manual_seed(7).get_state())
    torch.manual_seed(8)
    for seed in (None, 9):
        if seed is None:
            checkpoints.save(1, net, optimizer)
        else:
            card.set_rng_state(torch.Generator().manual_seed(seed).get_state())
            torch.manual_seed(seed)
            checkpoints.restore(net, optimizer)
        found.append([int(state.long().sum()) for state in (card.get_rng_state(), torch.get_rng_state())])
    return found


def feed() -> Feed:
    sizes = [sum(length for length, _ in row) for row in ROWS]
    segments = [(sum(length for length, _ in row[:k]), *row[k]) for row in ROWS for k in range(len(row))]
    first = np.cumsum([0, *map(len, ROWS)])[:-1]
    supervised = [sum(length - prompt for length, prompt in row) for row in ROWS]
    tokens = np.random.default_rng(0).integers(5, 200, sum(sizes)).astype(np.int32)
    rows = np.stack([np.cumsum([0, *sizes])[:-1], sizes, first, supervised], axis=1)
    return Feed(tokens, rows, np.array(segments), LENGTH, "public")


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
