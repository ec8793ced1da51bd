"""Annotated corpora: IOB, PubTator, BioC XML, brat. All but IOB take a Document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from medslake.synth.writers.base import TextWriter, Writer

__all__ = ["BioC", "Document", "bioc", "brat", "iob", "pubtator"]


@dataclass(frozen=True)
class Document:
    """mentions: (start, end, type, concept), offsets into title + one sign + text. relations: type -> pairs of concepts, or of places of
    mentions in brat."""

    identity: str
    title: str
    text: str
    mentions: Sequence[tuple[int, int, str, str]] = ()
    relations: Sequence[tuple[str, Any, Any]] = ()

    @property
    def whole(self) -> str:
        return f"{self.title} {self.text}" if self.title else self.text


def iob(*, sep: str = "\t", bare: bool = False, offsets: bool = False) -> Writer:
    """A record is a sentence: (token, tag) pairs, or with `offsets` (token, start, end, tag). bare: B and I without the type."""

    def one(tokens: Iterable[Sequence[object]]) -> str:
        if not bare and not offsets:
            return "".join([f"{token[0]}{sep}{token[-1]}\n" for token in tokens])
        rows = [(*token[:-1], str(token[-1])[0]) if bare else token for token in tokens]
        return "".join([f"{sep.join(map(str, row if offsets else (row[0], row[-1])))}\n" for row in rows])

    return TextWriter(one, separator="\n")


def pubtator() -> Writer:
    def one(made: Document) -> str:
        out = [f"{made.identity}|t|{made.title}", f"{made.identity}|a|{made.text}"]
        whole = made.whole
        out += [f"{made.identity}\t{s}\t{e}\t{whole[s:e]}\t{kind}\t{concept}" for s, e, kind, concept in made.mentions]
        out += [f"{made.identity}\t{kind}\t{head}\t{tail}" for kind, head, tail in made.relations]
        return "\n".join(out) + "\n\n"

    return TextWriter(one)


@dataclass(frozen=True)
class BioC:
    """concept: the infon that bears a mention's concept. ends: relation -> the infons of head and tail."""

    concept: str = "MESH"
    ends: Mapping[str, tuple[str, str]] | None = None

    def document(self, made: Document) -> str:
        border = len(made.title) + 1
        named = list(enumerate(made.mentions))
        out = [f"<document>\n<id>{made.identity}</id>"]
        out.append(self._passage("title", 0, made.title, [m for m in named if m[1][0] < border], made.whole))
        out.append(self._passage("abstract", border, made.text, [m for m in named if m[1][0] >= border], made.whole))
        for at, (kind, head, tail) in enumerate(made.relations):
            first, second = (self.ends or {}).get(kind, ("head", "tail"))
            infons = f'<infon key="relation">{kind}</infon><infon key="{first}">{head}</infon><infon key="{second}">{tail}</infon>'
            out.append(f"<relation id='R{at}'>{infons}</relation>")
        return "\n".join([*out, "</document>"])

    def _passage(self, kind: str, offset: int, text: str, mentions: list[tuple[int, tuple[int, int, str, str]]], whole: str) -> str:
        out = [f'<passage>\n<infon key="type">{kind}</infon>\n<offset>{offset}</offset>\n<text>{escape(text)}</text>']
        for at, (start, end, name, concept) in mentions:
            infons = f'<infon key="type">{name}</infon><infon key="{self.concept}">{concept}</infon>'
            place = f"<location offset='{start}' length='{end - start}' />"
            out.append(f"<annotation id='{at}'>{infons}{place}<text>{escape(whole[start:end])}</text></annotation>")
        return "\n".join([*out, "</passage>"])


def bioc(*, concept: str = "MESH", ends: Mapping[str, tuple[str, str]] | None = None) -> Writer:
    head = "<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE collection SYSTEM 'BioC.dtd'>\n"
    about = "<collection>\n<source>synthetic</source>\n<date>0</date>\n<key>none</key>\n"
    return TextWriter(BioC(concept, ends).document, f"{head}{about}", "\n", "\n</collection>\n")


def brat(made: Document) -> str:
    """The .ann file of a document; its .txt file is `made.whole`."""
    whole = made.whole
    out = [f"T{at}\t{kind} {start} {end}\t{whole[start:end]}" for at, (start, end, kind, _) in enumerate(made.mentions, 1)]
    out += [f"R{at}\t{kind} Arg1:T{head + 1} Arg2:T{tail + 1}" for at, (kind, head, tail) in enumerate(made.relations, 1)]
    return "".join([f"{line}\n" for line in out])
