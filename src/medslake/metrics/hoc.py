"""Hallmarks of cancer: ten labels, any number of which apply."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from medslake.metrics.base import Metric, MetricExample, Pair, Scored
from medslake.metrics.parts.answer_text import plain
from medslake.metrics.parts.label_choice import mentions
from medslake.metrics.parts.scored import f1_of, pooled, precision_recall_f1

__all__ = ["HALLMARKS", "METRIC"]

HALLMARKS = (
    "sustaining proliferative signaling",
    "evading growth suppressors",
    "resisting cell death",
    "enabling replicative immortality",
    "inducing angiogenesis",
    "activating invasion and metastasis",
    "genomic instability and mutation",
    "tumor promoting inflammation",
    "cellular energetics",
    "avoiding immune destruction",
)


def _macro(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Sums of (tp, fp, fn) of each label, shape (..., 30), to the means over labels; zero division is 0."""
    counts = sums.reshape(*sums.shape[:-1], len(HALLMARKS), 3)
    precision, recall, f1 = precision_recall_f1(counts[..., 0], counts[..., 1], counts[..., 2])
    return {"precision": 100 * precision.mean(-1), "recall": 100 * recall.mean(-1), "f1": 100 * f1.mean(-1)}


def _score(pairs: Sequence[Pair], written: list[set[str]], wanted: list[set[str]], signature: str, n_invalid: int = 0) -> Scored:
    stats = np.zeros((len(pairs), len(HALLMARKS), 3))
    rows: list[float | None] = []
    for k, (answer, gold) in enumerate(zip(written, wanted, strict=True)):
        for label in answer | gold:
            stats[k, HALLMARKS.index(label)] = label in answer and label in gold, label not in gold, label not in answer
        rows.append(f1_of(len(answer & gold), len(answer - gold), len(gold - answer)) if pairs[k].prediction is not None else 0.0)
    return pooled(pairs, {"f1": rows}, stats.reshape(len(pairs), 3 * len(HALLMARKS)), _macro, n_invalid=n_invalid, signature=signature)


def _contained(text: str) -> set[str]:
    return {label for label in HALLMARKS if label in text.lower().strip()}


def _paper(pairs: Sequence[Pair]) -> Scored:
    return _score(
        pairs, [_contained(pair.prediction or "") for pair in pairs], [_contained(pair.reference) for pair in pairs], "macro,contains"
    )


def _stated(text: str) -> set[str]:
    return set(mentions(plain(text), tuple(sorted(HALLMARKS, key=len, reverse=True))))


def _strict(pairs: Sequence[Pair]) -> Scored:
    written = [_stated(pair.prediction or "") for pair in pairs]
    invalid = sum(pair.prediction is not None and not found for pair, found in zip(pairs, written, strict=True))
    return _score(pairs, written, [_stated(pair.reference) for pair in pairs], "macro,stated-labels:medslake-1", invalid)


METRIC = Metric(
    name="hoc",
    paper=_paper,
    strict=_strict,
    example=MetricExample(
        pairs=(
            Pair("Inducing angiogenesis, not resisting cell death", "inducing angiogenesis"),
            Pair("cellular energetics", "cellular energetics, resisting cell death"),
        ),
        # Two labels are right throughout. The negated third counts for the released scorer as written once and wrong: it has one false
        # positive and one false negative there, only the false negative in strict. Macro means run over all ten labels.
        paper={"precision": 20.0, "recall": 20.0, "f1": 20.0},
        strict={"precision": 20.0, "recall": 20.0, "f1": 20.0},
    ),
    about="Macro precision, recall and F1 over the ten hallmarks; strict leaves out negated mentions and parts of words.",
)
