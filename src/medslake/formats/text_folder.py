"""A folder of small text files, one document each. Many small files share a task.

text_folder reads them line by line: columns document_id STRING (the file's name without its last ending), line STRING. `_row` is the line
number; blank lines count but are no records. text_files reads each as one record: document_id STRING, text STRING, as it stands, but for
line ends at its end, which the option `whole` keeps; a file of blanks is no record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO, Any

from medslake.formats import INVALID_UTF8, MAX_RECORD_BYTES, TEXT_FOLDER_SCHEMA, TOO_LONG, Format, FormatExample, Record, clean, raw_lines

__all__ = ["FORMATS"]


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    document = PurePosixPath(name.removesuffix(".gz")).stem
    for row, (line, too_long) in enumerate(raw_lines(stream), start=1):
        if not line.strip():
            continue
        if too_long:
            yield Record(row, {}, TOO_LONG, clean(line))
            continue
        try:
            yield Record(row, {"document_id": document, "line": line.decode("utf-8")})
        except UnicodeDecodeError:
            yield Record(row, {}, INVALID_UTF8, clean(line))


def parse_whole(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    text = stream.read(MAX_RECORD_BYTES + 1).removeprefix(b"\xef\xbb\xbf")
    if len(text) > MAX_RECORD_BYTES:
        yield Record(1, {}, TOO_LONG, clean(text))
    elif text.strip():
        try:
            told = text if options.get("whole", False) else text.rstrip(b"\r\n")
            yield Record(1, {"document_id": PurePosixPath(name.removesuffix(".gz")).stem, "text": told.decode("utf-8")})
        except UnicodeDecodeError:
            yield Record(1, {}, INVALID_UTF8, clean(text))


LINES = Format(
    name="text_folder",
    about="A folder of small text files, a record per line.",
    parse=parse,
    one_record_per_file=True,
    example=FormatExample(
        "one\n\ntwo\nthree\nfour\n",
        schema=TEXT_FOLDER_SCHEMA,
        rows=({"document_id": "7", "line": "one"}, {"line": "two"}, {"line": "three"}, {"line": "four"}),
        file="7.txt",
    ),
)
WHOLE = Format(
    name="text_files",
    about="A folder of small text files, a record per file.",
    parse=parse_whole,
    lines=False,
    one_record_per_file=True,
    example=FormatExample(
        "one\n\n two",
        schema="document_id STRING, text STRING",
        rows=({"document_id": "7", "text": "one\n\n two"},),
        file="7.txt",
    ),
)
FORMATS = (LINES, WHOLE)
