"""Lines of a binary stream for the parsers that run in workers; a runaway line is cut instead of filling the memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from medslake.formats.base import MAX_RECORD_BYTES, RAW_LIMIT

__all__ = ["clean", "paragraphs", "raw_lines"]

_BOM = b"\xef\xbb\xbf"


def raw_lines(stream: IO[bytes], limit: int = MAX_RECORD_BYTES, *, bare: bool = True) -> Iterator[tuple[bytes, bool]]:
    """(line without its end, longer than `limit`) per line; of a longer line only the first `limit` bytes are given.

    bare: a carriage return at the end of a line is dropped.
    """
    carry, cut, first = b"", False, True
    end_of_line = b"\r" if bare else b""
    while True:
        chunk = stream.read(1024 * 1024)
        if not chunk:
            break
        if first:
            chunk, first = chunk.removeprefix(_BOM), False
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            line = carry + end if not cut else carry
            too_long = cut or len(line) > limit
            yield (line[:limit] if too_long else line.removesuffix(end_of_line)), too_long
            carry, cut = b"", False
        if not cut:
            carry += rest
            if len(carry) > limit:
                carry, cut = carry[:limit], True
    if carry:
        yield carry.removesuffix(end_of_line), cut


def paragraphs(stream: IO[bytes]) -> Iterator[list[str]]:
    """The lines between blank lines, of which any number may follow each other.

    Bytes that are not UTF-8 become U+FFFD, and the record is then set aside. Of a paragraph that is longer than a record may be, so much
    is given that it is set aside as well.
    """
    lines: list[str] = []
    size = 0
    for line, _ in raw_lines(stream):
        if line.strip():
            if size <= 2 * MAX_RECORD_BYTES:
                lines.append(line.decode("utf-8", errors="replace"))
            size += len(line)
        elif lines:
            yield lines
            lines, size = [], 0
    if lines:
        yield lines


def clean(raw: bytes) -> str:
    """Raw bytes as text for quarantine: at most RAW_LIMIT characters."""
    return raw[: 4 * RAW_LIMIT].decode("utf-8", errors="replace")[:RAW_LIMIT]
