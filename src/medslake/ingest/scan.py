"""One pass over a native file: digest of the bytes as delivered, and what a reader must know about the content."""

from __future__ import annotations

import codecs
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from medslake.errors import InputRefused
from medslake.formats import Delivered, Unreadable
from medslake.formats.parts.csv_records import Dialect, split
from medslake.identity import GONE, identity_of
from medslake.ingest.quotes import Quotes

__all__ = ["TIMES", "UNPACKED", "Scan", "file_changed", "scan"]

_CHUNK = 4 * 1024 * 1024
#: No reader takes a line of this many bytes into memory.
_LONGEST_LINE = 512 * 1024 * 1024
#: What is packed and whose content is larger than this, and that many times as large as itself, is made to fill memory or disk.
UNPACKED, TIMES = 1024 * 1024 * 1024, 200
_AGAIN = "Get the file again and compare its size with the publisher's."


@dataclass(frozen=True)
class Scan:
    """head: the first bytes of the (decompressed) content, enough for a header."""

    delivered: Delivered
    head: bytes

    def header(self, delimiter: str, quote: str, *, unnamed_index: bool = False) -> tuple[str, ...]:
        """The first record as column names; blank lines before it are skipped. Raises Unreadable where quotes break it.

        unnamed_index: where the second record has one field more, a column without a name stands before the others.
        """
        records = split(io.BytesIO(self.head), Dialect(delimiter, quote))
        for record, cells in records:
            if cells is None:
                raise Unreadable(record.error or "")
            names = tuple(cell.strip() for cell in cells)
            first = next((more for _, more in records), None) if unnamed_index else None
            return ("", *names) if first is not None and len(first) == len(names) + 1 else names
        return ()


def scan(
    source: str,
    name: str,
    uri: str,
    opened: Callable[[], IO[bytes]],
    *,
    text: bool,
    lines: bool = False,
    delimiter: str = ",",
    quote: str = "",
    may_be_empty: bool = False,
) -> Scan:
    """Stream a file once. uri: what its identity is of. opened: gives its bytes as delivered.

    text: check UTF-8 and count lines. lines: records stand on lines. quote: quote character whose fields may span lines, "" = none.
    Raises InputRefused: empty_file, gzip_truncated, gzip_corrupt, unpacks_too_large, encoding, line_ends, line_too_long, file_changed.
    """
    identity = identity_of(uri)
    digest, content = hashlib.sha256(), _Content(text, delimiter, quote)
    size = 0
    unpack = _Gunzip(source, name) if name.endswith(".gz") else None
    try:
        with opened() as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                for part in unpack.feed(chunk) if unpack else (chunk,):
                    content.feed(part)
                    if unpack and content.size > max(UNPACKED, TIMES * (unpack.taken or size)):
                        detail = f"{size} bytes unpack to more than {content.size}"
                        raise InputRefused(source, name, "unpacks_too_large", detail, hint="Unpack it yourself if it is what it says.")
                    if lines and content.longest > _LONGEST_LINE:
                        raise InputRefused(source, name, "line_too_long", f"a line has more than {_LONGEST_LINE} bytes")
    except FileNotFoundError:
        raise file_changed(source, name, gone=True) from None
    if unpack and size:
        unpack.close()
    if identity == GONE or identity_of(uri) != identity:
        raise file_changed(source, name)
    if not may_be_empty and (not size or not content.size):
        raise InputRefused(source, name, "empty_file", "the file is empty", hint="Get it again from the publisher.")
    if text and content.head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise InputRefused(source, name, "encoding", "the file is UTF-16", hint="Convert it: iconv -f UTF-16 -t UTF-8.")
    content.close()
    if lines and content.returns > content.lines:
        detail = f"its lines end in carriage returns alone ({content.returns}; line feeds: {content.lines})"
        raise InputRefused(source, name, "line_ends", detail, hint="Convert it: tr '\\r' '\\n' < FILE > NEW.")
    return Scan(
        Delivered(
            name,
            uri,
            size,
            digest.hexdigest(),
            utf8=not content.broken,
            multiline=content.quotes is not None and content.quotes.spanning,
            odd=content.nul or (content.quotes is not None and content.quotes.odd),
            lines=content.lines,
            longest=content.longest,
            unpacked=content.size,
            identity=identity,
        ),
        content.head,
    )


def file_changed(source: str, name: str, *, gone: bool = False) -> InputRefused:
    """What is raised for a file that is not what it was when it was looked at."""
    what = "the file is gone" if gone else "the file changed while it was read"
    return InputRefused(source, name, "file_changed", what, hint="Ingest it again.")


class _Gunzip:
    """Streaming gunzip, several members included, that tells a truncated file from a broken one."""

    def __init__(self, source: str, name: str) -> None:
        self.source, self.name = source, name
        self.member = zlib.decompressobj(wbits=31)
        self.started = False
        #: Bytes of the file that are unpacked.
        self.taken = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            if self.member.eof:
                # Members follow each other; zero bytes at the end are padding.
                chunk = chunk.lstrip(b"\0")
                if not chunk:
                    return
                self.member, self.started = zlib.decompressobj(wbits=31), False
            try:
                part = self.member.decompress(chunk, _CHUNK)
                self.started = True
            except zlib.error as error:
                raise InputRefused(self.source, self.name, "gzip_corrupt", f"the gzip data is broken ({error})", hint=_AGAIN) from None
            left = self.member.unused_data if self.member.eof else self.member.unconsumed_tail
            self.taken += len(chunk) - len(left)
            if part:
                yield part
            chunk = left

    def close(self) -> None:
        if self.started and not self.member.eof:
            raise InputRefused(self.source, self.name, "gzip_truncated", "the gzip data ends too early", hint=_AGAIN)


class _Content:
    """What is seen of the (decompressed) content. returns: carriage returns that no line feed follows."""

    def __init__(self, text: bool, delimiter: str, quote: str) -> None:
        self.text = text
        self.size = self.lines = self.longest = self.run = self.returns = 0
        self.head = b""
        self.quotes = Quotes(delimiter, quote) if quote else None
        self.decoder = codecs.getincrementaldecoder("utf-8")() if text else None
        self.broken = self.nul = self.after_return = False

    def feed(self, part: bytes) -> None:
        self.size += len(part)
        if len(self.head) < 65536:
            self.head += part[: 65536 - len(self.head)]
        if not self.text:
            return
        self._decode(part)
        self.nul = self.nul or b"\0" in part
        if self.after_return and not part.startswith(b"\n"):
            self.returns += 1
        self.after_return = part.endswith(b"\r")
        if b"\r" in part:
            self.returns += part.count(b"\r") - part.count(b"\r\n") - self.after_return
        self._measure(part)
        if self.quotes:
            self.quotes.feed(part)

    def close(self) -> None:
        self._decode(b"", final=True)
        self.returns += self.after_return
        if self.quotes:
            self.quotes.close()

    def _decode(self, part: bytes, *, final: bool = False) -> None:
        if self.decoder and not self.broken:
            try:
                self.decoder.decode(part, final)
            except UnicodeDecodeError:
                self.broken = True

    def _measure(self, part: bytes) -> None:
        import numpy as np

        ends = np.flatnonzero(np.frombuffer(part, dtype=np.uint8) == 10)
        if len(ends):
            gaps = np.diff(ends, prepend=-1) - 1
            self.longest = max(self.longest, self.run + int(ends[0]), int(gaps[1:].max(initial=0)))
            self.run = len(part) - 1 - int(ends[-1])
            self.lines += len(ends)
        else:
            self.run += len(part)
        self.longest = max(self.longest, self.run)
