"""Diagnosis by a closed list of diseases (DDXPlus)."""

from __future__ import annotations

from collections.abc import Sequence

from medslake.metrics import Metric, MetricExample, Pair, Scored, paper_containment, strict_label

__all__ = ["METRIC"]

_LABELS = ("Anemia", "GERD")


def _gold(reference: str) -> str:
    return reference.replace(".", "").replace("The diagnosis result is", "").strip().lower()


def _paper(pairs: Sequence[Pair]) -> Scored:
    """The released rule: the label, bare, in lower case, is part of the answer; a denied one, and a list of all labels, are hits."""
    return paper_containment(pairs, _gold, str.lower)


METRIC = Metric(
    name="diagnosis",
    about="Accuracy. paper: the disease occurs in the answer; strict: the answer states this disease, unnegated, and no other.",
    paper=_paper,
    strict=strict_label,
    example=MetricExample(
        pairs=(
            Pair("The diagnosis result is Anemia.", "The diagnosis result is Anemia.", labels=_LABELS),
            Pair("This is not anemia", "The diagnosis result is Anemia.", labels=_LABELS),
            Pair("Anemia or GERD", "The diagnosis result is GERD.", labels=_LABELS),
            Pair("GERD", "The diagnosis result is Anemia.", labels=_LABELS),
        ),
        paper={"accuracy": 75.0},
        strict={"accuracy": 25.0},
    ),
)
