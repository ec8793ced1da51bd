"""Frozen run configurations. A recipe is a file that binds `RECIPE` or `RECIPES`; `--set field=value` changes any field of it."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable

from medslake.options import parsed
from medslake.recipes.base import DATA_FIELDS, EXECUTION_FIELDS, Recipe, by_task, digest

__all__ = ["DATA_FIELDS", "EXECUTION_FIELDS", "Recipe", "by_task", "described", "digest", "override"]

#: What a recipe is called by, which `--set` leaves alone.
_NAMED = ("name", "about")


def override(recipe: Recipe, settings: Iterable[str]) -> Recipe:
    """The recipe with `field=value` strings applied, such as `lr=1e-4`, `steps=none`, `tasks=task11,task12`; UnknownName or UsageError."""
    hints = {field: hint for field, hint in typing.get_type_hints(Recipe).items() if field not in _NAMED}
    return dataclasses.replace(recipe, **parsed(settings, hints, "recipe field"))


def described(recipes: Iterable[Recipe]) -> list[dict[str, object]]:
    """Every field that `--set` takes: its name, type, value in each recipe, and what it means."""
    chosen = list(recipes)
    return [
        {"field": f.name, "type": str(f.type), **{r.name: getattr(r, f.name) for r in chosen}, "about": f.metadata["about"]}
        for f in dataclasses.fields(Recipe)
        if f.name not in _NAMED
    ]
