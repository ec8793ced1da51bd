"""A question that one test set asks more than once: it is asked as it was published, and told as a verdict of `exact` on the side `bench`.

Inside a set only equal texts count: rows of one template, and of one person or document, are what many sets are made of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from medslake.lake.access import highest
from medslake.leak_tests.parts.normalise import key_of, normalised
from medslake.leakage.compare import VERDICTS, Leak

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.leakage.policy import Policy

__all__ = ["TOLD", "twins"]

TEST, SIDE = "exact", "bench"
#: Columns of gold.benchmark that say what is right.
TOLD = ("reference", "labels", "choices", "names")
#: What is right of a row, as a number: of free text another answer is right as well.
_ANSWER = "if(size(labels) > 0 or choices is not null or names is not null, xxhash64(reference), 0)"


def twins(benchmark: DataFrame, policy: Policy, on_fault: str) -> list[Leak]:
    """Verdicts on instances of one task with the same normal form of their input, in rows shaped like gold.benchmark.
    Rows of one input variant are compared: the other one asks the same again.

    Each such instance is named once with another of the same answer, and once with one of another answer where there is such: of these
    one answer is wrong, so they are tagged where the policy only notes. on_fault: as for `compare`.
    """
    from pyspark.sql import functions as F

    action = policy.actions.get((TEST, SIDE), "off")
    if action == "off":
        return []
    verdict = VERDICTS.get(action, on_fault)
    facts = (
        "instance_id",
        "task_id",
        "input_variant",
        "source",
        "access",
        F.col("origin.file").alias("file"),
        F.col("origin.row").alias("row"),
    )
    asked = benchmark.select(*facts, F.expr(_ANSWER).alias("answer"), normalised("input").alias("text")).where("text <> ''")
    member = F.struct("instance_id", "task_id", "source", "access", "file", "row", "answer")
    families = asked.groupBy("task_id", "input_variant", key_of("text").alias("key")).agg(
        F.sort_array(F.collect_set(member)).alias("members")
    )
    found = {}
    for family in families.where("size(members) > 1").select("members").toArrow().to_pylist():
        for one, same, other in _beside(family["members"]):
            if same is not None:
                found[one["instance_id"], same["instance_id"], verdict] = _leak(one, same, verdict)
            if other is not None:
                wrong = "tagged" if verdict == "noted" else verdict
                found[one["instance_id"], other["instance_id"], wrong] = _leak(one, other, wrong)
    return list(found.values())


def _beside(members: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any] | None]]:
    """Each instance with the first other one of the same answer, and the first of another answer."""
    instances: dict[str, dict[str, Any]] = {}
    for one in members:
        # Prompts and settings of a lake ask an instance several times, each with the class of its own shots.
        known = instances.setdefault(one["instance_id"], one)
        known["access"] = highest(known["access"], one["access"])
    answers: dict[int, list[dict[str, Any]]] = {}
    for one in instances.values():
        answers.setdefault(one["answer"], []).append(one)
    for one in instances.values():
        same = next((twin for twin in answers[one["answer"]] if twin is not one), None)
        other = next((twins[0] for answer, twins in answers.items() if answer != one["answer"]), None)
        yield one, same, other


def _leak(asked: dict[str, Any], twin: dict[str, Any], action: str) -> Leak:
    return Leak(
        train_instance_id=twin["instance_id"],
        train_task_id=twin["task_id"],
        bench_instance_id=asked["instance_id"],
        bench_task_id=asked["task_id"],
        side=SIDE,
        test=TEST,
        score=1.0,
        action=action,
        source=twin["source"],
        train_file=twin["file"],
        train_row=twin["row"],
        bench_file=asked["file"],
        bench_row=asked["row"],
        access=highest(asked["access"], twin["access"]),
        part=1.0,
    )
