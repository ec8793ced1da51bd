"""A pack plan: its name, which is a hash of what determines it, the base model and the table versions that it is made from."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake.errors import UsageError
from medslake.progress import Progress, quiet
from medslake.recipes import DATA_FIELDS, Recipe
from medslake.train.models import base_model, load_tokenizer, model_folder
from medslake.train.packs.chat import ChatFormat, chat_format

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["DEFINITIONS", "INDEX", "INSTRUCTIONS", "PACKS", "TASKS", "Plan", "data_fields", "plan_of"]

TASKS, INSTRUCTIONS, DEFINITIONS, PACKS, INDEX = (
    "gold.tasks",
    "gold.instructions",
    "gold.definitions",
    "gold.packs",
    "gold.pack_instances",
)


@dataclass(frozen=True)
class Plan:
    """id: of the plan in gold.packs. model: folder of the base model. versions: of gold.instructions and gold.definitions.

    published_words: task -> words of its definitions that are others, where the recipe trains on the published rendering.
    """

    id: str
    recipe: Recipe
    model: Path
    chat: ChatFormat
    versions: dict[str, int]
    published_words: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    @property
    def held_out(self) -> Plan:
        """The plan of the instances that are kept out of this one, each once."""
        once = dataclasses.replace(self.recipe, epochs=1, limit=None, few_shot=0.0, cap=None, caps=(), weights=())
        return dataclasses.replace(self, id=f"{self.id}-held", recipe=once)


def plan_of(lake: Lake, recipe: Recipe, progress: Progress = quiet) -> Plan:
    """The plan that a recipe has on the lake's newest instructions; builds the base model where it must be built."""
    for table in (INSTRUCTIONS, DEFINITIONS, TASKS):
        if not lake.arrow.exists(table):
            raise UsageError(f"The lake {lake.root} has no {table}.", hint="Run: medslake build instructions")
    versions = {name: lake.arrow.version(name) for name in (INSTRUCTIONS, DEFINITIONS)}
    progress("base model", 0, 1)
    model = base_model(recipe.model, model_folder(lake))
    progress("base model", 1, 1)
    chat = chat_format(load_tokenizer(model), recipe.template_date)
    # The date is in the format's hash where the template writes one.
    left = {"template_date"}
    # Plans of before these fields kept their names.
    left |= {"definition_kinds"} if recipe.definition_kinds == ("written",) else set()
    left |= {"definition_languages"} if recipe.definition_languages == ("task",) else set()
    left |= {"rendering"} if recipe.rendering == "strict" else set()
    fields = {name: value for name, value in data_fields(recipe).items() if name not in left}
    # Which shots give way is a rule that changed: plans that have none kept their names.
    rules: list[Any] = ["last shots first"] if recipe.few_shot else []
    words = _published_words(lake) if recipe.rendering == "paper" else {}
    rules += [sorted(words.items())] if words else []
    text = json.dumps([fields, chat.hash, versions, *rules], sort_keys=True)
    return Plan(hashlib.sha256(text.encode()).hexdigest()[:16], recipe, model, chat, versions, words)


def _published_words(lake: Lake) -> dict[str, list[tuple[str, str]]]:
    told = {row["task_id"]: row.get("published_words") for row in lake.arrow.read(TASKS).to_pylist()}
    return {task: sorted(words) for task, words in told.items() if words}


def data_fields(recipe: Recipe) -> dict[str, Any]:
    """The fields of a recipe that determine its plan."""
    return {name: getattr(recipe, name) for name in DATA_FIELDS}
