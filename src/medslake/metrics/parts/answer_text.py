"""The one reader of answers: what is chosen among options or labels; and the plain form in which two texts are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from medslake.metrics.parts.cleaned import bare, cleaned, explicit
from medslake.metrics.parts.statements import Mention, Place, chosen, grouped

__all__ = ["after_lead", "answered", "lead_end", "plain"]

#: What introduces an answer. The longest wording of each language comes first.
_LEADS = re.compile(
    r"""
    (?:the\s+)?(?:right|correct|best|final|most\s+likely)?\s*(?:answers?|diagnosis(?:\s+result)?|option|choice|label|treatment(?:\s+planning)?)
        \s*(?:(?:is|are|would\s+be|should\s+be)\b\s*:?|:)
    | (?:正确|最佳|正確)?(?:的)?(?:答案|选项|選項)\s*(?:应该|应該)?(?:是|为|為|:)\s*:?
    | (?:正しい|正解の?)?(?:答え|解答|回答|選択肢|正解)\s*(?:は|:)\s*:?
    | (?:la|les)\s+(?:bonnes?\s+)?réponses?\s+(?:correctes?\s+)?(?:est|sont)\b\s*:?
    | réponses?\s*(?:correctes?)?\s*:
    | las?\s+(?:respuestas?|opci(?:ón|ones))\s+(?:correctas?\s+)?(?:es|son)\b\s*:?
    | respuestas?\s*(?:correctas?)?\s*:
    | (?:правильны[йе]\s+)?ответы?\s*(?::|[-–—]|это\b)?\s*:?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_EDGE = " \t\n\r.,;:!?\"'`*_()[]{}<>「」『』。、，；：！？“”‘’«»"

#: The mentions of what may be chosen in a text, such as letters of options or labels of a closed set.
Options = Callable[[Place], list[Mention]]

_NONE: Mapping[str, str] = {}


def plain(text: str) -> str:
    """Compatibility-normalised, case-folded, runs of white space made one blank, without marks at either end."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(_EDGE)


def lead_end(text: str) -> int:
    """Where the wording ends that opens an answer, such as `The right answer is` or `正确答案是`; 0 where none does."""
    for start in range(len(text) - len(text.lstrip()) + 1):
        if match := _LEADS.match(text, start):
            return match.end()
    return 0


def after_lead(text: str) -> str:
    """`plain` of what follows the words that open an answer, or of the whole text where it opens otherwise."""
    normal = unicodedata.normalize("NFKC", text).strip(_EDGE)
    match = _LEADS.match(normal)
    return plain(normal[match.end() :] if match else normal)


def answered(text: str, options: Options, opposite: Mapping[str, str] = _NONE) -> frozenset[str]:
    """What an answer chooses: explicit forms win, else the last conclusion counts. Empty: nothing, open, contradictory.

    options: what may be chosen. opposite: what denying one states.
    """
    text = cleaned(text)
    for answer in reversed(explicit(text)):
        found = _chosen(bare(cleaned(answer)), options, opposite)
        if found:
            return found
    return _chosen(bare(text), options, opposite)


def _chosen(text: str, options: Options, opposite: Mapping[str, str]) -> frozenset[str]:
    place = Place(text)
    groups = grouped(place, options(place))
    for group in groups if opposite else ():
        if group.denied and len(group.keys) == 1:
            group.keys, group.denied = frozenset(opposite[key] for key in group.keys), False
    return chosen(place, groups)
