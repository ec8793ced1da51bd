"""Where an element of a JSON text ends, found by its brackets and quotes without building its value."""

from __future__ import annotations

import re

from medslake.formats.base import Unreadable

__all__ = ["End"]

_PLAIN = re.compile(r'[^"\[\]{},]*+')
_IN_STRING = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
#: A value that is neither object nor array where elements stand alone.
_SCALAR = re.compile(r"[^{\[\n]*+")
_CLOSES = {"{": "}", "[": "]"}


class End:
    """Goes on with the next piece of text where the first ended. close: the bracket around the elements, None where they stand alone."""

    def __init__(self, close: str | None) -> None:
        self.close = close
        self.open: list[str] = []
        self.in_string = self.started = False
        #: Up to where the piece of text was read.
        self.reached = 0

    def find(self, text: str, at: int) -> int | None:
        """The place behind the element, None where the text ends first. Raises Unreadable for brackets that do not match."""
        if self.close is None and not self.started and at < len(text) and text[at] not in _CLOSES:
            if text[at] in ",:]}":
                raise Unreadable("json: a bracket or comma stands between objects that no bracket holds")
            return max(_SCALAR.match(text, at).end(), at + 1)  # type: ignore[union-attr]
        self.started = True
        while at < len(text):
            if self.in_string:
                at = _IN_STRING.match(text, at).end()  # type: ignore[union-attr]
                if text[at : at + 1] != '"':
                    break
                self.in_string = False
            else:
                at = _PLAIN.match(text, at).end()  # type: ignore[union-attr]
                sign = text[at : at + 1]
                if not sign:
                    break
                if self._ends(sign):
                    return at if self.close else at + 1
            at += 1
        self.reached = at
        return None

    def _ends(self, sign: str) -> bool:
        """Whether the sign ends the element; what it opens or closes is noted."""
        if sign == '"':
            self.in_string = True
        elif sign in _CLOSES:
            self.open.append(_CLOSES[sign])
        elif sign == ",":
            return not self.open and self.close is not None
        elif not self.open:
            if sign != self.close:
                raise Unreadable("json: a bracket closes what another opened")
            return True
        elif self.open.pop() != sign:
            raise Unreadable("json: a bracket closes what another opened")
        else:
            return not self.open and self.close is None
        return False
