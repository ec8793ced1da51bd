"""Low-rank adapters: they alone are trained and saved, resume bit for bit, and leave as plain weights and as peft's own files."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from ranks import on_ranks, one_rank
from training_corpus import FACTS, Packed, job_of

from medslake import registry
from medslake.errors import UsageError
from medslake.train.logs.steplog import StepLog
from medslake.train.loop import Job, run
from medslake.train.saved.export import finish_model
from medslake.train.sharding import optimizer_for, sharded, weights

pytestmark = pytest.mark.ranks
LORA = {"lora_rank": 3, "lora_alpha": 12.0, "lora_dropout": 0.1, "lr": 1e-2, "micro_rows": 1, "checkpointing": True}


def numbers(log: list[dict[str, Any]]) -> list[tuple[float, float]]:
    return [(line["loss"], line["grad_norm"]) for line in log]


@pytest.fixture(scope="module")
def job(packed: Packed, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """Six steps of adapters on one rank of this process. Four rows each, which stay whole on two ranks: dropout goes by rows."""
    recipe = dataclasses.replace(packed.recipe, steps=6, checkpoint_every=2, keep=3, **LORA)  # type: ignore[arg-type]
    return dataclasses.replace(job_of(packed, tmp_path_factory.mktemp("adapters") / "one", recipe), training="adapters", rows_per_step=4)


@pytest.fixture(scope="module")
def log(job: Job) -> list[dict[str, Any]]:
    with one_rank():
        run(job)
    return StepLog.read(job.folder / "steps.jsonl")


def test_they_begin_as_the_base_and_learn(job: Job, log: list[dict[str, Any]], single_rank: None, tmp_path: Path) -> None:
    full = dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, lora_rank=0), folder=tmp_path / "full", steps=1)
    run(full)
    assert log[0]["loss"] == pytest.approx(StepLog.read(full.folder / "steps.jsonl")[0]["loss"], rel=1e-6)
    assert log[-1]["loss"] < log[0]["loss"] - 0.1


def test_only_they_are_trained_and_the_base_is_kept_in_what_it_computes_in(packed: Packed, single_rank: None) -> None:
    cpu = registry.get("accelerator", "cpu")
    recipe = dataclasses.replace(packed.recipe, precision="bf16", **LORA)  # type: ignore[arg-type]
    for half in (True, False):
        model = sharded(packed.plan.model, recipe, dataclasses.replace(cpu, bf16=half))
        types = {("lora_" in name, value.dtype) for name, value in weights(model).items()}
        assert types == {(True, torch.float32), (False, torch.bfloat16 if half else torch.float32)}
        given = {id(p) for group in optimizer_for(model, recipe).param_groups for p in group["params"]}
        assert given == {id(p) for name, p in model.named_parameters() if "lora_" in name}


def test_checkpoints_hold_nothing_of_the_base_and_a_run_goes_on_bit_for_bit(
    job: Job, log: list[dict[str, Any]], single_rank: None, tmp_path: Path
) -> None:
    from torch.distributed.checkpoint import FileSystemReader

    at_4 = job.folder / "checkpoints" / "step_00000004"
    names = FileSystemReader(at_4).read_metadata().state_dict_metadata
    held = {n for n in names if n.startswith("model.")}
    assert len(held) == 2 * 2 * 7
    assert all("lora_" in n for n in held)
    size = sum(p.stat().st_size for p in at_4.iterdir())
    assert size < (job.model / "model.safetensors").stat().st_size / 2
    broken = dataclasses.replace(job, folder=tmp_path / "broken")
    shutil.copytree(at_4, broken.folder / "checkpoints" / at_4.name)
    shutil.copy2(job.folder / "steps.jsonl", broken.folder / "steps.jsonl")
    run(broken)
    assert numbers(StepLog.read(broken.folder / "steps.jsonl")) == numbers(log)
    exported = [next((j.folder / "weights").glob("*.safetensors")) for j in (job, broken)]
    assert exported[0].read_bytes() == exported[1].read_bytes()


def test_two_ranks_start_drop_and_learn_the_same(job: Job, log: list[dict[str, Any]], tmp_path: Path) -> None:
    # With rank 3 one of two ranks has the smaller part of A.
    two = dataclasses.replace(job, folder=tmp_path / "two")
    on_ranks(2, tmp_path, run, two)
    found = StepLog.read(two.folder / "steps.jsonl")
    assert found[0]["world_size"] == 2
    for mine, other in zip(numbers(found), numbers(log), strict=True):
        assert mine == pytest.approx(other, rel=1e-4)
    one, both = (_weights(j.folder / "weights") for j in (job, two))
    assert all(torch.allclose(one[name], both[name], atol=1e-4) for name in one)


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return {n: t for p in sorted(folder.glob("*.safetensors")) for n, t in load_file(p).items()}


def test_merged_weights_and_the_adapter_on_its_base_give_the_same_logits(job: Job, log: list[dict[str, Any]], tmp_path: Path) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    shutil.copytree(job.folder / "weights", tmp_path / "weights")
    finish_model(tmp_path / "weights", job.model, tmp_path / "model", FACTS, half=False)
    base, merged = (AutoModelForCausalLM.from_pretrained(p, dtype=torch.float32).eval() for p in (job.model, tmp_path / "model"))
    assert merged.state_dict().keys() == base.state_dict().keys()
    assert torch.equal(merged.model.embed_tokens.weight, base.model.embed_tokens.weight)
    assert all(not torch.equal(m.weight, b.weight) for m, b in zip(_linear(merged), _linear(base), strict=True))
    ids = torch.arange(6, 46)[None]
    with torch.no_grad():
        alone, together = base(ids).logits, merged(ids).logits
        adapted = PeftModel.from_pretrained(base, str(tmp_path / "model" / "adapter")).eval()(ids).logits
    assert (together - alone).abs().max() > 1e-2
    assert torch.allclose(adapted, together, atol=1e-4)


def _linear(net: Any) -> list[Any]:
    return [m for m in net.model.layers.modules() if isinstance(m, torch.nn.Linear)]


def test_card_and_files_of_the_adapter_state_what_it_is(job: Job, log: list[dict[str, Any]], tmp_path: Path) -> None:
    shutil.copytree(job.folder / "weights", tmp_path / "weights")
    finish_model(tmp_path / "weights", job.model, tmp_path / "model", FACTS, half=False)
    adapter = tmp_path / "model" / "adapter"
    assert sorted(p.name for p in adapter.iterdir()) == ["README.md", "adapter_config.json", "adapter_model.safetensors"]
    config = json.loads((adapter / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"], config["lora_dropout"], config["peft_type"]) == (3, 12.0, 0.1, "LORA")
    assert config["target_modules"] == ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"]
    assert config["base_model_name_or_path"] == job.model.name
    for folder in (tmp_path / "model", adapter):
        card = (folder / "README.md").read_text()
        assert "rank 3, alpha 12, dropout 0.1, on down_proj" in card
        assert "Access class of the training data: dua" in card


def test_modules_are_a_choice_and_unknown_ones_are_told(packed: Packed, single_rank: None) -> None:
    cpu = registry.get("accelerator", "cpu")
    some = dataclasses.replace(packed.recipe, lora_rank=2, lora_targets=("q_proj", "v_proj"))
    model = sharded(packed.plan.model, some, cpu)
    assert {n.split(".")[-4] for n in weights(model) if "lora_" in n} == {"q_proj", "v_proj"}
    wrong = dataclasses.replace(some, lora_targets=("q_proj", "query"))
    with pytest.raises(UsageError, match=r"lora_targets names query; the model's layers have down_proj, gate_proj"):
        sharded(packed.plan.model, wrong, cpu)
