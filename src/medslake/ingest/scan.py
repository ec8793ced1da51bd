"""One pass over a native file: digest of the bytes as delivered, and what a reader must know about the content."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medslake.errors import InputRefused
from medslake.formats import Delivered

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["Scan", "digest_of", "scan"]

_CHUNK = 4 * 1024 * 1024
#: No reader takes a line of this many bytes into memory.
_LONGEST_LINE = 512 * 1024 * 1024


@dataclass(frozen=True)
class Scan:
    """head: the first bytes of the (decompressed) content, enough for a header."""

    delivered: Delivered
    head: bytes

    def header(self, delimiter: str, quote: str) -> tuple[str, ...]:
        """The first record as column names; blank lines before it are skipped."""
        text = self.head.decode("utf-8", errors="replace").removeprefix("\ufeff")
        # The csv module wants some quote character: one that no header holds stands for none.
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote or "\x00")
        return tuple(cell.strip() for cell in next((row for row in rows if any(cell.strip() for cell in row)), []))


def scan(source: str, name: str, filesystem: FileSystem, path: str, *, text: bool, quote: str, may_be_empty: bool = False) -> Scan:
    """Stream `path` once.

    text: check UTF-8 and count lines. quote: quote character whose fields may span lines, "" = none.
    Raises InputRefused: empty_file, gzip_truncated, gzip_corrupt, encoding, line_too_long.
    """
    digest, content = hashlib.sha256(), _Content(text, quote)
    size = 0
    unpack = _Gunzip(source, name) if name.endswith(".gz") else None
    with filesystem.open_input_stream(path, compression=None) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            for part in unpack.feed(chunk) if unpack else (chunk,):
                content.feed(part)
    if unpack and size:
        unpack.close()
    if not may_be_empty and (not size or not content.size):
        raise InputRefused(source, name, "empty_file", "the file is empty", hint="Get it again from the publisher.")
    if text and content.head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise InputRefused(source, name, "encoding", "the file is UTF-16", hint="Convert it: iconv -f UTF-16 -t UTF-8.")
    if content.longest > _LONGEST_LINE:
        raise InputRefused(source, name, "line_too_long", f"a line has {content.longest} bytes")
    uri = path if not path.startswith("/") or filesystem.type_name == "local" else f"{filesystem.type_name}://{path}"
    return Scan(
        Delivered(
            name,
            uri,
            size,
            digest.hexdigest(),
            utf8=content.valid(),
            multiline=content.spanning and not content.open_quote,
            unbalanced=content.open_quote,
            lines=content.lines,
            longest=content.longest,
        ),
        content.head,
    )


def digest_of(uri: str) -> str:
    """SHA-256 of the bytes of a file, read once more."""
    from pyarrow import fs

    filesystem, path = fs.FileSystem.from_uri(uri) if "://" in uri else (fs.LocalFileSystem(), uri)
    digest = hashlib.sha256()
    with filesystem.open_input_stream(path, compression=None) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class _Gunzip:
    """Streaming gunzip, several members included, that tells a truncated file from a broken one."""

    def __init__(self, source: str, name: str) -> None:
        self.source, self.name = source, name
        self.member = zlib.decompressobj(wbits=31)
        self.started = False

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
            if part:
                yield part
            chunk = self.member.unused_data if self.member.eof else self.member.unconsumed_tail

    def close(self) -> None:
        if self.started and not self.member.eof:
            raise InputRefused(self.source, self.name, "gzip_truncated", "the gzip data ends too early", hint=_AGAIN)


_AGAIN = "Get the file again and compare its size with the publisher's."


class _Content:
    def __init__(self, text: bool, quote: str) -> None:
        self.text, self.quote = text, quote.encode()[:1]
        self.size = self.lines = self.longest = self.run = 0
        self.head = b""
        self.spanning = self.open_quote = False
        self.decoder = codecs.getincrementaldecoder("utf-8")() if text else None
        self.broken = False

    def feed(self, part: bytes) -> None:
        import numpy as np

        self.size += len(part)
        if len(self.head) < 65536:
            self.head += part[: 65536 - len(self.head)]
        if not self.text:
            return
        if self.decoder and not self.broken:
            try:
                self.decoder.decode(part)
            except UnicodeDecodeError:
                self.broken = True
        array = np.frombuffer(part, dtype=np.uint8)
        ends = np.flatnonzero(array == 10)
        if len(ends):
            gaps = np.diff(ends, prepend=-1) - 1
            self.longest = max(self.longest, self.run + int(ends[0]), int(gaps[1:].max(initial=0)))
            self.run = len(part) - 1 - int(ends[-1])
            self.lines += len(ends)
        else:
            self.run += len(part)
        self.longest = max(self.longest, self.run)
        if self.quote and self.quote in part:
            quotes = np.flatnonzero(array == self.quote[0])
            before = np.searchsorted(quotes, ends) + int(self.open_quote)
            self.spanning = self.spanning or bool((before % 2 == 1).any())
            self.open_quote = (len(quotes) + int(self.open_quote)) % 2 == 1
        elif self.open_quote and len(ends):
            self.spanning = True

    def valid(self) -> bool:
        if self.decoder and not self.broken:
            try:
                self.decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                self.broken = True
        return not self.broken
