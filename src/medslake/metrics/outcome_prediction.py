"""Clinical outcomes, true or false (MIMIC4ED)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medslake.metrics import Metric, MetricExample, Pair, Scored, after_lead, cell_text, chosen_label, mean_of_rows, pooled

if TYPE_CHECKING:
    import numpy as np

__all__ = ["METRIC"]

_LABELS = ("false", "true")


def _exclusive(prediction: str, reference: str) -> float:
    gold = reference.lower().strip()
    if gold not in _LABELS:
        return 0.0
    answer, other = prediction.lower(), _LABELS[1 - _LABELS.index(gold)]
    return float(gold in answer and other not in answer)


def _paper(pairs: Sequence[Pair]) -> Scored:
    """The released rule: the right word is part of the answer and the other one is not; "untrue" and "not true" hold "true"."""
    hits = [_exclusive(cell_text(pair.prediction), cell_text(pair.reference)) for pair in pairs]
    return mean_of_rows(pairs, {"accuracy": hits}, signature="contains-one-word")


def _values(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Sums of (right, rows) of each class, then of both, to accuracy and the mean of the classes that occur."""
    import numpy as np

    right, rows = sums[..., 0:4:2], sums[..., 1:4:2]
    recall = right / np.maximum(rows, 1)
    present = np.maximum((rows > 0).sum(-1), 1)
    return {"accuracy": 100 * sums[..., 4] / np.maximum(sums[..., 5], 1), "balanced_accuracy": 100 * recall.sum(-1) / present}


def _strict(pairs: Sequence[Pair]) -> Scored:
    """Unlike paper: the answer states the right word, unnegated, and not the other one; balanced accuracy is the mean over both classes."""
    import numpy as np

    stats = np.zeros((len(pairs), 6))
    rows, invalid = [], 0
    for k, pair in enumerate(pairs):
        choice = None if pair.prediction is None else chosen_label(pair.prediction, _LABELS)
        invalid += pair.prediction is not None and choice is None
        gold = after_lead(pair.reference)
        hit = float(choice is not None and choice == gold)
        if gold in _LABELS:
            stats[k, 2 * _LABELS.index(gold)] = hit
            stats[k, 2 * _LABELS.index(gold) + 1] = 1
        stats[k, 4:] = hit, 1
        rows.append(hit)
    return pooled(pairs, {"accuracy": rows}, stats, _values, n_invalid=invalid, signature="stated-label:medslake-2")


METRIC = Metric(
    name="outcome_prediction",
    about="Accuracy of true/false; strict also gives balanced accuracy.",
    paper=_paper,
    strict=_strict,
    example=MetricExample(
        pairs=(Pair("True", "True"), Pair("not true", "True"), Pair("true or false", "False"), Pair("False", "False"), Pair(None, "True")),
        paper={"accuracy": 60.0},
        strict={"accuracy": 40.0, "balanced_accuracy": 100 * (1 / 3 + 1 / 2) / 2},
    ),
)
