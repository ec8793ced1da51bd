"""Scores by language and by domain: one line for each, and on it every set of answers with its interval."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from medslake.bench.groups import GROUPS
from medslake.languages import NAMES
from medslake.report.sets import AnswerSet, main_metric

__all__ = ["Line", "spread"]

_METRICS = {"accuracy": "accuracy", "f1": "F1", "rougeL": "ROUGE-L"}
#: A task's score in a mean: (value, low, high), or None.
Point = tuple[float, float, float]


@dataclass(frozen=True)
class Line:
    """title: such as `French`. measure: what is averaged. tasks: behind it. points: set, all rows, clean rows as (value, low, high)."""

    title: str
    measure: str
    tasks: list[str]
    points: list[tuple[AnswerSet, Point, Point | None]]


def spread(
    scores: Sequence[dict[str, Any]], languages: Mapping[str, str], domains: Mapping[str, str], sets: Sequence[AnswerSet]
) -> tuple[list[Line], list[Line]]:
    """Lines by language and by domain, of the strict variant. languages: task -> code. domains: task -> domain.

    Tasks are averaged that have the same main metric, and for languages the same group, as a rationale and an option are no one thing.
    The interval of a mean of several tasks is that of independent tasks: half-widths are added as squares.
    """
    own = [r for r in scores if r["level"] == "task" and r["variant"] == "strict" and r["ci_low"] is not None]
    metrics: dict[str, set[str]] = defaultdict(set)
    for r in own:
        metrics[r["task_id"]].add(r["metric"])
    kept = [r for r in own if r["metric"] == main_metric(sorted(metrics[r["task_id"]]), "strict")]

    def language(r: Mapping[str, Any]) -> tuple[str, str] | None:
        code = languages.get(r["task_id"])
        title = GROUPS[r["task_group"]].title if r["task_group"] in GROUPS else r["task_group"]
        return (NAMES.get(code, code), f"{title}, {_METRICS[r['metric']]}") if code else None

    def domain(r: Mapping[str, Any]) -> tuple[str, str] | None:
        name = domains.get(r["task_id"])
        return (name, _METRICS[r["metric"]]) if name else None

    by_language = _lines(kept, language, sets)
    several = {line.measure for line in by_language if line.title != "English"}
    return [line for line in by_language if line.measure in several], _lines(kept, domain, sets)


def _lines(
    rows: Sequence[dict[str, Any]], place: Callable[[Mapping[str, Any]], tuple[str, str] | None], sets: Sequence[AnswerSet]
) -> list[Line]:
    cells: dict[tuple[str, str], dict[Any, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for r in rows:
        where = place(r)
        if where is not None:
            cells[where][r["model"], r["run_set"], r["prompt"]].append(r)
    lines = []
    for (title, measure), by_set in sorted(cells.items(), key=lambda item: (item[0][1], item[0][0])):
        tasks = sorted({r["task_id"] for own in by_set.values() for r in own}, key=lambda name: (len(name), name))
        points = [(s, point, _point(by_set[s.key], "clean_")) for s in sets if s.key in by_set and (point := _point(by_set[s.key], ""))]
        lines.append(Line(title, measure, tasks, points))
    return lines


def _point(rows: Sequence[dict[str, Any]], kind: str) -> Point | None:
    having = [(r[f"{kind}value"], r[f"{kind}ci_low"], r[f"{kind}ci_high"]) for r in rows if r[f"{kind}value"] is not None]
    if not having:
        return None
    n = len(having)
    value = sum(v for v, _, _ in having) / n
    below, above = (
        sum(d * d for d in side) ** 0.5 / n for side in ([v - low for v, low, _ in having], [high - v for v, _, high in having])
    )
    return value, max(0.0, value - below), min(100.0, value + above)
