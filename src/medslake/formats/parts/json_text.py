"""JSON: one parser of values for all formats, and elements of one large text, decoded one after the other without building all of it.

A value is what was written: decimals keep their spelling, a name twice in an object is an error, NaN is missing, infinity is none. Where a
value cannot be decoded, a scanner finds its end without building it, so that the fault costs that element alone.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import IO, Any

from medslake.formats.base import MAX_RECORD_BYTES, RAW_LIMIT, Record, Unreadable
from medslake.formats.parts.json_end import End
from medslake.formats.parts.typed import Number
from medslake.formats.parts.verdicts import TOO_LONG, two_values

__all__ = ["Element", "Text", "elements", "loads", "typed_record", "written"]

_CHUNK = 1024 * 1024
_SPACE = re.compile(r"[ \t\n\r]*")
_OPENS = ("{", "[", '"')


class _Twice(ValueError):
    """A name stands twice in an object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


def _constant(name: str) -> None:
    if name != "NaN":
        raise ValueError("infinity is no number")


_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_once, parse_float=Number, parse_constant=_constant)
#: Arrays and objects in each other; the decoder itself gives up at the recursion limit of the process, which other libraries change.
_DEEPEST = 500
_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)
#: What the decoder raises: broken text, a name twice, digits without end, nesting without end.
_FAULTS = (ValueError, RecursionError)


def _fault(error: Exception | None) -> str:
    if isinstance(error, _Twice):
        return "json: a name stands twice in an object"
    return "json: nested too deeply" if isinstance(error, RecursionError) else "json: it is no JSON value"


def _decode(text: str, at: int) -> tuple[Any, int]:
    """The value that begins there and the place behind it; raises one of _FAULTS."""
    value, end = _DECODER.raw_decode(text, at)
    if text.count("[", at, end) + text.count("{", at, end) > _DEEPEST:
        depth = 0
        for found in _BRACKETS.finditer(text, at, end):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found.group(), 0)
            if depth > _DEEPEST:
                raise RecursionError
    return value, end


def _past_space(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]


def loads(text: str) -> Any:
    """The one value that a text holds. Raises Unreadable: it holds none, more than one, or a faulty one."""
    try:
        value, end = _decode(text, _past_space(text, 0))
    except _FAULTS as error:
        raise Unreadable(_fault(error)) from None
    if _past_space(text, end) != len(text):
        raise Unreadable("json: text follows the value")
    return value


def written(value: Any) -> str:
    """A value that is no text as JSON, its decimals as they were written."""
    if isinstance(value, Number):
        return value.text
    try:
        return json.dumps(value, ensure_ascii=False)
    except TypeError:
        pass
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {written(item)}" for name, item in value.items()) + "}"
    return "[" + ", ".join(map(written, value)) + "]"


@dataclass(frozen=True, slots=True)
class Element:
    """row: its place from 1. name: of a member, else None. text: as it stands, of a faulty one at most RAW_LIMIT signs."""

    row: int
    name: str | None
    value: Any
    text: str
    error: str | None = None


class Text:
    """A window over a stream of JSON that grows while a value is incomplete."""

    def __init__(self, stream: IO[bytes]) -> None:
        # Bytes that are not UTF-8 become U+FFFD; the caller looks for it where the inventory flagged the file.
        self.stream, self.decoder = stream, codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self.text, self.at, self.ended = "", 0, False

    def sign(self) -> str:
        """The next sign that is no white space, without passing it; "" at the end."""
        while True:
            self.at = _past_space(self.text, self.at)
            if self.at < len(self.text) or not self._more():
                return self.text[self.at : self.at + 1]

    def take(self, sign: str) -> None:
        if self.sign() != sign:
            raise Unreadable(f"json: {sign} is expected")
        self.at += 1

    def items(self, *, members: bool) -> Iterator[Element]:
        """Elements of the array, or members of the object, that opens here. Raises Unreadable where the next one cannot be found."""
        close = "}" if members else "]"
        self.take("{" if members else "[")
        row, comma = 0, True
        while (sign := self.sign()) != close or (row and comma):
            row += 1
            if sign in (",", close):
                yield Element(row, None, None, "", "json: nothing stands between two commas")
            elif sign:
                one = self.element(row, close, members=members)
                yield one if comma or one.error else replace(one, error="json: no comma stands before it")
            else:
                raise Unreadable(f"json: the text ends before the {close} that closes it")
            comma = self.sign() == ","
            self.at += comma
        self.take(close)

    def members(self, streamed: str) -> Iterator[tuple[str, Any]]:
        """Members of the object that is the whole text, their values; of the one named `streamed`, an array, its elements one by one, to
        be used up before the next member is asked for.

        Raises Unreadable for anything that is wrong outside of those elements.
        """
        self.take("{")
        first = True
        while self.sign() != "}":
            if not first:
                self.take(",")
            first = False
            name = self.element(1, ":").value
            self.take(":")
            if not isinstance(name, str):
                raise Unreadable("json: a member has no name")
            if name == streamed and self.sign() == "[":
                yield name, self.items(members=False)
                continue
            one = self.element(1, "}")
            if one.error is not None:
                raise Unreadable(one.error)
            yield name, one.value
        self.take("}")
        if self.sign():
            raise Unreadable("json: text follows the closing bracket")

    def element(self, row: int, close: str | None, *, members: bool = False) -> Element:
        """The element that starts here; close: what ends those around it, None where they stand alone one after the other."""
        self.sign()
        while True:
            fault, end = None, -1
            try:
                name, value, end = self._decoded(members)
                after = _past_space(self.text, end)
                # A number that touches the end of the window may go on in the next chunk.
                if after == len(self.text) and self._more():
                    continue
                if close is None or self.text[after : after + 1] in (",", close, *_OPENS, ""):
                    text, self.at = self.text[self.at : end], end
                    return Element(row, name, value, text, TOO_LONG if len(text) > MAX_RECORD_BYTES else None)
            except _FAULTS as error:
                fault = error
            at = End(close).find(self.text, self.at)
            if at is not None:
                text, self.at = self.text[self.at : at][:RAW_LIMIT], at
                return Element(row, None, None, text, _fault(fault))
            if len(self.text) - self.at > MAX_RECORD_BYTES:
                return Element(row, None, None, self._passed(close), TOO_LONG)
            if not self._more():
                raise Unreadable("json: the text ends inside of the element")

    def _decoded(self, member: bool) -> tuple[str | None, Any, int]:
        name, at = None, self.at
        if member:
            name, at = _DECODER.raw_decode(self.text, at)
            at = _past_space(self.text, at)
            if not isinstance(name, str) or self.text[at : at + 1] != ":":
                raise ValueError("no member")
            at = _past_space(self.text, at + 1)
        value, end = _decode(self.text, at)
        return name, value, end

    def _passed(self, close: str | None) -> str:
        """Pass an element that is too long to be held; returns its beginning."""
        head, end = self.text[self.at : self.at + RAW_LIMIT], End(close)
        while (at := end.find(self.text, self.at)) is None:
            self.at = end.reached
            if not self._more():
                raise Unreadable("json: the text ends inside of the element")
        self.at = at
        return head

    def _more(self) -> bool:
        """Read on, and forget what lies before the place; False at the end of the stream."""
        if self.ended:
            return False
        chunk = self.stream.read(_CHUNK)
        self.ended = not chunk
        self.text, self.at = self.text[self.at :] + self.decoder.decode(chunk, final=self.ended), 0
        return True


def elements(stream: IO[bytes], *, members: bool) -> Iterator[Element]:
    """Members of a JSON object, elements of an array, or values one after the other.

    Raises Unreadable where the next one cannot be found for certain; those before it have been given.
    """
    window = Text(stream)
    if members or window.sign() == "[":
        yield from window.items(members=members)
        if window.sign():
            raise Unreadable("json: text follows the closing bracket")
        return
    row = 0
    while window.sign():
        row += 1
        yield window.element(row, None)


def typed_record(one: Element, values: Mapping[str, Any] | None, options: Mapping[str, Any]) -> Record:
    """A record of what was decoded, its members by the column that they fill; values None: it is no object."""
    if one.error is not None:
        return Record(one.row, {}, one.error, one.text[:RAW_LIMIT])
    if values is None:
        return Record(one.row, {}, "json: it is no object", one.text[:RAW_LIMIT])
    aliases = options.get("aliases")
    if aliases:
        for member, column in aliases.items():
            if values.get(member) is not None and values.get(column) is not None:
                return Record(one.row, {}, two_values(column), one.text)
        values = {aliases.get(name, name): value for name, value in values.items() if value is not None or name not in aliases}
    return Record(one.row, values, None, one.text)
