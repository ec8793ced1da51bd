"""Recipes: whether what they name is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from medslake import registry
from medslake.recipes.base import COLLECTIONS, Recipe

if TYPE_CHECKING:
    from medslake.conformance.scratch import Scratch

__all__ = ["findings"]


def findings(recipes: Mapping[str, Recipe], scratch: Scratch) -> dict[str, list[str]]:
    known = {*registry.sound("task"), *COLLECTIONS}
    return {name: [f"No task is named {task!r}." for task in recipe.tasks if task not in known] for name, recipe in recipes.items()}
