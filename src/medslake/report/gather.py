"""What the report shows, read from the lake without a JVM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medslake.bench.mixture import mixture
from medslake.bench.published import published_scores
from medslake.bench.tasks import declaration
from medslake.lake.access import LEVELS
from medslake.languages import CODES
from medslake.report.asking import Leaves
from medslake.report.boards import Board, boards, overview
from medslake.report.drill import TaskPage, task_pages
from medslake.report.flags import at_baseline
from medslake.report.head import Answered, answered, newest_commit
from medslake.report.lineage import Layer, layers_of
from medslake.report.origins import origins
from medslake.report.samples import Samples, samples
from medslake.report.sets import AnswerSet, answer_sets
from medslake.report.spread import Line, spread
from medslake.report.training import Trainings, trainings
from medslake.tasks.base import ONCE

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["Facts", "gather"]


@dataclass(frozen=True)
class Facts:
    """Everything on the page. Texts above the clearance are not in here; `samples.withheld` counts them by access class.

    names, languages: task -> its name, and the code of its output's language. synthetic: ids of scores in which invented rows have a part;
    invented: rows of the benchmark that are, of `rows`.
    """

    root: str
    committed: str
    versions: dict[str, int]
    tables: list[dict[str, Any]]
    sets: list[AnswerSet]
    answered: list[Answered]
    names: dict[str, str]
    languages: dict[str, str]
    rows: int
    invented: int
    overview: Board
    boards: list[Board]
    at_baseline: dict[str, float]
    synthetic: frozenset[str]
    by_language: list[Line]
    by_domain: list[Line]
    pages: list[TaskPage]
    samples: Samples
    mixture: dict[str, dict[str, Any]]
    tasks: list[dict[str, Any]]
    trainings: Trainings
    checks: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]
    contamination: list[dict[str, Any]]
    origins: list[dict[str, Any]]
    layers: list[Layer]


def gather(lake: Lake, clearance: str, per_task: int) -> Facts:
    """Collect the report's facts. per_task: how many single predictions to show for each task and set of answers."""
    ask = _Ask(lake)
    tables: list[dict[str, Any]] = [{"table": n, "version": lake.version(n), "rows": lake.arrow.count(n)} for n in lake.names()]
    scores = ask("gold.scores", "select * from gold.scores where level <> 'row' order by model, run_set, prompt, variant, task_id, metric")
    printed = _printed(ask)
    sets = answer_sets(scores)
    reached = at_baseline([r for r in scores if r["level"] == "task"])
    told = ask("gold.tasks", "select task_id, name, domain, output_language from gold.tasks order by task_id")
    names = {r["task_id"]: r["name"] for r in told}
    languages = _languages(ask, told, printed)
    by_language, by_domain = spread(scores, languages, {r["task_id"]: r["domain"] for r in told}, sets)
    shown = samples(lake, ask.leaving(clearance), sets, per_task)
    rows = ask("gold.benchmark", "select count(*) n, count(*) filter (coalesce(synthetic, false)) invented from gold.benchmark")
    edges = ask("ops.lineage", "select distinct input_table, output_table from ops.lineage")
    return Facts(
        root=lake.root,
        committed=newest_commit(lake, ask),
        versions={t["table"]: t["version"] for t in tables},
        tables=tables,
        sets=sets,
        answered=answered(lake, ask, scores, sets),
        names=names,
        languages=languages,
        rows=rows[0]["n"] if rows else 0,
        invented=rows[0]["invented"] if rows else 0,
        overview=overview(scores, printed, sets),
        boards=boards(scores, printed, sets),
        at_baseline=reached,
        synthetic=frozenset(row["score_id"] for row in scores if row.get("synthetic")),
        by_language=by_language,
        by_domain=by_domain,
        pages=task_pages(ask, scores, sets, reached, names, shown.by_task),
        samples=shown,
        mixture={level: mixture(lake, level) for level in ("domain", "category")},
        tasks=ask(
            "gold.instructions",
            "select task_id, any_value(category) category, any_value(domain) domain, any_value(source) source, count(*) instances,"
            " count(*) filter (split = 'train') train, count(*) filter (coalesce(synthetic, false)) invented,"
            f" arg_max(access, list_position({list(LEVELS)}, access)) access from gold.instructions where {ONCE} group by task_id"
            " order by length(task_id), task_id",
        ),
        trainings=trainings(ask),
        checks=ask(
            "ops.quality_results",
            "select table_name, slice, rule, severity, success, unexpected, rows from (select *, row_number() over"
            " (partition by table_name, slice, rule order by checked desc, run_id) k from ops.quality_results) where k = 1"
            " order by success, table_name, slice, rule",
        ),
        quarantine=ask(
            "ops.quarantine",
            "select table_name, source, rule, count(*) as n from (select table_name, source, unnest(rules) as rule from ops.quarantine)"
            " group by all order by n desc, table_name, source, rule",
        ),
        contamination=ask(
            "ops.contamination",
            "select bench_task_id, train_task_id, side, test, action, count(distinct bench_instance_id) asked,"
            " count(distinct train_instance_id) given from ops.contamination group by all order by all",
        ),
        origins=origins(ask),
        layers=layers_of(tables, sorted((r["input_table"], r["output_table"]) for r in edges)),
    )


def _languages(ask: _Ask, tasks: list[dict[str, Any]], printed: list[dict[str, Any]]) -> dict[str, str]:
    """Task -> code: as the benchmark's rows say, else gold.tasks, else the declaration, for columns that are printed alone."""
    found = {task: "" for r in printed for task in r["task_ids"]}
    for task in found:
        declared = declaration(task)
        found[task] = CODES.get(declared.output_language, "") if declared else ""
    found |= {r["task_id"]: CODES.get(r["output_language"], "") for r in tasks}
    spoken = ask("gold.benchmark", "select task_id, min(language) code from gold.benchmark group by task_id order by task_id")
    return {task: code for task, code in (found | {r["task_id"]: r["code"] for r in spoken}).items() if code}


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
