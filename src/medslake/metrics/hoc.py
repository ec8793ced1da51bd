"""Several labels of a closed set, any number of which apply, such as the ten hallmarks of cancer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from medslake.errors import UsageError
from medslake.metrics import Metric, MetricExample, Pair, Scored, cell_text, f1_of, mentions, plain, pooled, precision_recall_f1

if TYPE_CHECKING:
    import numpy as np

__all__ = ["METRIC"]

#: Which labels, by their number, a text names.
Reader = Callable[[str], set[int]]


def _macro(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Sums of (tp, fp, fn) of each label, shape (..., 3 * labels), to the means over labels; zero division is 0."""
    counts = sums.reshape(*sums.shape[:-1], sums.shape[-1] // 3, 3)
    precision, recall, f1 = precision_recall_f1(counts[..., 0], counts[..., 1], counts[..., 2])
    return {"precision": 100 * precision.mean(-1), "recall": 100 * recall.mean(-1), "f1": 100 * f1.mean(-1)}


def _labels(pairs: Sequence[Pair]) -> list[str]:
    """The closed set, in its order; UsageError where pairs bear none, as a macro mean is one over all labels."""
    labels = list(dict.fromkeys(label for pair in pairs for label in pair.labels))
    if pairs and not labels:
        raise UsageError("The metric hoc needs the closed labels of the task, and these pairs bear none.")
    return labels


def _score(
    pairs: Sequence[Pair], n_labels: int, written: list[set[int]], wanted: list[set[int]], signature: str, n_invalid: int = 0
) -> Scored:
    import numpy as np

    stats = np.zeros((len(pairs), 3 * max(n_labels, 1)))
    rows: list[float | None] = []
    for k, (answer, gold) in enumerate(zip(written, wanted, strict=True)):
        for label in answer | gold:
            stats[k, 3 * label : 3 * label + 3] = label in answer and label in gold, label not in gold, label not in answer
        rows.append(f1_of(len(answer & gold), len(answer - gold), len(gold - answer)) if pairs[k].prediction is not None else 0.0)
    return pooled(pairs, {"f1": rows}, stats, _macro, n_invalid=n_invalid, signature=signature)


def _containing(labels: Sequence[str]) -> Reader:
    lower = [label.lower() for label in labels]
    return lambda text: {k for k, label in enumerate(lower) if label in text.lower().strip()}


def _stating(labels: Sequence[str]) -> Reader:
    numbers = {plain(label): k for k, label in enumerate(labels)}
    longest_first = tuple(sorted(numbers, key=len, reverse=True))
    return lambda text: {numbers[label] for label in mentions(plain(text), longest_first)}


def _paper(pairs: Sequence[Pair]) -> Scored:
    """The released rule: labels as parts of the lower-cased text, denied ones and parts of words too; macro over all labels."""
    labels = _labels(pairs)
    read = _containing(labels)
    written, wanted = ([read(cell_text(side)) for side in sides] for sides in _sides(pairs))
    return _score(pairs, len(labels), written, wanted, "macro,contains")


def _strict(pairs: Sequence[Pair]) -> Scored:
    """Unlike paper: labels as words in any of their spellings, without denied mentions; a missing answer names none."""
    labels = _labels(pairs)
    read = _stating(labels)
    written, wanted = ([read(side or "") for side in sides] for sides in _sides(pairs))
    invalid = sum(pair.prediction is not None and not stated for pair, stated in zip(pairs, written, strict=True))
    return _score(pairs, len(labels), written, wanted, "macro,stated-labels:medslake-2", invalid)


def _sides(pairs: Sequence[Pair]) -> tuple[list[str | None], list[str | None]]:
    return [pair.prediction for pair in pairs], [pair.reference for pair in pairs]


_EXAMPLE = ("inducing angiogenesis", "resisting cell death", "cellular energetics", "avoiding immune destruction")

METRIC = Metric(
    name="hoc",
    about="Macro precision, recall and F1 over all labels of the set; strict leaves out negated mentions and parts of words.",
    paper=_paper,
    strict=_strict,
    example=MetricExample(
        pairs=(
            Pair("Inducing angiogenesis, not resisting cell death", "inducing angiogenesis", labels=_EXAMPLE),
            Pair("cellular energetics", "cellular energetics, resisting cell death", labels=_EXAMPLE),
        ),
        # Two labels are right throughout. The negated third counts for the released scorer as written once and wrong: it has one false
        # positive and one false negative there, only the false negative in strict. Macro means run over all four labels.
        paper={"precision": 50.0, "recall": 50.0, "f1": 50.0},
        strict={"precision": 50.0, "recall": 50.0, "f1": 50.0},
    ),
)
