"""Rows of all sides through the leak tests: one plan for all tests and sides, a verdict for every row that hits.

Rows become marks, marks of one test and scope meet by a hash join, and what met is scored. Only marks that a benchmark row has are kept
before anything is counted, so that on clean data nearly nothing of a large training side is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medslake import registry
from medslake.lake.access import sql_highest
from medslake.leakage.base import LeakTest

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from medslake.leakage.policy import Policy

__all__ = ["Leak", "compare", "order"]

_WHAT = {"train": "training instance", "shot": "shot", "bench": "benchmark instance"}
#: What a policy's action is called in a verdict.
VERDICTS = {"tag": "tagged", "note": "noted"}


@dataclass(frozen=True)
class Leak:
    """One verdict: a row of some side that hits a benchmark row; fields as in ops.contamination."""

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
    prompt: str | None = None

    def __str__(self) -> str:
        says = registry.get("leak_test", self.test).says.format(score=f"{100 * self.score:.0f} %")
        return (
            f"{_WHAT[self.side]} {self.train_instance_id} ({self.train_task_id}, source {self.source}, file {self.train_file}, row "
            f"{self.train_row}) {says} benchmark instance {self.bench_instance_id} ({self.bench_task_id}, file {self.bench_file}, row "
            f"{self.bench_row})"
        )


def compare(rows: DataFrame, tests: Sequence[LeakTest], policy: Policy, on_fault: str) -> list[Leak]:
    """Leaks between rows of any sides and those of side bench, all in one frame of `medslake.leakage.rows`.

    Every row that hits is named once for each test and side, with the benchmark row that it is nearest to, and every benchmark row that is
    hit once, with the row nearest to it. on_fault: action of verdicts whose policy is block or drop.
    """
    if not tests:
        return []
    # Each step is computed at once and its plan cut off: on small lakes planning is what takes the time, and every further join would
    # have the plans of all steps before it analysed again.
    known = _represented(rows).localCheckpoint()
    marks = _marks(known, tests).localCheckpoint()
    pairs = _scored(known, marks, tests).localCheckpoint()
    table = _verdicts(known, pairs).toArrow()
    found = []
    for row in table.to_pylist():
        action = policy.actions[row["test"], row["side"]]
        if action != "off":
            found.append(Leak(**row, action=VERDICTS.get(action, on_fault)))
    return sorted(found, key=order)


def _represented(rows: DataFrame) -> DataFrame:
    """With `rep`, the id of the row that stands for all rows of its set with the same text."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    same = Window.partitionBy("scope", "set", "key").orderBy("instance_id", "id")
    return rows.withColumn("rep", F.first("id").over(same))


def _verdicts(rows: DataFrame, pairs: DataFrame) -> DataFrame:
    """The fields of Leak but action and prompt. A text is judged once; here its verdict goes to every row that has it."""
    from pyspark.sql import functions as F

    facts = F.struct("instance_id", "task_id", "side", "source", "access", "file", "row")
    named = "inline(array(struct(true as by_text, rep as id), struct(false as by_text, id as id)))"
    members = rows.select(facts.alias("facts"), F.expr(named)).select("by_text", "id", "facts")
    one = rows.select("id", facts.alias("facts"))
    by_left = _nearest(pairs, "left", "right").join(members.toDF("by_text", "left", "l"), ["by_text", "left"])
    by_right = _nearest(pairs, "right", "left").join(members.toDF("by_text", "right", "r"), ["by_text", "right"])
    both = by_left.join(one.toDF("right", "r"), "right").select("test", "score", "l", "r")
    both = both.unionByName(by_right.join(one.toDF("left", "l"), "left").select("test", "score", "l", "r"))
    return both.distinct().selectExpr(
        "l.instance_id as train_instance_id",
        "l.task_id as train_task_id",
        "r.instance_id as bench_instance_id",
        "r.task_id as bench_task_id",
        "l.side as side",
        "test",
        "score",
        "l.source as source",
        "l.file as train_file",
        "l.row as train_row",
        "r.file as bench_file",
        "r.row as bench_row",
        f"{sql_highest('l.access', 'r.access')} as access",
    )


def _marks(rows: DataFrame, tests: Sequence[LeakTest]) -> DataFrame:
    """test, id, scope, set, side, mark, nominee, common: the marks of all rows that some benchmark row of the same scope has."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    told = [
        f"transform({f'if(id = rep, {t.marks}, array())' if t.by_text else t.marks}, m -> struct('{t.name}' as test, m as mark))"
        for t in tests
    ]
    every = rows.selectExpr("id", "scope", "set", "side", f"inline(concat({', '.join(told)}))")
    asked = every.where("side = 'bench'").select("test", "scope", "mark").distinct()
    of_set = Window.partitionBy("test", "scope", "set", "mark")
    kept = every.join(asked, ["test", "scope", "mark"], "left_semi")
    counted = kept.withColumns({"place": F.row_number().over(of_set.orderBy("id")), "n_set": F.count(F.lit(1)).over(of_set)})
    nominee = f"place <= {_case('test', {t.name: str(t.nominees) for t in tests})}"
    common = f"n_set > {_case('test', {t.name: str(t.common or 'null') for t in tests})}"
    return counted.selectExpr("test", "id", "scope", "set", "side", "mark", f"{nominee} as nominee", f"coalesce({common}, false) as common")


def _scored(rows: DataFrame, marks: DataFrame, tests: Sequence[LeakTest]) -> DataFrame:
    """test, by_text, side, left, right, score of every pair that hits."""
    from pyspark.sql import functions as F

    # What is common in some set is common everywhere, shots included.
    common = marks.where("common").select("test", "mark").distinct()
    told = marks.join(common, ["test", "mark"], "left_anti") if any(t.common is not None for t in tests) else marks
    left = told.selectExpr("test", "scope", "mark", "id as left", "set as left_set", "side", "nominee as left_nominee")
    right = told.where("side = 'bench'").selectExpr("test", "scope", "mark", "id as right", "set as right_set", "nominee")
    met = left.join(right, ["test", "scope", "mark"]).where("left_set <> right_set and (nominee or left_nominee)")
    shared = met.groupBy("test", "side", "left", "right").agg(F.count(F.lit(1)).alias("n"))
    sizes = right.groupBy("test", "right").agg(F.count(F.lit(1)).alias("r_marks"))
    texts = F.struct("key", "tokens", "records")
    known = rows.select("id", texts.alias("text"))
    pairs = shared.join(sizes, ["test", "right"]).join(known.toDF("left", "l"), "left").join(known.toDF("right", "r"), "right")
    score = _case("test", {t.name: t.score for t in tests})
    least = _case("test", {t.name: str(t.threshold) for t in tests})
    by_text = _case("test", {t.name: str(t.by_text).lower() for t in tests})
    scored = pairs.selectExpr(
        "test", f"{by_text} as by_text", "side", "left", "right", f"cast({score} as double) as score", f"{least} as least"
    )
    return scored.where("score >= least").drop("least")


def _case(of: str, branches: Mapping[str, str]) -> str:
    return " ".join([f"case {of}", *[f"when '{name}' then {sql}" for name, sql in branches.items()], "end"])


def _nearest(pairs: DataFrame, of: str, other: str) -> DataFrame:
    """For each test, side and row `of`: the pair of highest score, of equal ones the first by the other row's id."""
    from pyspark.sql import functions as F

    best = F.min(F.struct((-F.col("score")).alias("minus"), F.col(other))).alias("best")
    found = pairs.groupBy("test", "by_text", "side", of).agg(best)
    return found.select("test", "by_text", of, f"best.{other}", (-F.col("best.minus")).alias("score"))


def order(leak: Leak) -> tuple[str, ...]:
    """Sort key: by benchmark row, side, test and the row that gives it away."""
    return (leak.bench_task_id, leak.bench_instance_id, leak.side, leak.test, leak.train_task_id, leak.train_instance_id)
