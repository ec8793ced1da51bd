"""Peak memory of one rank by FSDP2's own memory tracker: the training's model and optimiser on tensors without values.

The process group is torch's fake one, so one process stands for rank 0 of any number; no memory is taken and nothing is computed. The true
8B shape on 32 ranks takes under a minute.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medslake.accelerators.cpu import ACCELERATOR as CPU
from medslake.planning.shapes import Shape
from medslake.recipes import Recipe

__all__ = ["Traced", "traced"]

ATTENTION = "medslake_traced"


@dataclass(frozen=True)
class Traced:
    """Bytes of rank 0: what it holds after the optimiser's first step, and the peak of the second step."""

    parameters: int
    gradients: int
    optimizer: int
    peak: int


def traced(shape: Shape, recipe: Recipe, devices: int, *, half: bool) -> Traced:
    """Two steps of one micro batch with fused attention, every token bearing loss. half: the device computes in bf16."""
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode
    from torch.distributed._tools.fsdp2_mem_tracker import FSDPMemTracker
    from torch.distributed.device_mesh import init_device_mesh
    from transformers import AttentionInterface

    from medslake.train.sharding import optimizer_for, sharded

    AttentionInterface.register(ATTENTION, _attention)
    accelerator = dataclasses.replace(CPU, bf16=half, attention=ATTENTION)
    rows, length = recipe.micro_rows, recipe.length
    with _fake_ranks(devices), tempfile.TemporaryDirectory() as folder:
        shape.config().save_pretrained(folder)
        mesh = init_device_mesh(accelerator.torch_type, (devices,))
        with FakeTensorMode():
            model: Any = sharded(Path(folder), recipe, accelerator, mesh)
            optimizer = optimizer_for(model, recipe)
            positions = torch.arange(length).repeat(rows, 1)
            targets = torch.zeros(rows * length, dtype=torch.int64)
            batch = (torch.zeros_like(positions), positions, targets)
            model.forward = _all_supervised(model)
            model(*batch).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
            optimizer.step()
            gradients = _bytes(p.grad for p in model.parameters() if p.grad is not None)
            optimizer.zero_grad(set_to_none=True)
            tracker = FSDPMemTracker(model, optimizer)
            tracker.track_inputs(batch)
            with tracker:
                model(*batch).backward()
                optimizer.step()
            (peak,) = tracker.get_tracker_snapshot("peak").values()
            state = (t for moments in optimizer.state.values() for t in moments.values() if t.ndim)
            return Traced(_bytes(model.parameters()), gradients, _bytes(state), int(peak["Total"]))


def _all_supervised(model: Any) -> Any:
    """The loss with all positions supervised: a tensor without values cannot say which are."""

    def forward(input_ids: Any, position_ids: Any, targets: Any) -> Any:
        hidden = model.net.base_model(input_ids=input_ids, position_ids=position_ids, use_cache=False).last_hidden_state.flatten(0, 1)
        return model.head_loss(hidden, targets)

    return forward


def _attention(module: Any, query: Any, key: Any, value: Any, attention_mask: Any, *, scaling: float, **_: Any) -> tuple[Any, None]:
    """Keeps what a fused kernel keeps: no scores, no mask."""
    from torch.nn import functional

    out = functional.scaled_dot_product_attention(query, key, value, is_causal=True, scale=scaling, enable_gqa=True)
    return out.transpose(1, 2).contiguous(), None


def _bytes(tensors: Any) -> int:
    return sum(local.numel() * local.element_size() for local in (t.to_local() for t in tensors))


@contextmanager
def _fake_ranks(count: int) -> Iterator[None]:
    import torch.distributed as dist
    from torch.testing._internal.distributed.fake_pg import FakeStore

    dist.init_process_group("fake", store=FakeStore(), rank=0, world_size=count)
    try:
        yield
    finally:
        dist.destroy_process_group()
