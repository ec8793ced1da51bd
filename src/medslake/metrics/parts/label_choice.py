"""Labels of a closed set that an answer names, in other spellings too."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from medslake.metrics.base import Pair
from medslake.metrics.parts.answer_text import after_lead, answered
from medslake.metrics.parts.answer_words import BECAUSE
from medslake.metrics.parts.cleaned import bare, cleaned, explicit, folded
from medslake.metrics.parts.denials import may_doubt
from medslake.metrics.parts.statements import Mention, Place, ended, grouped

__all__ = ["chosen_label", "label_set", "mentions"]

#: Everyday words, which are verdicts only where no noun follows (`no evidence`).
_DETERMINERS = frozenset({"no"})
_OPPOSITE = {"true": "false", "false": "true"}
_GOES_ON = re.compile(
    rf"\s+(?:{BECAUSE}|and|or|but|nor|not|rather|instead|with|than|as|if|maybe|yes|no|it|the|this|there|i)\b|\s*[-/&(]", re.IGNORECASE
)
#: American to British spellings, by rule; both sides of a pair may bear either.
_SPELLINGS = (
    (re.compile(r"(?<=[a-z]{2})ou?r(?=s?\b)"), "ou?r"),
    (re.compile(r"(?<=[aeiou])ll?(?=(?:ing|ed|er)\b)"), "ll?"),
    (re.compile(r"(?<=[a-z]{2})[iy][sz](?=(?:e|es|ed|ing|ation|ations)\b)"), "[iy][sz]"),
    (re.compile(r"[ao]?e(?=[a-z])"), "[ao]?e"),
)


def label_set(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Closed labels of a task: those that its rows bear, and the references; plain, longest first."""
    written = {label for pair in pairs for label in pair.labels} | {pair.reference for pair in pairs}
    return tuple(sorted({after_lead(text) for text in written} - {""}, key=lambda label: (-len(label), label)))


def _spelt(label: str) -> str:
    """The pattern of a label: any dash or blank for one of these, British and American spelling."""
    parts = []
    for word in re.findall(r"[a-z]+|[^a-z]+", folded(label).casefold()):
        if not word.isascii() or not word.isalpha():
            parts.append(re.sub(r"(?:\\-|\\ |\s|-)+", r"(?:\\s*-\\s*|\\s+)", re.escape(word)))
            continue
        parts.append(_spelt_word(word))
    return "".join(parts)


def _spelt_word(word: str) -> str:
    made, at = "", 0
    while at < len(word):
        for rule, pattern in _SPELLINGS:
            match = rule.match(word, at)
            if match and len(word) > 3:
                made, at = made + pattern, match.end()
                break
        else:
            made, at = made + re.escape(word[at]), at + 1
    return made


@functools.lru_cache(maxsize=256)
def _pattern(labels: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """The pattern of all labels, and the label of each spelling that was met so far."""
    # Alternatives are tried in order: a label wins over any that is part of it. A digit is no part of a number.
    parts = [_spelt(label) + (r"(?!\.\d)" if label[-1:].isdigit() else "") for label in labels]
    return re.compile(r"(?<![\w.])(?<!\w-)(?:" + "|".join(parts) + r")(?!\w)"), {label: label for label in labels}


def _found(text: str, labels: tuple[str, ...]) -> list[Mention]:
    """Mentions of labels in a text."""
    pattern, names = _pattern(labels)
    found = []
    for match in pattern.finditer(text.lower()):
        start, end = match.span()
        label = names.get(match.group())
        if label is None:
            label = names[match.group()] = next(label for label in labels if re.fullmatch(_spelt(label), match.group()))
        closed = ended(text, end) or _GOES_ON.match(text, end) is not None
        if closed or label not in _DETERMINERS:
            found.append(Mention(start, end, label, end, closed))
    return found


def mentions(text: str, labels: tuple[str, ...]) -> list[str]:
    """Labels that an answer states, each once, in order, denied ones left out. labels: plain, longest first."""
    text = cleaned(text)
    marked = explicit(text)
    place = Place(bare(", ".join(marked) if marked else text))
    found = _found(place.text, labels)
    stated: dict[str, None] = {}
    for group in grouped(place, found):
        if not group.denied:
            stated |= dict.fromkeys(mention.key for mention in found if group.start <= mention.start < group.end)
    return list(stated)


def chosen_label(prediction: str, labels: tuple[str, ...]) -> str | None:
    """The one label that an answer chooses; None where it names none, several, or leaves it open. labels: plain, longest first."""
    if not labels:
        return None
    answer = after_lead(prediction)
    if answer in _pattern(labels)[1]:
        return _pattern(labels)[1][answer]
    text = cleaned(prediction)
    if not explicit(text) and not may_doubt(text := bare(text)):
        # Where nothing is denied or weighed, the only label that is named is the answer.
        named = {mention.key for mention in _found(text, labels)}
        if len(named) < 2:
            return named.pop() if named else None
    keys = answered(prediction, lambda place: _found(place.text, labels), opposite=_OPPOSITE if set(labels) <= set(_OPPOSITE) else {})
    return next(iter(keys)) if len(keys) == 1 else None
