"""Training on two Ray Train workers: one shared run, one that is killed, one submitted as a job."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from training_corpus import Packed

from medslake.recipes import digest
from medslake.train.logs.steplog import StepLog
from medslake.train.loss import PackedLoss
from medslake.train.packs.feed import collate, rows_of_step
from medslake.train.run import train
from medslake.train.saved.markers import newest

GOLDEN = Path(__file__).parents[1] / "assets" / "tiny_losses.json"


def steps_of(model: str) -> list[dict[str, Any]]:
    return StepLog.read(Path(model).parent / "steps.jsonl")


def test_loss_falls_and_every_step_is_in_the_table(packed: Packed, trained: dict[str, Any]) -> None:
    log = steps_of(trained["model"])
    assert [line["step"] for line in log] == list(range(24))
    assert trained["last_loss"] < trained["first_loss"] / 2
    table = packed.lake.arrow.read("ops.training_steps", where={"training_id": trained["training"]}).to_pylist()
    table.sort(key=lambda r: r["step"])
    assert [r["loss"] for r in table] == [line["loss"] for line in log]
    assert {(r["recipe"], r["plan"], r["world_size"], r["rows"]) for r in table} >= {("tiny", packed.plan.id, 2, packed.per_step)}
    assert all(0 < r["fill"] <= 1 and r["useful_tokens"] <= r["tokens"] and r["useful_tokens_per_second"] > 0 for r in table)
    assert table[0]["lr"] < max(r["lr"] for r in table) > table[-1]["lr"]
    assert (trained["workers"], trained["device"], trained["access"]) == (2, "cpu", "dua")
    parts = ("data_seconds", "forward_backward_seconds", "communication_seconds", "optimizer_seconds")
    assert all(sum(r[p] for p in parts) == pytest.approx(r["seconds"]) and r["peak_memory"] > 0 and r["mfu"] is None for r in table)
    assert trained["first_eval_loss"] is None and "ops.training_evaluations" not in trained["tables"]


def test_a_training_is_its_recipe_and_its_plan(packed: Packed, trained: dict[str, Any]) -> None:
    """Not the version of gold.packs: another plan packed beside it would end every training that was interrupted."""
    found = newest(Path(trained["model"]).parent / "checkpoints")
    assert found is not None and found[1].origin == {"recipe": digest(packed.recipe), "plan": packed.plan.id}


def test_the_resolved_recipe_lies_beside_the_checkpoints(packed: Packed, trained: dict[str, Any]) -> None:
    fields = json.loads(json.dumps(packed.recipe.settings()))
    assert json.loads((Path(trained["model"]).parent / "recipe.json").read_text()) == fields
    (params,) = [json.loads(r["params"]) for r in packed.lake.arrow.read("ops.runs").to_pylist() if r["run_id"] == trained["run"]]
    assert params["recipe"] == fields


def test_a_dry_run_tells_and_writes_nothing(packed: Packed, trained: dict[str, Any], tmp_path: Path) -> None:
    tables = {name: packed.lake.version(name) for name in packed.lake.names()}
    told = train(packed.lake, packed.recipe, out=tmp_path / "out", steps=7, dry_run=True)
    assert told["recipe"] == packed.recipe.settings() | {"steps": 7}
    assert (told["plan"], told["packed"], told["rows"]) == (packed.plan.id, True, len(packed.feed))
    assert (told["rows_per_step"], told["steps"], told["workers"], told["resumes_from"]) == (packed.per_step, 7, 2, None)
    assert Path(told["folder"]).parent == tmp_path / "out" and not (tmp_path / "out").exists()
    done = train(packed.lake, packed.recipe, dry_run=True)
    assert (done["training"], done["finished"], done["resumes_from"]) == (trained["training"], True, 24)
    whole = train(packed.lake, dataclasses.replace(packed.recipe, steps=None), dry_run=True)
    assert whole["steps"] == -(-len(packed.feed) // packed.per_step)
    absent = train(packed.lake, dataclasses.replace(packed.recipe, steps=None, limit=17), dry_run=True)
    assert (absent["packed"], absent["rows"], absent["steps"]) == (False, None, None)
    assert {name: packed.lake.version(name) for name in packed.lake.names()} == tables


def test_golden_losses(packed: Packed, trained: dict[str, Any]) -> None:
    """Other processors round differently; a change of the data order or of the arithmetic is far above the tolerance.

    After an intended change: MEDSLAKE_WRITE_GOLDEN=1 pytest tests/train/test_training.py -k golden
    """
    found = [line["loss"] for line in steps_of(trained["model"])]
    if os.environ.get("MEDSLAKE_WRITE_GOLDEN"):
        GOLDEN.write_text(json.dumps({"plan": packed.plan.id, "losses": found}, indent=1) + "\n")
    golden = json.loads(GOLDEN.read_text())
    assert golden["plan"] == packed.plan.id
    assert found == pytest.approx(golden["losses"], rel=2e-3)


def test_one_worker_computes_the_same(
    packed: Packed, trained: dict[str, Any], alone: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    two, one = steps_of(trained["model"]), alone(tmp_path / "one")
    assert packed.per_step % 2 == 1  # the two workers had unequal work
    for key in ("loss", "grad_norm"):
        assert [line[key] for line in one] == pytest.approx([line[key] for line in two], rel=1e-3)
    assert [line["loss"] for line in one[:3]] == pytest.approx([line["loss"] for line in two[:3]], rel=1e-6)


def test_a_finished_training_is_not_repeated(packed: Packed, trained: dict[str, Any]) -> None:
    train(packed.lake, packed.recipe)  # other tests of this folder write the same training, with other times, from other folders
    began = time.monotonic()
    again = train(packed.lake, packed.recipe)
    assert time.monotonic() - began < 5
    assert again["tables"]["ops.training_steps"]["committed"] is False
    assert {k: again[k] for k in ("training", "model", "last_loss")} == {k: trained[k] for k in ("training", "model", "last_loss")}


def test_the_export_is_the_trained_model(
    packed: Packed, trained: dict[str, Any], alone: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = Path(trained["model"])
    model = AutoModelForCausalLM.from_pretrained(folder, dtype="auto")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert model.dtype == torch.float32
    prompt = tokenizer.apply_chat_template(
        [{"role": "user", "content": "fever"}], add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    assert model.generate(**prompt, max_new_tokens=3, do_sample=False).shape[1] > prompt["input_ids"].shape[1]
    # One worker takes the two workers' last checkpoint one step on: the loss before that step is the exported model's.
    shutil.copytree(folder.parent, tmp_path / "run")
    next_step = alone(tmp_path / "run", steps=25)[-1]
    rows = rows_of_step(24, packed.per_step, len(packed.feed))
    with torch.no_grad():
        loss = PackedLoss(model.train())(**collate(packed.feed, rows, tokenizer.pad_token_id))
    assert next_step["step"] == 24
    assert loss.item() / next_step["supervised_tokens"] == pytest.approx(next_step["loss"], rel=1e-6)


def test_the_model_card_states_origin_and_access(packed: Packed, trained: dict[str, Any]) -> None:
    card = (Path(trained["model"]) / "README.md").read_text()
    for said in (
        trained["run"],
        trained["training"],
        packed.plan.id,
        "Access class of the training data: dua",
        "| gold.instructions | 0 |",
    ):
        assert said in card
    runs = packed.lake.arrow.read("ops.runs", columns=["run_id", "job"]).to_pylist()
    assert {"run_id": trained["run"], "job": "train"} in runs


#: The training takes its time from the first checkpoint on, two passes a step.
SLOWLY = {"MEDSLAKE_PLUGINS": str(Path(__file__).parent / "plugins"), "MEDSLAKE_FAULT": "slow:0:12"}
DRIVER = """
import sys
from medslake.lake import open_lake
from medslake.recipes import Recipe
from medslake.train.run import train
import json
fields = {name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(sys.argv[3]).items()}
train(open_lake(sys.argv[1]), Recipe(**fields), out=sys.argv[2], accelerator="faulty")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Ray ends its processes with their driver on Linux only")
def test_a_killed_training_goes_on_to_the_same_losses(packed: Packed, trained: dict[str, Any], ray_local: Any, tmp_path: Path) -> None:
    recipe = json.dumps(dataclasses.asdict(packed.recipe))
    environment = {k: v for k, v in os.environ.items() if k != "RAY_ADDRESS"} | SLOWLY
    with (tmp_path / "driver.log").open("w") as log:
        driver = subprocess.Popen(
            [sys.executable, "-c", DRIVER, packed.lake.root, str(tmp_path / "out"), recipe], stdout=log, stderr=log, env=environment
        )
    folder = tmp_path / "out" / Path(trained["model"]).parent.name
    try:
        deadline = time.monotonic() + 600
        while not newest(folder / "checkpoints"):
            assert driver.poll() is None, (tmp_path / "driver.log").read_text()[-2000:]
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        os.kill(driver.pid, signal.SIGKILL)
        driver.wait()
    # Its workers end with it.
    seen = -1
    while seen != (seen := len(StepLog.read(folder / "steps.jsonl"))):
        time.sleep(2)
    assert not (folder / "model").exists()
    resumed = train(packed.lake, packed.recipe, out=tmp_path / "out")
    assert 0 < resumed["resumed_from"] < 24
    assert resumed["training"] == trained["training"]
    for key in ("loss", "grad_norm", "lr"):
        assert [line[key] for line in steps_of(resumed["model"])] == [line[key] for line in steps_of(trained["model"])]
    files = [Path(m) / "model-00001-of-00001.safetensors" for m in (resumed["model"], trained["model"])]
    assert files[0].read_bytes() == files[1].read_bytes()
