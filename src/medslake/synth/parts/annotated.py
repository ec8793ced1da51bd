"""Invented sentences and documents whose drugs, diseases, genes and sites are annotated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from medslake.synth.draw import Draw, Length
from medslake.synth.text import Piece, chosen_pieces, slots, templates
from medslake.synth.writers import Document

__all__ = ["CDR", "concept", "document", "tagged"]

#: Slots of a disease and a drug, as corpora of chemicals and diseases call them.
CDR = {"drug": "Chemical", "disease": "Disease"}
#: Sentences that claim a relation, and how often one is claimed.
CLAIMS = (
    "{drug} may cause {disease} in {few} of {num} people {time}.",
    "After {mg} of {drug} {person} developed {disease} {adv}.",
    "{disease} was induced by {drug} in the {site} {time}.",
)
_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?|\S")


@cache
def _with_and_without(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Templates with a slot of these names, and those without."""
    found: tuple[list[str], list[str]] = ([], [])
    for one in templates("en"):
        found[not any(f"{{{name}}}" in one for name in names)].append(one)
    return tuple(found[0]), tuple(found[1])


@lru_cache(maxsize=50_000)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text))


def tagged(draw: Draw, kinds: Mapping[str, str], length: Length, share: float = 0.55) -> list[tuple[str, str]]:
    """(token, tag) of a sentence: B-, I- and O. kinds: slot -> type of its entities. share: of sentences that have any."""
    wanted, has = draw.length(length), draw.chance(share)
    some, none = _with_and_without(tuple(kinds))
    out: list[tuple[str, str]] = []
    while len(out) < wanted:
        for slot, text in chosen_pieces(draw, some if has and (not out or draw.random() < 0.3) else none):
            kind = kinds.get(slot)
            if kind is None:
                out += [(token, "O") for token in _tokens(text)]
            else:
                out += [(token, f"{'I' if at else 'B'}-{kind}") for at, token in enumerate(_tokens(text))]
    if len(out) > wanted > 3:
        # A sentence that is to have an entity keeps the first.
        first = next((at for at, one in enumerate(out) if one[1] != "O"), 0)
        del out[max(wanted - 1, first + 1) :]
        out.append((".", "O"))
    return out


@cache
def _concepts(slot: str) -> Mapping[str, str]:
    return {text: f"{slot[0].upper()}9{at:05d}" for at, text in enumerate(slots("en")[slot])}


def concept(slot: str, text: str) -> str:
    """The id of an invented concept, such as D900017."""
    return _concepts(slot)[text]


def document(
    draw: Draw,
    identity: str,
    kinds: Mapping[str, str] = CDR,
    *,
    title: Length = Length(12, 21),
    text: Length = Length(187, 296),
    relation: str = "",
    claims: Mapping[int, float] | None = None,
) -> Document:
    """A title and an abstract. kinds: slot -> type. relation: type of what a claim says of a drug and a disease, by concepts.

    claims: number of claims -> share of the documents.
    """
    some, none = _with_and_without(tuple(kinds))
    said = draw.weighted(claims or {0: 1.0}) if relation else 0
    related: dict[tuple[str, str], None] = {}
    head = chosen_pieces(draw, some)
    body: list[Piece] = []
    for at in range(said):
        pieces = chosen_pieces(draw, CLAIMS)
        told = dict(pieces)
        related[concept("drug", told["drug"]), concept("disease", told["disease"])] = None
        body += [*([("", " ")] if at else []), *pieces]
    wanted = draw.length(text)
    count = sum(one.count(" ") for _, one in body)
    while count < wanted:
        pieces = chosen_pieces(draw, some if draw.random() < 0.6 else none)
        body += [*([("", " ")] if body else []), *pieces]
        count += sum(one.count(" ") for _, one in pieces) + 1
    name, found = _marked(head[: _cut(head, draw.length(title))], kinds, 0)
    whole, more = _marked(body, kinds, len(name) + 1)
    return Document(identity, name, whole, (*found, *more), [(relation, *pair) for pair in related])


def _cut(pieces: Sequence[Piece], words: int) -> int:
    """How many pieces have about so many words, an entity among them."""
    count = 0
    for at, (_, text) in enumerate(pieces):
        count += len(text.split())
        if count >= words:
            return at + 1
    return len(pieces)


def _marked(pieces: Sequence[Piece], kinds: Mapping[str, str], start: int) -> tuple[str, list[tuple[int, int, str, str]]]:
    """The text, and the mentions in it by their offsets from `start` on."""
    out, found, at = [], [], start
    for slot, text in pieces:
        if slot in kinds:
            found.append((at, at + len(text), kinds[slot], concept(slot, text)))
        out.append(text)
        at += len(text)
    return "".join(out), found
