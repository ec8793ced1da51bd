from __future__ import annotations

import dataclasses

import pytest

from medslake import registry
from medslake.errors import UnknownName, UsageError
from medslake.recipes import DATA_FIELDS, EXECUTION_FIELDS, Recipe, described, digest, override
from medslake.recipes.mmedins_llama3 import ADAPTERS, WHOLE
from medslake.recipes.tiny import RECIPE as TINY


def test_the_paper_s_numbers() -> None:
    assert (WHOLE.length, WHOLE.batch, WHOLE.lr, WHOLE.epochs, WHOLE.precision, WHOLE.checkpointing) == (2048, 128, 1e-5, 5, "bf16", True)
    assert (WHOLE.schedule, WHOLE.warmup, WHOLE.weight_decay, WHOLE.clip, WHOLE.seed) == ("cosine", 0.03, 0.0, 1.0, 42)


def test_lora_is_the_authors_tuning_script_s() -> None:
    assert (ADAPTERS.lora_rank, ADAPTERS.lora_dropout, ADAPTERS.lr, ADAPTERS.model) == (16, 0.05, 2e-5, WHOLE.model)
    changed = {f.name for f in dataclasses.fields(Recipe) if getattr(WHOLE, f.name) != getattr(ADAPTERS, f.name)}
    assert changed == {"name", "about", "lora_rank", "lora_dropout", "lr"}


def test_overrides_take_the_field_s_type() -> None:
    recipe = override(TINY, ["lr=1e-4", "steps=none", "tasks=task11,task57", "checkpointing=true", "workers=3", "model=./m"])
    assert (recipe.lr, recipe.steps, recipe.tasks, recipe.checkpointing, recipe.workers) == (1e-4, None, ("task11", "task57"), True, 3)
    assert TINY.lr != 1e-4


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("lr=fast", "takes a number"),
        ("epochs=1.5", "takes an integer"),
        ("checkpointing=1", "true or false"),
        ("schedule=step", "must be one of cosine, linear, constant"),
        ("length=0", "must be above 0"),
        ("weight_decay=-1", "must not be negative"),
        ("lora_dropout=1", "from 0 to below 1"),
        ("optimizer=adam", "must be one of fused, foreach"),
        ("holdout=-1", "must not be negative"),
        ("eval_every=0", "must be above 0"),
        ("lr", "field=value"),
    ],
)
def test_a_wrong_value_is_told_in_one_sentence(setting: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        override(TINY, [setting])


@pytest.mark.parametrize("setting", ["epoch=2", "name=other", "about=other"])
def test_what_is_no_field_to_set_is_told_with_the_nearest(setting: str) -> None:
    with pytest.raises(UnknownName, match="No recipe field is named"):
        override(TINY, [setting])


def test_every_recipe_is_registered_and_sound() -> None:
    recipes: dict[str, Recipe] = registry.items("recipe")
    assert {"mmedins_llama3", "mmedins_llama3_lora", "smollm2_135m", "tiny"} <= set(recipes)
    assert {name: (recipe.name, list(recipe.faults())) for name, recipe in recipes.items()} == {name: (name, []) for name in recipes}
    assert list(dataclasses.replace(TINY, about=" ").faults()) == ["It does not say what it is about."]


def test_fields_are_of_data_or_of_execution_or_of_what_is_computed() -> None:
    fields = {f.name for f in dataclasses.fields(Recipe)}
    assert set(DATA_FIELDS) | set(EXECUTION_FIELDS) <= fields
    assert not set(DATA_FIELDS) & set(EXECUTION_FIELDS)
    same = dataclasses.replace(TINY, name="other", about="Another.", model="other", workers=7, length=64)
    assert digest(same) == digest(TINY) != digest(dataclasses.replace(TINY, lr=1.0))


def test_every_field_is_described() -> None:
    rows = {row["field"]: row for row in described([TINY, WHOLE])}
    assert list(rows) == [f.name for f in dataclasses.fields(Recipe) if f.name not in ("name", "about")]
    assert [field for field, row in rows.items() if not row["about"]] == []
    assert rows["length"] == {"field": "length", "type": "int", "tiny": 512, "mmedins_llama3": 2048, "about": "Tokens per packed row."}
    assert rows["workers"]["type"] == "int | None"
