"""Letters of the options that an answer to a multiple-choice question chooses, in the six languages of the benchmark."""

from __future__ import annotations

import re
import unicodedata

from medslake.metrics.parts.answer_text import lead_in

__all__ = ["letters"]

#: Cyrillic capitals that look like the Latin letters of the options.
_CYRILLIC = str.maketrans("АВСЕ", "ABCE")
_L = "[A-J]"
_MARK = r"[\s\"'`*_(\[{<「『“‘«:-]*"
_WORD = (
    r"(?:(?:clearly|definitely|probably|most\s+likely|la|le|las|les)\s+)?(?:(?:the\s+)?(?:options?|choices?|answers?|letters?)|选择?|選択肢|选项|l[ea]s?\s+(?:réponse|option)s?"
    r"|(?:la\s+)?opci(?:ón|ones)|вариант(?:ы)?)?"
)
#: Between two letters of one answer.
_AND = r"\s*(?:[,/&+;、，；]|\band\b|\bet\b|\be\b|\by\b|\bи\b|と|和|及)\s*(?:(?:and|et|y|и)\s+)?"
#: What may follow a letter, so that it is not the first of a word. CJK text follows without a blank.
_END = r"(?![A-Za-z0-9À-ɏЀ-ӿ]|['’][A-Za-zÀ-ɏ])"
_OPENING = re.compile(rf"{_MARK}{_WORD}{_MARK}(?P<first>{_L}){_END}", re.IGNORECASE)
_BARE_LIST = re.compile(rf"{_MARK}{_WORD}{_MARK}(?P<all>{_L}(?:{_AND}{_L})+){_END}", re.IGNORECASE)
_RUN = re.compile(rf"{_MARK}{_WORD}{_MARK}(?P<all>{_L}{{2,6}})(?=\s*(?:[.,:;)\]。、，：]|$))")
#: `B: text` further on in a list of options with their texts.
_LISTED = re.compile(rf"[,;、，；\t\n]\s*(?:(?:and|et|y|и)\s+)?[(\[]?({_L})\s*[:.)\]](?=\s|[^\x00-\x7f]|$)")
_CLOSED = re.compile(r"\s*(?:[.:;,)\]}>*\"'、。，：；）】」』-]|$|\n)")
_GOES_ON = re.compile(
    r"\s+(?:is|are|because|since|as|for|due|would|should|car|parce|est|sont|porque|ya|es|son|потому|так|является)\b|[^\x00-\x7f]",
    re.IGNORECASE,
)
#: A choice named inside a sentence.
_STATED = re.compile(
    r"(?:\b(?:options?|choices?|answers?|réponses?|opci(?:ón|ones)|respuestas?|вариант|ответ|choose|select|pick)\b\s*(?:is\s+|est\s+|es\s+)?"
    rf"|选择?|故选|選択肢|选项){_MARK}(?P<a>(?-i:{_L})){_END}|\((?P<b>{_L})\)|(?P<c>{_L})\s*(?:选项|選択肢)"
    rf"|\b(?P<d>(?-i:{_L}))\s+(?:is|est|es)\s+(?:the\s+|la\s+)?(?:right|correct|best|bonne|correct[ae])",
    re.IGNORECASE,
)
#: An answer that leaves it open.
_OR = re.compile(rf"\s*(?:\b(?:or|ou|o|или)\b|或|または)\s*\(?{_L}{_END}")


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_CYRILLIC).strip()


def _opening(text: str, led: bool) -> frozenset[str]:
    """Letters with which a text opens. led: words such as `The answer is` stand before, so a bare letter is no word of its own."""
    run = _RUN.match(text)
    if run and list(run["all"]) == sorted(set(run["all"])):
        return frozenset(run["all"])
    several = _BARE_LIST.match(text)
    if several:
        return frozenset(re.findall(rf"(?<![A-Za-z]){_L}(?![A-Za-z])", several["all"].upper()))
    first = _OPENING.match(text)
    if first is None:
        return frozenset()
    letter, rest = first["first"], text[first.end() :]
    if _OR.match(rest):
        return frozenset()
    marked = bool(_CLOSED.match(rest)) or first.group().strip(" \n\t") != letter
    # A lower-case letter or a bare one before a word may be an article or a conjunction (a, e, A).
    certain = marked or (letter.isupper() and (led or bool(_GOES_ON.match(rest)) or letter not in "AI")) or (led and letter not in "ae")
    if not certain:
        return frozenset()
    # A blank line ends the answer; what follows may discuss every option.
    return frozenset({letter.upper(), *_LISTED.findall(re.split(r"\n\s*\n", rest)[0])})


def letters(text: str) -> frozenset[str]:
    """Letters that an answer (or a reference) chooses; empty when it names none or contradicts itself.

    Several letters come back together: `A: the liver, D: the kidney`, `B and D`, `BD`. Inside running text only an explicit choice
    counts (`option C`, `(C)`, `选B`, `C is correct`), and two different ones count as none.
    """
    normal = _normal(text)
    lead = lead_in(normal)
    if lead is not None:
        chosen = _opening(normal[lead.end() :], led=True)
        if chosen:
            return chosen
    chosen = _opening(normal, led=False)
    if chosen:
        return chosen
    if re.search(_L + _OR.pattern, normal):
        return frozenset()
    stated = {next(filter(None, match.groups())).upper() for match in _STATED.finditer(normal)}
    return frozenset(stated) if len(stated) == 1 else frozenset()
