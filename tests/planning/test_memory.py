from __future__ import annotations

import pytest

from medslake.planning.memory import memory
from medslake.planning.shapes import Shape, shape_of
from medslake.planning.tracker import traced
from medslake.recipes import Recipe, override
from medslake.recipes.mmedins_llama3 import ADAPTERS, WHOLE

#: Wide and shallow enough that the layers, then the part outside them, decide the peak.
LAYERS_DECIDE = (Shape(8192, 1024, 3584, 8, 16, 4, 4096), "micro_rows=2")
ROOT_DECIDES = (Shape(65536, 512, 1024, 2, 8, 4, 4096), "length=256")
LLAMA = shape_of("MMed-Llama-3-8B")


def test_the_8b_shape_is_llama_3() -> None:
    assert LLAMA.parameters == 8_030_261_248
    assert LLAMA.flops_per_token == 6 * LLAMA.parameters


def test_shapes_are_those_of_transformers() -> None:
    import torch
    from transformers import LlamaForCausalLM

    for shape in (shape_of("tiny"), shape_of("smollm2-135m"), ROOT_DECIDES[0]):
        with torch.device("meta"):
            net = LlamaForCausalLM(shape.config())
        assert sum(p.numel() for p in net.parameters()) == shape.parameters


@pytest.mark.ranks
@pytest.mark.parametrize(("shape", "setting"), [LAYERS_DECIDE, ROOT_DECIDES])
@pytest.mark.parametrize("recipe", [WHOLE, pytest.param(ADAPTERS, marks=pytest.mark.long)], ids=lambda recipe: recipe.name)
def test_arithmetic_is_what_the_tracker_finds_on_32_ranks(recipe: Recipe, shape: Shape, setting: str) -> None:
    recipe = override(recipe, [setting])
    computed, found = memory(shape, recipe, 32, half=True), traced(shape, recipe, 32, half=True)
    for held in ("parameters", "gradients", "optimizer"):
        assert getattr(computed, held) == pytest.approx(getattr(found, held), rel=0.02)
    assert computed.peak == pytest.approx(found.peak, rel=0.1)
    assert found.peak > found.parameters + found.gradients + found.optimizer


def test_memory_of_the_paper_fits_and_shrinks_with_devices() -> None:
    recipe = WHOLE
    on_32, on_8 = memory(LLAMA, recipe, 32, half=True), memory(LLAMA, recipe, 8, half=True)
    assert on_32.parameters == on_32.gradients == LLAMA.parameters * 4 // 32
    assert on_32.optimizer == 2 * on_32.parameters
    assert on_8.parameters == 4 * on_32.parameters
    assert on_8.gathered == on_32.gathered
    assert on_32.peak < 64 << 30
    kept = memory(LLAMA, override(WHOLE, ["checkpointing=false"]), 32, half=True)
    assert kept.activations > 5 * on_32.activations


def test_adapters_are_counted_as_peft_makes_them() -> None:
    import torch
    from transformers import LlamaForCausalLM

    from medslake.train.lora import add_adapters

    recipe = ADAPTERS
    with torch.device("meta"):
        net = LlamaForCausalLM(LLAMA.config())
        add_adapters(net, recipe)
    shape = LLAMA.adapted(recipe)
    assert shape.trained == sum(p.numel() for p in net.parameters() if p.requires_grad) == 41_943_040
    assert shape.flops_per_token == 4 * LLAMA.parameters + 6 * shape.trained
    full, lora = (memory(LLAMA, recipe, 8, half=True) for recipe in (WHOLE, ADAPTERS))
    assert lora.optimizer == full.optimizer * shape.trained // LLAMA.parameters
    assert lora.peak < full.peak / 2
