"""From rows to hashes: which rows of any side share something with a benchmark row, by one hash join for all tests.

A large training side is looked at once: its hashes are dropped at once unless a benchmark row has them, so that on clean data nearly
nothing of it is left for the steps that follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

from medslake.leak_tests.base import SIDES, LeakTest
from medslake.leakage.policy import Policy

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

__all__ = ["Candidates", "by_test", "candidates", "looked_at"]

#: Up to so many distinct hashes of benchmark rows are held by every worker as a hash table (some 40 bytes each) instead of sorting the
#: hashes of all rows.
HELD = 20_000_000
_HASH = ("test", "scope", "hash")


class Candidates(NamedTuple):
    """rows: those that share a hash with a benchmark row, and all benchmark rows, with `rep`: id of the row that stands for all rows of its
    set with the same text. hashes: test, id, scope, set, side, templated, hash of these rows; those that say nothing (see
    LeakTest.common) are gone. met: the hashes that rows of several sets of a scope have."""

    rows: DataFrame
    hashes: DataFrame
    met: DataFrame


def candidates(every: DataFrame, tests: Sequence[LeakTest], policy: Policy) -> Candidates | None:
    """What is left to compare; None where no row of another set has a hash of a benchmark row, as on clean data.

    every: the rows, computed already.
    """
    from pyspark.sql import functions as F

    # Each step is computed at once and its plan cut off: on small lakes planning is what takes the time, and every further join would
    # have the plans of all steps before it analysed again.
    bench = _exploded(every.where("side = 'bench'"), tests, policy).localCheckpoint()
    asked = bench.select("hash").distinct()
    others = _exploded(every.where("side <> 'bench'"), tests, policy)
    kept = others.join(F.broadcast(asked) if asked.count() <= HELD else asked, "hash", "left_semi").localCheckpoint()
    both = bench.unionByName(kept.select(*bench.columns))
    sets = both.groupBy(*_HASH).agg(F.min("set").alias("first"), F.max("set").alias("last"))
    places = sets.where("first <> last").select(*_HASH).localCheckpoint()
    if places.isEmpty():
        return None
    touched = every.join(kept.select("id").distinct(), "id", "left_semi")
    known = _represented(every.where("side = 'bench'").unionByName(touched)).localCheckpoint()
    hashes = _telling(both, known, tests).localCheckpoint()
    return Candidates(known, hashes, hashes.join(places, [*_HASH], "left_semi").select(*hashes.columns).localCheckpoint())


def by_test(tests: Sequence[LeakTest], field: str) -> str:
    """SQL: that field of the test whose name stands in the column `test`."""
    return " ".join(["case test", *[f"when '{test.name}' then {getattr(test, field)}" for test in tests], "end"])


def looked_at(tests: Sequence[LeakTest], policy: Policy) -> str:
    """SQL: whether the policy has the test look at what a row of this side may give away.

    A template makes benchmark rows of different patients look alike, as it does training rows.
    """
    parts = []
    for test in tests:
        sides = ", ".join(f"'{side}'" for side in SIDES if policy.actions[test.name, side] != "off")
        unlike = " and not (side = 'bench' and templated)" if policy.actions[test.name, "encounter"] == "off" else ""
        parts.append(f"(test = '{test.name}' and side in ({sides or 'null'}){unlike})")
    return " or ".join(parts)


def _exploded(rows: DataFrame, tests: Sequence[LeakTest], policy: Policy) -> DataFrame:
    """test, id, scope, set, side, templated, hash of every row, by the tests that look at its side; of a benchmark row by all tests."""
    own = ("id", "scope", "set", "side", "templated")
    hashes, parts = [], []
    for test in tests:
        seen = ", ".join(f"'{side}'" for side in SIDES if side == "bench" or policy.actions[test.name, side] != "off")
        if test.function is None:
            hashes.append(f"if(side in ({seen}), transform({test.hashes}, m -> struct('{test.name}' as test, m as hash)), array())")
        else:
            numbers = rows.where(f"side in ({seen})").selectExpr(*own, f"{test.hashes} as hashes")
            mapped = numbers.mapInArrow(_mapping(test.function), numbers.schema)
            parts.append(mapped.selectExpr(*own, f"'{test.name}' as test", "explode(hashes) as hash"))
    if hashes:
        parts.append(rows.selectExpr(*own, f"inline(concat({', '.join(hashes)}))"))
    return reduce(lambda a, b: a.unionByName(b), parts)


def _mapping(function: Callable[[Any], pa.Array]) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def mapped(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            *own, hashes = batch.columns
            yield batch.from_arrays([*own, function(hashes)], names=batch.schema.names)

    return mapped


def _represented(rows: DataFrame) -> DataFrame:
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    same = Window.partitionBy("scope", "set", "key").orderBy("instance_id", "id")
    return rows.withColumn("rep", F.first("id").over(same))


def _telling(hashes: DataFrame, known: DataFrame, tests: Sequence[LeakTest]) -> DataFrame:
    """Without hashes of rows that another one stands for, and without what is common in some set, which is common everywhere."""
    from pyspark.sql import functions as F

    once = [t.name for t in tests if t.by_text]
    copies = known.where("id <> rep").select("id")
    if not copies.isEmpty():
        of_text = F.col("test").isin(once)
        hashes = hashes.where(of_text).join(copies, "id", "left_anti").select(*hashes.columns).unionByName(hashes.where(~of_text))
    limited = [t for t in tests if t.common is not None]
    if not limited:
        return hashes
    counted = hashes.where(F.col("test").isin([t.name for t in limited])).groupBy("test", "scope", "set", "hash").count()
    common = counted.where(f"count > {by_test(limited, 'common')}").select("test", "hash").distinct()
    return hashes.join(common, ["test", "hash"], "left_anti").select(*hashes.columns)
