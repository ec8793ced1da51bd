"""Treatment planning: the sequence of radiation and surgery (SEER)."""

from __future__ import annotations

from collections.abc import Sequence

from medslake.metrics import Metric, MetricExample, Pair, Scored, paper_containment, strict_label

__all__ = ["METRIC"]

_LABELS = ("Intraoperative radiation", "No radiation and/or cancer-directed surgery", "Radiation prior to surgery")


def _gold(reference: str) -> str:
    return reference.replace(".", "").replace("The treatment planning is:", "").strip().lower()


def _paper(pairs: Sequence[Pair]) -> Scored:
    """The released rule: the label, bare, in lower case, is part of the answer; a denied one, and a list of all labels, are hits."""
    return paper_containment(pairs, _gold, str.lower)


METRIC = Metric(
    name="treatment_planning",
    about="Accuracy. paper: the label occurs in the answer; strict: the answer states this label, unnegated, and no other.",
    paper=_paper,
    strict=strict_label,
    example=MetricExample(
        pairs=(
            Pair(
                "The treatment planning is: Radiation prior to surgery.",
                "The treatment planning is: Radiation prior to surgery.",
                labels=_LABELS,
            ),
            Pair(
                "Radiation prior to surgery, or intraoperative radiation",
                "The treatment planning is: Intraoperative radiation.",
                labels=_LABELS,
            ),
            Pair("no radiation prior to surgery", "The treatment planning is: Radiation prior to surgery.", labels=_LABELS),
            Pair(None, "The treatment planning is: Radiation prior to surgery.", labels=_LABELS),
        ),
        paper={"accuracy": 75.0},
        strict={"accuracy": 25.0},
    ),
)
