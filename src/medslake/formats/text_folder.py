"""A folder of small text files, one document each, read line by line. `_row` is the line number; blank lines count but are no records.

Native columns: document_id STRING (the file's name without its last ending), line STRING. Many small files share a task.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import IO, Any

from medslake.formats import INVALID_UTF8, TEXT_FOLDER_SCHEMA, TOO_LONG, Format, FormatExample, Record, clean, raw_lines

__all__ = ["FORMAT"]


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


FORMAT = Format(
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
