"""One task at a time: its scores, what to know about it, and single answers with prompt, reference, both scores and origin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from medslake.bench.groups import GROUPS
from medslake.report.flags import flags
from medslake.report.sets import AnswerSet

__all__ = ["TaskPage", "answers_of", "task_pages"]

Ask = Callable[[str, str], list[dict[str, Any]]]
#: The same, and what was left out: table -> access class -> rows.
Leaves = Callable[[str, str], tuple[list[dict[str, Any]], Mapping[str, Mapping[str, int]]]]


@dataclass(frozen=True)
class TaskPage:
    """title: of the group. scores: set name -> metric -> variant -> row of gold.scores. answers: rows as `answers_of` gives them."""

    task_id: str
    title: str
    metrics: list[str]
    scores: dict[str, dict[str, dict[str, dict[str, Any]]]]
    flags: list[str]
    answers: list[dict[str, Any]]


def task_pages(
    ask: Ask, scores: Sequence[dict[str, Any]], sets: Sequence[AnswerSet], reached: Mapping[str, float], answers: Mapping[str, list[Any]]
) -> list[TaskPage]:
    """Pages of all tasks that are scored or answered, in the order of task numbers."""
    names = {s.key: s.name for s in sets}
    labels: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for r in ask(
        "gold.benchmark",
        "select task_id, count(*) n, count(distinct reference) k from gold.benchmark group by task_id, prompt, input_variant order by all",
    ):
        labels[r["task_id"]].append((r["n"], r["k"]))
    by_task: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for r in scores:
        if r["level"] == "task":
            by_task[r["task_id"]].append(r)
    pages = []
    for task in sorted({*by_task, *answers}, key=lambda name: (len(name), name)):
        own = by_task[task]
        table: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
        for s in sets:
            for r in own:
                if (r["model"], r["run_set"], r["prompt"]) == s.key:
                    table.setdefault(names[s.key], {}).setdefault(r["metric"], {})[r["variant"]] = r
        metrics = list(dict.fromkeys(metric for row in table.values() for metric in row))
        notes = flags(task, own, labels[task], sets, reached)
        key = own[0]["task_group"] if own else ""
        pages.append(TaskPage(task, GROUPS[key].title if key in GROUPS else key, metrics, table, notes, answers.get(task, [])))
    return pages


def answers_of(ask: Ask, leaving: Leaves, sets: Sequence[AnswerSet], per_task: int) -> tuple[dict[str, list[Any]], dict[str, int]]:
    """Single answers by task, and the number of those above the clearance by access class.

    leaving: asks over the rows that the page may carry. The first `per_task` by id of each set and task; `scores`: metric -> variant ->
    percentage.
    """
    shown, left_out = leaving(
        "gold.predictions",
        "select p.prediction_id, p.model, p.run_set, p.task_id, p.prediction, p.error, p.finish_reason, b.input, b.messages, b.reference,"
        " b.access, b.instance_id, b.origin, b.prompt, b.input_variant from "
        "(select *, row_number() over (partition by model, run_set, task_id order by prediction_id) k from gold.predictions) p"
        f" join gold.benchmark b on p.row_id = b.row_id where p.k <= {int(per_task)}"
        " order by length(p.task_id), p.task_id, p.model, p.run_set, p.prediction_id",
    )
    ids = ", ".join(f"'{r['prediction_id']}'" for r in shown) or "''"
    scores: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for r in ask(
        "gold.scores",
        f"select prediction_id, metric, variant, value from gold.scores where level = 'row' and prediction_id in ({ids}) order by all",
    ):
        scores[r["prediction_id"]][r["metric"]][r["variant"]] = r["value"]
    names = {s.key: s.name for s in sets}
    by_task: dict[str, list[Any]] = defaultdict(list)
    for r in shown:
        name = names.get((r["model"], r["run_set"], r["prompt"]), r["model"])
        by_task[r["task_id"]].append({**r, "set": name, "scores": dict(scores[r["prediction_id"]])})
    return dict(by_task), dict(sorted(left_out.get("gold.predictions", {}).items()))
