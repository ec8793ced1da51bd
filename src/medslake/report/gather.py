"""What the report shows, read from the lake without a JVM."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from medslake.bench.groups import GROUPS
from medslake.lake.access import LEVELS

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["PAPER_DOMAIN_SHARES", "Board", "Facts", "gather"]

#: Shares of instances by domain as printed in Wu et al. 2025 (Fig. 2), percent.
PAPER_DOMAIN_SHARES = {
    "Clinical Text": 35,
    "Exam": 7,
    "Academical Papers": 13,
    "Medical Knowledge": 43,
    "Daily Conversation": 2,
}


@dataclass(frozen=True)
class Board:
    """One leaderboard table: a clinical task group. columns: (data set, part, metric); rows: one per model and variant."""

    group: str
    title: str
    columns: list[tuple[str, str, str]]
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Facts:
    """Everything on the page. Texts above the clearance are not in here; `withheld` counts them by access class."""

    root: str
    layers: list[dict[str, Any]]
    tables: list[dict[str, Any]]
    domains: list[dict[str, Any]]
    tasks: list[dict[str, Any]]
    access: list[dict[str, Any]]
    boards: list[Board]
    predictions: dict[str, list[dict[str, Any]]]
    withheld: dict[str, int]
    checks: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]
    contamination: list[dict[str, Any]]
    training: dict[str, list[dict[str, Any]]]
    edges: list[tuple[str, str]]
    versions: dict[str, int] = field(default_factory=dict)


def gather(lake: Lake, clearance: str, per_task: int) -> Facts:
    """Collect the report's facts. per_task: how many single predictions to show for each task and model."""
    ask = _Ask(lake)
    counts: list[dict[str, Any]] = [
        {"table": n, "layer": n.split(".")[0], "version": lake.version(n), "rows": lake.arrow.count(n)} for n in lake.names()
    ]
    layers = [
        {"layer": layer, "tables": len(part), "rows": sum(t["rows"] for t in part)}
        for layer in ("bronze", "silver", "gold", "ops")
        if (part := [t for t in counts if t["layer"] == layer])
    ]
    predictions, withheld = _predictions(ask, clearance, per_task)
    return Facts(
        root=lake.root,
        layers=layers,
        tables=counts,
        domains=_domains(ask),
        tasks=ask(
            "gold.instructions",
            "select task_id, any_value(category) category, any_value(domain) domain, any_value(source) source, count(*) instances,"
            " sum(case when split = 'train' then 1 else 0 end) train,"
            f" arg_max(access, list_position({list(LEVELS)}, access)) access from gold.instructions group by task_id"
            " order by length(task_id), task_id",
        ),
        access=ask("gold.instructions", "select access, count(*) instances from gold.instructions group by access"),
        boards=_boards(ask),
        predictions=predictions,
        withheld=withheld,
        checks=ask(
            "ops.quality_results",
            "select table_name, rule, severity, success, unexpected, rows from (select *, row_number() over"
            " (partition by table_name, slice, rule order by checked desc) k from ops.quality_results) where k = 1"
            " order by success, table_name, rule",
        ),
        quarantine=ask(
            "ops.quarantine",
            "select table_name, source, rule, count(*) as n from (select table_name, source, unnest(rules) as rule from ops.quarantine)"
            " group by all order by n desc, table_name, rule",
        ),
        contamination=ask(
            "ops.contamination",
            "select train_task_id, bench_task_id, test, action, count(*) n from ops.contamination group by all order by all",
        ),
        training=_training(ask),
        edges=sorted(
            {
                (r["input_table"], r["output_table"])
                for r in ask("ops.lineage", "select distinct input_table, output_table from ops.lineage")
                if r["input_table"] != r["output_table"]
            }
        ),
        versions={t["table"]: t["version"] for t in counts},
    )


class _Ask:
    """Query when the table is there, else nothing: a report of a young lake is a short report."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def __call__(self, table: str, query: str) -> list[dict[str, Any]]:
        return self.lake.query(query).to_pylist() if self.lake.exists(table) else []


def _domains(ask: _Ask) -> list[dict[str, Any]]:
    rows = ask("gold.instructions", "select domain, count(*) n from gold.instructions where split = 'train' group by domain")
    found = {r["domain"]: r["n"] for r in rows}
    total = sum(found.values()) or 1
    return [{"domain": d, "n": found.get(d, 0), "ours": 100 * found.get(d, 0) / total, "paper": p} for d, p in PAPER_DOMAIN_SHARES.items()]


def _boards(ask: _Ask) -> list[Board]:
    published = ask("gold.published_scores", "select * from gold.published_scores order by table_number, dataset, part, metric, model")
    ours = ask("gold.scores", "select * from gold.scores where level = 'task' order by model, variant, task_id, metric")
    boards = []
    for key, group in GROUPS.items():
        printed = [r for r in published if r["task_group"] == key]
        scored = [r for r in ours if r["task_group"] == key]
        columns = list(dict.fromkeys((r["dataset"], r["part"], r["metric"]) for r in printed))
        by_task: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for r in printed:
            column = (r["dataset"], r["part"], r["metric"])
            if len(r["task_ids"]) == 1 and column not in by_task[r["task_ids"][0]]:
                by_task[r["task_ids"][0]].append(column)
        extra = [(r["task_id"], "", r["metric"]) for r in scored if not _column(r, by_task)]
        columns += [c for c in dict.fromkeys(extra) if c not in columns]
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for r in scored:
            row = rows.setdefault((r["model"], r["variant"]), {"model": r["model"], "variant": r["variant"], "cells": {}})
            row["cells"][_column(r, by_task) or (r["task_id"], "", r["metric"])] = r
        for r in printed:
            row = rows.setdefault((r["model"], "published"), {"model": r["model"], "variant": "published", "cells": {}})
            row["cells"][(r["dataset"], r["part"], r["metric"])] = r
        if rows:
            boards.append(Board(key, group.title, columns, list(rows.values())))
    return boards


def _column(score: dict[str, Any], by_task: dict[str, list[tuple[str, str, str]]]) -> tuple[str, str, str] | None:
    return next((c for c in by_task.get(score["task_id"], []) if c[2] == score["metric"]), None)


def _predictions(ask: _Ask, clearance: str, per_task: int) -> tuple[dict[str, list[dict[str, Any]]], dict[str, int]]:
    if not ask.lake.exists("gold.predictions"):
        return {}, {}
    allowed = LEVELS[: LEVELS.index(clearance) + 1]
    listed = ", ".join(f"'{a}'" for a in allowed)
    shown = ask(
        "gold.predictions",
        "select p.prediction_id, p.model, p.task_id, p.prediction, p.error, p.finish_reason, b.input, b.messages, b.reference, b.access,"
        " b.instance_id, b.origin, b.prompt, b.input_variant from "
        "(select *, row_number() over (partition by model, task_id order by prediction_id) k"
        f" from gold.predictions) p join gold.benchmark b on p.row_id = b.row_id where p.k <= {int(per_task)} and b.access in ({listed})"
        " order by length(p.task_id), p.task_id, p.model, p.prediction_id",
    )
    scores: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for r in ask(
        "gold.scores", "select prediction_id, metric, variant, value from gold.scores where level = 'row' order by metric, variant"
    ):
        scores[r["prediction_id"]].append(r)
    by_task: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for r in shown:
        by_task[r["task_id"]].append({**r, "scores": scores.get(r["prediction_id"], [])})
    hidden = ask("gold.predictions", f"select access, count(*) n from gold.predictions where access not in ({listed}) group by access")
    return dict(by_task), {r["access"]: r["n"] for r in hidden}


def _training(ask: _Ask) -> dict[str, list[dict[str, Any]]]:
    steps: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for r in ask(
        "ops.training_steps",
        "select training_id, recipe, step, loss, lr, grad_norm, fill, useful_tokens_per_second"
        " from ops.training_steps order by training_id, step",
    ):
        steps[f"{r['recipe']} ({r['training_id'][:8]})"].append(r)
    return dict(steps)
