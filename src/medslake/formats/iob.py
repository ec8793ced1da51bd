"""Token-per-line corpora in IOB2: `token<TAB>tag`, a blank line between sentences. `_row` counts sentences.

Native columns: tokens ARRAY<STRING>, tags ARRAY<STRING>. A paragraph of the one token -DOCSTART- marks where a document starts and is no
sentence. A sentence with a line that is not `token<TAB>O|B|I|B-x|I-x` is set aside whole.

Options: `fields`, what a line holds in order (default `("token", "tag")`; `start` and `end` are offsets, which fill the columns starts and
ends ARRAY<INT>). A schema that names the column document INT gets the number of the document in its file, from 1: by the marks, or because
offsets start anew; null where the file tells neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import IO, Any

from medslake.formats import INVALID_UTF8, IOB_SCHEMA, MAX_RECORD_BYTES, TOO_LONG, Format, FormatExample, Record, clean, raw_lines

__all__ = ["FORMAT"]

_TAG = re.compile(r"O|[BI](-\S+)?")
_OFFSET = re.compile("[0-9]{1,9}")


def _sentence(row: int, lines: Sequence[bytes], size: int, fields: Sequence[str]) -> Record:
    raw = b"\n".join(lines)
    if size > MAX_RECORD_BYTES:
        return Record(row, {}, TOO_LONG, clean(raw))
    try:
        cells = [line.decode("utf-8").split("\t") for line in lines]
    except UnicodeDecodeError:
        return Record(row, {}, INVALID_UTF8, clean(raw))
    values: dict[str, list[Any]] = {f"{field}s": [] for field in fields}
    for number, cell in enumerate(cells, start=1):
        if len(cell) != len(fields) or not cell[0]:
            return Record(row, {}, f"columns: line {number} of the sentence is not {'<TAB>'.join(fields)}", clean(raw))
        for field, text in zip(fields, cell, strict=True):
            if field == "tag" and not _TAG.fullmatch(text):
                return Record(row, {}, f"tag: line {number} of the sentence has no IOB tag", clean(raw))
            if field in ("start", "end") and not _OFFSET.fullmatch(text):
                return Record(row, {}, f"offset: line {number} of the sentence has no offset", clean(raw))
            values[f"{field}s"].append(int(text) if field in ("start", "end") else text)
    if "starts" in values:
        places = zip([values["starts"][0], *values["ends"]], values["starts"], values["ends"], values["tokens"], strict=False)
        if any(start < before or end - start != len(token) for before, start, end, token in places):
            return Record(row, {}, "offset: a token of the sentence does not lie where its offsets say", clean(raw))
    return Record(row, values)


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    fields = options.get("fields", ("token", "tag"))
    document, last = None, 0
    for record in _sentences(stream, fields):
        if record.error is None and record.values["tokens"] == ["-DOCSTART-"]:
            document, last = (document or 0) + 1, 0
            continue
        if record.error is None and "start" in fields:
            if document is None or record.values["starts"][0] < last:
                document = (document or 0) + 1
            last = record.values["ends"][-1]
        yield replace(record, values={**record.values, "document": document}) if "document" in options.get("columns", ()) else record


def _sentences(stream: IO[bytes], fields: Sequence[str]) -> Iterator[Record]:
    row, lines, size = 0, [], 0  # type: int, list[bytes], int
    for line, too_long in raw_lines(stream):
        if line.strip():
            # Beyond the limit lines are only counted: a file without blank lines is one runaway sentence.
            size += len(line) + too_long
            if size <= MAX_RECORD_BYTES or not lines:
                lines.append(line)
        elif lines:
            row += 1
            yield _sentence(row, lines, size, fields)
            lines, size = [], 0
    if lines:
        yield _sentence(row + 1, lines, size, fields)


FORMAT = Format(
    name="iob",
    about="IOB2: a token and its tag per line, a blank line between sentences.",
    parse=parse,
    example=FormatExample(
        "Marlow\tB-Disease\nfever\tI-Disease\n\nNone\tO\n\nReed\tB\ncough\tI\n.\tO\n\nRest\tO\n",
        schema=IOB_SCHEMA,
        rows=(
            {"tokens": ["Marlow", "fever"], "tags": ["B-Disease", "I-Disease"]},
            {"tokens": ["None"], "tags": ["O"]},
            {"tokens": ["Reed", "cough", "."], "tags": ["B", "I", "O"]},
            {"tokens": ["Rest"], "tags": ["O"]},
        ),
    ),
)
