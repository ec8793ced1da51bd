"""Elements of one large JSON text, decoded one after the other without building the whole document."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any

__all__ = ["elements", "typed_member"]

_CHUNK = 1024 * 1024
_SPACE = re.compile(r"[ \t\n\r]*")


class _Text:
    """A window over the stream that grows while a value is incomplete."""

    def __init__(self, stream: IO[bytes]) -> None:
        # Bytes that are not UTF-8 become U+FFFD; the caller looks for it where the inventory flagged the file.
        self.stream, self.decoder = stream, codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self.text, self.at, self.ended = "", 0, False

    def more(self, size: int = _CHUNK) -> bool:
        """Read on; False at the end of the stream."""
        if self.ended:
            return False
        chunk = self.stream.read(size)
        self.ended = not chunk
        self.text, self.at = self.text[self.at :] + self.decoder.decode(chunk, final=self.ended), 0
        return True

    def sign(self) -> str:
        """The next sign that is no white space, without passing it; "" at the end."""
        while True:
            self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
            if self.at < len(self.text) or not self.more():
                return self.text[self.at : self.at + 1]

    def take(self, sign: str) -> None:
        if self.sign() != sign:
            raise ValueError(f"expected {sign!r}, found {self.text[self.at : self.at + 20]!r}")
        self.at += 1

    def value(self) -> tuple[Any, str]:
        """The next JSON value and its text."""
        self.sign()
        size = _CHUNK
        while True:
            try:
                value, end = json.JSONDecoder(strict=False).raw_decode(self.text, self.at)
            except json.JSONDecodeError:
                end = None
            # A number that touches the end of the window may go on in the next chunk.
            if end is not None and (end < len(self.text) or self.ended):
                text, self.at = self.text[self.at : end], end
                return value, text
            size *= 2
            if not self.more(size):
                raise ValueError("the JSON text is broken or ends too early")


def elements(stream: IO[bytes], *, members: bool) -> Iterator[tuple[int, str | None, Any, str]]:
    """(place from 1, member name or None, value, its text) of a JSON object (members) or array, or of values one after the other.

    Raises ValueError where the text is no JSON any more; elements before it have been given.
    """
    window = _Text(stream)
    row = 0
    if not members and window.sign() != "[":
        while window.sign():
            row += 1
            value, text = window.value()
            yield row, None, value, text
        return
    close = "}" if members else "]"
    window.take("{" if members else "[")
    while window.sign() != close:
        if row:
            window.take(",")
        row += 1
        name = None
        if members:
            name, _ = window.value()
            window.take(":")
        value, text = window.value()
        yield row, name, value, text
    window.take(close)
    if window.sign():
        raise ValueError("text follows the closing bracket")


def typed_member(columns: Mapping[str, str], value: Mapping[str, Any], aliases: Mapping[str, str]) -> dict[str, Any]:
    """Members by the column that they fill. STRING columns take nested values and numbers as JSON text; a MAP column takes an object."""
    renamed = {aliases.get(member, member): content for member, content in value.items()}
    return {name: _fit(renamed[name], kind.upper()) for name, kind in columns.items() if name in renamed}


def _fit(content: Any, kind: str) -> Any:
    if content is None:
        return None
    if kind == "STRING":
        return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    if kind.startswith("MAP<") and isinstance(content, dict):
        text = kind.replace(" ", "").endswith(",STRING>")
        return [(key, _fit(item, "STRING") if text else item) for key, item in content.items()]
    if kind == "ARRAY<STRING>" and isinstance(content, list):
        return [_fit(item, "STRING") for item in content]
    return content
