"""Invented sentences and documents whose drugs, diseases, genes, sites and other things are annotated.

`kinds` says what is annotated: slot -> type of its entities, or type -> share where a slot has several. Then, and of the slot `name`, which
stands in sentences of its own, the fillers follow from the type (`parts.names`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from medslake.synth.draw import Draw, Length
from medslake.synth.parts.names import named
from medslake.synth.text import slots, templates
from medslake.synth.writers.annotated import Document

__all__ = ["CDR", "Kinds", "concept", "document", "tagged"]

Kinds = Mapping[str, "str | Mapping[str, float]"]
#: Slots of a disease and a drug, as corpora of chemicals and diseases call them.
CDR = {"drug": "Chemical", "disease": "Disease"}
#: Sentences that claim a relation, and how often one is claimed.
CLAIMS = (
    "{drug} may cause {disease} in {few} of {num} people {time}.",
    "After {mg} of {drug} {person} developed {disease} {adv}.",
    "{disease} was induced by {drug} in the {site} {time}.",
)
#: Sentences of things that the prose of a language has no slot for.
_NAMES = (
    "{name} {verb} the {adj} {noun} of the {site} {time}.",
    "In {num} of {num} samples {name} was {adj} at {value} percent.",
    "{name} {verb} {name} {adv}, as Dr {family} found.",
    "The {test} told {name} from {name} and {name} {time}.",
    "Under {drug} {mg} {name} {verb} {name} {adv}.",
    "Of {name} only {value} percent held {gene} {adv}.",
    "Dr {family} saw {name} at {value} mm near the {adj} {noun}.",
    "{sign} came before {name} {verb} the {site} {adv}.",
)
_SLOT = re.compile(r"\{(\w+)\}")
_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?|\S")
#: (slot, type, text) -> what is drawn of it.
_Leaf = Callable[[str, str, str], Any]
#: A sentence: each part is a leaf, or a list to pick one from, which may be a list again.
_Parts = tuple[Any, ...]


def _tokens(slot: str, kind: str, text: str) -> tuple[tuple[str, str], ...]:
    """(token, tag) of each token."""
    found = _TOKEN.findall(text)
    return tuple((token, f"{'I' if at else 'B'}-{kind}" if kind else "O") for at, token in enumerate(found))


def _merged(parts: _Parts) -> _Parts:
    """The same sentence of tokens in fewer parts: what stands before a slot is in each of its fillers."""
    out, before = [], ()  # type: list[Any], tuple[Any, ...]
    for part in parts:
        if part.__class__ is tuple:
            before += part
        elif part[0].__class__ is tuple:
            out.append([before + one for one in part])
            before = ()
        else:
            out += [*([before] if before else []), part]
            before = ()
    return (*out, before) if before else tuple(out)


def _piece(slot: str, kind: str, text: str) -> tuple[str, str, str]:
    return slot, kind, text


def _key(kinds: Kinds) -> tuple[Any, ...]:
    return tuple([(slot, kind if kind.__class__ is str else tuple(kind.items())) for slot, kind in kinds.items()])  # type: ignore[union-attr]


@cache
def _leaves(slot: str, kind: str, leaf: _Leaf, by_type: bool) -> list[Any]:
    return [leaf(slot, kind, text) for text in (named(kind) if by_type else slots("en")[slot])]


@cache
def _cut(sentences: tuple[str, ...], key: tuple[Any, ...], leaf: _Leaf) -> list[_Parts]:
    """Sentences with their slots as lists to pick from."""
    kinds = dict(key)

    def part(slot: str) -> Any:
        kind = kinds.get(slot, "")
        if isinstance(kind, str):
            return _leaves(slot, kind, leaf, slot == "name")
        whole = sum(share for _, share in kind)
        return [_leaves(slot, one, leaf, True) for one, share in kind for _ in range(max(1, round(1000 * share / whole)))]

    cut = [tuple(part(text) if at % 2 else leaf("", "", text) for at, text in enumerate(_SLOT.split(one)) if text) for one in sentences]
    return [_merged(parts) for parts in cut] if leaf is _tokens else cut


@cache
def _with_and_without(key: tuple[Any, ...], leaf: _Leaf) -> tuple[list[_Parts], list[_Parts]]:
    """Sentences with a slot that is annotated, and those without."""
    marks = [f"{{{slot}}}" for slot, _ in key]
    every, own = templates("en"), _NAMES if "{name}" in marks else ()
    some = tuple(one for one in (*every, *own) if any(mark in one for mark in marks))
    return _cut(some, key, leaf), _cut(tuple(one for one in every if one not in some), key, leaf)


def tagged(draw: Draw, kinds: Kinds, length: Length, share: float = 0.55, again: float = 0.3) -> list[tuple[str, str]]:
    """(token, tag) of a sentence: B-, I- and O. share: of sentences that have entities. again: how often one more part of it has."""
    wanted, random = draw.length(length), draw.random
    some, none = _with_and_without(_key(kinds), _tokens)
    has = random() < share
    out: list[tuple[str, str]] = []
    while len(out) < wanted:
        sentences = some if has and (not out or random() < again) else none
        for part in sentences[int(random() * len(sentences))]:
            while part.__class__ is list:
                part = part[int(random() * len(part))]
            out += part
    if len(out) > wanted > 3:
        # A sentence that is to have an entity keeps the first.
        first = next((at for at, one in enumerate(out) if one[1] != "O"), 0) if has else 0
        del out[max(wanted - 1, first + 1) :]
        out.append((".", "O"))
    return out


@cache
def _concepts(slot: str, kind: str) -> Mapping[str, str]:
    return {text: f"{slot[0].upper()}9{at:05d}" for at, text in enumerate(named(kind) if slot == "name" else slots("en")[slot])}


def concept(slot: str, text: str, kind: str = "") -> str:
    """The id of an invented concept, such as D900017."""
    return _concepts(slot, kind)[text]


#: (slot, type, text); of words between them slot and type are empty.
_Piece = tuple[str, str, str]
_BLANK = ("", "", " ")


def _drawn(draw: Draw, sentences: Sequence[_Parts]) -> list[_Piece]:
    random, out = draw.random, []
    for part in sentences[int(random() * len(sentences))]:
        while part.__class__ is list:
            part = part[int(random() * len(part))]
        out.append(part)
    return out


def document(
    draw: Draw,
    identity: str,
    kinds: Kinds = CDR,
    *,
    title: Length = Length(12, 21),
    text: Length = Length(187, 296),
    share: float = 0.6,
    relation: str = "",
    claims: Mapping[int, float] | None = None,
) -> Document:
    """A title and an abstract. share: of the sentences that have entities. relation: type of what a claim says of a drug and a disease, by
    concepts. claims: number of claims -> share of the documents.
    """
    key = _key(kinds)
    some, none = _with_and_without(key, _piece)
    said = draw.weighted(claims or {0: 1.0}) if relation else 0
    related: dict[tuple[str, str], None] = {}
    head = _drawn(draw, some)
    body: list[_Piece] = []
    for at in range(said):
        pieces = _drawn(draw, _cut(CLAIMS, key, _piece))
        told = {slot: text for slot, _, text in pieces}
        related[concept("drug", told["drug"]), concept("disease", told["disease"])] = None
        body += [*([_BLANK] if at else []), *pieces]
    wanted = draw.length(text)
    count = sum(one[2].count(" ") for one in body)
    while count < wanted:
        pieces = _drawn(draw, some if draw.random() < share else none)
        body += [*([_BLANK] if body else []), *pieces]
        count += sum(one[2].count(" ") for one in pieces) + 1
    name, found = _marked(head[: _words(head, draw.length(title))], 0)
    whole, more = _marked(body, len(name) + 1)
    return Document(identity, name, whole, (*found, *more), [(relation, *pair) for pair in related])


def _words(pieces: Sequence[_Piece], words: int) -> int:
    """How many pieces have about so many words, an entity among them."""
    count = 0
    for at, (_, _, text) in enumerate(pieces):
        count += len(text.split())
        if count >= words:
            return at + 1
    return len(pieces)


def _marked(pieces: Sequence[_Piece], start: int) -> tuple[str, list[tuple[int, int, str, str]]]:
    """The text, and the mentions in it by their offsets from `start` on."""
    out, found, at = [], [], start
    for slot, kind, text in pieces:
        if kind:
            found.append((at, at + len(text), kind, concept(slot, text, kind if slot == "name" else "")))
        out.append(text)
        at += len(text)
    return "".join(out), found
