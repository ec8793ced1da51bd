"""The evaluation: its numbers are those of the instances alone, and the training does not notice it."""

from __future__ import annotations

import dataclasses
import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from training_corpus import Aside, Packed

from medslake import registry
from medslake.train.evaluation import Evaluation
from medslake.train.logs.steplog import StepLog
from medslake.train.packs.feed import Feed
from medslake.train.saved.checkpoints import Checkpoints
from medslake.train.sharding import load_weights, sharded

Alone = Callable[..., list[dict[str, Any]]]


def evaluations(folder: Path) -> list[dict[str, Any]]:
    return StepLog.read(folder / "evaluations.jsonl")


def untimed(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in line.items() if k != "seconds"} for line in lines]


@pytest.mark.parametrize(("micro_rows", "layout"), [(1, "rows"), (4, "rows"), (4, "flat")])
def test_loss_per_domain_is_that_of_the_instances_alone(
    packed: Packed, aside: Aside, single_rank: None, tmp_path: Path, micro_rows: int, layout: str
) -> None:
    from transformers import AutoModelForCausalLM

    accelerator = dataclasses.replace(registry.get("accelerator", "cpu"), layout=layout)
    model = sharded(packed.plan.model, packed.recipe, accelerator)
    load_weights(model, packed.plan.model, Checkpoints(tmp_path, keep=1).group)
    found = Evaluation(aside.held_out, accelerator, micro_rows=micro_rows, pad=5).run(model, 0)

    plain = AutoModelForCausalLM.from_pretrained(packed.plan.model, dtype=torch.float32)
    feed = Feed.open(aside.held_out.feed)
    domain = iter(aside.held_out.domains)
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0, 0])
    for row in range(len(feed)):
        tokens, segments = feed.row(row)
        for start, size, prompt in segments.tolist():
            labels = torch.tensor(tokens[start : start + size].astype("int64"))[None]
            with torch.no_grad():
                mean = plain(input_ids=labels, labels=labels.masked_fill(torch.arange(size) < prompt, -100)).loss.item()
            of = sums[next(domain)]
            of[0], of[1], of[2] = of[0] + mean * (size - prompt), of[1] + size - prompt, of[2] + 1
    assert found["step"] == 0
    assert found["domains"] == {
        name: {"loss": pytest.approx(total / count, rel=1e-5), "tokens": count, "instances": n} for name, (total, count, n) in sums.items()
    }
    assert found["loss"] == pytest.approx(sum(s[0] for s in sums.values()) / sum(s[1] for s in sums.values()), rel=1e-5)
    assert len(sums) == 2 and found["domains"]["Exam"]["loss"] != found["domains"]["Academical Papers"]["loss"]


def test_the_training_does_not_notice(alone: Alone, aside: Aside, tmp_path: Path) -> None:
    plain = alone(tmp_path / "plain", steps=5)
    watched = alone(tmp_path / "watched", held_out=aside.held_out, steps=5, eval_every=2)
    for key in ("loss", "grad_norm", "lr"):
        assert [line[key] for line in watched] == [line[key] for line in plain]
    seen = evaluations(tmp_path / "watched")
    assert [line["step"] for line in seen] == [0, 2, 4, 5]
    assert seen[-1]["loss"] < seen[0]["loss"]
    assert not evaluations(tmp_path / "plain")
    exported = [next((tmp_path / name / "weights").glob("*.safetensors")).read_bytes() for name in ("plain", "watched")]
    assert exported[0] == exported[1]


def test_a_resumed_run_has_every_evaluation_once(alone: Alone, aside: Aside, tmp_path: Path) -> None:
    fields = {"held_out": aside.held_out, "steps": 6, "eval_every": 2, "checkpoint_every": 2, "keep": 3}
    alone(tmp_path / "whole", **fields)
    broken = tmp_path / "broken"
    shutil.copytree(tmp_path / "whole", broken)
    # As after a crash behind the evaluation of step 4, before its checkpoint.
    for step in (4, 6):
        shutil.rmtree(broken / "checkpoints" / f"step_{step:08d}")
    for name, kept in (("steps", 4), ("evaluations", 3)):
        log = broken / f"{name}.jsonl"
        log.write_text("".join(log.read_text().splitlines(keepends=True)[:kept]))
    alone(broken, **fields)
    assert untimed(evaluations(broken)) == untimed(evaluations(tmp_path / "whole"))
    assert [line["step"] for line in evaluations(broken)] == [0, 2, 4, 6]
