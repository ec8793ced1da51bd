"""Lines of a binary stream for the parsers that run in workers; a runaway line is cut instead of filling the memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from medslake.formats import MAX_RECORD_BYTES

__all__ = ["raw_lines"]

_BOM = b"\xef\xbb\xbf"


def raw_lines(stream: IO[bytes], limit: int = MAX_RECORD_BYTES) -> Iterator[tuple[bytes, bool]]:
    """(line without its end, longer than `limit`) per line; of a longer line only the first `limit` bytes are given."""
    carry, cut, first = b"", False, True
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
            yield (line[:limit] if too_long else line.removesuffix(b"\r")), too_long
            carry, cut = b"", False
        if not cut:
            carry += rest
            if len(carry) > limit:
                carry, cut = carry[:limit], True
    if carry:
        yield carry.removesuffix(b"\r"), cut
