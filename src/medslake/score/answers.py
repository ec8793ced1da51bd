"""Questions and their answers as one Arrow table for each task: the form in which everything here is scored."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from medslake import registry
from medslake.bench.catalogue import scoring_of
from medslake.metrics import Metric, Pair, Scored
from medslake.metrics.parts.published_cells import as_numbers, is_numeric

__all__ = [
    "ROW",
    "answered",
    "column",
    "distinct",
    "metrics_of",
    "numeric_columns",
    "of_variant",
    "pairs_of",
    "parts",
    "scored_pairs",
    "with_metrics",
]

#: Columns of gold.benchmark that scoring reads.
ROW = (
    "row_id",
    "instance_id",
    "task_id",
    "task_group",
    "prompt",
    "input_variant",
    "input",
    "reference",
    "alternatives",
    "choices",
    "names",
    "labels",
    "metrics",
    "language",
    "access",
    "synthetic",
)
_NAMES = pa.list_(pa.string())
_PAIR = ("prediction", "reference", "language", "labels", "alternatives", "input", "choices", "names")


def column(table: pa.Table, name: str) -> list[Any]:
    return table[name].to_pylist()


def distinct(table: pa.Table, name: str) -> list[Any]:
    """The column's values, each once, sorted."""
    return sorted(table[name].unique().to_pylist())


def answered(benchmark: pa.Table, answers: pa.Table, tainted: pa.Array) -> pa.Table:
    """Benchmark rows in their order, with `prediction` and `prediction_id` (null where nothing was answered) and `clean`.

    answers: row_id, prediction_id, prediction. tainted: instance ids of which the leak gate knows a copy on the training side.
    """
    at = pc.index_in(benchmark["row_id"], value_set=answers["row_id"].combine_chunks())
    for name in ("prediction", "prediction_id"):
        benchmark = benchmark.append_column(name, answers[name].take(at))
    return benchmark.append_column("clean", pc.invert(pc.is_in(benchmark["instance_id"], value_set=tainted)))


def parts(rows: pa.Table, *columns: str) -> Iterator[pa.Table]:
    """The rows of each combination of values of these columns, in the order of the combinations; rows keep theirs."""
    keys = rows.select(list(columns)).group_by(list(columns)).aggregate([]).sort_by([(name, "ascending") for name in columns])
    for key in keys.to_pylist():
        yield rows.filter(functools.reduce(operator.and_, (pc.field(name) == value for name, value in key.items())))


def of_variant(rows: pa.Table, variant: str) -> pa.Table:
    """Rows whose input was made for this variant; the published input serves both where the task has one for both."""
    own = rows.filter(pc.field("input_variant") == variant)
    return own if own.num_rows or variant == "paper" else rows


def numeric_columns(asked: pa.Table) -> frozenset[str]:
    """Which of `reference` and `prediction` would be columns of numbers, were these rows the predictions file of the released scorer."""
    file = asked.filter(pc.field("input_variant") == "paper")
    return frozenset(name for name in ("reference", "prediction") if is_numeric(column(file, name)))


def scored_pairs(metric: Metric, variant: str, rows: pa.Table, numeric: frozenset[str]) -> Scored:
    """One variant's score of these rows; numeric: of the whole set that they are of, which paper reads as one file."""
    pairs = pairs_of(rows)
    if variant == "strict":
        return metric.strict(pairs)
    scored = metric.paper(as_numbers(pairs, numeric))
    return scored if pairs else replace(scored, reason="no row was asked with the published input")


def pairs_of(rows: pa.Table) -> Sequence[Pair]:
    """The pairs that metrics score, in order."""
    columns = [column(rows, name) for name in _PAIR]
    return [
        Pair(
            said, wanted, language, tuple(labels), tuple(others or ()), text, tuple(choices or ()), None if names is None else tuple(names)
        )
        for said, wanted, language, labels, others, text, choices, names in zip(*columns, strict=True)
    ]


def with_metrics(rows: pa.Table) -> pa.Table:
    """Rows of gold.benchmark; those of a version of before rows bore metrics get what their task says."""
    if not rows["metrics"].null_count:
        return rows
    tasks = zip(column(rows, "task_id"), column(rows, "metrics"), strict=True)
    told = [list(scoring_of(task).metrics) if names is None else names for task, names in tasks]
    return rows.set_column(rows.schema.get_field_index("metrics"), "metrics", pa.array(told, _NAMES))


def metrics_of(rows: pa.Table) -> tuple[Metric, ...]:
    """Metrics that the rows of one task name. Called where a run is driven: workers are handed what it returns."""
    return tuple(registry.get("metric", name) for name in rows["metrics"][0].as_py())
