"""What a writer is: records to a payload, in whichever process, and payloads to a file, in order."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

__all__ = ["FilesWriter", "RowsWriter", "Sink", "TextWriter", "Writer", "files", "lines", "plain_text", "written"]


class Sink(Protocol):
    """An open file that takes the payloads of a writer."""

    def write(self, payload: Any) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class TextWriter:
    """A file that is text: `header`, the records with `separator` between them, `footer`.

    one: what is written of a record. many: the same of a run of records, where that is faster.
    """

    one: Callable[[Any], str]
    header: str = ""
    separator: str = ""
    footer: str = ""
    encoding: str = "utf-8"
    many: Callable[[Sequence[Any]], str] | None = None

    def joined(self, records: Sequence[Any]) -> str:
        return self.many(records) if self.many else self.separator.join([self.one(record) for record in records])


@dataclass(frozen=True)
class RowsWriter:
    """A file that is written whole by a library: `opened` takes the open file and gives what takes lists of records."""

    opened: Callable[[BinaryIO], Sink]


@dataclass(frozen=True)
class FilesWriter:
    """A folder; a record is the names and contents of one or several files."""


Writer = TextWriter | RowsWriter | FilesWriter


def plain_text(
    one: Callable[[Any], str] = str,
    *,
    header: str = "",
    separator: str = "",
    footer: str = "",
    encoding: str = "utf-8",
    many: Callable[[Sequence[Any]], str] | None = None,
) -> Writer:
    """Records as `one` writes them; as `many` does, those that are made together."""
    return TextWriter(one, header, separator, footer, encoding, many)


def lines(one: Callable[[Any], str] = str, *, header: str = "", end: str = "\n", encoding: str = "utf-8") -> Writer:
    """A line per record."""
    return TextWriter(lambda record: f"{one(record)}{end}", f"{header}{end}" if header else "", encoding=encoding)


def files() -> Writer:
    """A folder: a record is `(name, content)`, or a list of them."""
    return FilesWriter()


def written(writer: Writer, records: Sequence[Any]) -> bytes:
    """A whole file at once, for examples."""
    if isinstance(writer, TextWriter):
        return f"{writer.header}{writer.joined(records)}{writer.footer}".encode(writer.encoding)
    assert isinstance(writer, RowsWriter)
    out = io.BytesIO()
    sink = writer.opened(out)
    sink.write(records)
    sink.close()
    return out.getvalue()


def named(records: Iterable[Any]) -> list[tuple[str, bytes]]:
    """The files of records."""
    found = [one for record in records for one in ([record] if isinstance(record, tuple) else record)]
    return [(name, content if isinstance(content, bytes) else content.encode()) for name, content in found]
