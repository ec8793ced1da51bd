"""Mistakes planted into English passages: one sentence is made to say something false.

Rules and no model, so that the same text gives the same mistakes everywhere. A sentence qualifies where it stands once in its passage.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

__all__ = ["KINDS", "Mistake", "planted", "sentences"]


class Mistake(NamedTuple):
    """kind: one of KINDS. passage: with the mistake. sentence: the wrong one, as it stands there."""

    kind: str
    passage: str
    sentence: str


#: Not behind an initial or `Dr.`, where a full stop ends no sentence.
_END = re.compile(r"(?<=[.!?])(?<![A-Z]\.)(?<!Dr\.)\s+(?=[\"'(]?[A-Z0-9])")
_NEGATIVE = re.compile(r"\b(?:not|no|never|none|without|unless|only|neither|nor|cannot)\b|n't", re.IGNORECASE)
_AUXILIARY = re.compile(r"\b(is|are|was|were|can|should|must|will)\b(?! not\b)")
_NEGATED = re.compile(r"\b(is|are|was|were|can|should|must|will|does|do|did) not\b|\bcannot\b")
#: Behind these nothing of the main clause is denied.
_SUBORDINATE = re.compile(r"\b(?:if|when|where|which|who|that|whether|because|although|while)\b", re.IGNORECASE)
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve")
#: A number by itself, and not one that is part of a name (type 2, B12, COVID-19).
_NUMBER = re.compile(
    rf"(?<![\w.,/-])(?<!type )(?<!stage )(?<!grade )(?<!vitamin )(?:\d+(?:\.\d+)?|{'|'.join(_NUMBERS)})(?![\w/-]|[.,]\d)", re.IGNORECASE
)


def _both(pairs: str) -> dict[str, str]:
    """Word -> opposite, in both directions, of `a/b c/d`."""
    each = [pair.split("/") for pair in pairs.split()]
    return {**dict(each), **{b: a for a, b in each}}


_DEGREES = _both(
    "increase/decrease increases/decreases increased/decreased increasing/decreasing high/low higher/lower always/never usually/rarely "
    "often/seldom more/less many/few common/rare early/late before/after better/worse large/small mild/severe above/below faster/slower "
    "longer/shorter older/younger stronger/weaker safe/dangerous raised/lowered improve/worsen improves/worsens improved/worsened"
)
_TERMS = _both(
    "viruses/bacteria virus/bacterium men/women man/woman boys/girls children/adults child/adult mother/father veins/arteries vein/artery "
    "lungs/kidneys lung/kidney heart/liver brain/stomach bones/muscles eyes/ears eye/ear hands/feet hand/foot blood/urine left/right "
    "upper/lower hot/cold skin/throat chest/belly"
)


def sentences(text: str) -> list[str]:
    """Sentences that a full stop ends, of four words at least; headings and items of a list are none."""
    found = [piece for line in text.split("\n") for piece in _END.split(line.strip())]
    return [one for one in found if one.endswith(".") and len(one.split()) >= 4]


def _negated(sentence: str) -> str | None:
    """With its one auxiliary denied, or its one denial taken away; a condition may hold either way."""
    if sentence.startswith(("If ", "When ", "Unless ")):
        return None
    denied = _NEGATED.findall(sentence)
    if denied:
        if len(denied) > 1 or len(_NEGATIVE.findall(sentence)) > 1:
            return None
        return _NEGATED.sub(lambda found: found[1] or "can", sentence)
    found = [*_AUXILIARY.finditer(sentence)]
    if _NEGATIVE.search(sentence) or len(found) != 1 or _SUBORDINATE.search(sentence[: found[0].start()]):
        return None
    return _AUXILIARY.sub(lambda found: "cannot" if found[1] == "can" else f"{found[1]} not", sentence)


def _other_number(sentence: str) -> str | None:
    found = _NUMBER.search(sentence)
    if found is None:
        return None
    written = found[0]
    if written.lower() in _NUMBERS:
        changed = _cased(written, _NUMBERS[(_NUMBERS.index(written.lower()) + 4) % len(_NUMBERS)])
    elif "." in written:
        changed = f"{float(written) * 3:.{len(written.partition('.')[2])}f}"
    elif len(written) == 4 and written.startswith(("18", "19", "20")):
        changed = str(int(written) - 30)
    else:
        number = int(written)
        # Of a share of a hundred a smaller one.
        small = sentence[found.end() :].lstrip().startswith(("%", "percent")) and number * 3 > 100
        changed = str(max(number // 3, 1)) if small else str(number * 3 or 5)
    return None if changed == written else sentence[: found.start()] + changed + sentence[found.end() :]


def _swapped(words: dict[str, str]) -> Callable[[str], str | None]:
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\b(?!-)", re.IGNORECASE)

    def swapped(sentence: str) -> str | None:
        found = pattern.search(sentence)
        if found is None:
            return None
        return sentence[: found.start()] + _cased(found[0], words[found[0].lower()]) + sentence[found.end() :]

    return swapped


def _of_another(name: str, other: str) -> Callable[[str], str | None]:
    """The subject's name changed for another's, unless one is part of the other."""
    apart = bool(name and other) and name.lower() not in other.lower() and other.lower() not in name.lower()
    pattern = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)

    def changed(sentence: str) -> str | None:
        found = pattern.search(sentence) if apart else None
        if found is None:
            return None
        lower = found[0] == found[0].lower()
        put = " ".join(word if sum(map(str.isupper, word)) > 1 else word.lower() for word in other.split()) if lower else other
        return pattern.sub(lambda _: put, sentence)

    return changed


def _cased(like: str, word: str) -> str:
    return word.capitalize() if like[0].isupper() else word


#: Kinds of mistakes, each told in a word.
KINDS = ("negation", "number", "degree", "term", "subject")


def planted(text: str, name: str, other: str, seed: str, count: int) -> list[Mistake]:
    """Up to `count` different mistakes, each in a passage of its own: of every kind that the text allows one, then of every kind a second.

    name: what the passage is about. other: name of another subject, "" where there is none. seed: decides the order of kinds and sentences.
    """
    rules = dict(zip(KINDS, (_negated, _other_number, _swapped(_DEGREES), _swapped(_TERMS), _of_another(name, other)), strict=True))
    rows = [list(_of_kind(kind, rules[kind], text, seed)) for kind in sorted(KINDS, key=lambda kind: _rank(seed, kind))]
    rounds = [row[at] for at in range(max(map(len, rows))) for row in rows if at < len(row)]
    return rounds[:count]


def _of_kind(kind: str, rule: Callable[[str], str | None], text: str, seed: str) -> Iterator[Mistake]:
    for sentence in sorted(set(sentences(text)), key=lambda one: _rank(seed, kind, one)):
        wrong = rule(sentence) if text.count(sentence) == 1 else None
        if wrong and wrong not in text:
            yield Mistake(kind, text.replace(sentence, wrong), wrong)


def _rank(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
