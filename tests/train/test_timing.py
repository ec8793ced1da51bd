from __future__ import annotations

import dataclasses
import time

import pytest
import torch
from training_corpus import Packed

from medslake import registry
from medslake.planning.shapes import shape_of
from medslake.train.sharding import sharded
from medslake.train.timing import PARTS, Laps, Meter, flops_per_token


def test_parts_add_up_and_wait_for_the_device_where_asked() -> None:
    waited: list[str] = []
    laps = Laps(lambda: (time.sleep(0.02), waited.append("waited"))[0])
    time.sleep(0.01)
    laps.lap("data")
    laps.lap("forward_backward", finished=True)
    laps.lap("data")
    assert waited == ["waited"]
    assert laps.parts["data"] >= 0.01 and laps.parts["forward_backward"] >= 0.02 and laps.parts["optimizer"] == 0
    assert sum(laps.parts.values()) == pytest.approx(laps.seconds)


def test_mfu_is_counted_as_plan_counts(packed: Packed, single_rank: None) -> None:
    cpu = registry.get("accelerator", "cpu")
    model = sharded(packed.plan.model, packed.recipe, cpu)
    shape = shape_of(str(packed.plan.model))
    assert flops_per_token(model) == shape.flops_per_token
    chip = dataclasses.replace(cpu, device_name=lambda: "Some Chip 9 rev B", peak_flops={"Chip9": 1e12, "Chip": 1.0})
    laps = Laps(lambda: None)
    time.sleep(0.01)
    laps.lap("data")
    found = Meter(model, chip, 4).metrics(1000, 900, laps)
    assert found["mfu"] == pytest.approx(shape.flops_per_token * 1000 / laps.seconds / 4e12)
    assert found["tokens_per_second"] == pytest.approx(1000 / found["seconds"])
    assert found["fill"] == 0.9 and found["peak_memory"] > 50 << 20
    assert {f"{part}_seconds" for part in PARTS} <= set(found)
    assert Meter(model, cpu, 4).metrics(1000, 900, laps)["mfu"] is None


def test_frozen_parameters_cost_four() -> None:
    model = torch.nn.Linear(10, 5)
    model.weight.requires_grad_(False)
    assert flops_per_token(model) == 4 * 50 + 6 * 5
