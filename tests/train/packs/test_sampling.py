"""Draws over instances that are made of arrays alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from medslake.errors import UsageError
from medslake.recipes import Recipe, by_task
from medslake.train.packs.instances import Definitions, Instances, sample
from medslake.train.packs.sampling import draw_definitions, draw_entries, draw_shots
from medslake.train.packs.seeding import digest64, digest_pieces, rank_within


def made(tasks: list[str], asked: list[int] | None = None, empty: tuple[int, ...] = ()) -> Instances:
    """One instance per task name; equal numbers in `asked` mean equal inputs."""
    ids = pa.array([f"i{n:05d}" for n in range(len(tasks))])
    none = np.zeros(len(tasks), np.int64)
    output = none + 3
    output[list(empty)] = 0
    names: Any = pa.array(tasks).dictionary_encode()
    public: Any = pa.array(["public"] * len(tasks)).dictionary_encode()
    inputs = np.array(asked if asked is not None else range(len(tasks)), np.uint64)
    return Instances(ids, names, public, digest64(ids), none, inputs, none, none + 5, none, output, none, output)


def recipe(**fields: Any) -> Recipe:
    return Recipe(name="r", about="A test.", model="tiny", **fields)


def index(tasks: list[str]) -> pa.Table:
    return pa.table({"instance_id": [f"i{n:05d}" for n in range(len(tasks))], "task_id": tasks})


def test_caps_and_limit_keep_a_seeded_sample_in_order_of_id() -> None:
    tasks = ["task11", "task57", "task57", "task12"] * 50
    shuffled = index(tasks).take(pa.array(np.random.default_rng(0).permutation(200)))
    capped = recipe(cap=30, caps=("task57:70",))
    kept = sample(shuffled, capped)
    assert Counter(kept["task_id"].to_pylist()) == {"task11": 30, "task12": 30, "task57": 70}
    assert kept["instance_id"].to_pylist() == sorted(kept["instance_id"].to_pylist())
    assert kept.equals(sample(index(tasks), capped))
    assert not kept.equals(sample(index(tasks), replace(capped, seed=43)))
    assert Counter(sample(shuffled, recipe(caps=("task57:10",)))["task_id"].to_pylist()) == {"task11": 50, "task12": 50, "task57": 10}
    small = sample(shuffled, recipe(limit=25, cap=30))
    assert small.num_rows == 25
    assert set(small["instance_id"].to_pylist()) <= set(sample(shuffled, recipe(cap=30))["instance_id"].to_pylist())


def test_weights_repeat_and_sample_exactly() -> None:
    instances = made(["task11", "task12", "task57", "task57"] * 25)
    weights = {"task12": 2.0, "task57": 0.3, "task11": 0.0}
    drawn = [draw_entries(instances, weights, 42, epoch)[0] for epoch in (0, 1, 0)]
    for at in drawn:
        assert Counter(np.array(instances.task_names)[instances.task_codes[at]].tolist()) == {"task12": 50, "task57": 15}
        assert (np.diff(at) >= 0).all()
    assert np.array_equal(drawn[0], drawn[2])
    samples = [set(at.tolist()) & set(range(2, 100, 4)) | set(at.tolist()) & set(range(3, 100, 4)) for at in drawn]
    assert samples[0] != samples[1]
    at, key = draw_entries(instances, weights, 42, 0)
    twice = at[np.r_[False, at[1:] == at[:-1]]]
    assert twice.size == 25
    assert np.unique(key).size == key.size  # a repetition draws its own definition and shots
    whole, keys = draw_entries(instances, {}, 42, 0)
    assert np.array_equal(whole, np.arange(100)) and np.array_equal(keys, instances.key)
    assert np.array_equal(draw_entries(instances, {"task99": 3.0}, 42, 0)[0], whole)


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_the_share_of_few_shot_instances_and_their_number_of_shots(share: float) -> None:
    instances = made(["task11", "task57"] * 2000)
    at = np.arange(4000)
    shots = draw_shots(instances, at, instances.key, recipe(few_shot=share, shots=3), 0)
    count = (shots >= 0).sum(axis=1) if shots.size else np.zeros(4000)
    assert (count > 0).mean() == pytest.approx(share, abs=0.03)
    for number in (1, 2, 3):
        assert (count == number).mean() == pytest.approx(share / 3, abs=0.03)


def test_shots_are_others_of_the_task_with_other_inputs() -> None:
    draw = np.random.default_rng(3)
    tasks = [["task11", "task12", "task57"][n] for n in draw.integers(0, 3, 600)]
    asked = draw.integers(0, 40, 600).tolist()
    instances = made(tasks, asked, empty=(0, 1, 2, 3))
    at = np.r_[np.arange(600), np.arange(100)]
    key = np.r_[instances.key, instances.key[:100] + np.uint64(1)]
    settings = recipe(few_shot=1.0, shots=4)
    shots = draw_shots(instances, at, key, settings, 0)
    assert (shots[:, 0] >= 0).all()
    assert not np.isin(shots, [0, 1, 2, 3]).any()  # nothing to be answered with
    for own, row in zip(at, shots, strict=True):
        shown = row[row >= 0]
        assert {tasks[s] for s in shown} == {tasks[own]}
        inputs = [asked[s] for s in shown] + [asked[own]]
        assert len(set(inputs)) == len(inputs)
    assert np.array_equal(shots, draw_shots(instances, at, key, settings, 0))
    assert (shots != draw_shots(instances, at, key, settings, 1))[:, 0].mean() > 0.95
    assert (shots[600:] != shots[:100])[:, 0].mean() > 0.95
    assert np.unique(shots[shots >= 0]).size > 500  # no favourites


def test_a_task_without_a_second_input_has_no_shots() -> None:
    instances = made(["task11", "task57", "task57", "task12"], [1, 2, 2, 3], empty=(3,))
    shots = draw_shots(instances, np.arange(4), instances.key, recipe(few_shot=1.0), 0)
    assert (shots == -1).all()


def test_definitions_by_table_by_draw_and_fixed() -> None:
    instances = made(["task11"] * 300)
    definitions = Definitions(pa.array(["a", "b", "c"]), np.zeros(3, np.int64), np.ones(3, np.int64), {"task11": np.arange(3)})
    at = np.r_[np.arange(300), np.arange(50)]
    key = np.r_[instances.key, instances.key[:50] + np.uint64(1)]

    def drawn(epoch: int, **fields: Any) -> np.ndarray:
        return draw_definitions(instances, at, key, definitions, recipe(**fields), epoch)

    assert (drawn(0)[:300] == 0).all() and len(set(drawn(0)[300:].tolist())) == 3
    assert not np.array_equal(drawn(1), drawn(2))
    assert (drawn(0, definitions="fixed") == 0).all() and (drawn(3, definitions="fixed") == 0).all()
    first = drawn(0, definitions="drawn")
    assert sorted(set(first.tolist())) == [0, 1, 2]
    assert not np.array_equal(first, drawn(0, definitions="drawn", seed=7))


def test_ranks_within_groups() -> None:
    assert rank_within(np.array([1, 0, 1, 1, 0]), np.array([5, 9, 3, 5, 1])).tolist() == [1, 1, 0, 2, 0]
    assert rank_within(np.array([], np.int64), np.array([], np.int64)).size == 0


def test_equal_runs_have_equal_digests() -> None:
    runs = [[1, 2, 3], [], [3, 2, 1], [1, 2, 3], [1, 2], [], [0, 1, 2, 3]]
    found = digest_pieces(np.array(list(chain.from_iterable(runs)), np.int32), np.array([len(r) for r in runs]))
    assert found[0] == found[3] and found[1] == found[5]
    assert len(set(found.tolist())) == 5


@pytest.mark.parametrize("entry", ["task12", "task12:", "task12:x", "task12:-1", ":2", "task12:inf", "task12:nan"])
def test_entries_by_task_are_told_when_wrong(entry: str) -> None:
    with pytest.raises(UsageError, match="takes task:number"):
        by_task("weights", [entry])


def test_wrong_mixes_are_refused() -> None:
    assert by_task("weights", ("task12:2", "task106:.5")) == {"task12": 2.0, "task106": 0.5}
    for fields, said in (
        ({"few_shot": 1.5}, "share between 0 and 1"),
        ({"weights": ("task12:1", "task12:2")}, "names task12 twice"),
        ({"caps": ("task12:0.5",)}, "whole numbers above 0"),
        ({"caps": ("task12:0",)}, "whole numbers above 0"),
        ({"shots": 0}, "must be above 0"),
        ({"definitions": "none"}, "must be one of table, drawn, fixed"),
    ):
        with pytest.raises(UsageError, match=said):
            recipe(**fields)
