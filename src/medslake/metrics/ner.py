"""Named entities, written as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medslake.metrics import (
    Metric,
    MetricExample,
    Pair,
    Scored,
    cell,
    entity_names,
    f1_of,
    found_names,
    pooled,
    precision_recall_f1,
    unreadable,
)

if TYPE_CHECKING:
    import numpy as np

__all__ = ["METRIC"]


def _counts(written: set[str], wanted: set[str]) -> tuple[int, int, int]:
    return len(written & wanted), len(written - wanted), len(wanted - written)


def _micro(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Sums of (tp, fp, fn) to percentages."""
    precision, recall, f1 = precision_recall_f1(sums[..., 0], sums[..., 1], sums[..., 2])
    return {"precision": 100 * precision, "recall": 100 * recall, "f1": 100 * f1}


def _published_names(text: str) -> set[str]:
    """Names as the released scorer cuts them: without full stops and without the last character."""
    kept = text.replace(".", "").strip().lower()
    return set() if kept == "there is no related enetity" else set(kept[:-1].split(", "))


def _paper(pairs: Sequence[Pair]) -> Scored:
    """The released rule: lists without their last character, cut at ", "; rows without an answer are left out; counts are pooled."""
    import numpy as np

    stats = np.zeros((len(pairs), 3))
    rows: list[float | None] = []
    for k, pair in enumerate(pairs):
        answer = cell(pair.prediction)
        if answer is None:
            rows.append(None)
            continue
        stats[k] = counts = _counts(_published_names(answer), _published_names(cell(pair.reference) or ""))
        rows.append(f1_of(*counts))
    reason = unreadable((cell(pair.prediction), cell(pair.reference)) for pair in pairs)
    if reason:
        rows = [None] * len(pairs)
    scored = sum(row is not None for row in rows)
    return pooled(pairs, {"f1": rows}, stats, _micro, n_scored=scored, signature="micro,cut-last-character", reason=reason)


def _strict(pairs: Sequence[Pair]) -> Scored:
    """The annotated names, or those of the reference; order and case aside.

    Unlike paper: no letter is cut, names with commas stay whole, both spellings of the sentence for none are read, no row is left out.
    A missing answer misses every entity, and counts as a false positive where there is none.
    """
    import numpy as np

    stats = np.zeros((len(pairs), 3))
    rows: list[float | None] = []
    for k, pair in enumerate(pairs):
        wanted = entity_names(pair.reference) if pair.names is None else set(pair.names)
        if pair.prediction is None:
            missed = found_names("", wanted).missed
            counts = (0, 0 if missed else 1, missed)
        else:
            counts = found_names(pair.prediction, wanted)
        stats[k] = counts
        rows.append(f1_of(*counts))
    return pooled(pairs, {"f1": rows}, stats, _micro, signature="micro,annotated-names:medslake-2")


METRIC = Metric(
    name="ner",
    about="Micro precision, recall and F1 over entity names; the paper variant cuts the last letter of each list.",
    paper=_paper,
    strict=_strict,
    example=MetricExample(
        pairs=(
            Pair("ibuprofen, aspirin.", "aspirin, ibuprofen."),
            Pair("There is no related entity.", "There is no related enetity."),
            Pair("aspirin.", "aspirin."),
            Pair(None, "heparin."),
        ),
        # Published: {ibuprofen, aspiri} against {aspirin, ibuprofe} and the right spelling of the sentence: 1 of 4 found, 1 of 3 wanted.
        paper={"precision": 25.0, "recall": 100 / 3, "f1": 200 / 7},
        strict={"precision": 100.0, "recall": 75.0, "f1": 600 / 7},
    ),
)
