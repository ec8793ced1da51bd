"""Rows of all sides through the leak tests: one plan for all tests and sides, a verdict for every row that hits.

Rows become hashes (`medslake.leakage.candidates`); what shares hashes is compared row by row (`pairs`) or with a whole side (`coverage`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from medslake import registry
from medslake.lake.access import sql_highest
from medslake.leak_tests.base import LeakTest
from medslake.leakage.candidates import candidates
from medslake.leakage.checks import Compared
from medslake.leakage.coverage import covered
from medslake.leakage.pairs import paired

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.leakage.policy import Policy

__all__ = ["Leak", "compare", "order"]

_WHAT = {"train": "training instance", "encounter": "training instance", "shot": "shot", "bench": "benchmark instance"}
#: What a policy's action is called in a verdict.
VERDICTS = {"tag": "tagged", "note": "noted"}


@dataclass(frozen=True)
class Leak:
    """One verdict: a row of some side that gives a benchmark row away; fields as in ops.contamination."""

    train_instance_id: str
    train_task_id: str
    bench_instance_id: str
    bench_task_id: str
    side: str
    test: str
    score: float
    action: str
    source: str
    train_file: str
    train_row: int
    bench_file: str
    bench_row: int
    access: str
    part: float | None = None
    prompt: str | None = None

    def __str__(self) -> str:
        part = self.score if self.part is None else self.part
        says = registry.get("leak_test", self.test).says.format(score=f"{100 * self.score:.0f} %", part=f"{100 * part:.0f} %")
        return (
            f"{_WHAT[self.side]} {self.train_instance_id} ({self.train_task_id}, source {self.source}, file {self.train_file}, row "
            f"{self.train_row}) {says} benchmark instance {self.bench_instance_id} ({self.bench_task_id}, file {self.bench_file}, row "
            f"{self.bench_row})"
        )


def compare(
    rows: DataFrame, tests: Sequence[LeakTest], policy: Policy, on_fault: str, told: Callable[[Compared], None] | None = None
) -> list[Leak]:
    """Leaks between rows of any sides and those of side bench, all in one frame of `medslake.leakage.rows`.

    Every row that gives one away is named once for each test and side, with the benchmark row that it is nearest to (of which it holds
    most), and every benchmark row that is given away once, with the row nearest to it. on_fault: action of verdicts whose policy is block
    or drop. told: is given the rows that were looked at, by task and side.
    """
    if not tests:
        return []
    every = rows.localCheckpoint()
    if told is not None:
        counted = every.groupBy("task_id", "side").count().toArrow().to_pylist()
        told({(row["task_id"], row["side"]): row["count"] for row in counted})
    remaining = candidates(every, tests, policy)
    if remaining is None:
        return []
    two = [test for test in tests if test.score is not None]
    whole = [test for test in tests if test.score is None]
    hits = [*([paired(remaining, two, policy)] if two else []), *([covered(remaining, whole, policy)] if whole else [])]
    pairs = reduce(lambda a, b: a.unionByName(b), hits).localCheckpoint()
    found = []
    for row in _verdicts(remaining.rows, pairs).toArrow().to_pylist():
        action = policy.actions[row["test"], row["side"]]
        if action != "off":
            found.append(Leak(**row, action=VERDICTS.get(action, on_fault)))
    return sorted(found, key=order)


def _verdicts(rows: DataFrame, pairs: DataFrame) -> DataFrame:
    """The fields of Leak but action and prompt. A text is judged once; here its verdict goes to every row that has it."""
    from pyspark.sql import functions as F

    facts = F.struct("instance_id", "task_id", "side", "source", "access", "file", "row")
    named = "inline(array(struct(true as by_text, rep as id), struct(false as by_text, id as id)))"
    members = rows.select(facts.alias("facts"), F.expr(named)).select("by_text", "id", "facts")
    one = rows.select("id", facts.alias("facts"))
    by_left = _nearest(pairs, "left", "right").join(members.toDF("by_text", "left", "l"), ["by_text", "left"])
    by_right = _nearest(pairs, "right", "left").join(members.toDF("by_text", "right", "r"), ["by_text", "right"])
    told = ("test", "score", "part", "l", "r")
    both = by_left.join(one.toDF("right", "r"), "right").select(*told)
    both = both.unionByName(by_right.join(one.toDF("left", "l"), "left").select(*told))
    return both.distinct().selectExpr(
        "l.instance_id as train_instance_id",
        "l.task_id as train_task_id",
        "r.instance_id as bench_instance_id",
        "r.task_id as bench_task_id",
        "l.side as side",
        "test",
        "score",
        "part",
        "l.source as source",
        "l.file as train_file",
        "l.row as train_row",
        "r.file as bench_file",
        "r.row as bench_row",
        f"{sql_highest('l.access', 'r.access')} as access",
    )


def _nearest(pairs: DataFrame, of: str, other: str) -> DataFrame:
    """For each test, side and row `of`: the pair of the largest part, of equal ones the first by the other row's id."""
    from pyspark.sql import functions as F

    best = F.min(F.struct((-F.col("part")).alias("minus"), F.col(other), F.col("score"))).alias("best")
    found = pairs.groupBy("test", "by_text", "side", of).agg(best)
    return found.select("test", "by_text", of, f"best.{other}", "best.score", (-F.col("best.minus")).alias("part"))


def order(leak: Leak) -> tuple[str, ...]:
    """Sort key: by benchmark row, side, test and the row that gives it away."""
    return (leak.bench_task_id, leak.bench_instance_id, leak.side, leak.test, leak.train_task_id, leak.train_instance_id)
