"""Which label of a closed set does an answer choose? One that it states, unnegated, and no other."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from medslake.metrics.base import Pair
from medslake.metrics.parts.answer_text import after_lead, plain

__all__ = ["chosen_label", "label_set", "mentions", "opening_label"]

_BEFORE = re.compile(
    r"(?:\b(?:not|no|non|never|without|neither|nor|cannot\s+be|excludes?|excluded|excluding|rules?\s+out|ruled\s+out|ruling\s+out|unlikely"
    r"|rather\s+than|instead\s+of|absence\s+of|negative\s+for|denies)|n't)\s+"
    r"(?:(?:a|an|the|any|this|be|have|has|having|show|shows|suggest|suggests|likely|probably|evidence\s+of|signs?\s+of|consistent\s+with"
    r"|due\s+to|case\s+of|diagnosis\s+of|suggestive\s+of)\s+)*[\"'(\[*]*$"
)
_COPULA = r"(?:(?:is|was|are|has\s+been|can\s+be|could\s+be|seems|appears|being)\s+)"
_AFTER = re.compile(
    rf"[\"')\]*]*\s*(?:{_COPULA}+not\b|{_COPULA}*(?:(?:very\s+|highly\s+)?(?:unlikely|improbable)\b|excluded\b|ruled\s+out\b|absent\b)"
    r"|isn't|wasn't|(?:can\s*not|can't)\s+be\b)"
)
_LIST = r"\s*(?:[,;/|&+、，；。.\n-]|\b(?:or|and|y|o|ou|et|и|или)\b)*\s*"


def label_set(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Closed labels of a task: those that its rows bear, and the references; plain, longest first."""
    written = {label for pair in pairs for label in pair.labels} | {pair.reference for pair in pairs}
    return tuple(sorted({after_lead(text) for text in written} - {""}, key=lambda label: (-len(label), label)))


@functools.lru_cache(maxsize=256)
def _pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    # Alternatives are tried in order: a label wins over any that is part of it.
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(label) for label in labels) + r")(?!\w)")


def mentions(text: str, labels: tuple[str, ...]) -> list[str]:
    """Labels that a text states, each once, in order, negated ones left out. labels: plain, longest first; text: plain."""
    stated = []
    for match in _pattern(labels).finditer(text):
        if _BEFORE.search(text, max(0, match.start() - 80), match.start()) or _AFTER.match(text, match.end()):
            continue
        if match.group() not in stated:
            stated.append(match.group())
    return stated


def chosen_label(prediction: str, labels: tuple[str, ...]) -> str | None:
    """The only label that the answer states; None when it states none or several."""
    if not labels:
        return None
    text = plain(prediction)
    answer = after_lead(prediction)
    if answer in labels:
        return answer
    stated = mentions(text, labels)
    return stated[0] if len(stated) == 1 else None


def opening_label(prediction: str, labels: tuple[str, ...]) -> str | None:
    """The label with which the answer opens, for labels that are everyday words (yes, no) or digits; else the only one of its first line.

    None when further labels follow in a row (`yes, no`).
    """
    if not labels:
        return None
    lines = [line for line in prediction.splitlines() if plain(line)]
    if not lines:
        return None
    answer = after_lead(lines[0])
    if not answer and len(lines) > 1:
        answer = after_lead(lines[1])
    one = _pattern(labels).pattern
    opening = re.match(one, answer)
    if opening is None:
        stated = mentions(answer, labels)
        return stated[0] if len(stated) == 1 else None
    rest = answer[opening.end() :]
    following = re.match(_LIST + one + rf"(?={_LIST}(?:{one}|$))", rest)
    if (following and following.group().strip() not in {"", opening.group()}) or _AFTER.match(answer, opening.end()):
        return None
    return opening.group()
