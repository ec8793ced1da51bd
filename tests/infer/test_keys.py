"""What decides an answer is in the key of its set, and nothing else. The actors are left out: keys are made before them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from made_benchmark import benchmark_row, lake_with, write_benchmark
from medslake.conformance.tiny_model import build_tiny
from medslake.engines.base import Generation, Prompt
from medslake.engines.parts.model_folder import ModelChanged, ModelFiles, model_access, model_digest
from medslake.infer.actors import Actors
from medslake.infer.batching import Shard
from medslake.infer.run import infer
from medslake.lake import Lake

pytestmark = pytest.mark.slow

Change = Callable[[Path], Any]


def flipped(name: str) -> Change:
    """The last byte but one of a file is another: a weight, or a blank before a JSON file's end."""

    def change(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[-2] = ord(" ") if name.endswith(".json") else content[-2] ^ 1
        (folder / name).write_bytes(bytes(content))

    return change


def written(name: str, text: str) -> Change:
    return lambda folder: (folder / name).write_text(text)


def reworded(folder: Path) -> None:
    template = folder / "chat_template.jinja"
    template.write_text(template.read_text().replace("\n\n", "\n"))


def grown(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "rms_norm_eps": 1e-5}))


#: What changes in the folder, and whether the answers are others then.
FOLDER: dict[str, tuple[Change, bool]] = {
    "weights": (flipped("model.safetensors"), True),
    "tokenizer": (flipped("tokenizer.json"), True),
    "template": (reworded, True),
    "config": (grown, True),
    "generation": (written("generation_config.json", '{"eos_token_id": 5}'), True),
    "card": (written("README.md", "A card."), False),
    "facts": (written("medslake.json", '{"access": "dua"}'), False),
    "times": (lambda folder: os.utime(folder / "model.safetensors", (1, 1)), False),
}
#: Arguments of `infer`, and whether the answers may be others then.
ARGUMENTS: dict[str, tuple[dict[str, Any], bool]] = {
    "date": ({"options": ["template_date=2025-01-03"]}, True),
    "dtype": ({"dtype": "bfloat16"}, True),
    "seed": ({"options": ["seed=1"]}, True),
    "mode": ({"mode": "loglikelihood"}, True),
    "limit": ({"limit": 1}, True),
    "tasks": ({"tasks": ["task57"]}, True),
    "shards": ({"shard_rows": 1}, True),
    "workers": ({"workers": 2}, False),
}


@pytest.fixture(autouse=True)
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(_: Actors, shards: Sequence[Shard], prompts: Mapping[str, Prompt]) -> Iterator[tuple[Shard, list[Generation], float]]:
        for shard in shards:
            yield shard, [Generation(row_id, "A", "stop", 1, 1) for row_id in shard.row_ids], 0.0

    monkeypatch.setattr(Actors, "answers", answers)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return build_tiny(tmp_path / "tiny")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return lake_with(tmp_path, rows())


def rows() -> list[dict[str, Any]]:
    return [benchmark_row("task57", k, f"q{k}", "A", choices=["A", "B"]) for k in range(2)]


def run_set(lake: Lake, model: Path, **arguments: Any) -> str:
    return str(infer(lake, str(model), **{"dtype": "float32", "name": "m", **arguments})["run_set"])


@pytest.mark.parametrize("what", FOLDER)
def test_the_model_s_files(lake: Lake, model: Path, what: str) -> None:
    change, decides = FOLDER[what]
    before = run_set(lake, model)
    change(model)
    assert (run_set(lake, model) != before) == decides


@pytest.mark.parametrize("what", ARGUMENTS)
def test_the_arguments(lake: Lake, model: Path, what: str) -> None:
    changed, decides = ARGUMENTS[what]
    assert (run_set(lake, model, **changed) != run_set(lake, model)) == decides


def test_the_place_does_not_matter_and_the_benchmark_does(lake: Lake, model: Path, tmp_path: Path) -> None:
    before = run_set(lake, model)
    assert run_set(lake, shutil.copytree(model, tmp_path / "elsewhere")) == before
    write_benchmark(lake, rows())
    assert run_set(lake, model) != before


def test_answers_bear_the_model_s_class_too(lake: Lake, model: Path) -> None:
    (model / "medslake.json").write_text('{"access": "credentialed"}')
    run_set(lake, model)
    assert set(lake.arrow.read("gold.predictions")["access"].to_pylist()) == {"credentialed"}
    (model / "medslake.json").write_text("{}")
    assert model_access(str(model)) == "private"


@pytest.mark.parametrize("change", ["replaced", "grown", "removed", "added"])
def test_a_model_that_changes_is_refused(model: Path, change: str, tmp_path: Path) -> None:
    weights = model / "model.safetensors"

    def touch() -> None:
        if change == "replaced":
            other = build_tiny(tmp_path / "other", seed=1) / "model.safetensors"
            other.replace(weights)
        elif change == "grown":
            weights.write_bytes(weights.read_bytes() + b"x")
        elif change == "removed":
            (model / "generation_config.json").unlink()
        else:
            (model / "more.safetensors").write_bytes(b"x")

    files = ModelFiles.of(str(model), model_digest)
    files.check(model_digest)
    touch()
    with pytest.raises(ModelChanged, match="file_changed") as told:
        files.check(model_digest)
    assert told.value.exit_code == 1


def test_a_model_that_changes_while_it_is_digested_is_refused(model: Path) -> None:
    def slowly(folder: str) -> str:
        digest = model_digest(folder)
        flipped("model.safetensors")(model)
        return digest

    with pytest.raises(ModelChanged, match=r"model\.safetensors changed"):
        ModelFiles.of(str(model), slowly)


def test_a_copy_on_another_machine_is_the_same_model(model: Path) -> None:
    files = ModelFiles.of(str(model), model_digest)
    shutil.copytree(model, model.with_name("copy"))
    shutil.rmtree(model)
    model.with_name("copy").rename(model)
    files.check(model_digest)
