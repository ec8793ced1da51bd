"""Fact verification: a verdict on a claim or an answer (tasks 12, 16) or the text that backs an answer (task100)."""

from __future__ import annotations

from collections.abc import Sequence

from medslake.metrics.base import Metric, MetricExample, Pair, Scored
from medslake.metrics.parts.closed_labels import paper_containment, strict_label
from medslake.metrics.parts.label_choice import opening_label
from medslake.metrics.parts.similarity import paper_similarity, strict_similarity

__all__ = ["METRIC"]

_TEXT = "task100"
#: Verdicts of the known tasks, for predictions that come without their label set.
_VERDICTS = {"task12": ("yes", "no"), "task16": ("0", "1", "2")}


def _gold(reference: str) -> str:
    return reference.replace(".", "").strip().lower()


def _is_text(pairs: Sequence[Pair]) -> bool:
    return any(pair.task_id == _TEXT for pair in pairs)


def _paper(pairs: Sequence[Pair]) -> Scored:
    if _is_text(pairs):
        # An empty answer scores 0 on either measure and stays in the mean.
        return paper_similarity(pairs, [((pair.prediction or "").strip().lower(), _gold(pair.reference)) for pair in pairs])
    return paper_containment(pairs, _gold, lambda answer: answer.split("\n")[0].strip().lower())


def _strict(pairs: Sequence[Pair]) -> Scored:
    if _is_text(pairs):
        return strict_similarity(pairs)
    return strict_label(pairs, _VERDICTS.get(pairs[0].task_id, ()) if pairs else (), opening_label)


METRIC = Metric(
    name="fact_verification",
    paper=_paper,
    strict=_strict,
    example=MetricExample(
        pairs=(
            Pair("No, it does not.", "no", "task12"),
            Pair("I do not know", "no", "task12"),
            Pair("yes, no", "no", "task12"),
            Pair("yes\nno", "no", "task12"),
        ),
        # "know" and "not" hold "no"; the last answer does so only in its second line.
        paper={"accuracy": 75.0},
        strict={"accuracy": 25.0},
    ),
    about="Accuracy of the verdict (tasks 12, 16); BLEU and ROUGE of the text (task100).",
)
