"""Rows of a slice against those that it replaces: told at the write, when both are known without looking at a row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from medslake.lake.quality.gate import Checked, PartChecked
from medslake.lake.quality.measures import MEASURES
from medslake.lake.quality.suites import Suite
from medslake.lake.quality.verdicts import CheckResult

__all__ = ["LAST_RUN", "against_last_run"]

LAST_RUN = "row_count_against_last_run"


def against_last_run(outcome: Checked, suite: Suite, before: Mapping[str, int]) -> Checked:
    """The outcome with what the suite says of the counts. before: part -> rows that it replaces, of those that replace some."""
    parts = {
        name: replace(part, results=(*part.results, *_results(suite, part, before[name]))) if before.get(name) else part
        for name, part in outcome.parts.items()
    }
    return replace(outcome, parts=parts)


def _results(suite: Suite, part: PartChecked, before: int) -> Iterator[CheckResult]:
    for rule in suite.measures:
        if MEASURES[rule.type].short == LAST_RUN:
            share = part.kept / before
            least, most = rule.kwargs.get("min_share"), rule.kwargs.get("max_share")
            holds = (least is None or share >= least) and (most is None or share <= most)
            detail = json.dumps({"last": before, "now": part.kept, "share": round(share, 4), "min_share": least, "max_share": most})
            yield CheckResult(suite.table, rule.name, rule.severity, holds, max(0, before - part.kept), before, detail)
