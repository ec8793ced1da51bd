"""A random two-layer Llama with its own small tokenizer."""

from __future__ import annotations

from medslake.recipes.base import Recipe

__all__ = ["RECIPE"]

RECIPE = Recipe(
    name="tiny",
    about="A random model of two layers, for the demo and the tests.",
    model="tiny",
    length=512,
    batch=16,
    epochs=1,
    lr=3e-3,
    warmup=0.1,
    limit=2000,
    steps=40,
    precision="fp32",
    checkpointing=False,
    micro_rows=4,
    workers=2,
    checkpoint_every=10,
)
