"""Final messages, letter by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medslake.bench.prompts import fewer_shots, messages
from medslake.errors import UnknownName

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SHOTS = [("q1", "a1"), ("q2\nmore", "a2")]
SENTENCE = "Please learn from the few-shot cases to see what content you have to output."


def made(spark: SparkSession, prompt: str, shots: list[tuple[str, str]]) -> list[tuple[str, str]]:
    from pyspark.sql import functions as F

    schema = "d string, x string, shots array<struct<input: string, output: string>>"
    frame = spark.createDataFrame([("Answer the question.", "q3", shots)], schema)
    row = frame.select(messages(prompt, F.col("d"), F.col("x"), F.col("shots")).alias("m")).collect()[0]
    return [(turn["role"], turn["content"]) for turn in row["m"]]


def test_paper_with_shots(spark: SparkSession) -> None:
    assert made(spark, "paper", SHOTS) == [
        (
            "system",
            "Input:\nq1\n\nOutput:\na1\n\n\nInput:\nq2\nmore\n\nOutput:\na2\n\n\nAnswer the question." + SENTENCE,
        ),
        ("user", "Input:\nq3\nOutput:\n"),
    ]


def test_paper_without_shots_is_the_definition_alone(spark: SparkSession) -> None:
    assert made(spark, "paper", []) == [("system", "Answer the question."), ("user", "Input:\nq3\nOutput:\n")]


def test_chat_gives_every_shot_two_turns(spark: SparkSession) -> None:
    assert made(spark, "chat", SHOTS) == [
        ("system", "Answer the question."),
        ("user", "q1"),
        ("assistant", "a1"),
        ("user", "q2\nmore"),
        ("assistant", "a2"),
        ("user", "q3"),
    ]
    assert made(spark, "chat", []) == [("system", "Answer the question."), ("user", "q3")]


@pytest.mark.parametrize("prompt", ["paper", "chat"])
def test_shots_go_last_first_as_the_token_budget_lets_them_go(spark: SparkSession, prompt: str) -> None:
    def turns(count: int) -> list[dict[str, str]]:
        return [{"role": role, "content": content} for role, content in made(spark, prompt, SHOTS[:count])]

    shots = [{"input": given, "output": wanted} for given, wanted in SHOTS]
    assert fewer_shots(prompt, turns(2), shots) == [turns(1), turns(0)]
    assert fewer_shots(prompt, turns(0), []) == []


def test_another_prompt_is_refused(spark: SparkSession) -> None:
    with pytest.raises(UnknownName, match="No prompt is named 'alpaca'"):
        made(spark, "alpaca", SHOTS)
