"""Invented passages whose sentences are known by their places, questions about them, and counts that are spread over documents."""

from __future__ import annotations

from functools import cache
from random import Random
from statistics import NormalDist

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.words import DISEASES
from medslake.synth.text import filled, sentence, slots

__all__ = ["broken", "message", "passage", "question", "spread"]

_OPENERS = (
    "Does {drug} {mg} cause {sign}",
    "Is {drug} {mg} safe with {drug}",
    "What treats {sign} in {disease}",
    "Who gets {adj} {noun} with {gene}",
    "Which {test} shows {adj} {noun}",
    "Why does {disease} lead to {sign}",
    "When is {drug} {mg} stopped",
    "Does {gene} change {noun} of the {site}",
    "How is {adj} {noun} of the {site} found",
    "Can {family} {disease} end in {sign}",
)


def passage(draw: Draw, words: int) -> tuple[str, list[tuple[int, int]]]:
    """A text of about so many words in paragraphs, and (start, length) of each of its sentences."""
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    at = count = 0
    while count < words:
        one = sentence(draw)
        places.append((at, len(one)))
        pieces += (one, "\n" if draw.random() < 0.15 else " ")
        at += len(one) + 1
        count += one.count(" ") + 1
    return "".join(pieces[:-1]), places


def broken(draw: Draw, text: str, share: float) -> str:
    """The text with that share of its sentences on lines of their own."""
    first, *rest = text.split(". ")
    return "".join([first, *(f".\n{one}" if draw.random() < share else f". {one}" for one in rest)])


def question(draw: Draw, length: Length) -> str:
    """A question of about so many words, at least four."""
    opener = filled(draw, _OPENERS)
    room = draw.length(length) - opener.count(" ") - 1
    more = f" {draw.pick(slots()['time'])}" if room > 2 else ""
    rest = f", {draw.words(room - 3, ended=False).lower()}" if room > 4 else ""
    return f"{opener}{more}{rest}?"


def message(draw: Draw, length: Length) -> str:
    """What a patient writes, of about so many words: a complaint, and a question at the end."""
    told = f"I have {draw.pick(DISEASES).symptom()} {filled(draw, ('with {sign} {time}', '{adv} since day {num}', 'near the {site}'))}."
    asked = question(draw, Length(8, 13))
    room = draw.length(length) - told.count(" ") - asked.count(" ") - 2
    more = f" {draw.words(room)}" if room > 3 else ""
    return f"{told}{more} {asked}"


@cache
def spread(total: int, count: int, length: Length) -> tuple[int, ...]:
    """`count` numbers of at least 1 whose sum is `total`, log-normal in shape and in no order: of questions over documents."""
    shape = NormalDist(0, 1)
    wide = (length.p95 / length.median) ** (1 / 1.6449)
    raw = [wide ** shape.inv_cdf((at + 0.5) / count) for at in range(count)]
    scale = (total - count) / sum(raw)
    sizes = [1 + int(one * scale) for one in raw]
    for at in range(total - sum(sizes)):
        sizes[-1 - at % count] += 1
    Random(count).shuffle(sizes)
    return tuple(sizes)
