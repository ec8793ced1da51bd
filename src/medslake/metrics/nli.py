"""Natural language inference: the relation of two sentences (task41) or a hypothesis written to a premise (task42)."""

from __future__ import annotations

from collections.abc import Sequence

from medslake.metrics.base import Metric, MetricExample, Pair, Scored
from medslake.metrics.parts.closed_labels import paper_containment, strict_label
from medslake.metrics.parts.similarity import paper_similarity, strict_similarity

__all__ = ["METRIC"]

_LABELS = ("entailment", "contradiction", "neutral")
_GENERATIVE = "task42"


def _generative(pairs: Sequence[Pair]) -> bool:
    return any(pair.task_id == _GENERATIVE for pair in pairs)


def _paper(pairs: Sequence[Pair]) -> Scored:
    if _generative(pairs):
        return paper_similarity(pairs, [(pair.prediction or "", pair.reference) for pair in pairs])
    return paper_containment(pairs, lambda gold: gold.replace(".", "").strip().lower(), lambda answer: answer.lower().strip())


def _strict(pairs: Sequence[Pair]) -> Scored:
    return strict_similarity(pairs) if _generative(pairs) else strict_label(pairs, _LABELS)


METRIC = Metric(
    name="nli",
    paper=_paper,
    strict=_strict,
    example=MetricExample(
        pairs=(
            Pair("entailment", "Entailment.", "task41"),
            Pair("entailment, contradiction, neutral", "neutral", "task41"),
            Pair("It is a contradiction.", "contradiction", "task41"),
            Pair("", "neutral", "task41"),
        ),
        paper={"accuracy": 75.0},
        strict={"accuracy": 50.0},
    ),
    about="Accuracy of the relation (task41); BLEU and ROUGE of the hypothesis (task42).",
)
