"""Quotes of comma-separated text, followed through a file by the splitter of `formats.parts.csv_records`.

Where every quote stands where RFC 4180 has one, which is nearly everywhere, numpy says so for a whole block; else the splitter goes through
its lines.
"""

from __future__ import annotations

from medslake.formats.parts.csv_records import Dialect, Splitter

__all__ = ["Quotes"]

_NEWLINE, _RETURN = 10, 13


class Quotes:
    """odd: a quote stands where RFC 4180 has none, or stays open."""

    def __init__(self, delimiter: str, quote: str) -> None:
        self.splitter = Splitter(Dialect(delimiter, quote))
        self.delimiter, self.quote = ord(delimiter), ord(quote)
        self.odd = False
        self._carry = b""
        self._first = True

    @property
    def spanning(self) -> bool:
        """A quoted field goes over several lines and is closed."""
        return self.splitter.closed

    def feed(self, part: bytes) -> None:
        if self._first:
            part, self._first = part.removeprefix(b"\xef\xbb\xbf"), False
        end = part.rfind(b"\n") + 1
        if not end:
            self._carry += part
            return
        self._block(self._carry + part[:end])
        self._carry = part[end:]

    def close(self) -> None:
        if self._carry:
            self._block(self._carry + b"\n")
        self.odd = self.odd or self.splitter.open

    def _block(self, block: bytes) -> None:
        import numpy as np

        if self.quote not in block:
            return
        array = np.frombuffer(block, dtype=np.uint8)
        quotes = np.flatnonzero(array == self.quote)
        opening = (np.arange(len(quotes)) + self.splitter.open) % 2 == 0
        before = array[quotes[opening] - 1]
        # What lies before the block is the end of a line.
        before[quotes[opening] == 0] = _NEWLINE
        at = quotes[~opening]
        after = array[at + 1]
        places = (self.delimiter, _NEWLINE, self.quote)
        closes = np.isin(after, places) | ((after == _RETURN) & (array[np.minimum(at + 2, len(array) - 1)] == _NEWLINE))
        if not (np.isin(before, places).all() and closes.all()):
            self.odd = True
            self._lines(block)
            return
        ends = np.flatnonzero(array == _NEWLINE)
        inside = (np.searchsorted(quotes, ends) + self.splitter.open) % 2 == 1
        # A quote before another one is an escaped one.
        last = at[after != self.quote].max(initial=-1)
        if last >= 0 and (self.splitter.open or (inside & (ends < last)).any()):
            self.splitter.closed = True
        self.splitter.open, self.splitter.bad = bool(opening[-1]), False

    def _lines(self, block: bytes) -> None:
        for line in block.decode("latin-1").split("\n")[:-1]:
            self.splitter.take(line.removesuffix("\r"))
