"""Accuracy on closed labels: containment as published, one stated label in the strict variant."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from medslake.metrics.base import Pair, Scored
from medslake.metrics.parts.answer_text import after_lead
from medslake.metrics.parts.label_choice import chosen_label, label_set
from medslake.metrics.parts.scored import mean_of_rows

__all__ = ["paper_containment", "strict_label"]

SIGNATURE = "medslake-1"
Reader = Callable[[str, tuple[str, ...]], str | None]


def paper_containment(pairs: Sequence[Pair], gold: Callable[[str], str], answer: Callable[[str], str]) -> Scored:
    """1 where the prepared reference is part of the prepared answer. A row without text on either side, at which the scripts stop, is 0."""
    hits = [float(_has_text(pair) and gold(pair.reference) in answer(pair.prediction or "")) for pair in pairs]
    return mean_of_rows(pairs, {"accuracy": hits}, signature="contains")


def _has_text(pair: Pair) -> bool:
    return pair.prediction is not None and pair.reference != ""


def strict_label(pairs: Sequence[Pair], default: Sequence[str] = (), read: Reader = chosen_label) -> Scored:
    """1 where the answer states the reference label, or one of the alternatives, and no other label."""
    labels = label_set(pairs, default)
    hits, invalid = [], 0
    for pair in pairs:
        choice = None if pair.prediction is None else read(pair.prediction, labels)
        invalid += pair.prediction is not None and choice is None
        hits.append(float(choice is not None and choice in {after_lead(right) for right in (pair.reference, *pair.alternatives)}))
    return mean_of_rows(pairs, {"accuracy": hits}, n_invalid=invalid, signature=f"stated-label:{SIGNATURE}")
