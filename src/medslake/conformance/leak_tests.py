"""Leak tests: their examples, each in a scope of its own, through the gate's own comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isclose
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from medslake.conformance.scratch import Scratch
from medslake.leak_tests.base import LeakTest
from medslake.leakage.compare import compare
from medslake.leakage.policy import Policy
from medslake.leakage.rows import rows_of
from medslake.plugins import reason

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["findings"]

#: What every row has, columns that an example gives aside.
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("scope", "instance_id", "task_id", "input", "source", "access", "subject_id")),
        ("record_ids", pa.list_(pa.string())),
        ("origin", pa.struct([("file", pa.string()), ("sha256", pa.string()), ("row", pa.int64())])),
    ]
)


def findings(tests: Mapping[str, LeakTest], scratch: Scratch) -> dict[str, list[str]]:
    try:
        one = _scores(tests, scratch, 1)
        seven = _scores(tests, scratch, 7)
    except Exception as error:
        if len(tests) > 1:
            return {name: findings({name: test}, scratch)[name] for name, test in tests.items()}
        return {name: [f"The examples cannot be compared. {reason(error)}"] for name in tests}
    found = {name: list(_compared(test, one[name])) for name, test in tests.items()}
    for name in tests:
        if one[name] != seven[name]:
            found[name].append("Its scores depend on how Spark partitions the rows.")
    return found


def _compared(test: LeakTest, scores: Mapping[str, float]) -> Iterator[str]:
    for number, example in enumerate(test.examples, start=1):
        score = scores.get(f"{test.name} {number}")
        if (score is None) != (example.score is None) or (
            score is not None and example.score is not None and not isclose(score, example.score, abs_tol=1e-9)
        ):
            yield f"Example {number} scores {_said(score)}, and {_said(example.score)} is expected."


def _said(score: float | None) -> str:
    return "no hit" if score is None else f"{score:.4f}"


def _scores(tests: Mapping[str, LeakTest], scratch: Scratch, partitions: int) -> dict[str, dict[str, float]]:
    """Test -> example -> score of the row that the example compares, of those that hit."""
    left, right = [], []
    for test in tests.values():
        for number, example in enumerate(test.examples, start=1):
            scope = f"{test.name} {number}"
            left += [_row(f"{scope} {n}", scope, row) for n, row in enumerate((example.left, *example.others))]
            right.append(_row(scope, scope, example.right))
    with scratch.partitions(partitions):
        sides = [_frame(scratch, rows, side, partitions) for rows, side in ((left, "train"), (right, "bench"))]
        # Looked at on the side of train, whatever the test does there by itself.
        policy = Policy.of([f"{name}=tag" for name in tests])
        leaks = compare(sides[0].unionByName(sides[1]), list(tests.values()), policy, "found")
    scores: dict[str, dict[str, float]] = {name: {} for name in tests}
    for leak in leaks:
        if leak.side == "train" and leak.train_instance_id == f"{leak.bench_instance_id} 0":
            scores[leak.test][leak.bench_instance_id] = leak.score
    return scores


def _row(name: str, scope: str, given: Mapping[str, Any]) -> dict[str, Any]:
    origin = {"file": "example", "sha256": name, "row": 1}
    shared = {"task_id": "example", "source": "example", "access": "public", "record_ids": [], "origin": origin}
    return {"input": "", "subject_id": None, **shared, "instance_id": name, "scope": scope, **given}


def _frame(scratch: Scratch, rows: list[dict[str, Any]], side: str, partitions: int) -> DataFrame:
    frame = scratch.spark.createDataFrame(pa.Table.from_pylist(rows, schema=_SCHEMA))
    return rows_of(frame.repartition(partitions, "instance_id"), side, scope="scope")
