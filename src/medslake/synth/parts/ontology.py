"""An invented disease ontology, in the layouts of the Human Disease Ontology."""

from __future__ import annotations

from collections.abc import Iterator

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.words import DISEASES
from medslake.synth.text import slots
from medslake.synth.writers.base import Writer, plain_text

__all__ = ["obo", "term"]

_KINDS = ("acute", "chronic", "silent", "winter", "childhood", "coastal", "recurrent", "late", "juvenile")
_FORMS = 1 + len(_KINDS)


def obo() -> Writer:
    """Stanzas of terms, each given without its head."""
    header = "format-version: 1.2\nontology: synthetic\n\n"
    return plain_text(lambda stanza: f"[Term]\n{stanza}", header=header, separator="\n\n", footer="\n")


def _id(number: int) -> str:
    return f"DOID:99{number:05d}"


def _family(number: int) -> tuple[str, str, str]:
    """Name, site and first sign of the family that a term belongs to."""
    place = number // _FORMS
    if place < len(DISEASES):
        return DISEASES[place].name(), DISEASES[place].site, DISEASES[place].symptom()
    known = slots()
    name, site, sign = (known[slot][place * step % len(known[slot])] for slot, step in (("disease", 1), ("site", 5), ("sign", 3)))
    return (name if place < 600 else f"{name} of the {site}"), site, sign


def term(draw: Draw, number: int) -> Iterator[tuple[str, object]]:
    """A family of diseases with number 0, 10, 20 ..., and forms of it; rows of `obo`, `parents`, `xrefs` and `signs`."""
    name, site, sign = _family(number)
    own = _id(number + 1)
    if number == 0:
        yield "obo", f"id: {_id(0)}\nname: disorder"
    if number % _FORMS == 0:
        stanza = f'id: {own}\nname: {name}\ndef: "A disorder of the {site} with {sign}. {draw.words(Length(14, 42))}" []\n'
        yield "obo", f'{stanza}synonym: "{name} disease" EXACT []\nis_a: {_id(0)} ! disorder'
        yield "parents", (f'"{own}"', f'"{name}"', '"disorder"')
        yield "signs", (own, name, f"SYMP:99{number:05d}", sign)
        return
    kind = _KINDS[number % _FORMS - 1]
    title = f"{kind} {name}"
    told = f"A {name} that is {kind} and comes with {draw.pick(slots()['sign'])}. {draw.words(Length(12, 38))}"
    stanza = f'id: {own}\nname: {title}\ndef: "{told}" []\nsynonym: "{name}, {kind} form" EXACT []\n'
    family = _id(number - number % _FORMS + 1)
    yield "obo", f'{stanza}synonym: "{kind} {site} disorder" EXACT []\nis_a: {family} ! {name}'
    yield "parents", (f'"{own}"', f'"{title}"', f'"{name}"')
    if draw.chance(0.4):
        yield "xrefs", (f'"{own}"', f'"{title}"', f'"ICD10CM:U9{number % 10}.{number // 10 % 10}"')
