"""Tests that compare a row with a whole side: what share of its hashes stands anywhere there, and in which rows.

A text that was cut up, or quoted by several rows, is seen as well as one that stands in a single row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medslake.leak_tests.base import LeakTest
from medslake.leakage.candidates import Candidates, by_test, looked_at
from medslake.leakage.policy import Policy

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["covered"]

_WHERE = ("test", "scope", "side")


def covered(candidates: Candidates, tests: Sequence[LeakTest], policy: Policy) -> DataFrame:
    """test, by_text, side, left, right, score, part: benchmark rows that hit, with the rows to blame.

    score: share of the hashes of `right` that stand on the side. part: that of `left` alone. To blame are, by part and then by id, the
    first rows without which the score would fall below the threshold.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    of_tests = F.col("test").isin([t.name for t in tests])
    own = candidates.met.where(of_tests)
    # Of the side of benchmark rows, a row's own set does not count: there is another set when the first or the last of them is another.
    holding = own.where(looked_at(tests, policy))
    places = holding.groupBy(*_WHERE, "hash").agg(F.min("set").alias("first"), F.max("set").alias("last"))
    right = own.where("side = 'bench'").selectExpr("test", "scope", "hash", "id as right", "set as right_set")
    shared = right.join(places, ["test", "scope", "hash"]).where("first <> right_set or last <> right_set")
    asked = candidates.hashes.where(of_tests & (F.col("side") == "bench")).withColumnRenamed("id", "right")
    sizes = asked.groupBy("test", "right").agg(F.count(F.lit(1)).alias("r_hashes"))
    score = (F.col("n") / F.col("r_hashes")).alias("score")
    threshold, by_text = by_test(tests, "threshold"), by_test(tests, "by_text")
    hits = shared.groupBy(*_WHERE, "right").agg(F.count(F.lit(1)).alias("n")).join(sizes, ["test", "right"])
    hits = hits.select(*_WHERE, "right", "r_hashes", score).where(f"score >= {threshold}")
    left = holding.selectExpr(*_WHERE, "hash", "id as left", "set as left_set")
    held = shared.join(hits, [*_WHERE, "right"]).join(left, [*_WHERE, "hash"]).where("left_set <> right_set")
    row = (*_WHERE, "right", "r_hashes", "score")
    held = held.select(*row, "hash", "left").localCheckpoint()
    counted = held.withColumn("n", F.count(F.lit(1)).over(Window.partitionBy(*row, "left")))
    first = Window.partitionBy(*row).orderBy(F.col("n").desc(), "left")
    ranked = counted.withColumn("rank", F.dense_rank().over(first))
    # A hash stands as long as one row that holds it stays: the last of them in this order.
    lasting = ranked.groupBy(*row, "hash").agg(F.max("rank").alias("last"))
    lasts = lasting.groupBy(*row).agg(F.sort_array(F.collect_list("last"), asc=False).alias("lasts"))
    blamed = lasts.selectExpr(*row, f"lasts[cast(ceil({threshold} * r_hashes) as int) - 1] as blamed")
    told = ranked.select(*row, "left", "n", "rank").distinct().join(blamed, list(row)).where("rank <= blamed")
    return told.selectExpr("test", f"{by_text} as by_text", "side", "left", "right", "score", "n / r_hashes as part")
