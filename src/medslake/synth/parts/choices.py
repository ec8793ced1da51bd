"""Invented multiple-choice questions in several languages, whose options are phrases of a given length, with one right answer or more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.words import DISEASES, Disease, pick_other
from medslake.synth.text import UNSPACED, filled

__all__ = ["Choice", "Posed", "choice", "option_texts", "posed", "question_text"]

#: What is asked at least, with the symptom that decides in place of `SYMPTOM`.
_ASKED = {
    "en": ("Day {num}: SYMPTOM, {sign}; which diagnosis?", "SYMPTOM and {sign} for {num} days suggest?"),
    "es": ("SYMPTOM y {sign} en el día {num}; ¿diagnóstico?", "{sign}, SYMPTOM, {num} días; se trata de:"),
    "fr": ("SYMPTOM, {sign}, jour {num} : quel diagnostic ?", "Devant SYMPTOM et {sign} depuis {num} jours, on pense à :"),
    "ja": ("SYMPTOMと{sign}が{num}日続く。診断はどれか。", "{num}日前から{sign}、SYMPTOM。疾患はどれか。"),
}


@dataclass(frozen=True)
class Choice:
    """The diseases of the options, and which of them (from 0) are right: all right ones are of the first right disease."""

    diseases: tuple[Disease, ...]
    right: tuple[int, ...]


def choice(draw: Draw, count: int, *, shares: Mapping[int, float] | None = None, right: int = 1) -> Choice:
    """shares: of the place of the right option. right: how many are."""
    true = draw.pick(DISEASES)
    first = draw.weighted(shares) if shares else draw.whole(0, count - 1)
    rest = draw.some([place for place in range(count) if place != first], right - 1)
    places = sorted((first, *rest))
    others = iter(pick_other(draw, true, count - right))
    return Choice(tuple(true if place in places else next(others) for place in range(count)), tuple(places))


def question_text(draw: Draw, asked: Choice, language: str, length: Length) -> str:
    """A case of that length, whose symptom decides."""
    ask = filled(draw, _ASKED[language], language).replace("SYMPTOM", asked.diseases[asked.right[0]].symptom(language))
    room = draw.length(length) - _count(ask, language)
    told = draw.words(room, language) if room > 2 else ""
    ask = ask[0].upper() + ask[1:]
    return f"{told}{'' if language in UNSPACED or not told else ' '}{ask}"


def option_texts(draw: Draw, asked: Choice, language: str, length: Length) -> list[str]:
    """The options of a question: each names its disease; no two read alike."""
    texts: list[str] = []
    for disease in asked.diseases:
        name = disease.name(language)
        room = max(draw.length(length) - _count(name, language), 4 if name in texts else 0)
        more = draw.words(room, language, ended=False) if room > 0 else ""
        texts.append(f"{name}{'：' if language in UNSPACED else ': '}{more}" if more else name)
    return texts


@dataclass(frozen=True)
class Posed:
    """right: places of the right options, from 0."""

    question: str
    options: list[str]
    right: tuple[int, ...]


def posed(
    draw: Draw, language: str, count: int, question: Length, option: Length, *, shares: Mapping[int, float] | None = None, right: int = 1
) -> Posed:
    """A question with `count` options, of these lengths. shares, right: as of `choice`."""
    made = choice(draw, count, shares=shares, right=right)
    return Posed(question_text(draw, made, language, question), option_texts(draw, made, language, option), made.right)


def _count(text: str, language: str) -> int:
    return len(text) if language in UNSPACED else text.count(" ") + 1
