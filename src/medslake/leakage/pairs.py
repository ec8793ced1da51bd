"""Tests that compare two rows: rows that share a hash become a candidate pair, and what met is scored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medslake.leak_tests.base import LeakTest
from medslake.leakage.candidates import Candidates, by_test, looked_at
from medslake.leakage.policy import Policy

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["paired"]


def paired(candidates: Candidates, tests: Sequence[LeakTest], policy: Policy) -> DataFrame:
    """test, by_text, side, left, right, score, part of every pair that hits; part is the score."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    own = candidates.met.where(F.col("test").isin([t.name for t in tests]))
    of_set = Window.partitionBy("test", "scope", "set", "hash").orderBy("id")
    nominee = f"place <= {by_test(tests, 'nominees')} as nominee"
    told = own.withColumn("place", F.row_number().over(of_set)).selectExpr(*own.columns, nominee)
    left = told.where(looked_at(tests, policy))
    left = left.selectExpr("test", "scope", "hash", "id as left", "set as left_set", "side", "nominee as left_nominee")
    right = told.where("side = 'bench'").selectExpr("test", "scope", "hash", "id as right", "set as right_set", "nominee")
    met = left.join(right, ["test", "scope", "hash"]).where("left_set <> right_set and (nominee or left_nominee)")
    texts = F.struct("key", "tokens", "records")
    known = candidates.rows.select("id", texts.alias("text"))
    # Pairs are small and what is scored is not, so they go to all workers.
    tasks = int(str(met.sparkSession.conf.get("spark.sql.shuffle.partitions")))
    pairs = met.select("test", "side", "left", "right").distinct().repartition(tasks)
    pairs = pairs.join(known.toDF("left", "l"), "left").join(known.toDF("right", "r"), "right")
    score, by_text, least = (by_test(tests, field) for field in ("score", "by_text", "threshold"))
    scored = pairs.selectExpr(
        "test", f"{by_text} as by_text", "side", "left", "right", f"cast({score} as double) as score", f"{least} as least"
    )
    return scored.where("score >= least").drop("least").withColumn("part", F.col("score"))
