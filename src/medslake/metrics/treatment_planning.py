"""Treatment planning: the sequence of radiation and surgery (SEER)."""

from __future__ import annotations

from collections.abc import Sequence

from medslake.metrics.base import Metric, MetricExample, Pair, Scored
from medslake.metrics.parts.closed_labels import paper_containment, strict_label

__all__ = ["METRIC", "SEQUENCES"]

#: SEER's radiation sequence with surgery, for predictions that come without their label set.
SEQUENCES = (
    "Intraoperative rad with other rad before/after surgery",
    "Intraoperative radiation",
    "No radiation and/or cancer-directed surgery",
    "Radiation after surgery",
    "Radiation before and after surgery",
    "Radiation prior to surgery",
    "Surgery both before and after radiation",
)


def _gold(reference: str) -> str:
    return reference.replace(".", "").replace("The treatment planning is:", "").strip().lower()


def _paper(pairs: Sequence[Pair]) -> Scored:
    return paper_containment(pairs, _gold, str.lower)


def _strict(pairs: Sequence[Pair]) -> Scored:
    return strict_label(pairs, SEQUENCES)


METRIC = Metric(
    name="treatment_planning",
    paper=_paper,
    strict=_strict,
    example=MetricExample(
        pairs=(
            Pair("The treatment planning is: Radiation after surgery.", "The treatment planning is: Radiation after surgery."),
            Pair("Radiation after surgery, or intraoperative radiation", "The treatment planning is: Intraoperative radiation."),
            Pair("no radiation after surgery", "The treatment planning is: Radiation after surgery."),
            Pair(None, "The treatment planning is: Radiation after surgery."),
        ),
        paper={"accuracy": 75.0},
        strict={"accuracy": 25.0},
    ),
    about="Accuracy. paper: the label occurs in the answer; strict: the answer states this label, unnegated, and no other.",
)
