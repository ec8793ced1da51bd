"""The code that makes scores, as a digest: scores of other code are made anew."""

from __future__ import annotations

from collections.abc import Iterable

from medslake import registry
from medslake.lake.provenance import code_digest

__all__ = ["scoring_code"]

_OURS = "medslake.score"


def scoring_code(metrics: Iterable[str]) -> dict[str, str]:
    """Of the metrics of these names, with what they are written with, and of the steps from answers to scores."""
    found = {name: code_digest(registry.place("metric", name).module, ("medslake.metrics",)) for name in sorted(set(metrics))}
    return {_OURS: code_digest(f"{_OURS}.run", (_OURS,)), **found}
