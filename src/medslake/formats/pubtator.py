"""PubTator: `PMID|t|title`, `PMID|a|abstract`, tab-separated annotations, a blank line between documents. `_row` counts documents.

Annotation lines are `PMID start end text type concept [components]`; relation lines are `PMID type head tail`. Offsets count characters of
title + one sign + abstract. Format: https://www.ncbi.nlm.nih.gov/research/bionlp/APIs/format/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from medslake.formats import (
    DOCUMENT_SCHEMA,
    INVALID_UTF8,
    MAX_RECORD_BYTES,
    TOO_LONG,
    Format,
    FormatExample,
    Record,
    checked_entities,
    clean,
    raw_lines,
)

__all__ = ["FORMAT"]

_OFFSET = re.compile("[0-9]{1,9}")


def _document(lines: Sequence[str]) -> dict[str, Any]:
    passages: list[dict[str, Any]] = []
    entities: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    identity, offset = None, 0
    for number, line in enumerate(lines, start=1):
        head = line.split("|", 2)
        cells = line.split("\t")
        if len(head) == 3 and head[1] in ("t", "a") and "\t" not in head[0]:
            passages.append({"kind": {"t": "title", "a": "abstract"}[head[1]], "offset": offset, "text": head[2]})
            offset += len(head[2]) + 1
            found = head[0]
        elif len(cells) in (6, 7) and _OFFSET.fullmatch(cells[1]) and _OFFSET.fullmatch(cells[2]):
            # Two digits in a row hold for a relation of two numeric ids as well, but a relation has four cells.
            start, end, text, kind, concept = int(cells[1]), int(cells[2]), cells[3], cells[4], cells[5] or None
            entities.append({"id": None, "start": start, "end": end, "text": text, "type": kind, "concept": concept, "role": None})
            found = cells[0]
        elif len(cells) == 4:
            relations.append({"type": cells[1], "head": cells[2], "tail": cells[3]})
            found = cells[0]
        else:
            raise ValueError(f"line {number} of the document is neither text, annotation nor relation")
        if identity not in (None, found):
            raise ValueError(f"line {number} belongs to another document")
        identity = found
    if [p["kind"] for p in passages] not in (["title", "abstract"], ["title"]):
        raise ValueError("the document has not one title and one abstract")
    error = checked_entities(passages, entities)
    if error:
        raise ValueError(error)
    return {"document_id": identity, "passages": passages, "entities": entities, "relations": relations}


def _record(row: int, lines: Sequence[bytes], too_long: bool) -> Record:
    raw = b"\n".join(lines)
    if too_long:
        return Record(row, {}, TOO_LONG, clean(raw))
    try:
        return Record(row, _document([line.decode("utf-8") for line in lines]))
    except UnicodeDecodeError:
        return Record(row, {}, INVALID_UTF8, clean(raw))
    except ValueError as error:
        return Record(row, {}, f"pubtator: {error}", clean(raw))


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    row, lines, size, cut = 0, [], 0, False  # type: int, list[bytes], int, bool
    for line, too_long in raw_lines(stream):
        if line.strip():
            size += len(line)
            cut = cut or too_long or size > MAX_RECORD_BYTES
            if not cut or not lines:
                lines.append(line)
        elif lines:
            row += 1
            yield _record(row, lines, cut)
            lines, size, cut = [], 0, False
    if lines:
        yield _record(row + 1, lines, cut)


FORMAT = Format(
    name="pubtator",
    about="PubTator: title, abstract, annotations and relations of PubMed abstracts.",
    parse=parse,
    example=FormatExample(
        "".join(
            f"{number}|t|{name} fever.\n{number}|a|None.\n{number}\t0\t{len(name) + 6}\t{name} fever\tDisease\tD{number}\n\n"
            for number, name in ((7, "Ember"), (8, "Reed"), (9, "Marsh"), (10, "Fen"))
        ),
        schema=DOCUMENT_SCHEMA,
        rows=(
            {
                "document_id": "7",
                "entities": [{"id": None, "start": 0, "end": 11, "text": "Ember fever", "type": "Disease", "concept": "D7", "role": None}],
            },
            {"document_id": "8"},
            {"document_id": "9"},
            {"document_id": "10"},
        ),
    ),
)
