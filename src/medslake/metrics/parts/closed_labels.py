"""Accuracy on closed labels: containment as published, one stated label in the strict variant."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from medslake.metrics.base import Pair, Scored
from medslake.metrics.parts.answer_text import after_lead
from medslake.metrics.parts.label_choice import chosen_label, label_set
from medslake.metrics.parts.published_cells import cell, unreadable
from medslake.metrics.parts.scored import mean_of_rows

__all__ = ["paper_containment", "strict_label"]

SIGNATURE = "medslake-2"
Reader = Callable[[str, tuple[str, ...]], str | None]


def paper_containment(
    pairs: Sequence[Pair], gold: Callable[[str], str], answer: Callable[[str], str], read: Callable[[str | None], str | None] = cell
) -> Scored:
    """1 where the prepared reference is part of the prepared answer. A row without text on either side, at which the scripts stop, is 0;
    where they stop at every row there is no figure.

    read: how the script of this metric gets its cells, `cell` or `cell_text`.
    """
    texts = [(read(pair.prediction), read(pair.reference)) for pair in pairs]
    hits = [float(said is not None and wanted is not None and gold(wanted) in answer(said)) for said, wanted in texts]
    return mean_of_rows(pairs, {"accuracy": hits}, signature="contains", reason=unreadable(texts))


def strict_label(pairs: Sequence[Pair], read: Reader = chosen_label) -> Scored:
    """1 where the answer states the reference label, or one of the alternatives, and no other label of the pairs' closed set.

    Unlike paper, which finds the label anywhere: a denied label, a list of several and a part of a longer label are none.
    """
    labels = label_set(pairs)
    hits, invalid = [], 0
    for pair in pairs:
        choice = None if pair.prediction is None else read(pair.prediction, labels)
        invalid += pair.prediction is not None and choice is None
        hits.append(float(choice is not None and choice in {after_lead(right) for right in (pair.reference, *pair.alternatives)}))
    return mean_of_rows(pairs, {"accuracy": hits}, n_invalid=invalid, signature=f"stated-label:{SIGNATURE}")
