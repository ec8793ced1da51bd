"""Natural language inference: the relation of two sentences, or a hypothesis written to a premise."""

from __future__ import annotations

from collections.abc import Sequence

from medslake.metrics import (
    Metric,
    MetricExample,
    Pair,
    Scored,
    cell,
    cell_text,
    paper_containment,
    paper_similarity,
    strict_label,
    strict_similarity,
)

__all__ = ["METRICS"]

_LABELS = ("entailment", "contradiction", "neutral")


def _relation(pairs: Sequence[Pair]) -> Scored:
    """The released rule: the relation is part of the answer; a denied one, and a list of all three, are hits."""
    return paper_containment(pairs, lambda gold: gold.replace(".", "").strip().lower(), lambda answer: answer.lower().strip(), cell_text)


def _hypothesis(pairs: Sequence[Pair]) -> Scored:
    """The released rule: neither case nor full stops are touched; a row without an answer scores 0."""
    return paper_similarity(pairs, [(cell(pair.prediction) or "", cell(pair.reference) or "") for pair in pairs])


METRICS = (
    Metric(
        name="nli",
        about="Accuracy of the relation. paper: it occurs in the answer; strict: the answer states it, unnegated, and no other.",
        paper=_relation,
        strict=strict_label,
        example=MetricExample(
            pairs=(
                Pair("entailment", "Entailment.", labels=_LABELS),
                Pair("entailment, contradiction, neutral", "neutral", labels=_LABELS),
                Pair("It is a contradiction.", "contradiction", labels=_LABELS),
                Pair("", "neutral", labels=_LABELS),
            ),
            paper={"accuracy": 75.0},
            strict={"accuracy": 50.0},
        ),
    ),
    Metric(
        name="hypothesis",
        about="As text_similarity, of a hypothesis that was to be written.",
        paper=_hypothesis,
        strict=strict_similarity,
        example=MetricExample(
            # Case counts for the paper: 4 of 5 tokens, the full stop among them, and 3 of 4 words of ROUGE-L.
            pairs=(Pair("A fever is seen.", "a fever is seen."),),
            paper={"bleu1": 80.0, "rouge": 74.9999995},
            # rouge-score folds case. BLEU does not: 4 of 5, 3 of 4, 2 of 3 and 1 of 2, whose product is 1/5.
            strict={"rouge1": 100.0, "rouge2": 100.0, "rougeL": 100.0, "bleu": 100 * 0.2**0.25},
        ),
    ),
)
