"""Elements of a large XML file one after the other, each parsed by itself: what is broken in one costs that one."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import IO
from xml.etree.ElementTree import Element, ParseError, XMLParser

from medslake.formats.base import MAX_RECORD_BYTES, Unreadable

__all__ = ["Part", "elements"]

_CHUNK = 256 * 1024
#: What hides tags, and how it ends.
_HIDES = {b"<!--": b"-->", b"<![CDATA[": b"]]>"}
_ENCODING = re.compile(rb"""\A<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
#: No name of a tag, entity or encoding is longer than this.
_NAME = 256


@dataclass(frozen=True)
class Part:
    """element: None where it cannot be parsed, or is longer than a record may be. raw: its bytes, or the first of them."""

    element: Element | None
    raw: bytes
    too_long: bool = False


class _Window:
    """A piece of the stream that grows to its end."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.data, self.at, self.ended = stream, b"", 0, False
        self.kept: bytearray | None = None
        self.size = 0

    def find(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """The next match, which is passed; None at the end of the stream. What is passed is kept while `kept` is not None."""
        while True:
            found = pattern.search(self.data, self.at)
            if found is not None and (found.end() < len(self.data) or self.ended):
                self._pass(found.end())
                return found
            if self.ended:
                return None
            self._pass(max(self.at, len(self.data) - _NAME) if found is None else found.start())
            chunk = self.stream.read(_CHUNK)
            self.ended = not chunk
            self.data, self.at = self.data[self.at :] + chunk, 0

    def _pass(self, to: int) -> None:
        self.size += to - self.at
        if self.kept is not None and len(self.kept) <= MAX_RECORD_BYTES:
            self.kept += self.data[self.at : to]
        self.at = to


def elements(stream: IO[bytes], tag: str) -> Iterator[Part]:
    """Every `tag` element (they do not nest; the root may be one), parsed without what is declared outside of it.

    Raises Unreadable for declared entities, which are never expanded, and where the text ends inside of an element or of the root.
    """
    name = re.escape(tag).encode()
    hidden = b"|".join(map(re.escape, _HIDES))
    starts = re.compile(rb"%s|<!ENTITY|<%s(?=[\s/>])" % (hidden, name))
    ends = re.compile(rb"%s|<%s(?=[\s/>])|</%s\s*>|/>" % (hidden, name, name))
    window = _Window(stream)
    window.data = stream.read(_CHUNK)
    told = _ENCODING.match(window.data.removeprefix(b"\xef\xbb\xbf"))
    encoding = told[1].decode() if told else None
    root = re.search(rb"<([A-Za-z_][\w:.-]*)", window.data)
    opened = b""
    while True:
        if not opened:
            window.kept = None
            found = window.find(starts)
            if found is None:
                break
            if found[0] == b"<!ENTITY":
                raise Unreadable("entities: the XML declares entities, which are never expanded")
            if found[0] in _HIDES:
                _skip(window, found[0])
                continue
            opened = found[0]
        window.kept, window.size = bytearray(opened), len(opened)
        opened = yield from _one(window, ends, opened, encoding)
    # An element that is the root itself was closed when it was given.
    whole = root is not None and root[1] == tag.encode()
    tail = window.data[window.at :] if whole else window.data[-_NAME:]
    if root is None or not re.search((rb"\A" if whole else rb"</%s\s*>" % re.escape(root[1])) + rb"(?:\s|<!--.*?-->)*\Z", tail):
        raise Unreadable("xml: the text ends before its root is closed")


def _skip(window: _Window, opening: bytes) -> None:
    if window.find(re.compile(re.escape(_HIDES[opening]))) is None:
        raise Unreadable("xml: a comment or section is never closed")


def _one(window: _Window, ends: re.Pattern[bytes], opening: bytes, encoding: str | None) -> Generator[Part, None, bytes]:
    """The element that opened; returns the opening of the next one where this one is not closed before it, else b""."""
    while (found := window.find(ends)) is not None:
        assert window.kept is not None
        if found[0] in _HIDES:
            _skip(window, found[0])
        elif found[0].startswith(b"</"):
            yield _parsed(window, bytes(window.kept), encoding)
            return b""
        elif found[0] == b"/>":
            if b">" not in window.kept[len(opening) : -2]:
                yield _parsed(window, bytes(window.kept), encoding)
                return b""
        else:
            yield Part(None, bytes(window.kept[: -len(found[0])]))
            return found[0]
    raise Unreadable("xml: the text ends inside of an element")


def _parsed(window: _Window, raw: bytes, encoding: str | None) -> Part:
    if window.size > MAX_RECORD_BYTES:
        return Part(None, raw, too_long=True)
    parser = XMLParser(encoding=encoding or "utf-8")
    try:
        parser.feed(raw)
        return Part(parser.close(), raw)
    except (ParseError, LookupError, ValueError):
        return Part(None, raw)
