"""Each metric says of both variants how they score: paper which rule was released, strict where it differs from that."""

from __future__ import annotations

import pytest

from medslake import registry
from medslake.metrics import mcqa


@pytest.mark.parametrize("name", registry.items("metric"))
def test_variants_say_where_they_differ(name: str) -> None:
    metric = registry.get("metric", name)
    # The paper variants of multiple choice are made by one function, which says it for both.
    told = metric.paper.__doc__ or {"mcqa": mcqa._first_character.__doc__}[metric.paper.__module__.rpartition(".")[2]]
    assert "released" in told and "Unlike paper" in metric.strict.__doc__
