from __future__ import annotations

import dataclasses

import pytest

from medslake.errors import UnknownName, UsageError
from medslake.recipes.base import DATA_FIELDS, EXECUTION_FIELDS, RECIPES, Recipe, described, override, resolve
from medslake.train.schedule import learning_rate


def test_the_paper_s_numbers() -> None:
    recipe = resolve("mmedins_llama3")
    assert (recipe.length, recipe.batch, recipe.lr, recipe.epochs, recipe.precision, recipe.checkpointing) == (
        2048,
        128,
        1e-5,
        5,
        "bf16",
        True,
    )
    assert (recipe.schedule, recipe.warmup, recipe.weight_decay, recipe.clip, recipe.seed) == ("cosine", 0.03, 0.0, 1.0, 42)


def test_lora_is_the_authors_tuning_script_s() -> None:
    full, lora = resolve("mmedins_llama3"), resolve("mmedins_llama3_lora")
    assert (lora.lora_rank, lora.lora_dropout, lora.lr, lora.model) == (16, 0.05, 2e-5, full.model)
    changed = {f.name for f in dataclasses.fields(Recipe) if getattr(full, f.name) != getattr(lora, f.name)}
    assert changed == {"name", "lora_rank", "lora_dropout", "lr"}


def test_overrides_take_the_field_s_type() -> None:
    recipe = resolve("tiny", ["lr=1e-4", "steps=none", "tasks=task11,task57", "checkpointing=true", "workers=3", "model=./m"])
    assert (recipe.lr, recipe.steps, recipe.tasks, recipe.checkpointing, recipe.workers) == (1e-4, None, ("task11", "task57"), True, 3)
    assert resolve("tiny").lr != 1e-4


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
        override(resolve("tiny"), [setting])


def test_unknown_names_are_told_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'epochs'"):
        resolve("tiny", ["epoch=2"])
    with pytest.raises(UnknownName, match="Did you mean 'tiny'"):
        resolve("tini")


def test_every_recipe_builds_and_bears_its_name() -> None:
    assert {name: build().name for name, build in RECIPES.items()} == {name: name for name in RECIPES}
    fields = {f.name for f in dataclasses.fields(Recipe)}
    assert set(DATA_FIELDS) | set(EXECUTION_FIELDS) <= fields
    assert not set(DATA_FIELDS) & set(EXECUTION_FIELDS)


def test_every_field_is_described() -> None:
    told = {row["field"]: row for row in described()}
    assert list(told) == [f.name for f in dataclasses.fields(Recipe) if f.name != "name"]
    assert [field for field, row in told.items() if not row["about"]] == []
    assert told["length"] == {
        "field": "length",
        "type": "int",
        **{n: b().length for n, b in RECIPES.items()},
        "about": "tokens per packed row.",
    }
    assert told["workers"]["type"] == "int | None"


def test_learning_rate_rises_then_falls() -> None:
    recipe = resolve("tiny", ["lr=1.0", "warmup=0.1"])
    rates = [learning_rate(recipe, step, 100) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9] == rates[10] == 1.0
    assert rates[55] == pytest.approx(0.5)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0 < rates[99] < 0.001
    assert learning_rate(resolve("tiny", ["lr=1.0", "warmup=0", "schedule=linear"]), 25, 100) == pytest.approx(0.75)
    assert learning_rate(resolve("tiny", ["lr=1.0", "warmup=0", "schedule=constant"]), 99, 100) == 1.0
