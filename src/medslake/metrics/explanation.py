"""Explanations of medical terms and claims."""

from __future__ import annotations

from collections.abc import Sequence

from medslake.metrics import Metric, MetricExample, Pair, Scored, cell, paper_similarity, strict_similarity

__all__ = ["METRIC"]


def _texts(pair: Pair) -> tuple[str, str] | None:
    prediction, reference = cell(pair.prediction), cell(pair.reference)
    return None if prediction is None or reference is None else (prediction, reference)


def _paper(pairs: Sequence[Pair]) -> Scored:
    """The released rule: rows without text on either side are left out of the mean."""
    return paper_similarity(pairs, [_texts(pair) for pair in pairs])


METRIC = Metric(
    name="explanation",
    about="As text_similarity; the paper variant skips rows without text, strict counts them as 0.",
    paper=_paper,
    strict=strict_similarity,
    example=MetricExample(
        # The paper's mean is over the first row alone; the strict one halves the ROUGE scores, and its corpus BLEU has 4 + 2 wanted words:
        # precisions 1 throughout, penalty exp(1 - 6/4).
        pairs=(Pair("a disease of bone", "a disease of bone"), Pair(None, "a fever")),
        paper={"bleu1": 100.0, "rouge": 99.9999995},
        strict={"rouge1": 50.0, "rouge2": 50.0, "rougeL": 50.0, "bleu": 60.653065971263345},
    ),
)
