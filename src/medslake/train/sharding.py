"""A model folder as an FSDP2 module: built without memory, wrapped layer by layer, then each rank reads its own shards."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh

from medslake.accelerators import Accelerator
from medslake.errors import UsageError
from medslake.train.loss import PackedLoss
from medslake.train.recipes import Recipe

__all__ = ["load_weights", "optimizer_for", "sharded", "weights"]


def sharded(folder: Path, recipe: Recipe, accelerator: Accelerator, mesh: DeviceMesh | None = None) -> PackedLoss:
    """The model on the accelerator, sharded over all ranks (of the mesh, where one is given), with fp32 master weights not read yet."""
    from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.from_pretrained(str(folder), local_files_only=True)
    if recipe.length > config.max_position_embeddings:
        raise UsageError(f"Recipe length {recipe.length} exceeds the {config.max_position_embeddings} positions of {folder.name}.")
    config.use_cache = False
    with torch.device("meta"):
        net = AutoModelForCausalLM.from_config(config, dtype=torch.float32, attn_implementation=accelerator.attention)
    accelerator.fuse(net)
    layers = net.base_model.layers
    if recipe.checkpointing:
        _recompute(net, type(layers[0]))
    model = PackedLoss(net).train()
    mesh = mesh or init_device_mesh(accelerator.torch_type, (dist.get_world_size(),))
    half = recipe.precision == "bf16" and accelerator.bf16
    policy = MixedPrecisionPolicy(param_dtype=torch.bfloat16, reduce_dtype=torch.float32) if half else MixedPrecisionPolicy()
    for layer in net.base_model.layers:
        fully_shard(layer, mesh=mesh, mp_policy=policy)
    fully_shard(model, mesh=mesh, mp_policy=policy)
    model.to_empty(device=accelerator.torch_type)
    net.tie_weights()
    # Rotary frequencies are no parameters and in no file: to_empty left them undefined.
    rotary = net.base_model.rotary_emb
    net.base_model.rotary_emb = type(rotary)(config).to(accelerator.torch_type)
    return model


def _recompute(net: nn.Module, layer: type[nn.Module]) -> None:
    from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import (
        CheckpointImpl,
        apply_activation_checkpointing,
        checkpoint_wrapper,
    )

    wrap = partial(checkpoint_wrapper, checkpoint_impl=CheckpointImpl.NO_REENTRANT)
    apply_activation_checkpointing(net, checkpoint_wrapper_fn=wrap, check_fn=lambda module: isinstance(module, layer))


def weights(model: PackedLoss) -> dict[str, Any]:
    """Sharded parameters by the names that transformers uses, tied ones once."""
    from torch.distributed.checkpoint.state_dict import get_model_state_dict

    state = {name.removeprefix("net."): value for name, value in get_model_state_dict(model).items()}
    if model.net.config.tie_word_embeddings:
        state.pop("lm_head.weight", None)
    return state


def load_weights(model: PackedLoss, folder: Path, group: dist.ProcessGroup) -> None:
    """Read safetensors straight into the shards; no rank holds the whole model. group: of a backend that moves objects on the host."""
    import torch.distributed.checkpoint as dcp
    from torch.distributed.checkpoint import HuggingFaceStorageReader

    dcp.load(weights(model), storage_reader=HuggingFaceStorageReader(str(folder)), process_group=group)


def optimizer_for(model: PackedLoss, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW; norms and biases (vectors) are not decayed."""
    matrices = [p for p in model.parameters() if p.ndim > 1]
    vectors = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": recipe.weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW([g for g in groups if g["params"]], lr=recipe.lr, betas=(recipe.beta1, recipe.beta2), eps=recipe.eps)
