"""Records of comma-separated text as RFC 4180 has them: the one splitter of inventory and reader.

A quote opens a field only at the field's start. Text after a closing quote makes the record bad; of a bad record that spans lines the end
is not certain, so that the file is refused. Lines of white space between records are no records.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cached_property
from typing import IO

from medslake.formats.base import MAX_RECORD_BYTES, RAW_LIMIT, Record, Unreadable
from medslake.formats.parts.line_stream import raw_lines
from medslake.formats.parts.verdicts import INVALID_UTF8, TOO_LONG

__all__ = ["AFTER_QUOTE", "OPEN_QUOTE", "Dialect", "Splitter", "split"]

AFTER_QUOTE = "quote: text follows the quote that closes a field"
OPEN_QUOTE = "quote: a quote stays open"
_TORN = "quote: a field over several lines has text behind the quote that closes it, so that its end is not certain"
#: Lines of a file with fields over several lines are held whole.
_LONGEST = 16 * MAX_RECORD_BYTES
_NEVER = "quote: a quote that opens a field is never closed"


class Dialect:
    """The grammar of one delimiter and one quote ("" for none), for Python and Java alike."""

    def __init__(self, delimiter: str, quote: str) -> None:
        self.delimiter, self.quote = delimiter, quote
        d, q = re.escape(delimiter), re.escape(quote)
        quoted, plain = f"{q}(?:[^{q}]++|{q}{q})*+{q}", f"(?!{q})[^{d}]*+"
        field, lenient = f"(?:{quoted}|{plain})", f"(?:{quoted}[^{d}]*+|{plain})"
        opened = f"{q}(?:[^{q}]++|{q}{q})*+"
        #: A whole record that is good.
        self.good = f"{field}(?:{d}{field})*+"
        #: The beginning of a record in which a quoted field goes on, whatever is wrong before it.
        self.open = f"(?:{lenient}{d})*+{opened}"
        self._opens_well = f"(?:{field}{d})*+{opened}"
        self._closes = f"(?:[^{q}]++|{q}{q})*+{q}"

    @cached_property
    def is_good(self) -> re.Pattern[str]:
        return re.compile(self.good, re.DOTALL)

    @cached_property
    def opens(self) -> re.Pattern[str]:
        return re.compile(self.open, re.DOTALL)

    @cached_property
    def opens_well(self) -> re.Pattern[str]:
        return re.compile(self._opens_well, re.DOTALL)

    @cached_property
    def closes(self) -> re.Pattern[str]:
        return re.compile(self._closes, re.DOTALL)

    def fields(self, record: str) -> list[str]:
        """The cells of a good record."""
        if not self.quote or self.quote not in record:
            return record.split(self.delimiter)
        try:
            return next(csv.reader([record], delimiter=self.delimiter, quotechar=self.quote, strict=True))
        except csv.Error:
            # A field that is too long for the csv module, or a carriage return outside of quotes.
            return list(self._cut(record))

    def _cut(self, record: str) -> Iterator[str]:
        q = self.quote
        field = re.compile(rf"(?:{re.escape(q)}((?:[^{q}]++|{q}{q})*+){re.escape(q)}|([^{re.escape(self.delimiter)}]*+))", re.DOTALL)
        at = -1
        while at < len(record):
            found = field.match(record, at + 1)
            assert found is not None
            yield found[1].replace(q + q, q) if found[1] is not None else found[2]
            at = found.end()


class Splitter:
    """Takes lines one by one and says where records end.

    open: a quoted field goes on. spans: the record so far has several lines. closed: some field over several lines was closed.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.open = self.spans = self.bad = self.closed = False

    def take(self, line: str) -> bool:
        """Whether a record ends with this line; `bad` then says whether text follows a closing quote somewhere in it."""
        one = self.dialect
        if self.open:
            self.spans = True
            closed = one.closes.match(line) if one.quote in line else None
            if closed is None:
                return False
            self.closed = True
            # A field that was just closed stands before what is left of the line.
            line = one.quote + one.quote + line[closed.end() :]
        else:
            self.spans = self.bad = False
        self.open = False
        if one.quote and one.quote in line and not one.is_good.fullmatch(line):
            self.open = one.opens.fullmatch(line) is not None
            self.bad = self.bad or not (self.open and one.opens_well.fullmatch(line))
        return not self.open


def split(stream: IO[bytes], dialect: Dialect) -> Iterator[tuple[Record, list[str] | None]]:
    """Every record with its cells, None where it is bad; `raw` is its text. Raises Unreadable where the end of one is not certain."""
    splitter = Splitter(dialect)
    row, size, valid, held = 0, 0, True, []  # type: int, int, bool, list[str]
    for line, too_long in raw_lines(stream, _LONGEST, bare=False):
        if not splitter.open and not line.strip():
            continue
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            text, valid = line.decode("utf-8", errors="replace"), False
        if too_long:
            raise Unreadable(f"record_too_long: a line has more than {_LONGEST} bytes")
        size += len(line) + 1
        if size <= 2 * MAX_RECORD_BYTES:
            held.append(text)
        if not splitter.take(text.removesuffix("\r")):
            continue
        row += 1
        record = "\n".join(held).removesuffix("\r")
        if splitter.bad and splitter.spans:
            raise Unreadable(_TORN)
        error = TOO_LONG if size > MAX_RECORD_BYTES + 1 else INVALID_UTF8 if not valid else AFTER_QUOTE if splitter.bad else None
        yield Record(row, {}, error, record[:RAW_LIMIT]), None if error else dialect.fields(record)
        size, valid, held = 0, True, []
    if splitter.open:
        raise Unreadable(_NEVER)
