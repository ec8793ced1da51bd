"""Meta-device init and sharded load: what a rank reads and holds of models in several files, tied and untied, with grouped keys."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from loading import load_and_tell
from ranks import on_ranks

WIDTH = 768


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two Llamas with four heads to one key head, in bf16 and in several files; the untied one is the larger."""
    from transformers import LlamaConfig, LlamaForCausalLM

    root = tmp_path_factory.mktemp("models")
    for name, tied in (("tied", True), ("untied", False)):
        config = LlamaConfig(
            vocab_size=16384,
            hidden_size=WIDTH,
            intermediate_size=4 * WIDTH,
            num_hidden_layers=4,
            num_attention_heads=12,
            num_key_value_heads=3,
            max_position_embeddings=128,
            tie_word_embeddings=tied,
        )
        LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(root / name, max_shard_size="30MB")
        assert len(list((root / name).glob("*.safetensors"))) > 2
        assert (root / name / "model.safetensors.index.json").exists()
    return {path.name: path for path in root.iterdir()}


@pytest.mark.ranks
@pytest.mark.skipif(sys.platform != "linux", reason="reads a process's memory from /proc")
def test_no_rank_reads_or_holds_more_than_its_share(models: dict[str, Path], tmp_path: Path) -> None:
    on_ranks(2, tmp_path, load_and_tell, [str(models[n]) for n in ("tied", "untied")], str(tmp_path))
    told: list[dict[str, Any]] = [json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1)]
    for name in models:
        for one in (t[name] for t in told):
            assert one["read"] == one["held"] == one["all"] // 2
            assert one["wrong"] == []
            assert one["types"] == ["torch.float32"]
            assert ("lm_head.weight" in one["names"]) == (name == "untied")
    for one in told:
        whole = 4 * one["untied"]["all"]
        # Loaded whole it shows as that, so the measurement sees what it is to see.
        assert one["whole"] > 0.95 * whole
        assert one["untied"]["resident"] < 0.75 * whole


def test_vectors_are_not_decayed_and_embeddings_are(models: dict[str, Path], single_rank: None) -> None:
    from medslake import registry
    from medslake.recipes import override
    from medslake.recipes.tiny import RECIPE as TINY
    from medslake.train.sharding import optimizer_for, sharded

    recipe = override(TINY, ["length=64", "weight_decay=0.1"])
    model = sharded(models["untied"], recipe, registry.get("accelerator", "cpu"))
    decay = {id(p): g["weight_decay"] for g in optimizer_for(model, recipe).param_groups for p in g["params"]}
    by_name = {name: decay[id(p)] for name, p in model.named_parameters()}
    assert {n for n, d in by_name.items() if d == 0} == {n for n in by_name if "norm" in n}
    assert by_name["net.model.embed_tokens.weight"] == by_name["net.lm_head.weight"] == 0.1


def test_kernels_of_the_optimiser_agree(models: dict[str, Path], single_rank: None) -> None:
    from medslake import registry
    from medslake.recipes import override
    from medslake.recipes.tiny import RECIPE as TINY
    from medslake.train.sharding import optimizer_for, sharded

    found = {}
    for kernels in ("fused", "foreach"):
        recipe = override(TINY, ["length=64", f"optimizer={kernels}", "weight_decay=0.1"])
        model: Any = sharded(models["tied"], recipe, registry.get("accelerator", "cpu"))
        optimizer = optimizer_for(model, recipe)
        assert all(group[kernels] for group in optimizer.param_groups)
        draw = torch.Generator().manual_seed(0)
        for p in model.parameters():
            p.detach().to_local().normal_(std=0.02, generator=draw)
        for _ in range(3):
            for p in model.parameters():
                p.grad = p.detach() * 0.1 + 1e-3
            optimizer.step()
        found[kernels] = [p.detach().to_local().clone() for p in model.parameters()]
    for one, other in zip(*found.values(), strict=True):
        assert torch.allclose(one, other, rtol=1e-6, atol=1e-8)
