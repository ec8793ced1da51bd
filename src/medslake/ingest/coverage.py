"""What the joins of a source's rules covered: rows of both sides without the other, and rows that disagree, from one Spark job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from medslake.errors import DataCheckFailed
from medslake.lake.quality.verdicts import CheckResult
from medslake.lake.storage.frames import united
from medslake.sources import Join, Source

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["Coverage", "judged"]

#: SQL over the keys of a join: rows of either side, in `alone` those of the left whose key is there with something else that must be the
#: same.
_COUNTS = {
    "left_rows": "here",
    "left_unmatched": "IF(there = 0 OR key IS NULL, here, 0)",
    "disagreed": "IF(there = 0 OR key IS NULL, 0, alone)",
    "right_rows": "there",
    "right_unmatched": "IF(here = 0 OR key IS NULL, there, 0)",
    "right_repeated": "IF(key IS NULL, 0, greatest(there - 1, 0))",
}
_NOTHING = dict.fromkeys(_COUNTS, 0)


class JoinRefused(DataCheckFailed):
    """The tables of a source do not belong together."""

    def __init__(self, source: str, table: str, rule: str, detail: str) -> None:
        super().__init__(f"source {source}, table {table}: {detail} (rule {rule}).", hint="Get all files from the same release.")
        self.source = source


@dataclass(frozen=True)
class Coverage:
    """counts: join -> rows of either side, those that found no other, and `aside`. setting_aside: the joins that set rows aside.

    warnings: sentences.
    """

    counts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    setting_aside: Sequence[str] = ()
    warnings: Sequence[str] = ()

    def results(self, table: str) -> Iterator[CheckResult]:
        """Rows of ops.quality_results: of each join the rows of either side that found no other, and those set aside."""
        for name, counts in self.counts.items():
            left, right = name.split(", ")
            for here, there, side in ((left, right, "left"), (right, left, "right")):
                rule = f"coverage({here}, {there})"
                yield CheckResult(table, rule, "warn", True, counts[f"{side}_unmatched"], counts[f"{side}_rows"])
            if name in self.setting_aside:
                yield CheckResult(table, f"join({name})", "quarantine", True, counts["aside"], counts["left_rows"])


def judged(source: Source, joins: Iterable[Join], *, whole: bool = True) -> Coverage:
    """Count the joins. whole: all records were read; of a part of them what is sought may well be missing.

    Raises JoinRefused where a key stands twice on a side that must hold it once, and where none of what is sought is found.
    """
    every = list(joins)
    if not every:
        return Coverage()
    found = {row["join"]: row.asDict() for row in _counted(united([join.sides for join in every])).collect()}
    warnings: list[str] = []
    for join in every:
        # Of two sides without a row there is nothing to count.
        counts = {**_NOTHING, **found.get(join.name, {})}
        found[join.name] = counts
        counts["aside"] = counts["disagreed"] + (counts["left_unmatched"] if join.required else 0)
        left, right = join.name.split(", ")
        if counts["right_repeated"]:
            raise JoinRefused(source.name, right, f"join({join.name})", f"{counts['right_repeated']} keys stand in it more than once")
        if not join.sought or not counts["right_unmatched"]:
            continue
        missing = f"{counts['right_unmatched']} of the {counts['right_rows']} rows of {right} name a row that {left} does not have"
        if counts["right_unmatched"] == counts["right_rows"] and whole:
            found_none = f"none of its {counts['right_rows']} rows names one of the {counts['left_rows']} rows of {left}"
            raise JoinRefused(source.name, right, f"coverage({right}, {left})", found_none)
        warnings.append(f"{missing} (rule coverage({right}, {left})).")
    return Coverage({join.name: found[join.name] for join in every}, [j.name for j in every if found[j.name]["aside"]], warnings)


def _counted(sides: DataFrame) -> DataFrame:
    """One row of _COUNTS for each join."""
    from pyspark.sql import functions as F

    sums = [F.sum(side).alias(side) for side in ("here", "there")]
    alike = sides.groupBy("join", "key", "same").agg(*sums).withColumn("alone", F.expr("IF(there = 0, here, 0)"))
    keys = alike.groupBy("join", "key").agg(*sums, F.sum("alone").alias("alone"))
    return keys.groupBy("join").agg(*[F.expr(f"sum({sql})").alias(name) for name, sql in _COUNTS.items()])
