"""From shards to a folder that transformers loads: safetensors, config, tokenizer, and a model card that says where the model comes
from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from medslake.engines.parts.model_folder import FACTS

__all__ = ["FILE_BYTES", "export_weights", "finish_model"]

#: Size of a file of weights, the hub's own default.
FILE_BYTES = 5_000_000_000
#: Folder of low-rank adapters by themselves.
ADAPTER = "adapter"

_BESIDE = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
)


def export_weights(model: Any, folder: Path, *, half: bool, group: Any, file_bytes: int = FILE_BYTES) -> None:
    """Write the weights as safetensors from all ranks (bf16 when `half`, else fp32), files of at most `file_bytes` (or one tensor).

    No rank holds the whole model. Adapters are merged into the weights, and written by themselves as peft does, into a folder below.
    """
    import torch
    import torch.distributed as dist
    import torch.distributed.checkpoint as dcp
    from torch.distributed.checkpoint import HuggingFaceStorageWriter

    from medslake.train.lora import merged, save_adapter
    from medslake.train.sharding import weights

    state = weights(model)
    if dist.get_rank() == 0:
        shutil.rmtree(folder, ignore_errors=True)
    dist.barrier(group=group)
    adapters = getattr(model.net, "peft_config", None)
    if adapters:
        base = Path(model.net.config.name_or_path).name
        save_adapter(state, adapters["default"], base, folder / ADAPTER, write=dist.get_rank() == 0)
        state = merged(state, adapters["default"])
    state = {name: value.to(torch.bfloat16 if half else torch.float32) for name, value in state.items()}
    writer = HuggingFaceStorageWriter(
        path=str(folder), fqn_to_index_mapping=_files(state, file_bytes), save_distributed=True, enable_consolidation=True
    )
    dcp.save(state, storage_writer=writer, process_group=group)


def _files(state: dict[str, Any], most: int) -> dict[str, int]:
    """Number of the file that each tensor goes into, from 1, by the hub's own rule."""
    from huggingface_hub import split_state_dict_into_shards_factory

    split = split_state_dict_into_shards_factory(
        state, get_storage_size=lambda t: t.numel() * t.element_size(), filename_pattern="{suffix}", max_shard_size=most
    )
    return {name: number for number, names in enumerate(split.filename_to_tensors.values(), start=1) for name in names}


def finish_model(weights: Path, base: Path, folder: Path, facts: dict[str, Any], *, half: bool, template: str | None = None) -> None:
    """Put weights, adapter, config, tokenizer and card together under `folder`, all at once by a rename. Files of `weights` are moved.

    template: the chat template that the rows were packed with, for a base that brings none: it is asked as it was trained.
    facts: recipe (its fields), training, plan, tables (name -> version), access, run, steps, loss, base model.
    """
    building = folder.with_name(f".{folder.name}")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700, parents=True)
    for path in [*weights.glob("*.safetensors"), *weights.glob("*.safetensors.index.json"), *weights.glob(ADAPTER)]:
        shutil.move(path, building / path.name)
    for name in _BESIDE:
        if (base / name).exists():
            shutil.copy2(base / name, building / name)
    if template and not _has_template(building):
        (building / "chat_template.jinja").write_text(template, encoding="utf-8")
    config = json.loads((building / "config.json").read_text())
    config["dtype"] = "bfloat16" if half else "float32"
    (building / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    adapter = building / ADAPTER / "adapter_config.json"
    text = card(facts, json.loads(adapter.read_text()) if adapter.exists() else None)
    for place in (building, adapter.parent):
        if place.exists():
            (place / "README.md").write_text(text)
    (building / FACTS).write_text(json.dumps(facts, indent=2, default=str) + "\n")
    shutil.rmtree(folder, ignore_errors=True)
    building.rename(folder)


def _has_template(folder: Path) -> bool:
    told = folder / "tokenizer_config.json"
    return (folder / "chat_template.jinja").exists() or (told.exists() and "chat_template" in json.loads(told.read_text()))


def card(facts: dict[str, Any], adapter: dict[str, Any] | None = None) -> str:
    """The model card: what it was trained on, by which run, and who may have it. adapter: peft's configuration where there is one."""
    recipe = facts["recipe"]
    tables = "\n".join(f"| {name} | {version} |" for name, version in facts["tables"].items())
    fields = "\n".join(f"| {name} | {value} |" for name, value in recipe.items())
    return f"""---
library_name: transformers
pipeline_tag: text-generation
tags: [medslake]
---
# {recipe["name"]} {facts["training"]}

Trained by medslake from `{facts["base"]}`: {facts["steps"]} steps, training loss {facts["first_loss"]:.4f} to {facts["last_loss"]:.4f}.
Not validated for clinical use.{_adapted(adapter)}

**Access class of the training data: {facts["access"]}.** Weights may reveal what they were trained on; share them only with those who may
see data of this class.

| | |
|---|---|
| run | {facts["run"]} |
| training | {facts["training"]} |
| pack plan | {facts["plan"]} |

| table | version |
|---|---|
{tables}

`medslake sql "select * from gold.packs where plan = '{facts["plan"]}'"` shows every row it saw.

## Recipe

| field | value |
|---|---|
{fields}
"""


def _adapted(adapter: dict[str, Any] | None) -> str:
    if adapter is None:
        return ""
    numbers = f"rank {adapter['r']}, alpha {adapter['lora_alpha']:g}, dropout {adapter['lora_dropout']:g}"
    return f"""

Low-rank adapters were trained, the base was frozen: {numbers}, on {", ".join(adapter["target_modules"])}.
The weights have them merged; by themselves they are in `{ADAPTER}/`, for peft on `{adapter["base_model_name_or_path"]}`."""
