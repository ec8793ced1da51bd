"""Multiple-choice questions in six languages, and yes/no/maybe questions."""

from __future__ import annotations

from collections.abc import Sequence

from medslake.metrics.base import Metric, MetricExample, Pair, Scored
from medslake.metrics.parts.answer_text import after_lead
from medslake.metrics.parts.choice_letters import letters
from medslake.metrics.parts.label_choice import opening_label
from medslake.metrics.parts.scored import mean_of_rows

__all__ = ["METRIC"]

_VERDICTS = ("maybe", "yes", "no")


def _first(text: str, task_id: str) -> str:
    """The character that the released scorer compares, "" where it is none of the allowed ones."""
    kept = text.lower().replace("the right answer is", "").strip()[:1]
    return kept if kept and kept in ("yn" if task_id == "task123" else "abcd") else ""


def _paper(pairs: Sequence[Pair]) -> Scored:
    """First character of both sides in a-d (y, n in task123) and equal. An empty answer, at which the script stops, is 0."""
    hits = []
    for pair in pairs:
        first = _first(pair.prediction or "", pair.task_id)
        hits.append(float(first != "" and first == _first(pair.reference, pair.task_id)))
    return mean_of_rows(pairs, {"accuracy": hits}, signature="first-character")


def _verdict(reference: str) -> str | None:
    """yes, no or maybe where the reference is one of them."""
    opening = after_lead(reference)
    return opening if opening in _VERDICTS else None


def _strict(pairs: Sequence[Pair]) -> Scored:
    """The set of chosen letters equals that of the reference (or of an alternative); yes, no and maybe are read as words."""
    hits, invalid = [], 0
    for pair in pairs:
        answers = (pair.reference, *pair.alternatives)
        chosen: object
        right: set[object]
        if _verdict(pair.reference):
            chosen = opening_label(pair.prediction or "", _VERDICTS)
            right = {_verdict(answer) for answer in answers}
        else:
            chosen = letters(pair.prediction or "") or None
            right = {letters(answer) for answer in answers}
        invalid += pair.prediction is not None and chosen is None
        hits.append(float(chosen is not None and chosen in right))
    return mean_of_rows(pairs, {"accuracy": hits}, n_invalid=invalid, signature="chosen-letters:medslake-1")


METRIC = Metric(
    name="mcqa",
    paper=_paper,
    strict=_strict,
    example=MetricExample(
        pairs=(
            Pair("The right answer is B: aspirin", "The right answer is B: aspirin"),
            Pair("Because the patient coughs", "The right answer is B: aspirin"),
            Pair("正确答案是 C: 休息", "正确答案是 C: 休息", language="zh"),
            Pair("E", "The right answer is E: none"),
            Pair("", "The right answer is A: rest"),
        ),
        # The released scorer reads the b of "because" as option B, and neither the Chinese answers nor E.
        paper={"accuracy": 40.0},
        strict={"accuracy": 60.0},
    ),
    about="Accuracy. paper: first character; strict: the chosen letters, or yes/no/maybe, with invalid answers counted.",
)
