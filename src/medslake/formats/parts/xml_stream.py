"""Elements of a large XML file one after the other, in constant memory and without expanding entities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

__all__ = ["elements"]

_CHUNK = 256 * 1024


class _Collector:
    """Builds the elements of one tag and forgets the rest."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.found: list[Element] = []
        self.builder: TreeBuilder | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self.builder is None and tag == self.tag:
            self.builder = TreeBuilder()
        if self.builder is not None:
            self.builder.start(tag, dict(attributes))

    def end(self, tag: str) -> None:
        if self.builder is not None:
            self.builder.end(tag)
            if tag == self.tag:
                self.found.append(self.builder.close())
                self.builder = None

    def data(self, text: str) -> None:
        if self.builder is not None:
            self.builder.data(text)


def _refuse_entity(*_: Any) -> None:
    raise ValueError("the XML declares entities, which are never expanded")


def elements(stream: IO[bytes], tag: str) -> Iterator[Element]:
    """Every `tag` element (they do not nest); no external DTD is loaded. Raises expat.ExpatError or ValueError where the XML breaks."""
    collector = _Collector(tag)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.data
    parser.EntityDeclHandler = _refuse_entity
    ended = False
    while not ended:
        chunk = stream.read(_CHUNK)
        ended = not chunk
        parser.Parse(chunk, ended)
        yield from collector.found
        collector.found.clear()
