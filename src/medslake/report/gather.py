"""What the report shows, read from the lake without a JVM."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from medslake.bench.published import published_scores
from medslake.lake.access import LEVELS
from medslake.report.boards import Board, boards, overview
from medslake.report.drill import Leaves, TaskPage, answers_of, task_pages
from medslake.report.flags import at_baseline
from medslake.report.sets import answer_sets
from medslake.report.spread import Line, spread
from medslake.tasks.base import ONCE

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["PAPER_DOMAIN_SHARES", "Facts", "gather"]

#: Shares of instances by domain as printed in Wu et al. 2025 (Fig. 2), percent.
PAPER_DOMAIN_SHARES = {
    "Clinical Text": 35,
    "Exam": 7,
    "Academical Papers": 13,
    "Medical Knowledge": 43,
    "Daily Conversation": 2,
}


@dataclass(frozen=True)
class Facts:
    """Everything on the page. Texts above the clearance are not in here; `withheld` counts them by access class.

    synthetic: ids of scores in which invented rows have a part.
    """

    root: str
    layers: list[dict[str, Any]]
    tables: list[dict[str, Any]]
    domains: list[dict[str, Any]]
    tasks: list[dict[str, Any]]
    access: list[dict[str, Any]]
    overview: Board
    boards: list[Board]
    at_baseline: dict[str, float]
    synthetic: frozenset[str]
    by_language: list[Line]
    by_domain: list[Line]
    pages: list[TaskPage]
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
    scores = ask("gold.scores", "select * from gold.scores where level <> 'row' order by model, run_set, prompt, variant, task_id, metric")
    printed = _printed(ask)
    spoken = ask("gold.benchmark", "select task_id, min(language) code from gold.benchmark group by task_id order by task_id")
    sets = answer_sets(scores)
    reached = at_baseline([r for r in scores if r["level"] == "task"])
    answers, withheld = answers_of(ask, ask.leaving(clearance), sets, per_task)
    domains = {r["task_id"]: r["domain"] for r in ask("gold.tasks", "select task_id, domain from gold.tasks")}
    by_language, by_domain = spread(scores, {r["task_id"]: r["code"] for r in spoken}, domains, sets)
    return Facts(
        root=lake.root,
        layers=layers,
        tables=counts,
        domains=_domains(ask),
        tasks=ask(
            "gold.instructions",
            "select task_id, any_value(category) category, any_value(domain) domain, any_value(source) source, count(*) instances,"
            " sum(case when split = 'train' then 1 else 0 end) train,"
            f" arg_max(access, list_position({list(LEVELS)}, access)) access from gold.instructions where {ONCE} group by task_id"
            " order by length(task_id), task_id",
        ),
        access=ask("gold.instructions", f"select access, count(*) instances from gold.instructions where {ONCE} group by access"),
        overview=overview(scores, printed, sets),
        boards=boards(scores, printed, sets),
        at_baseline=reached,
        synthetic=frozenset(row["score_id"] for row in scores if row.get("synthetic")),
        by_language=by_language,
        by_domain=by_domain,
        pages=task_pages(ask, scores, sets, reached, answers),
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
            "select bench_task_id, train_task_id, side, test, action, count(distinct bench_instance_id) asked,"
            " count(distinct train_instance_id) given from ops.contamination group by all order by all",
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

    def leaving(self, clearance: str) -> Leaves:
        def ask(table: str, query: str) -> tuple[list[dict[str, Any]], Mapping[str, Mapping[str, int]]]:
            if not self.lake.exists(table):
                return [], {}
            answer = self.lake.ask(query, clearance=clearance)
            return answer.rows.to_pylist(), answer.left_out

        return ask


def _printed(ask: _Ask) -> list[dict[str, Any]]:
    """gold.published_scores in the order of the printed tables; what is not from there comes last."""
    known = published_scores()
    columns, models = ({key(r): n for n, r in reversed(list(enumerate(known)))} for key in (_column, lambda r: r["model"]))
    rows = ask("gold.published_scores", "select * from gold.published_scores order by all")
    return sorted(rows, key=lambda r: (models.get(r["model"], len(known)), columns.get(_column(r), len(known))))


def _column(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("task_group", "dataset", "part", "metric"))


def _domains(ask: _Ask) -> list[dict[str, Any]]:
    rows = ask("gold.instructions", f"select domain, count(*) n from gold.instructions where split = 'train' and {ONCE} group by domain")
    counts = {r["domain"]: r["n"] for r in rows}
    total = sum(counts.values()) or 1
    return [
        {"domain": d, "n": counts.get(d, 0), "ours": 100 * counts.get(d, 0) / total, "paper": p} for d, p in PAPER_DOMAIN_SHARES.items()
    ]


def _training(ask: _Ask) -> dict[str, list[dict[str, Any]]]:
    steps: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for r in ask(
        "ops.training_steps",
        "select training_id, recipe, step, loss, lr, grad_norm, fill, useful_tokens_per_second"
        " from ops.training_steps order by training_id, step",
    ):
        steps[f"{r['recipe']} ({r['training_id'][:8]})"].append(r)
    return dict(steps)
