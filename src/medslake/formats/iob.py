"""Token-per-line corpora in IOB2: `token<TAB>tag`, a blank line between sentences. `_row` counts sentences.

Native columns: tokens ARRAY<STRING>, tags ARRAY<STRING>. A paragraph of the one token -DOCSTART- marks where a document starts and is no
sentence. A sentence with a line that is not `token<TAB>O|B|I|B-x|I-x` is set aside whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from medslake.formats import INVALID_UTF8, IOB_SCHEMA, MAX_RECORD_BYTES, TOO_LONG, Format, FormatExample, Record, clean, raw_lines

__all__ = ["FORMAT"]

_TAG = re.compile(r"O|[BI](-\S+)?")


def _sentence(row: int, lines: Sequence[bytes], size: int) -> Record:
    raw = b"\n".join(lines)
    if size > MAX_RECORD_BYTES:
        return Record(row, {}, TOO_LONG, clean(raw))
    try:
        cells = [line.decode("utf-8").split("\t") for line in lines]
    except UnicodeDecodeError:
        return Record(row, {}, INVALID_UTF8, clean(raw))
    for number, cell in enumerate(cells, start=1):
        if len(cell) != 2 or not cell[0]:
            return Record(row, {}, f"columns: line {number} of the sentence is not token<TAB>tag", clean(raw))
        if not _TAG.fullmatch(cell[1]):
            return Record(row, {}, f"tag: line {number} of the sentence has no IOB tag", clean(raw))
    return Record(row, {"tokens": [cell[0] for cell in cells], "tags": [cell[1] for cell in cells]})


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    for record in _sentences(stream):
        if record.error is not None or record.values["tokens"] != ["-DOCSTART-"]:
            yield record


def _sentences(stream: IO[bytes]) -> Iterator[Record]:
    row, lines, size = 0, [], 0  # type: int, list[bytes], int
    for line, too_long in raw_lines(stream):
        if line.strip():
            # Beyond the limit lines are only counted: a file without blank lines is one runaway sentence.
            size += len(line) + too_long
            if size <= MAX_RECORD_BYTES or not lines:
                lines.append(line)
        elif lines:
            row += 1
            yield _sentence(row, lines, size)
            lines, size = [], 0
    if lines:
        yield _sentence(row + 1, lines, size)


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
