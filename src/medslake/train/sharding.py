"""A model folder as an FSDP2 module: built without memory, wrapped layer by layer, then each rank reads its own shards."""

from __future__ import annotations

import os
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh

from medslake.accelerators import Accelerator
from medslake.errors import UsageError
from medslake.recipes import Recipe
from medslake.train.lora import add_adapters, base_name, begin_adapters
from medslake.train.loss import PackedLoss

__all__ = ["load_weights", "optimizer_for", "sharded", "trained", "weights"]


def sharded(folder: Path, recipe: Recipe, accelerator: Accelerator, mesh: DeviceMesh | None = None) -> PackedLoss:
    """The model on the accelerator, sharded over all ranks (of the mesh, where one is given), its weights not read yet.

    What is trained is kept in fp32. A base that low-rank adapters freeze is kept in the type it computes in; the adapters have begun.
    """
    from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.from_pretrained(str(folder), local_files_only=True)
    if recipe.length > config.max_position_embeddings:
        raise UsageError(f"Recipe length {recipe.length} exceeds the {config.max_position_embeddings} positions of {folder.name}.")
    config.use_cache = False
    half = recipe.precision == "bf16" and accelerator.bf16
    kept = torch.bfloat16 if half and recipe.lora_rank else torch.float32
    with torch.device("meta"):
        net = AutoModelForCausalLM.from_config(config, dtype=kept, attn_implementation=accelerator.attention)
        accelerator.fuse(net)
        if recipe.lora_rank:
            add_adapters(net, recipe)
    layer = type(net.base_model.layers[0])
    if recipe.compile:
        _compile(net)
    if recipe.checkpointing:
        _recompute(net, layer)
    model = PackedLoss(net).train()
    mesh = mesh or init_device_mesh(accelerator.torch_type, (dist.get_world_size(),))
    policy = MixedPrecisionPolicy(param_dtype=torch.bfloat16, reduce_dtype=torch.float32) if half else MixedPrecisionPolicy()
    for layer in net.base_model.layers:
        fully_shard(layer, mesh=mesh, mp_policy=policy)
    fully_shard(model, mesh=mesh, mp_policy=policy)
    model.to_empty(device=accelerator.torch_type)
    net.tie_weights()
    # Rotary frequencies are no parameters and in no file: to_empty left them undefined.
    rotary = net.base_model.rotary_emb
    net.base_model.rotary_emb = type(rotary)(config).to(accelerator.torch_type)
    if recipe.lora_rank:
        begin_adapters(net, recipe.seed)
    return model


def _recompute(net: nn.Module, layer: type[nn.Module]) -> None:
    from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import (
        CheckpointImpl,
        apply_activation_checkpointing,
        checkpoint_wrapper,
    )

    wrap = partial(checkpoint_wrapper, checkpoint_impl=CheckpointImpl.NO_REENTRANT)
    apply_activation_checkpointing(net, checkpoint_wrapper_fn=wrap, check_fn=lambda module: isinstance(module, layer))


def _compile(net: Any) -> None:
    """Each decoder layer by itself; UsageError where there is no compiler.

    What wraps a layer (recomputation, FSDP's hooks) stays outside, so that all layers share one compiled program.
    """
    compiler = os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")
    if shutil.which(compiler) is None:
        raise UsageError(f"Recipe field compile is true, but this host has no C++ compiler {compiler}.", hint="Use: --set compile=false")
    for layer in net.base_model.layers:
        layer.forward = torch.compile(layer.forward, fullgraph=True)


def weights(model: PackedLoss) -> dict[str, Any]:
    """Sharded parameters, adapters included, by the names that transformers and peft use; tied ones once."""
    from torch.distributed.checkpoint.state_dict import get_model_state_dict

    state = {name.removeprefix("net."): value for name, value in get_model_state_dict(model).items()}
    if model.net.config.tie_word_embeddings:
        state.pop("lm_head.weight", None)
    return state


def trained(model: PackedLoss, state: dict[str, Any]) -> dict[str, Any]:
    """The part of a model's state that training changes: all of it, or the adapters."""
    frozen = {
        n.replace("_checkpoint_wrapped_module.", "") for n, p in model.named_parameters(remove_duplicate=False) if not p.requires_grad
    }
    return {name: value for name, value in state.items() if name not in frozen}


def load_weights(model: PackedLoss, folder: Path, group: dist.ProcessGroup) -> None:
    """Read safetensors straight into the shards; no rank holds the whole model. group: of a backend that moves objects on the host."""
    import torch.distributed.checkpoint as dcp
    from torch.distributed.checkpoint import HuggingFaceStorageReader

    base = {bare: value for name, value in weights(model).items() if (bare := base_name(name))}
    dcp.load(base, storage_reader=HuggingFaceStorageReader(str(folder)), process_group=group)


def optimizer_for(model: PackedLoss, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW over what is trained; norms and biases (vectors) are not decayed, matrices are, embeddings among them."""
    changed = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in changed if p.ndim > 1], "weight_decay": recipe.weight_decay},
        {"params": [p for p in changed if p.ndim <= 1], "weight_decay": 0.0},
    ]
    kernels = {recipe.optimizer: True}
    return torch.optim.AdamW(
        [g for g in groups if g["params"]], lr=recipe.lr, betas=(recipe.beta1, recipe.beta2), eps=recipe.eps, **kernels
    )
