"""Brat standoff: a text `x.txt` and, beside it, its annotations `x.ann`. One document per file; `_row` is 1.

Annotations: entities `T` (one of several fragments reaches from its first to its last character), relations `R`, equivalences `*`, events
`E` (each argument is a relation from the trigger, under the name of the role), attributes `A` and `M`, normalisations `N` (concepts). Notes
`#` are remarks of annotators and are passed over. Ends of relations that are events are given as their triggers. Columns: BRAT_SCHEMA.
Format: https://brat.nlplab.org/standoff.html
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import PurePosixPath
from typing import IO, Any

from medslake.formats import BRAT_SCHEMA, INVALID_UTF8, MAX_RECORD_BYTES, TOO_LONG, Format, FormatExample, Record, checked_entities, clean

__all__ = ["FORMAT"]

_ENTITY = re.compile(r"(\S+) ([0-9]{1,9} [0-9]{1,9}(?:;[0-9]{1,9} [0-9]{1,9})*)")
_ARGUMENT = re.compile(r"([^:\s]+):(\S+)")


class _Annotations:
    """What an .ann file says of a text; raises ValueError with what is wrong."""

    def __init__(self, content: str, text: str) -> None:
        self.text = text
        self.entities: dict[str, dict[str, Any]] = {}
        self.triggers: dict[str, str] = {}
        self.related: list[tuple[str, str, str]] = []
        self.attributes: list[dict[str, str | None]] = []
        self.concepts: dict[str, list[str]] = defaultdict(list)
        seen: set[str] = set()
        for number, line in enumerate(content.split("\n"), start=1):
            name, *cells = line.rstrip("\r").split("\t")
            if not name.strip() or name.startswith("#"):
                continue
            if name != "*" and name in seen:
                raise ValueError(f"line {number} of the annotations has an id that was there before")
            seen.add(name)
            if not cells or not self._taken(name, cells):
                raise ValueError(f"line {number} of the annotations is of no known form")

    def _taken(self, name: str, cells: list[str]) -> bool:
        kind, words = name[0], cells[0].split()
        if kind == "T":
            return len(cells) == 2 and self._entity(name, *cells)
        if kind in "RE*":
            arguments = [found for word in words[(kind != "E") :] if (found := _ARGUMENT.fullmatch(word))]
            if kind == "*":
                self.related += [(words[0], head, tail) for head, tail in pairwise(words[1:])]
                return len(words) > 2
            if kind == "R":
                self.related += [(words[0], arguments[0][2], arguments[1][2])] if len(arguments) == 2 else []
                return len(words) == 3 and len(arguments) == 2
            if arguments:
                self.triggers[name] = arguments[0][2]
                self.related += [(found[1], name, found[2]) for found in arguments[1:]]
            return bool(arguments) and len(arguments) == len(words)
        if kind in "AM" and len(words) in (2, 3):
            self.attributes.append({"type": words[0], "of": words[1], "value": words[2] if len(words) == 3 else None})
            return True
        if kind == "N" and len(words) == 3:
            self.concepts[words[1]].append(words[2])
            return True
        return False

    def _entity(self, name: str, told: str, mention: str) -> bool:
        found = _ENTITY.fullmatch(told)
        if found is None:
            return False
        spans = [tuple(map(int, span.split())) for span in found[2].split(";")]
        start, end = spans[0][0], spans[-1][1]
        # Brat writes a mention over several lines on one line; one of several fragments cannot be compared.
        lies = self.text[start:end]
        text = None if len(spans) > 1 else lies if lies.replace("\n", " ") == mention else mention
        self.entities[name] = {"start": start, "end": end, "text": text, "type": found[1], "role": None}
        return True

    def record(self, document: str) -> dict[str, Any]:
        """Values of the columns."""
        passages = [{"kind": None, "offset": 0, "text": self.text}]
        concepts = {self.triggers.get(of, of): "|".join(told) for of, told in self.concepts.items()}
        entities = [{"id": name, **one, "concept": concepts.get(name)} for name, one in self.entities.items()]
        relations = [
            {"type": kind, "head": self.triggers.get(head, head), "tail": self.triggers.get(tail, tail)}
            for kind, head, tail in self.related
        ]
        ends = {end for one in relations for end in (one["head"], one["tail"])} | {str(one["of"]) for one in self.attributes}
        # An attribute may be said of a relation, which has no id here.
        if any(end not in self.entities and end not in self.triggers and not end.startswith("R") for end in ends):
            raise ValueError("an annotation names an id that none has")
        if error := checked_entities(passages, entities):
            raise ValueError(error.partition(": ")[2])
        return {"document_id": document, "passages": passages, "entities": entities, "relations": relations, "attributes": self.attributes}


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    content = stream.read(MAX_RECORD_BYTES + 1)
    if len(content) > MAX_RECORD_BYTES:
        yield Record(1, {}, TOO_LONG, clean(content))
        return
    try:
        text, told = content.decode("utf-8-sig"), options["beside"][".ann"].decode("utf-8-sig")
    except UnicodeDecodeError:
        yield Record(1, {}, INVALID_UTF8, clean(content))
        return
    try:
        yield Record(1, _Annotations(told, text).record(PurePosixPath(name.removesuffix(".gz")).stem))
    except ValueError as error:
        yield Record(1, {}, f"brat: {error}", clean(content))


FORMAT = Format(
    name="brat",
    about="Brat standoff: a text and its annotations beside it.",
    parse=parse,
    beside=(".ann",),
    lines=False,
    one_record_per_file=True,
    example=FormatExample(
        "Ember fever and ague; no rash then.\nThe old ferryman slept for two more nights and then rowed home again.\n",
        schema=BRAT_SCHEMA,
        rows=(
            {
                "document_id": "7",
                "entities": [
                    {"id": "T1", "start": 0, "end": 11, "text": "Ember fever", "type": "Condition", "concept": "X:1|X:2", "role": None},
                    {"id": "T2", "start": 0, "end": 20, "text": None, "type": "Condition", "concept": None, "role": None},
                    {"id": "T3", "start": 22, "end": 24, "text": "no", "type": "Negation", "concept": None, "role": None},
                    {"id": "T4", "start": 25, "end": 29, "text": "rash", "type": "Condition", "concept": None, "role": None},
                ],
                "relations": [
                    {"type": "Negates", "head": "T3", "tail": "T4"},
                    {"type": "Or", "head": "T1", "tail": "T4"},
                    {"type": "Equiv", "head": "T1", "tail": "T2"},
                ],
                "attributes": [
                    {"type": "Sure", "of": "T1", "value": None},
                    {"type": "Time", "of": "E2", "value": "past"},
                ],
            },
        ),
        file="7.txt",
        beside={
            ".ann": "T1\tCondition 0 11\tEmber fever\nT2\tCondition 0 5;16 20\tEmber ague\nT3\tNegation 22 24\tno\n"
            "T4\tCondition 25 29\trash\n"
            "E1\tNegation:T3 Negates:E2\nE2\tCondition:T4\nR1\tOr Arg1:T1 Arg2:E2\n*\tEquiv T1 T2\nA1\tSure T1\nM1\tTime E2 past\n"
            "N1\tReference T1 X:1\tEmber fever\nN2\tReference T1 X:2\tEmber fever\n#1\tAnnotatorNotes T1\tseen twice\n"
        },
    ),
)
