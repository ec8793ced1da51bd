"""What every registered metric promises, on its own example."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from medslake import registry
from medslake.metrics import Metric, MetricExample, Pair, Scored
from medslake.metrics.parts.published_cells import NO_VALUE

METRICS = registry.items("metric")
VARIANTS = ("paper", "strict")
NAMES = {
    "accuracy",
    "balanced_accuracy",
    "bleu",
    "bleu1",
    "f1",
    "precision",
    "recall",
    "rouge",
    "rouge1",
    "rouge2",
    "rougeL",
}
CASES = [pytest.param(metric, variant, id=f"{name}-{variant}") for name, metric in METRICS.items() for variant in VARIANTS]


def apply(metric: Metric, variant: str, pairs: tuple[Pair, ...]) -> Scored:
    return metric.paper(pairs) if variant == "paper" else metric.strict(pairs)


def test_every_group_of_the_benchmark_has_a_metric() -> None:
    assert set(METRICS) >= {
        "diagnosis",
        "explanation",
        "fact_verification",
        "hoc",
        "hypothesis",
        "information_extraction",
        "mcqa",
        "ner",
        "nli",
        "outcome_prediction",
        "rationale",
        "supporting_text",
        "text_similarity",
        "treatment_planning",
        "yes_no_maybe",
    }


@pytest.mark.parametrize(("metric", "variant"), CASES)
def test_the_example_is_right(metric: Metric, variant: str) -> None:
    expected = getattr(metric.example, variant)
    scored = apply(metric, variant, metric.example.pairs)
    assert set(scored.values) == set(expected) and set(expected) <= NAMES
    assert dict(scored.values) == pytest.approx(dict(expected), abs=1e-9)


@pytest.mark.parametrize(("metric", "variant"), CASES)
def test_counts_and_rows_fit_the_pairs(metric: Metric, variant: str) -> None:
    pairs = metric.example.pairs
    scored = apply(metric, variant, pairs)
    assert scored.n == len(pairs) and scored.n_missing == sum(p.prediction is None for p in pairs)
    assert scored.n_scored <= scored.n and scored.signature
    assert {len(rows) for rows in scored.rows.values()} == {len(pairs)}
    assert all(x is None or 0 <= x <= 1 + 1e-9 for rows in scored.rows.values() for x in rows)


@pytest.mark.parametrize(("metric", "variant"), CASES)
def test_stats_add_up_to_the_values(metric: Metric, variant: str) -> None:
    scored = apply(metric, variant, metric.example.pairs)
    if scored.stats is None or scored.aggregate is None:
        means = {k: 100 * np.mean([x for x in rows if x is not None]) for k, rows in scored.rows.items()}
        assert dict(scored.values) == pytest.approx(means)
        return
    assert scored.stats.shape[0] == scored.n
    twice = scored.aggregate(np.stack([scored.stats.sum(0), scored.stats.sum(0)]))
    assert {k: v.tolist() for k, v in twice.items()} == {k: pytest.approx([v, v]) for k, v in scored.values.items()}


@pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))
def test_strict_never_drops_a_row_and_a_missing_answer_is_wrong(metric: Metric) -> None:
    right = tuple(dataclasses.replace(p, prediction=p.reference) for p in metric.example.pairs)
    lost = (dataclasses.replace(right[0], prediction=None), *right[1:])
    whole, less = metric.strict(right), metric.strict(lost)
    assert all(None not in rows for rows in less.rows.values()) and less.n_scored == less.n == len(right)
    assert less.n_missing == 1
    main = {"accuracy", "f1", "rougeL"} & set(whole.values)
    assert main and all(less.values[name] < whole.values[name] for name in main)
    if metric.name != "hoc":  # labels that do not occur count 0 in a macro mean
        assert all(whole.values[name] == pytest.approx(100) for name in main)


@pytest.mark.parametrize(("metric", "variant"), CASES)
def test_no_pairs_and_no_answers_give_numbers(metric: Metric, variant: str) -> None:
    """A number, or none with the reason why the released scorer gives none; strict gives one for every pair."""
    for text in (None, ""):
        scored = apply(metric, variant, tuple(dataclasses.replace(p, prediction=text) for p in metric.example.pairs))
        assert all(value is None or 0 <= value <= 100 for value in scored.values.values())
        assert (None in scored.values.values()) == bool(scored.reason)
        assert variant == "paper" or not scored.reason
    nothing = apply(metric, variant, ())
    assert set(nothing.values.values()) <= {None, 0.0} and (nothing.reason or None not in nothing.values.values())


EXAMPLE = MetricExample((Pair("a", "a"),), {"accuracy": 100.0}, {"accuracy": 100.0})
SOUND = Metric("exact", "Equal texts.", METRICS["mcqa"].paper, METRICS["mcqa"].strict, EXAMPLE)


@pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))
def test_what_is_registered_is_sound(metric: Metric) -> None:
    assert list(metric.faults()) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": "Exact match"}, "'Exact match' is not of lower-case letters"),
        ({"about": ""}, "not one line"),
        ({"about": "Two\nlines."}, "not one line"),
        ({"example": dataclasses.replace(EXAMPLE, pairs=())}, "no pairs"),
        ({"example": dataclasses.replace(EXAMPLE, strict={})}, "expects no value of strict"),
        ({"example": dataclasses.replace(EXAMPLE, paper={"accuracy": 101.0})}, "accuracy = 101.0 of paper"),
    ],
)
def test_faults_of_a_declaration_are_sentences(change: dict[str, Any], fault: str) -> None:
    (told,) = dataclasses.replace(SOUND, **change).faults()
    assert fault in told and told.endswith(".")


def test_what_pandas_takes_for_an_empty_cell_is_one_here() -> None:
    from pandas._libs.parsers import STR_NA_VALUES

    assert set(STR_NA_VALUES) == NO_VALUE
