"""What every registered metric promises, on its own example."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from medslake import registry
from medslake.metrics.base import Metric, Pair, Scored

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
        "information_extraction",
        "mcqa",
        "ner",
        "nli",
        "outcome_prediction",
        "rationale",
        "text_similarity",
        "treatment_planning",
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
    if metric.name != "hoc":  # one label of ten cannot reach 100 in a macro mean
        assert all(whole.values[name] == pytest.approx(100) for name in main)


@pytest.mark.parametrize(("metric", "variant"), CASES)
def test_no_pairs_and_no_answers_give_numbers(metric: Metric, variant: str) -> None:
    assert all(value == 0 for value in apply(metric, variant, ()).values.values())
    silent = tuple(dataclasses.replace(p, prediction=None) for p in metric.example.pairs)
    assert all(0 <= value <= 100 for value in apply(metric, variant, silent).values.values())
    blank = tuple(dataclasses.replace(p, prediction="") for p in metric.example.pairs)
    assert all(0 <= value <= 100 for value in apply(metric, variant, blank).values.values())


def test_a_metric_in_a_folder_of_its_own_is_found(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "metrics"
    folder.mkdir()
    (folder / "exact.py").write_text(
        "from medslake.metrics.base import Metric, MetricExample, Pair\n"
        "from medslake.metrics.parts.scored import mean_of_rows\n"
        "def score(pairs):\n"
        "    return mean_of_rows(pairs, {'accuracy': [float(p.prediction == p.reference) for p in pairs]}, signature='exact')\n"
        "METRIC = Metric('exact', score, score, MetricExample((Pair('a', 'a'),), {'accuracy': 100.0}, {'accuracy': 100.0}))\n"
    )
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path))
    found = registry.get("metric", "exact")
    assert found.paper(found.example.pairs).values == {"accuracy": 100.0}
