"""Fact verification: a verdict on a claim or an answer, or the text that backs an answer."""

from __future__ import annotations

from collections.abc import Sequence

from medslake.metrics import (
    Metric,
    MetricExample,
    Pair,
    Scored,
    cell,
    paper_containment,
    paper_similarity,
    strict_label,
    strict_similarity,
)

__all__ = ["METRICS"]

_VERDICTS = ("yes", "no")


def _gold(reference: str) -> str:
    return reference.replace(".", "").strip().lower()


def _verdict(pairs: Sequence[Pair]) -> Scored:
    """The released rule: the verdict is part of the first line, also within a word ("know" holds "no")."""
    return paper_containment(pairs, _gold, lambda answer: answer.split("\n")[0].strip().lower())


def _stated_verdict(pairs: Sequence[Pair]) -> Scored:
    """Unlike paper: words, not parts of words, of the whole answer and not of its first line, undenied, and no other verdict beside it."""
    return strict_label(pairs)


def _text(pairs: Sequence[Pair]) -> Scored:
    """The released rule: in lower case, the reference without full stops.

    An empty answer scores 0 on either measure and stays in the mean.
    """
    return paper_similarity(pairs, [((cell(pair.prediction) or "").strip().lower(), _gold(cell(pair.reference) or "")) for pair in pairs])


METRICS = (
    Metric(
        name="fact_verification",
        about="Accuracy of the verdict. paper: it occurs in the first line; strict: the answer opens with it, and with no other.",
        paper=_verdict,
        strict=_stated_verdict,
        example=MetricExample(
            pairs=(
                Pair("No, it does not.", "no", labels=_VERDICTS),
                Pair("I do not know", "no", labels=_VERDICTS),
                Pair("yes, no", "no", labels=_VERDICTS),
                Pair("yes\nno", "no", labels=_VERDICTS),
            ),
            # "know" and "not" hold "no"; the last answer does so only in its second line.
            paper={"accuracy": 75.0},
            strict={"accuracy": 25.0},
        ),
    ),
    Metric(
        name="supporting_text",
        about="As text_similarity, of the text that backs an answer; paper in lower case and without full stops in the reference.",
        paper=_text,
        strict=strict_similarity,
        example=MetricExample(
            # "a b" against "a b" once the full stops are gone; the empty answer halves it.
            pairs=(Pair(" A B ", "a. b."), Pair("", "a b")),
            paper={"bleu1": 50.0, "rouge": 49.99999975},
            strict={"rouge1": 50.0, "rouge2": 50.0, "rougeL": 50.0, "bleu": 0.0},
        ),
    ),
)
