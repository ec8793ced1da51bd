"""Prompts within a token budget: shots go, last first, and the question never does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from medslake.bench.prompts import PROMPTS
from medslake.bench.rows import Setting, within_budget

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SHOTS = [(f"s{n}", f"shot {n} " + "x" * 400, f"answer {n}") for n in range(3)]
SCHEMA = "definition string, input string, shots array<struct<instance_id: string, input: string, output: string>>"


def fitted(spark: SparkSession, prompt: str, budgets: list[int], question: str) -> list[dict[str, Any]]:
    rows = spark.createDataFrame([("Answer.", question, SHOTS)], SCHEMA).coalesce(1)
    frames = [within_budget(rows, Setting(prompt=prompt, budget=budget)) for budget in budgets]
    whole = frames[0]
    for frame in frames[1:]:
        whole = whole.union(frame)
    return [row.asDict(recursive=True) for row in whole.collect()]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_longest_prompt_within_the_budget_is_taken(spark: SparkSession, prompt: str) -> None:
    budgets = [10_000, 400, 300, 150, 1]
    found = fitted(spark, prompt, budgets, "Which question, 发热?")
    kept = [[shot["instance_id"] for shot in row["shots"]] for row in found]
    assert kept == [["s0", "s1", "s2"], ["s0", "s1", "s2"], ["s0", "s1"], ["s0"], []]
    assert [row["shots_cut"] for row in found] == [0, 0, 1, 2, 3]
    for row, budget in zip(found, budgets, strict=True):
        sizes = [-(-len(turn["content"].encode()) // 4) + 4 for turn in row["messages"]]
        assert row["prompt_tokens"] == sum(sizes)
        assert row["prompt_tokens"] <= budget or not row["shots"]
        assert "Which question, 发热?" in row["messages"][-1]["content"]
        text = "".join(turn["content"] for turn in row["messages"])
        assert [f"shot {n} " in text for n in range(3)] == [f"s{n}" in [s["instance_id"] for s in row["shots"]] for n in range(3)]
