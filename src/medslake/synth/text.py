"""Running text of invented sentences, in the languages of the sources; nothing in it is taken from a data set.

A sentence is a template of words and slots; a slot is a list of fillers. Most words come from slots, among them invented names and numbers,
so that texts of one twin share no long run of words: the leak gate is to find in a twin what was planted, and nothing else.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

__all__ = [
    "LANGUAGES",
    "LATIN",
    "UNSPACED",
    "Piece",
    "Prose",
    "chosen_pieces",
    "filled",
    "invented",
    "listed",
    "loose",
    "person_name",
    "prose",
    "sentence",
    "slots",
    "templates",
]

#: Languages that have a file in `prose/`.
LANGUAGES = ("en", "zh", "ja", "fr", "es", "ru", "ca", "sv")
#: Their length is counted in signs.
UNSPACED = ("zh", "ja")
#: A piece of a sentence: the name of its slot ("" for words of the template) and its text.
Piece = tuple[str, str]
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Prose:
    """A language. templates: sentences with {slots}. slots: name -> fillers. stop: what ends a sentence that is cut. loose: words that do
    not end one."""

    templates: Sequence[str]
    slots: Mapping[str, Sequence[str]]
    stop: str = "."
    loose: frozenset[str] = frozenset()


def listed(text: str) -> tuple[str, ...]:
    """Fillers written with semicolons between them."""
    return tuple(text.split(";"))


def invented(seed: str, count: int, starts: str, middles: str, ends: str) -> tuple[str, ...]:
    """`count` different invented words of a start, none to two middles and an end, each given as words apart."""
    rng = Random(seed)
    first, between, last = starts.split(), middles.split(), ends.split()
    found: dict[str, None] = {}
    while len(found) < count:
        inner = "".join(rng.choice(between) for _ in range(rng.choice((0, 1, 1, 2))))
        found[f"{rng.choice(first)}{inner}{rng.choice(last)}"] = None
    return tuple(found)


@dataclass(frozen=True)
class _Names:
    given: tuple[str, ...]
    families: tuple[str, ...]


#: Names of people, for every language that is written in Latin letters.
LATIN = _Names(
    invented(
        "given",
        200,
        "A Be Ca Da E Fe Ga Ha I Jo Ke La Ma Ne O Pe Ri Sa Te U Vi We",
        "la ri no mi sa de lu ve",
        "na lin ra so mar del vin ta ric le",
    ),
    invented(
        "family",
        900,
        "Ash Bram Cor Dun El Fen Gar Hol Ing Kel Lun Mor Nor Ost Pel Quil Ren Sol Tor Ul Ves Wen",
        "a e o er en is",
        "ley mond wick ter by dale sen man ford quist gard low",
    ),
)

_Template = tuple[tuple[str, str | Sequence[str]], ...]
#: A template to be filled fast: lists to pick from, each with its length.
_Lists = tuple[tuple[Sequence[str], int], ...]


@functools.cache
def _prose(language: str) -> Prose:
    found: Prose = importlib.import_module(f"medslake.synth.prose.{language}").PROSE
    return found


@functools.cache
def _sentences(language: str) -> tuple[_Lists, ...]:
    return tuple(_lists(one, _prose(language), begins=True) for one in _prose(language).templates)


def _cut(template: str, language: Prose) -> _Template:
    """A template in pieces: words as they are, slots as their fillers."""
    parts = _SLOT.split(template)
    return tuple((part, language.slots[part]) if place % 2 else ("", part) for place, part in enumerate(parts) if part)


def _lists(template: str, language: Prose, *, begins: bool = False) -> _Lists:
    """Slots as their fillers, each with the words before it and, in the last, those after it. begins: with a capital letter."""
    out: list[list[str]] = []
    before = ""
    for slot, value in _cut(template, language):
        if slot:
            out.append([f"{before}{one}" for one in value])
        before = "" if slot else str(value)
    out[-1:] = [[f"{one}{before}" for one in out[-1]] if out else [before]]
    if begins:
        out[0] = [f"{one[0].upper()}{one[1:]}" for one in out[0]]
    return tuple((one, len(one)) for one in out)


def slots(language: str = "en") -> Mapping[str, Sequence[str]]:
    """Slot -> fillers, for twins that need a drug, a disease or a sign by itself."""
    return _prose(language).slots


def loose(language: str = "en") -> Sequence[str]:
    """Small words that do not end a sentence, in order."""
    return sorted(_prose(language).loose)


def templates(language: str = "en") -> Sequence[str]:
    """The sentences of a language, with their slots."""
    return _prose(language).templates


def person_name(draw: Random, language: str = "en") -> str:
    """A family name, written as the language writes it."""
    names = slots(language).get("name") or LATIN.families
    return names[int(draw.random() * len(names))]


def _drawn(random: Callable[[], float], templates: Sequence[_Lists]) -> str:
    return "".join([values[int(random() * count)] for values, count in templates[int(random() * len(templates))]])


def sentence(draw: Random, language: str = "en") -> str:
    """One sentence, of 6 to 27 words."""
    return _drawn(draw.random, _sentences(language))


@functools.cache
def _named(templates: tuple[str, ...], language: str) -> tuple[_Template, ...]:
    return tuple(_cut(one, _prose(language)) for one in templates)


@functools.cache
def _fillable(templates: tuple[str, ...], language: str) -> tuple[_Lists, ...]:
    return tuple(_lists(one, _prose(language)) for one in templates)


def chosen_pieces(draw: Random, templates: tuple[str, ...], language: str = "en") -> list[Piece]:
    """One of these templates, filled with the language's slots, as (slot, text): for texts whose slots are annotated."""
    random, named = draw.random, _named(templates, language)
    parts = named[int(random() * len(named))]
    return [(slot, value if not slot else value[int(random() * len(value))]) for slot, value in parts]  # type: ignore[misc]


def filled(draw: Random, templates: tuple[str, ...], language: str = "en") -> str:
    """One of these templates, filled with the language's slots."""
    return _drawn(draw.random, _fillable(templates, language))


def prose(draw: Random, words: int, language: str = "en", *, ended: bool = True) -> str:
    """Sentences of `words` words together (of Chinese and Japanese: signs); the last one is cut where it is too long."""
    about, unspaced, random, templates = _prose(language), language in UNSPACED, draw.random, _sentences(language)
    made: list[str] = []
    count = 0
    while count < words:
        one = _drawn(random, templates)
        made.append(one)
        count += len(one) if unspaced else one.count(" ") + 1
    if count > words:
        made[-1] = _shortened(made[-1], count - words, about, unspaced, whole=len(made) == 1)
        if not made[-1]:
            made.pop()
    text = ("" if unspaced else " ").join(made)
    return text if ended else text.rstrip(f".?!{about.stop}")


def _shortened(one: str, over: int, about: Prose, unspaced: bool, *, whole: bool) -> str:
    """Without the last `over` words, nothing where little would be left."""
    if unspaced:
        kept = one[: max(1, len(one) - over - 1)]
        return f"{kept.rstrip('，、。')}{about.stop}" if whole or len(kept) > 6 else ""
    parts = one.split(" ")
    parts = parts[: len(parts) - over]
    if len(parts) < 4 and not whole:
        return ""
    while len(parts) > 1 and parts[-1].lower() in about.loose:
        parts.pop()
    return f"{' '.join(parts).rstrip(',;:.')}{about.stop}"
