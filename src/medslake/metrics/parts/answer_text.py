"""Reading an answer: what stands before it in six languages, and the plain form in which two texts are compared."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["after_lead", "lead_in", "plain"]

#: What introduces an answer. The longest wording of each language comes first.
_LEADS = re.compile(
    r"""
    (?:the\s+)?(?:right|correct|best|final|most\s+likely)?\s*(?:answers?|diagnosis(?:\s+result)?|option|choice|label|treatment(?:\s+planning)?)
        \s*(?:(?:is|are|would\s+be|should\s+be)\b\s*:?|:)
    | (?:正确|最佳|正確)?(?:的)?(?:答案|选项|選項)\s*(?:应该|應該)?(?:是|为|為|:)\s*:?
    | (?:正しい|正解の?)?(?:答え|解答|回答|選択肢|正解)\s*(?:は|:)\s*:?
    | (?:la|les)\s+(?:bonnes?\s+)?réponses?\s+(?:correctes?\s+)?(?:est|sont)\b\s*:?
    | réponses?\s*(?:correctes?)?\s*:
    | las?\s+(?:respuestas?|opci(?:ón|ones))\s+(?:correctas?\s+)?(?:es|son)\b\s*:?
    | respuestas?\s*(?:correctas?)?\s*:
    | (?:правильны[йе]\s+)?ответы?\s*(?::|[-–—]|это\b)\s*:?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SPACE = re.compile(r"\s+")
_EDGE = " \t\n\r.,;:!?\"'`*_()[]{}<>「」『』。、，；：！？“”‘’«»"


def plain(text: str) -> str:
    """Compatibility-normalised, case-folded, runs of white space made one blank, without marks at either end."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip(_EDGE)


def lead_in(text: str) -> re.Match[str] | None:
    """First wording that introduces an answer, such as `The right answer is` or `正确答案是`. text: NFKC-normalised."""
    return _LEADS.search(text)


def after_lead(text: str) -> str:
    """`plain` of what follows the words that open an answer, or of the whole text where it opens otherwise."""
    normal = unicodedata.normalize("NFKC", text).strip(_EDGE)
    match = _LEADS.match(normal)
    return plain(normal[match.end() :] if match else normal)
