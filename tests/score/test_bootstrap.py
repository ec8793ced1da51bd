"""Bootstrap intervals: seeded, right in width, and of pooled statistics where a value is pooled."""

from __future__ import annotations

import numpy as np
import pytest

from medslake import registry
from medslake.metrics.base import Pair
from medslake.metrics.parts.scored import mean_of_rows
from medslake.score.bootstrap import RESAMPLES, additive, interval, replicates, task_seed


def test_draws_are_seeded() -> None:
    scored = mean_of_rows([Pair("a", "a")] * 50, {"accuracy": [float(k % 2) for k in range(50)]})
    first, second = replicates(*additive(scored))["accuracy"], replicates(*additive(scored))["accuracy"]
    assert first.shape == (RESAMPLES,) and np.array_equal(first, second)
    assert not np.array_equal(first, replicates(*additive(scored), seed=1)["accuracy"])


def test_tasks_draw_apart_and_models_of_a_task_alike() -> None:
    """Two tasks of equal n whose right rows stand at the same places: the mean of both is surer than one by the square root of two."""
    rows = [float(k % 2) for k in range(400)]
    scored = mean_of_rows([Pair("a", "a")] * 400, {"accuracy": rows, "f1": rows})
    one, other = (replicates(*additive(scored), seed=task_seed(task)) for task in ("task57", "task58"))
    assert np.array_equal(one["accuracy"], one["f1"])
    assert np.array_equal(one["accuracy"], replicates(*additive(scored), seed=task_seed("task57"))["accuracy"])
    width, both = (np.diff(interval(drawn))[0] for drawn in (one["accuracy"], (one["accuracy"] + other["accuracy"]) / 2))
    assert both / width == pytest.approx(0.5**0.5, abs=0.05)


def test_the_interval_of_a_share_is_that_of_the_binomial() -> None:
    n, share = 400, 0.3
    rows = [1.0] * int(n * share) + [0.0] * int(n * (1 - share))
    low, high = interval(replicates(*additive(mean_of_rows([Pair("a", "a")] * n, {"accuracy": rows})))["accuracy"])
    half = 100 * 1.96 * (share * (1 - share) / n) ** 0.5
    assert low == pytest.approx(30 - half, abs=0.8) and high == pytest.approx(30 + half, abs=0.8)


def test_certain_values_have_no_width() -> None:
    assert interval(replicates(*additive(mean_of_rows([Pair("a", "a")] * 9, {"accuracy": [1.0] * 9})))["accuracy"]) == (100, 100)


def test_rows_that_a_variant_leaves_out_stay_out() -> None:
    scored = mean_of_rows([Pair("a", "a")] * 4, {"bleu1": [1.0, None, 1.0, None]})
    drawn = replicates(*additive(scored))["bleu1"]
    # A resample may hold skipped rows only; it counts 0 then.
    assert set(drawn.tolist()) <= {0.0, 100.0} and drawn.mean() > 90


def test_pooled_values_are_drawn_from_counts() -> None:
    pairs = [Pair("a1, b1", "a1")] * 30 + [Pair("c1", "c1, d1, e1")] * 30
    scored = registry.get("metric", "ner").strict(pairs)
    drawn = replicates(*additive(scored))
    assert set(drawn) == {"precision", "recall", "f1"}
    low, high = interval(drawn["f1"])
    assert low < scored.values["f1"] < high
    # The micro F1 is no mean of row F1s.
    assert abs(np.mean([100 * x for x in scored.rows["f1"]]) - scored.values["f1"]) > 1
    # Drawn by hand: the k-th resample of the same seed.
    random = np.random.default_rng(2025)
    rows = random.integers(60, size=60)
    tp, fp, fn = scored.stats[rows].sum(0)
    assert drawn["f1"][0] == pytest.approx(100 * 2 * tp / (2 * tp + fp + fn))


def test_no_rows_give_no_draws() -> None:
    assert replicates(*additive(mean_of_rows([], {"accuracy": []}))) == {}
