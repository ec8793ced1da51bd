"""Whether the rules of a suite hold, told from counts alone, as Great Expectations would tell it of the rows that stay."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from medslake.lake.quality.suites import Rule, Suite
from medslake.lake.storage.transactions import WHOLE

__all__ = ["CheckResult", "Counts", "judged"]


@dataclass(frozen=True)
class CheckResult:
    """Outcome of one rule. success: it holds on the rows that stay. unexpected: rows that broke it, of `rows` rows seen.

    detail: what was observed, as JSON. slice: the rows that were looked at. measure: it is told of rows together, see measures.py.
    """

    table: str
    rule: str
    severity: str
    success: bool
    unexpected: int
    rows: int
    detail: str | None = None
    slice: str = WHOLE
    measure: bool = False


@dataclass(frozen=True)
class Counts:
    """Rows of one part of a table. broken: rule -> rows that break it; staying: those of them that are not set aside.

    applicable: rule that need not hold for all -> rows that stay and about which it says something.
    """

    seen: int
    quarantined: int
    broken: Mapping[str, int]
    staying: Mapping[str, int]
    applicable: Mapping[str, int]

    @classmethod
    def of(cls, suite: Suite, numbers: Sequence[int], set_aside: bool) -> Counts:
        """numbers: as `BrokenRules.aggregates` orders them."""
        seen, quarantined, *rest = numbers
        rules, partly = suite.row_rules, suite.partial_rules
        broken = {rule.name: rest[i] for i, rule in enumerate(rules)}
        staying = {rule.name: rest[len(rules) + i] for i, rule in enumerate(rules)}
        whole = {rule.name: rest[2 * len(rules) + i] for i, rule in enumerate(partly)}
        kept = {rule.name: rest[2 * len(rules) + len(partly) + i] for i, rule in enumerate(partly)}
        if set_aside:
            return cls(seen, quarantined, broken, staying, kept)
        return cls(seen, 0, broken, broken, whole)

    @property
    def kept(self) -> int:
        return self.seen - self.quarantined


def judged(table: str, suite: Suite, counts: Counts) -> tuple[CheckResult, ...]:
    """The results of all rules, in the suite's order."""
    return tuple(
        CheckResult(
            table,
            rule.name,
            rule.severity,
            _holds(rule, counts),
            counts.broken.get(rule.name, 0),
            counts.seen,
            json.dumps({"mostly": rule.mostly}) if rule.mostly < 1 else None,
        )
        for rule in suite.rules
    )


def _holds(rule: Rule, counts: Counts) -> bool:
    if rule.type == "expect_table_row_count_to_be_between":
        least, most = rule.kwargs.get("min_value"), rule.kwargs.get("max_value")
        return (least is None or counts.kept >= least) and (most is None or counts.kept <= most)
    if not rule.by_row:
        # The columns: rows with other ones are refused before they are counted.
        return True
    broken = counts.staying[rule.name]
    if rule.mostly == 1:
        return broken == 0
    whole = counts.applicable[rule.name]
    return whole == 0 or (whole - broken) / whole >= rule.mostly
