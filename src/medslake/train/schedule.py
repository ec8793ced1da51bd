"""Learning rate as a pure function of the step, so that a resumed run needs no scheduler state."""

from __future__ import annotations

import math

from medslake.recipes import Recipe

__all__ = ["learning_rate"]


def learning_rate(recipe: Recipe, step: int, steps: int) -> float:
    """Rate of 0-based `step` of `steps`: linear rise over the warm-up share, then the recipe's schedule down to 0."""
    warm = math.ceil(recipe.warmup * steps)
    if step < warm:
        return recipe.lr * (step + 1) / warm
    if recipe.schedule == "constant":
        return recipe.lr
    done = (step - warm) / max(1, steps - warm)
    return recipe.lr * ((1 - done) if recipe.schedule == "linear" else 0.5 * (1 + math.cos(math.pi * done)))
