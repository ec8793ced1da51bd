"""MMedIns-Llama 3 8B as Wu et al. (npj Digital Medicine 2025) report it, and the same with low-rank adapters.

Of the whole model, length, batch, learning rate, epochs, bf16, gradient checkpointing and FSDP are the paper's. Where it is silent: AdamW,
cosine, warm-up 0.03, weight decay 0, clipping 1.0, seed 42 (the authors' MMedLM tuning script). It mixes zero-shot and few-shot without
naming a ratio, and names neither caps nor weights: here half of the instances bear one to three shots; MedS-Bench asks with three. It draws
among written and rewritten definitions; here among all kinds that the lake has.

Rank 16, dropout 0.05 and lr 2e-5 of the adapters are that script's, as is that biases have none. Where it is silent: alpha 32 (twice the
rank), adapters on all linear modules of the layers.
"""

from __future__ import annotations

from dataclasses import replace

from medslake.recipes.base import Recipe

__all__ = ["RECIPES"]

WHOLE = Recipe(
    name="mmedins_llama3",
    about="MMedIns-Llama 3 8B as the paper reports it.",
    model="MMed-Llama-3-8B",
    length=2048,
    batch=128,
    epochs=5,
    lr=1e-5,
    few_shot=0.5,
    shots=3,
    definition_kinds=("written", "combined", "imported", "rewritten"),
    holdout=256,
)
ADAPTERS = replace(
    WHOLE,
    name="mmedins_llama3_lora",
    about="The same model with low-rank adapters, as the authors' MMedLM tuning script has them.",
    lr=2e-5,
    lora_rank=16,
    lora_dropout=0.05,
)
MIXTURE = replace(
    WHOLE,
    name="mmedins_llama3_paper",
    about="The same on the paper's mixture: its tasks alone, inputs and outputs as published, each instance as often as it stands there.",
    tasks=("paper",),
    rendering="paper",
)
RECIPES = (WHOLE, ADAPTERS, MIXTURE)
