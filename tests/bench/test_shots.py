"""Shots: how many, from where, never the row, and the same whatever the partitions are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from medslake.bench.shots import read_shots, shot_pool, with_shots
from medslake.errors import UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SCHEMA = "task_id string, instance_id string, input string, output string, access string"
Drawn = dict[str, dict[str, Any]]


def draw(spark: SparkSession, train: list[tuple[str, ...]], asked: list[tuple[str, ...]], k: int, *, parts: int = 1, **more: Any) -> Drawn:
    from pyspark.sql import functions as F

    shared = {"k": F.lit(k), "seed": F.lit(more.pop("seed", 7)).cast("bigint"), "input_variant": F.lit("paper")}
    pool_rows, rows = (spark.createDataFrame(of, SCHEMA).repartition(parts).withColumns(shared) for of in (train, asked))
    found = with_shots(rows, shot_pool(pool_rows, rows), **more).collect()
    return {r["instance_id"]: {"shots": [s["instance_id"] for s in r["shots"]], "access": r["access"]} for r in found}


def train_rows(count: int, task: str = "t1", access: str = "public") -> list[tuple[str, ...]]:
    return [(task, f"{task}-train-{n}", f"question {n} of {task}", f"answer {n}", access) for n in range(count)]


def asked_rows(count: int, task: str = "t1") -> list[tuple[str, ...]]:
    return [(task, f"{task}-test-{n}", f"asked {n} of {task}", "x", "public") for n in range(count)]


@pytest.fixture(scope="module")
def many(spark: SparkSession) -> Drawn:
    return draw(spark, train_rows(40) + train_rows(5, "t2", "dua"), asked_rows(30) + asked_rows(2, "t2"), 3)


def test_each_row_gets_k_different_shots_of_its_own_task(many: Drawn) -> None:
    assert len(many) == 32
    for row, drawn in many.items():
        assert len(set(drawn["shots"])) == 3
        assert all(shot.startswith(row.split("-")[0] + "-train") for shot in drawn["shots"])


def test_shots_differ_between_rows_and_cover_the_pool(many: Drawn) -> None:
    heads = {tuple(d["shots"]) for row, d in many.items() if row.startswith("t1")}
    used = Counter(shot for row, d in many.items() if row.startswith("t1") for shot in d["shots"])
    assert len(heads) > 15
    assert len(used) > 25


def test_the_class_of_a_row_counts_its_shots(many: Drawn) -> None:
    assert {d["access"] for row, d in many.items() if row.startswith("t2")} == {"dua"}
    assert {d["access"] for row, d in many.items() if row.startswith("t1")} == {"public"}


def test_partitions_change_nothing_and_the_seed_does(spark: SparkSession, many: Drawn) -> None:
    train, asked = train_rows(40) + train_rows(5, "t2", "dua"), asked_rows(30) + asked_rows(2, "t2")
    assert draw(spark, train[::-1], asked[::-1], 3, parts=5) == many
    assert draw(spark, train, asked, 3, seed=8) != many


def test_a_train_row_with_the_text_of_an_asked_row_is_never_a_shot(spark: SparkSession) -> None:
    train = [*train_rows(4), ("t1", "copy", "  ASKED 0, of t1!", "x", "public"), ("t1", "twin", "Question 0 of t1?", "y", "public")]
    found = draw(spark, train, asked_rows(8), 4)
    shots = [set(d["shots"]) for d in found.values()]
    assert all("copy" not in s for s in shots)
    # Of two train rows with one text only one is in the ring.
    assert all(len(s & {"twin", "t1-train-0"}) == 1 for s in shots)


def test_a_small_pool_gives_what_it_has(spark: SparkSession) -> None:
    found = draw(spark, train_rows(2), [*asked_rows(2), *asked_rows(1, "t3")], 5)
    assert sorted(len(d["shots"]) for d in found.values()) == [0, 2, 2]


def test_fixed_shots_are_the_same_for_all_rows(spark: SparkSession) -> None:
    found = draw(spark, train_rows(20), asked_rows(6), 3, fixed=True)
    assert len({tuple(d["shots"]) for d in found.values()}) == 1


def test_a_near_duplicate_is_passed_over_by_the_row_that_it_equals_nearly(spark: SparkSession) -> None:
    long = " ".join(f"finding {n} was seen in ward {n % 7}" for n in range(12))
    near = ("t1", "near", long.replace("finding 4", "result 4"), "x", "public")
    asked = [("t1", "t1-test-long", long, "x", "public"), *asked_rows(1)]
    found = draw(spark, [*train_rows(4), near], asked, 5)
    assert set(found["t1-test-long"]["shots"]) == {f"t1-train-{n}" for n in range(4)}
    assert set(found["t1-test-0"]["shots"]) == {"near", *(f"t1-train-{n}" for n in range(4))}
    # One shot is wanted: the next of the ring takes the place of the near-duplicate.
    assert len(draw(spark, [*train_rows(4), near], asked, 1)["t1-test-long"]["shots"]) == 1


@pytest.mark.parametrize(
    ("text", "told"), [(None, (None, False)), ("3", (3, False)), ("0", (0, False)), ("fixed", (None, True)), ("fixed:2", (2, True))]
)
def test_how_many_and_whether_fixed(text: str | None, told: tuple[int | None, bool]) -> None:
    assert read_shots(text) == told


@pytest.mark.parametrize("text", ["", "three", "-1", "fixed:", "fixed:x", "per-row", "3:fixed", "²"])
def test_what_is_no_number_of_examples_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="is no number of examples"):
        read_shots(text)
