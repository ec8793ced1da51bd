"""Rows of gold.scores for one complete set of answers: each pair, each task, each group, in both variants."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from medslake.bench.groups import GROUPS
from medslake.lake.access import highest
from medslake.metrics.base import Metric, Pair, Scored
from medslake.score.bootstrap import interval, replicates
from medslake.score.catalogue import metrics_of

__all__ = ["BASELINE", "Answers", "Asked", "score_answers"]

BASELINE = "majority_baseline"
_NO_ANSWERS = "medslake-1"


@dataclass(frozen=True)
class Asked:
    """One benchmark row with its answer; prediction None = missing or failed."""

    row_id: str
    task_id: str
    group: str
    prompt: str
    input_variant: str
    pair: Pair
    access: str
    prediction_id: str | None


@dataclass(frozen=True)
class Answers:
    """A set of answers: every row that was to be asked."""

    model: str
    run_set: str
    benchmark_version: int
    predictions_version: int
    rows: Sequence[Asked]


@dataclass
class _Part:
    """A task's outcome within a variant, kept for its group."""

    task_id: str
    scored: Scored
    drawn: Mapping[str, np.ndarray]
    access: str


def score_answers(answers: Answers) -> Iterator[dict[str, Any]]:
    """Rows of gold.scores, in the order of prompts, tasks and variants.

    paper scores the rows with the published input; strict those with the input that gives no label away, where a task has it.
    """
    prompts: dict[str, dict[str, list[Asked]]] = {}
    for row in answers.rows:
        prompts.setdefault(row.prompt, {}).setdefault(row.task_id, []).append(row)
    for prompt, tasks in sorted(prompts.items()):
        groups: dict[tuple[str, str], list[_Part]] = {}
        for task_id, rows in sorted(tasks.items()):
            for variant in ("paper", "strict"):
                kept = _of_variant(rows, variant)
                for metric in metrics_of(task_id, kept[0].group):
                    part = _Part(task_id, _apply(metric, variant, kept), {}, highest(*(row.access for row in kept)))
                    part.drawn = replicates(part.scored)
                    groups.setdefault((kept[0].group, variant), []).append(part)
                    base = _base(answers, prompt, kept[0].group, variant)
                    yield from _task_rows(base, part)
                    yield from _pair_rows(base, part, kept)
            yield from _baseline(answers, prompt, task_id, _of_variant(rows, "strict"))
        for (group, variant), parts in sorted(groups.items()):
            yield from _group_rows(_base(answers, prompt, group, variant), group, parts)
        for group, column, members in _pooled(tasks):
            for variant in ("paper", "strict"):
                kept = _of_variant(members, variant)
                for metric in metrics_of(members[0].task_id, group):
                    part = _Part(column, _apply(metric, variant, kept), {}, highest(*(row.access for row in kept)))
                    part.drawn = replicates(part.scored)
                    yield from _task_rows(_base(answers, prompt, f"{group}/{column}", variant), part, level="group")


def _apply(metric: Metric, variant: str, rows: Sequence[Asked]) -> Scored:
    pairs = [row.pair for row in rows]
    return metric.paper(pairs) if variant == "paper" else metric.strict(pairs)


def _of_variant(rows: Sequence[Asked], variant: str) -> list[Asked]:
    own = [row for row in rows if row.input_variant == variant]
    return own or list(rows)


def _base(answers: Answers, prompt: str, group: str, variant: str) -> dict[str, Any]:
    return {
        "model": answers.model,
        "run_set": answers.run_set,
        "prompt": prompt,
        "task_group": group,
        "variant": variant,
        "benchmark_version": answers.benchmark_version,
        "predictions_version": answers.predictions_version,
    }


def _row(base: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    row = {"task_id": None, "prediction_id": None, "ci_low": None, "ci_high": None, "n_missing": 0, "n_invalid": 0, **base, **fields}
    row["value"] = float(np.clip(row["value"], 0, 100))
    identity = [row[k] for k in ("level", "model", "run_set", "prompt", "task_group", "task_id", "metric", "variant", "prediction_id")]
    row["score_id"] = hashlib.md5("\n".join(str(x) for x in identity).encode(), usedforsecurity=False).hexdigest()
    return row


def _task_rows(base: Mapping[str, Any], part: _Part, level: str = "task") -> Iterator[dict[str, Any]]:
    s = part.scored
    for metric, value in s.values.items():
        low, high = interval(part.drawn[metric])
        yield _row(
            base,
            level=level,
            task_id=part.task_id if level == "task" else None,
            metric=metric,
            value=value,
            ci_low=low,
            ci_high=high,
            n=s.n,
            n_missing=s.n_missing,
            n_invalid=s.n_invalid,
            signature=s.signature or _NO_ANSWERS,
            access=part.access,
        )


def _pair_rows(base: Mapping[str, Any], part: _Part, rows: Sequence[Asked]) -> Iterator[dict[str, Any]]:
    """Scores of the pairs that have a stored prediction (failed ones too) and that the variant does not leave out."""
    for metric, column in part.scored.rows.items():
        for value, asked in zip(column, rows, strict=True):
            if value is None or asked.prediction_id is None:
                continue
            yield _row(
                base,
                level="row",
                task_id=part.task_id,
                prediction_id=asked.prediction_id,
                metric=metric,
                value=100 * value,
                n=1,
                n_missing=int(asked.pair.prediction is None),
                signature=part.scored.signature or _NO_ANSWERS,
                access=asked.access,
            )


def _baseline(answers: Answers, prompt: str, task_id: str, rows: Sequence[Asked]) -> Iterator[dict[str, Any]]:
    """Accuracy of always giving the most frequent reference, for closed-label tasks with one label per row."""
    labels = {label.casefold() for row in rows for label in row.pair.labels}
    if not labels or any(", " in row.pair.reference and row.pair.reference.casefold() not in labels for row in rows):
        return
    common = Counter(row.pair.reference for row in rows).most_common(1)[0][1]
    yield _row(
        _base(answers, prompt, rows[0].group, "strict"),
        level="task",
        task_id=task_id,
        metric=BASELINE,
        value=100 * common / len(rows),
        n=len(rows),
        signature="share of the most frequent reference",
        access=highest(*(row.access for row in rows)),
    )


def _group_rows(base: Mapping[str, Any], group: str, parts: Sequence[_Part]) -> Iterator[dict[str, Any]]:
    """Mean over the tasks that count for the group's printed average, with the interval of the mean."""
    known = GROUPS.get(group)
    counted = [p for p in parts if known is None or not known.average or p.task_id in known.average]
    for metric in sorted({metric for part in counted for metric in part.scored.values}):
        having = [part for part in counted if metric in part.scored.values]
        low, high = interval(np.mean([part.drawn[metric] for part in having], axis=0))
        yield _row(
            base,
            level="group",
            metric=metric,
            value=sum(part.scored.values[metric] for part in having) / len(having),
            ci_low=low,
            ci_high=high,
            n=sum(part.scored.n for part in having),
            n_missing=sum(part.scored.n_missing for part in having),
            n_invalid=sum(part.scored.n_invalid for part in having),
            signature=f"mean of {', '.join(part.task_id for part in having)}",
            access=highest(*(part.access for part in having)),
        )


def _pooled(tasks: Mapping[str, list[Asked]]) -> Iterator[tuple[str, str, list[Asked]]]:
    """Columns of the tables that score several tasks as one: group, column, rows."""
    for key, group in GROUPS.items():
        for column, members in group.pooled.items():
            rows = [row for task_id in members for row in tasks.get(task_id, ())]
            if rows:
                yield key, column, rows
