"""OBO 1.2/1.4 ontologies: one record per `[Term]` stanza. `_row` counts `[Term]` stanzas.

Columns that the schema may name: id, name, namespace, def (text without quotes), def_xrefs ARRAY<STRING>, comment,
synonyms ARRAY<STRUCT<text: STRING, scope: STRING>>, alt_ids, subsets, xrefs ARRAY<STRING>,
is_a ARRAY<STRUCT<id: STRING, name: STRING>>, relationships ARRAY<STRUCT<type: STRING, id: STRING, name: STRING>>, is_obsolete BOOLEAN,
replaced_by. Format: https://owlcollab.github.io/oboformat/doc/GO.format.obo-1_4.html
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from medslake.formats import INVALID_UTF8, TOO_LONG, Format, FormatExample, Record, clean, raw_lines

__all__ = ["FORMAT"]

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(\S*)?.*?(?:\[(.*)\])?\s*(?:\{.*\})?$')
#: Tags that a stanza has at most once.
_ONCE = ("id", "name", "namespace", "def", "comment", "is_obsolete")
_UNKNOWN = "obo: the stanza is of no known kind"
_STANZAS = (b"[Term]", b"[Typedef]", b"[Instance]")
_ESCAPES = {"n": "\n", "t": "\t", "W": " "}


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text)


def _target(text: str) -> tuple[str, str | None]:
    """`DOID:4 {modifier="x"} ! disease {modifier="y"}` -> ("DOID:4", "disease")."""
    head, _, name = text.partition(" ! ")
    return _unqualified(head), _unqualified(name) or None


def _unqualified(text: str) -> str:
    return re.sub(r"\s*\{[^{}]*\}\s*$", "", text).strip()


def _stanza(lines: Sequence[str]) -> dict[str, Any]:
    tags: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        tag, colon, value = line.partition(":")
        if not colon:
            raise ValueError("a line has no tag")
        tags[tag.strip()].append(value.strip())
    twice = [tag for tag in _ONCE if len(tags[tag]) > 1]
    if twice:
        raise ValueError(f"the tag {twice[0]} is there more than once")
    values: dict[str, Any] = {name: tags[name][0] for name in ("id", "name", "namespace", "comment", "replaced_by") if tags[name]}
    if tags["def"]:
        found = _QUOTED.match(tags["def"][0])
        if found is None:
            raise ValueError("def is not quoted")
        values["def"] = _unescape(found[1])
        values["def_xrefs"] = [part.strip() for part in re.split(r"(?<!\\),", found[3] or "") if part.strip()]
    values["synonyms"] = []
    for value in tags["synonym"]:
        found = _QUOTED.match(value)
        if found is None:
            raise ValueError("a synonym is not quoted")
        values["synonyms"].append({"text": _unescape(found[1]), "scope": found[2] or "RELATED"})
    values["alt_ids"], values["subsets"], values["xrefs"] = tags["alt_id"], tags["subset"], [_target(x)[0] for x in tags["xref"]]
    values["is_a"] = [{"id": one, "name": name} for one, name in map(_target, tags["is_a"])]
    values["relationships"] = []
    for value in tags["relationship"]:
        kind, _, rest = value.partition(" ")
        one, name = _target(rest)
        values["relationships"].append({"type": kind, "id": one, "name": name})
    obsolete = _unqualified(tags["is_obsolete"][0]).lower() if tags["is_obsolete"] else "false"
    if obsolete not in ("true", "false"):
        raise ValueError("is_obsolete is neither true nor false")
    values["is_obsolete"] = obsolete == "true"
    return values


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    row, lines, term, fault = 0, [], False, None  # type: int, list[bytes], bool, str | None
    header = True

    def finished() -> Record:
        raw = b"\n".join(lines)
        if fault:
            return Record(row, {}, fault, clean(raw))
        try:
            values = _stanza([line.decode("utf-8") for line in lines])
        except UnicodeDecodeError:
            return Record(row, {}, INVALID_UTF8, clean(raw))
        except ValueError as error:
            return Record(row, {}, f"obo: {error}", clean(raw))
        return Record(row, {column: values.get(column) for column in options["columns"]}, None, clean(raw))

    for line, too_long in raw_lines(stream):
        text = line.strip()
        if text.startswith(b"["):
            if term:
                yield finished()
            known = text.split(b"!")[0].strip() in _STANZAS
            # What was a term once may hide behind a header that nobody knows.
            term, lines, fault, header = text.startswith(b"[Term]") or not known, [], None if known else _UNKNOWN, False
            row += term
        elif header and text.startswith(b"id:"):
            row, term, lines, fault, header = row + 1, True, [text], "obo: an id stands before the first stanza", False
        elif term and text and not text.startswith(b"!"):
            lines.append(text)
            fault = fault or (TOO_LONG if too_long else None)
    if term:
        yield finished()


FORMAT = Format(
    name="obo",
    about="OBO ontologies, a record per [Term] stanza.",
    parse=parse,
    example=FormatExample(
        "format-version: 1.2\n\n"
        '[Term]\nid: X:1\nname: ember fever\nsynonym: "embers" EXACT []\nis_a: X:0 ! fever\n\n'
        "[Term]\nid: X:2\nname: reed cough\nis_a: X:0 ! fever\n\n"
        "[Term]\nid: X:3\nname: marsh chill\n\n"
        "[Term]\nid: X:4\nname: fen ague\n",
        schema="id STRING, name STRING, synonyms ARRAY<STRUCT<text: STRING, scope: STRING>>",
        rows=(
            {"id": "X:1", "name": "ember fever", "synonyms": [{"text": "embers", "scope": "EXACT"}]},
            {"id": "X:2"},
            {"id": "X:3", "name": "marsh chill"},
            {"id": "X:4"},
        ),
    ),
)
