"""One task at a time: its scores, and what to know about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from medslake.bench.groups import GROUPS
from medslake.report.asking import Ask
from medslake.report.boards import note_of
from medslake.report.flags import flags
from medslake.report.sets import AnswerSet

__all__ = ["TaskPage", "task_pages"]


@dataclass(frozen=True)
class TaskPage:
    """name: of the task. group, title: key and title of its group. scores: set -> metric -> variant -> row of gold.scores.

    answers: how many the page carries.
    """

    task_id: str
    name: str
    group: str
    title: str
    metrics: list[str]
    scores: dict[AnswerSet, dict[str, dict[str, dict[str, Any]]]]
    flags: list[str]
    answers: int

    @property
    def notes(self) -> list[str]:
        """What is said below its table of single cells, each sentence once."""
        cells = [cell for by in self.scores.values() for variants in by.values() for cell in variants.values()]
        return list(dict.fromkeys(said for cell in cells if (said := note_of(cell))))


def task_pages(
    ask: Ask,
    scores: Sequence[dict[str, Any]],
    sets: Sequence[AnswerSet],
    reached: Mapping[str, float],
    names: Mapping[str, str],
    answers: Mapping[str, Sequence[Any]],
) -> list[TaskPage]:
    """Pages of all tasks that are scored or answered, in the order of task numbers. names: of tasks. answers: of each task, those shown."""
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
        table: dict[AnswerSet, dict[str, dict[str, dict[str, Any]]]] = {}
        for s in sets:
            for r in own:
                if (r["model"], r["run_set"], r["prompt"]) == s.key:
                    table.setdefault(s, {}).setdefault(r["metric"], {})[r["variant"]] = r
        metrics = list(dict.fromkeys(metric for row in table.values() for metric in row))
        notes = flags(task, own, labels[task], sets, reached)
        key = own[0]["task_group"] if own else ""
        title = GROUPS[key].title if key in GROUPS else key
        pages.append(TaskPage(task, names.get(task, task), key, title, metrics, table, notes, len(answers.get(task, ()))))
    return pages
