from __future__ import annotations

import pytest

from medslake.recipes import override
from medslake.recipes.tiny import RECIPE as TINY
from medslake.train.schedule import learning_rate


def test_the_rate_rises_then_falls() -> None:
    recipe = override(TINY, ["lr=1.0", "warmup=0.1"])
    rates = [learning_rate(recipe, step, 100) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9] == rates[10] == 1.0
    assert rates[55] == pytest.approx(0.5)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0 < rates[99] < 0.001
    assert learning_rate(override(TINY, ["lr=1.0", "warmup=0", "schedule=linear"]), 25, 100) == pytest.approx(0.75)
    assert learning_rate(override(TINY, ["lr=1.0", "warmup=0", "schedule=constant"]), 99, 100) == 1.0
