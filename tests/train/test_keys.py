"""What decides a pack plan or a trained model is in its id, and nothing else."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from training_corpus import fill, instances

from medslake.conformance.tiny_model import build_tiny
from medslake.engines.parts.model_folder import ModelFiles, model_digest
from medslake.lake import open_lake
from medslake.recipes import Recipe, override
from medslake.recipes.tiny import RECIPE as TINY
from medslake.train.packs.plan import plan_of
from medslake.train.run import _training_id

Change = Callable[[Path], Any]
DATED = "{{ strftime_now('%d %b %Y') }}"


def template(old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / "chat_template.jinja"
        path.write_text(path.read_text().replace(old, new, 1))

    return change


def config(name: str, **fields: Any) -> Change:
    return lambda folder: (folder / name).write_text(json.dumps(json.loads((folder / name).read_text()) | fields))


def heavier(folder: Path) -> None:
    content = bytearray((folder / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (folder / "model.safetensors").write_bytes(bytes(content))


def other_words(folder: Path) -> None:
    told = json.loads((folder / "tokenizer.json").read_text())
    told["model"]["merges"] = told["model"]["merges"][:-1]
    (folder / "tokenizer.json").write_text(json.dumps(told))


#: What changes in the model's folder -> whether the plan and the training are others then.
FOLDER: dict[str, tuple[Change, bool, bool]] = {
    "weights": (heavier, False, True),
    "config": (config("config.json", rms_norm_eps=1e-5), False, True),
    "generation": (config("generation_config.json", max_length=9), False, True),
    "tokenizer": (other_words, True, True),
    "template": (template(" | trim", ""), True, True),
    "card": (lambda folder: (folder / "README.md").write_text("A card."), False, False),
}
RECIPE: dict[str, tuple[str, bool, bool]] = {
    "length": ("length=256", True, True),
    "seed": ("seed=7", True, True),
    "epochs": ("epochs=2", True, True),
    "lr": ("lr=1e-4", False, True),
    "steps": ("steps=9", False, True),
    "micro_rows": ("micro_rows=1", False, False),
    "workers": ("workers=1", False, False),
    "keep": ("keep=5", False, False),
    "a date that the template does not write": ("template_date=2025-01-03", False, False),
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return fill(open_lake(str(tmp_path_factory.mktemp("keys") / "lake")), instances(20))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return build_tiny(tmp_path / "model")


def keys(lake: Any, model: Path, recipe: Recipe = TINY) -> tuple[str, str]:
    """Of the plan and of the training."""
    recipe = dataclasses.replace(recipe, model=str(model))
    plan = plan_of(lake, recipe)
    return plan.id, _training_id(recipe, plan, ModelFiles.of(str(plan.model), model_digest))


def differ(one: tuple[str, str], other: tuple[str, str]) -> tuple[bool, bool]:
    return one[0] != other[0], one[1] != other[1]


@pytest.mark.parametrize("what", FOLDER)
def test_the_model_s_files(lake: Any, model: Path, what: str) -> None:
    change, *expected = FOLDER[what]
    before = keys(lake, model)
    change(model)
    assert differ(before, keys(lake, model)) == tuple(expected)


@pytest.mark.parametrize("what", RECIPE)
def test_the_recipe(lake: Any, model: Path, what: str) -> None:
    setting, *expected = RECIPE[what]
    assert differ(keys(lake, model), keys(lake, model, override(TINY, [setting]))) == tuple(expected)


def test_a_date_that_the_template_writes(lake: Any, model: Path) -> None:
    template("<|begin_of_text|>", "<|begin_of_text|>" + DATED)(model)
    assert differ(keys(lake, model), keys(lake, model, override(TINY, ["template_date=2025-01-03"]))) == (True, True)


def test_the_place_does_not_matter_and_the_instructions_do(lake: Any, model: Path, tmp_path: Path) -> None:
    before = keys(lake, model)
    assert keys(lake, shutil.copytree(model, tmp_path / "elsewhere")) == before
    fill(lake, instances(21))
    assert differ(before, keys(lake, model)) == (True, True)
