"""Multiple-choice questions in six languages, and questions that are answered yes, no or maybe."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from medslake.metrics import Metric, MetricExample, Pair, Scored, cell_text, letters, mean_of_rows, right_letters, strict_label

__all__ = ["METRICS"]

_VERDICTS = ("yes", "no", "maybe")


def _first(text: str) -> str:
    """The character that the released scorer compares; "" where none is left, at which it stops."""
    return text.lower().replace("the right answer is", "").strip()[:1]


def _first_character(allowed: str) -> Callable[[Sequence[Pair]], Scored]:
    """The released rule: the first characters of both sides are allowed and equal. An empty answer reads "nan", as the script turns it
    into text.
    """

    def paper(pairs: Sequence[Pair]) -> Scored:
        sides = [(_first(cell_text(pair.prediction)), _first(cell_text(pair.reference))) for pair in pairs]
        hits = [float(answer == gold and answer != "" and answer in allowed) for answer, gold in sides]
        stops = bool(sides) and all("" in side for side in sides)
        reason = "the released scorer gives no figure: it stops at every row, none of which has a first character on both sides"
        return mean_of_rows(pairs, {"accuracy": hits}, signature="first-character", reason=reason if stops else "")

    return paper


def _chosen_letters(pairs: Sequence[Pair]) -> Scored:
    """The set of chosen letters equals that of the reference, or of an alternative.

    Unlike paper, which reads one character: letters stated anywhere in six languages, beyond d too, several where several are right.
    """
    hits, invalid = [], 0
    for pair in pairs:
        right = (pair.reference, *pair.alternatives)
        chosen = frozenset() if pair.prediction is None else letters(pair.prediction, pair.options, right)
        invalid += pair.prediction is not None and not chosen
        hits.append(float(bool(chosen) and chosen in map(right_letters, right)))
    return mean_of_rows(pairs, {"accuracy": hits}, n_invalid=invalid, signature="chosen-letters:medslake-2")


def _stated_verdict(pairs: Sequence[Pair]) -> Scored:
    """Unlike paper, which reads one character of y and n: verdicts are read as words, maybe among them."""
    return strict_label(pairs)


METRICS = (
    Metric(
        name="mcqa",
        about="Accuracy of lettered options. paper: first character, a to d; strict: the chosen letters, with invalid answers counted.",
        paper=_first_character("abcd"),
        strict=_chosen_letters,
        example=MetricExample(
            pairs=(
                Pair("The right answer is B: aspirin", "The right answer is B: aspirin"),
                Pair("Because the ankle swells", "The right answer is B: aspirin"),
                Pair("正确答案是 C: 休息", "正确答案是 C: 休息", language="zh"),
                Pair("E", "The right answer is E: none"),
                Pair("", "The right answer is A: rest"),
            ),
            # The released scorer reads the b of "because" as option B, and neither the Chinese answers nor E.
            paper={"accuracy": 40.0},
            strict={"accuracy": 60.0},
        ),
    ),
    Metric(
        name="yes_no_maybe",
        about="Accuracy of yes, no or maybe. paper: first character, y or n; strict: the word with which the answer opens.",
        paper=_first_character("yn"),
        strict=_stated_verdict,
        example=MetricExample(
            pairs=(
                Pair("Yes, it does.", "yes", labels=_VERDICTS),
                Pair("not sure", "no", labels=_VERDICTS),
                Pair("maybe", "maybe", labels=_VERDICTS),
                Pair("yes, no or maybe", "yes", labels=_VERDICTS),
                Pair("", "no", labels=_VERDICTS),
            ),
            # The released scorer takes the n of "not" for no, that of "nan", its reading of an empty cell, too, and knows no maybe.
            paper={"accuracy": 80.0},
            strict={"accuracy": 40.0},
        ),
    ),
)
