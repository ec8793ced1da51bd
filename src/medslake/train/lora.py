"""Low-rank adapters by peft: where they sit, how they begin, and how they become plain weights again.

The base model is frozen and kept in the type it computes in; adapters are fp32 masters. Names are those of peft's adapter `default`:
`<module>.base_layer.weight`, `<module>.lora_A.default.weight`, `<module>.lora_B.default.weight`.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.distributed.tensor import DTensor, Replicate, distribute_tensor

from medslake.errors import UsageError
from medslake.recipes import Recipe

__all__ = ["add_adapters", "base_name", "begin_adapters", "merged", "save_adapter"]

_A, _B, _BASE = ".lora_A.default.", ".lora_B.default.", ".base_layer."


def add_adapters(net: Any, recipe: Recipe) -> None:
    """Put adapters on the linear modules of every decoder layer that the recipe names (none named: all), in place; the rest is frozen.

    UsageError for a name that the layers have not.
    """
    from peft import LoraConfig, inject_adapter_in_model
    from peft.tuners.lora import LoraLayer

    present = sorted({n.rpartition(".")[2] for n, m in net.base_model.layers[0].named_modules() if isinstance(m, nn.Linear)})
    unknown = [name for name in recipe.lora_targets if name not in present]
    if unknown:
        raise UsageError(f"Recipe field lora_targets names {', '.join(unknown)}; the model's layers have {', '.join(present)}.")
    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=recipe.lora_rank,
        lora_alpha=recipe.lora_alpha,  # type: ignore[arg-type]
        lora_dropout=recipe.lora_dropout,
        target_modules=list(recipe.lora_targets or present),
    )
    inject_adapter_in_model(config, net)
    adapters: list[Any] = [module for module in net.modules() if isinstance(module, LoraLayer)]
    for adapter in adapters:
        for linear in (adapter.lora_A["default"], adapter.lora_B["default"]):
            linear.weight = nn.Parameter(linear.weight.detach().float())


@torch.no_grad()
def begin_adapters(net: Any, seed: int) -> None:
    """peft's own start, on sharded parameters: A drawn uniformly (Kaiming), B zero. The same values for any number of ranks and devices."""
    draw = torch.Generator().manual_seed(seed)
    for name, parameter in net.named_parameters():
        if _B in name:
            parameter.zero_()
        elif _A in name:
            whole = nn.init.kaiming_uniform_(torch.empty(parameter.shape), a=math.sqrt(5), generator=draw).to(parameter.device)
            # Every rank drew the same, so nothing is sent.
            parameter.copy_(distribute_tensor(whole, parameter.device_mesh, parameter.placements, src_data_rank=None))


def base_name(name: str) -> str | None:
    """A parameter's name in the model without adapters; None for an adapter's."""
    return None if _A in name or _B in name else name.replace(_BASE, ".")


def merged(state: Mapping[str, DTensor], config: Any) -> dict[str, DTensor]:
    """The weights W + (alpha / rank) B A by their names without adapters, in fp32 where adapted. Each rank computes its own shards of W."""
    plain: dict[str, Any] = {}
    for name, value in state.items():
        bare = base_name(name)
        if bare is None:
            continue
        if name.replace(_BASE, _A) in state and _BASE in name:
            a: Any = state[name.replace(_BASE, _A)].redistribute(placements=[Replicate()])
            plain[bare] = value.float() + config.lora_alpha / config.r * (state[name.replace(_BASE, _B)] @ a)
        else:
            plain[bare] = value
    return plain


def save_adapter(state: Mapping[str, DTensor], config: Any, base: str, folder: Path, *, write: bool) -> None:
    """Write the adapter (fp32) as peft saves it: adapter_model.safetensors, adapter_config.json. Called by every rank; one has `write`.

    base: name of the model that the adapter belongs to.
    """
    from safetensors.torch import save_file

    whole = {n: v.full_tensor() for n, v in state.items() if base_name(n) is None}
    if not write:
        return
    folder.mkdir(parents=True)
    tensors = {f"base_model.model.{n.replace('.default.', '.')}": v.cpu().contiguous() for n, v in whole.items()}
    save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    dataclasses.replace(config, base_model_name_or_path=base, inference_mode=True).save_pretrained(str(folder))
    written = folder / "adapter_config.json"
    fields = json.loads(written.read_text())
    # peft keeps the names as a set, whose order changes from process to process.
    fields["target_modules"] = sorted(fields["target_modules"])
    written.write_text(json.dumps(fields, indent=2, sort_keys=True) + "\n")
