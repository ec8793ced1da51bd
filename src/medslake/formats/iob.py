"""Token-per-line corpora in IOB2: `token<TAB>tag`, a blank line between sentences. `_row` counts sentences.

Native columns: tokens ARRAY<STRING>, tags ARRAY<STRING>. A sentence with a line that is not `token<TAB>O|B-x|I-x` is set aside whole.
`annotated` turns sentences into text and entities in the JVM.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from medslake.formats import MAX_RECORD_BYTES, Delivered, Format
from medslake.formats.parts.line_stream import raw_lines
from medslake.formats.parts.verdicts import INVALID_UTF8, TOO_LONG
from medslake.formats.parts.whole_files import Record, clean, read_whole_files
from medslake.sources.base import NativeFile

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["FORMAT", "IOB_SCHEMA", "annotated", "read"]

IOB_SCHEMA = "tokens ARRAY<STRING>, tags ARRAY<STRING>"
_TAG = re.compile(r"O|[BI]-\S+")


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


def _records(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
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


def read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """See `sources.formats`."""
    return read_whole_files(spark, native, delivered, _records)


#: Tokens joined by a space except before `. , ; : ? !`: the way MedS-Ins joins them.
_PIECES = "transform(tokens, (t, i) -> CASE WHEN i = 0 OR t IN ('.', ',', ';', ':', '?', '!') THEN t ELSE concat(' ', t) END)"
#: Start of every piece in the text, and the text's length at the end.
_OFFSETS = "aggregate(_pieces, array(0), (at, piece) -> array_append(at, element_at(at, -1) + char_length(piece)))"
_KINDS = "transform(tags, t -> substring(t, 3))"
#: A tag opens an entity when it is B, or an I that continues nothing of its type.
_OPENS = (
    "filter(sequence(0, size(tags) - 1), i -> tags[i] LIKE 'B-%' OR (tags[i] LIKE 'I-%' AND "
    "(i = 0 OR tags[i - 1] = 'O' OR _kinds[i - 1] != _kinds[i])))"
)
#: The first token after i that does not continue its entity; size(tags) when none.
_CLOSE = (
    "coalesce(element_at(filter(sequence(i + 1, size(tags)), j -> j = size(tags) OR NOT "
    "(tags[j] LIKE 'I-%' AND _kinds[j] = _kinds[i])), 1), size(tags))"
)
_ENTITIES = (
    f"transform(transform(_opens, i -> struct(i, {_CLOSE} AS j)), s -> named_struct("
    "'start', CAST(_offsets[s.i] + IF(_pieces[s.i] LIKE ' %', 1, 0) AS INT), 'end', CAST(_offsets[s.j] AS INT), 'type', _kinds[s.i]))"
)
_WITH_TEXT = (
    "transform(_spans, e -> named_struct('start', e.start, 'end', e.end, 'type', e.type, "
    "'text', substring(text, e.start + 1, e.end - e.start), 'concept', CAST(NULL AS STRING)))"
)


def annotated(sentences: DataFrame) -> DataFrame:
    """A frame with tokens and tags plus `text` and `entities` (silver.annotated_texts); entity text is the slice of text."""
    from pyspark.sql import functions as F

    steps = {"_pieces": _PIECES, "_offsets": _OFFSETS, "_kinds": _KINDS, "_opens": _OPENS, "text": "array_join(_pieces, '')"}
    for name, expression in {**steps, "_spans": _ENTITIES, "entities": _WITH_TEXT}.items():
        sentences = sentences.withColumn(name, F.expr(expression))
    return sentences.drop("_pieces", "_offsets", "_kinds", "_opens", "_spans")


FORMAT = Format("iob", read)
