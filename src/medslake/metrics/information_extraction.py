"""Information copied out of a text: a span or a short record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from medslake.metrics import (
    Metric,
    MetricExample,
    Pair,
    Scored,
    after_lead,
    bare,
    cell_text,
    cleaned,
    mean_of_rows,
    paper_containment,
    plain,
    rouge_words,
)

__all__ = ["METRIC"]


def _prepared(text: str) -> str:
    return text.lower().strip().replace('"', "").replace("'", "").replace("\n", "")


def _paper(pairs: Sequence[Pair]) -> Scored:
    """The released rule: the reference is part of the answer, both in lower case and without quotes and line ends."""
    return paper_containment(pairs, _prepared, _prepared, cell_text)


def _overlap(prediction: str, reference: str, language: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of words, counted with their number."""
    written, wanted = Counter(rouge_words(prediction, language)), Counter(rouge_words(reference, language))
    common = (written & wanted).total()
    if not common:
        return 0.0, 0.0, 0.0
    precision, recall = common / written.total(), common / wanted.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


def _strict(pairs: Sequence[Pair]) -> Scored:
    """Unlike paper, which finds the reference anywhere: accuracy: the answer is the reference, case, quotes and outer punctuation aside;
    precision, recall, f1: mean word overlap.
    """
    rows: dict[str, list[float | None]] = {name: [] for name in ("accuracy", "precision", "recall", "f1")}
    invalid = 0
    for pair in pairs:
        answer = bare(cleaned(pair.prediction or ""))
        invalid += pair.prediction is not None and not plain(answer)
        right = (pair.reference, *pair.alternatives)
        exact = bool(plain(answer)) and any(plain(gold) in (plain(answer), after_lead(answer)) for gold in right)
        best = max((_overlap(answer, gold, pair.language) for gold in right), key=lambda scores: scores[2])
        for name, value in zip(rows, (float(exact), *best), strict=True):
            rows[name].append(value)
    return mean_of_rows(pairs, rows, n_invalid=invalid, signature="exact-match,word-f1:medslake-2")


METRIC = Metric(
    name="information_extraction",
    about="paper: the reference occurs in the answer; strict: the answer is the reference, with word precision, recall and F1 beside it.",
    paper=_paper,
    strict=_strict,
    example=MetricExample(
        pairs=(
            Pair('"Forty women"', "forty women"),
            Pair("not forty women", "forty women"),
            Pair(None, "forty women"),
            Pair("forty men", "forty women"),
        ),
        paper={"accuracy": 50.0},
        # Words: 2 of 2 and 2; 2 of 3 and 2 (f1 0.8); none; 1 of 2 and 2 (f1 0.5).
        strict={"accuracy": 25.0, "precision": 100 * (1 + 2 / 3 + 0.5) / 4, "recall": 62.5, "f1": 57.5},
    ),
)
