"""From shards to a folder that transformers loads: safetensors, config, tokenizer, and a model card that says where the model comes
from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

__all__ = ["export_weights", "finish_model"]

_BESIDE = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
)


def export_weights(model: Any, folder: Path, *, half: bool, group: Any) -> None:
    """Write the weights as safetensors from all ranks (bf16 when `half`, else fp32); no rank holds the whole model."""
    import torch
    import torch.distributed as dist
    import torch.distributed.checkpoint as dcp
    from torch.distributed.checkpoint import HuggingFaceStorageWriter

    from medslake.train.sharding import weights

    state = {name: value.to(torch.bfloat16 if half else torch.float32) for name, value in weights(model).items()}
    if dist.get_rank() == 0:
        shutil.rmtree(folder, ignore_errors=True)
    dist.barrier(group=group)
    writer = HuggingFaceStorageWriter(
        path=str(folder), fqn_to_index_mapping=dict.fromkeys(state, 1), save_distributed=True, enable_consolidation=True
    )
    dcp.save(state, storage_writer=writer, process_group=group)


def finish_model(weights: Path, base: Path, folder: Path, facts: dict[str, Any], *, half: bool) -> None:
    """Put weights, config, tokenizer and card together under `folder`, all at once by a rename.

    facts: recipe (its fields), training, plan, tables (name -> version), access, run, steps, loss, base model.
    """
    building = folder.with_name(f".{folder.name}")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    for path in [*weights.glob("*.safetensors"), *weights.glob("*.safetensors.index.json")]:
        shutil.copy2(path, building / path.name)
    for name in _BESIDE:
        if (base / name).exists():
            shutil.copy2(base / name, building / name)
    config = json.loads((building / "config.json").read_text())
    config["dtype"] = "bfloat16" if half else "float32"
    (building / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (building / "README.md").write_text(card(facts))
    (building / "medslake.json").write_text(json.dumps(facts, indent=2, default=str) + "\n")
    shutil.rmtree(folder, ignore_errors=True)
    building.rename(folder)


def card(facts: dict[str, Any]) -> str:
    """The model card: what it was trained on, by which run, and who may have it."""
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
Not validated for clinical use.

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
