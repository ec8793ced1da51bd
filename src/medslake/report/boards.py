"""The leaderboard: all groups at a glance, and one table for each group, ours beside the published rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from medslake.bench.groups import GROUPS
from medslake.report.sets import MAIN, AnswerSet, main_metric

__all__ = ["Board", "Row", "boards", "note_of", "overview"]

Column = tuple[str, str, str]
#: Printed averages carry two decimals or one; a larger distance from the mean of the printed row is no rounding.
_ROUNDING = 0.11
#: Columns in which paper and strict stand one below the other; what has none stands on the task's own page.
_FAMILY = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "bleu1": "BLEU",
    "bleu": "BLEU",
    "rouge": "ROUGE-L",
    "rougeL": "ROUGE-L",
}
_ORDER = tuple(dict.fromkeys(_FAMILY.values()))


@dataclass(frozen=True)
class Row:
    """One model in one variant (paper, strict or published). set: None for what is published. cells: column -> row of gold.scores or of
    gold.published_scores."""

    name: str
    variant: str
    set: AnswerSet | None = None
    cells: dict[Any, dict[str, Any]] = field(default_factory=dict)

    @property
    def baseline(self) -> bool:
        return self.set is not None and self.set.baseline


@dataclass(frozen=True)
class Board:
    """One table. columns: (data set, part, metric) of a group, or (title, "", metric) of the overview."""

    group: str
    title: str
    columns: list[Column]
    rows: list[Row]

    @property
    def ours(self) -> bool:
        """Whether a row was scored here, a baseline's included."""
        return any(row.variant != "published" for row in self.rows)

    @property
    def notes(self) -> list[str]:
        """What is said below the table of single cells, in the order of the cells; each sentence once."""
        told = (said for row in self.rows for column in self.columns if (said := note_of(row.cells.get(column))))
        return list(dict.fromkeys(told))

    def tasks(self, column: Column) -> frozenset[str]:
        """Tasks behind the figures of a column, as far as its cells say."""
        cells = [row.cells[column] for row in self.rows if column in row.cells]
        return frozenset(task for cell in cells for task in _tasks_of(cell))


def note_of(cell: Mapping[str, Any] | None) -> str:
    return (cell.get("note") or cell.get("reason") or "") if cell else ""


def _tasks_of(cell: Mapping[str, Any]) -> Collection[str]:
    if cell.get("task_ids") is not None:
        return list(cell["task_ids"])
    if cell.get("task_id"):
        return [str(cell["task_id"])]
    group, _, pooled = str(cell.get("task_group", "")).partition("/")
    return GROUPS[group].pooled[pooled] if pooled else ()


def overview(scores: Sequence[dict[str, Any]], published: Sequence[dict[str, Any]], sets: Sequence[AnswerSet]) -> Board:
    """Every group by its mean: as printed for paper, corrected for strict, the printed average for published models."""
    means = [r for r in scores if r["level"] == "group" and r["task_group"] in GROUPS]
    columns: list[Column] = []
    rows = {(s.key, variant): Row(s.name, variant, s) for s in sets for variant in MAIN}
    printed: dict[str, Row] = {}
    for key, group in GROUPS.items():
        averages = _printed_means([r for r in published if r["task_group"] == key])
        mine = [r for r in means if r["task_group"] == key]
        metrics = {r["metric"] for r in mine} | {cell["metric"] for cell in averages.values()}
        if not metrics:
            continue
        known = main_metric(sorted(metrics), "strict") or main_metric(sorted(metrics), "paper") or ""
        column = (group.title, "", _FAMILY.get(known, known))
        columns.append(column)
        for variant in MAIN:
            best = main_metric([r["metric"] for r in mine if r["variant"] == variant], variant)
            for r in mine:
                if r["variant"] == variant and r["metric"] == best:
                    rows[(r["model"], r["run_set"], r["prompt"]), variant].cells[column] = r
        for model, cell in averages.items():
            printed.setdefault(model, Row(model, "published")).cells[column] = cell
    return Board("", "All groups", columns, [*(row for row in rows.values() if row.cells), *printed.values()])


def _printed_means(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """model -> its printed average, or the mean of its printed columns where none is printed."""
    metric = main_metric([r["metric"] for r in rows], "paper")
    means: dict[str, dict[str, Any]] = {}
    for model in dict.fromkeys(r["model"] for r in rows):
        own = [r for r in rows if r["model"] == model and r["metric"] == metric]
        average = next((r for r in own if r["dataset"] == "Avg."), None)
        parts = [r for r in own if r["dataset"] != "Avg." and (average is None or set(r["task_ids"]) <= set(average["task_ids"]))]
        if not own:
            continue
        mean = sum(r["value"] for r in parts) / len(parts) if parts else None
        if average is None:
            behind = sorted({task for r in parts for task in r["task_ids"]})
            note = f"mean of {len(parts)} printed columns" if len(parts) > 1 else ""
            means[model] = {"metric": metric, "value": mean, "note": note, "task_ids": behind}
        else:
            means[model] = {**average, "note": _note(average["value"], mean)}
    return means


def _note(printed: float, mean: float | None) -> str:
    wrong = mean is not None and abs(printed - mean) > _ROUNDING
    return f"printed; the mean of its row is {mean:.2f}" if wrong else ""


def boards(scores: Sequence[dict[str, Any]], published: Sequence[dict[str, Any]], sets: Sequence[AnswerSet]) -> list[Board]:
    """A table for each group that has scores, with the measures that are published for it. scores: rows of levels task and group."""
    tables = []
    for key, group in GROUPS.items():
        printed = [r for r in published if r["task_group"] == key]
        shown = {_FAMILY[r["metric"]] for r in printed} | {"balanced accuracy"} if printed else set(_ORDER)
        mine = [r for r in scores if r["task_group"].partition("/")[0] == key and _FAMILY.get(r["metric"]) in shown]
        names = _names(printed)
        rows: dict[Any, Row] = {(s.key, variant): Row(s.name, variant, s) for s in sets for variant in MAIN}
        for r in mine:
            column = (*_place(r, names), _FAMILY[r["metric"]])
            rows[(r["model"], r["run_set"], r["prompt"]), r["variant"]].cells[column] = r
        for r in printed:
            row = rows.setdefault(r["model"], Row(r["model"], "published"))
            row.cells[r["dataset"], r["part"], _FAMILY[r["metric"]]] = r
        filled = [row for row in rows.values() if row.cells]
        if filled:
            places = [*dict.fromkeys(names.values()), *dict.fromkeys(_place(r, names) for r in mine)]
            columns = {c for row in filled for c in row.cells}
            ordered = sorted(columns, key=lambda c: (c[0] == "Avg.", places.index(c[:2]) if c[:2] in places else 99, _ORDER.index(c[2])))
            tables.append(Board(key, group.title, ordered, filled))
    return tables


def _names(printed: Sequence[dict[str, Any]]) -> dict[frozenset[str], tuple[str, str]]:
    """Tasks behind a printed column -> (data set, part)."""
    return {frozenset(r["task_ids"]): (r["dataset"], r["part"]) for r in printed if r["dataset"] != "Avg."}


def _place(score: Mapping[str, Any], names: Mapping[frozenset[str], tuple[str, str]]) -> tuple[str, str]:
    """Where a score stands: beside the published column of the same tasks, or in one of its own."""
    if score["level"] == "task":
        return names.get(frozenset({score["task_id"]}), (score["task_id"], ""))
    group, _, pooled = score["task_group"].partition("/")
    if not pooled:
        return "Avg.", ""
    return names.get(frozenset(GROUPS[group].pooled[pooled]), (pooled, ""))
