"""The nouns Format, NativeFile and Record: how delivered files become records.

What reads files gives one DataFrame: the native columns of `NativeFile.schema`, then EXTRA:

    _file STRING, _sha256 STRING   the native file, relative to the folder, and its digest as delivered
    _row BIGINT                    1-based record number as the format counts records (see PROVENANCE)
    _error STRING                  null, or `rule: message` for a record that cannot be read; its native columns may then be null
    _raw STRING                    the raw record where `_error` is set

Bad records never vanish and never stop a job: rows and bad records together are the records of the file. A file in which the next record
cannot be found for certain gives one row more, whose `_error` begins with REFUSED: it is refused as a whole. `_row` does not depend on how
Spark splits or packs files.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from medslake.errors import MedslakeError
from medslake.lake.schema.ddl import parse_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = [
    "EXTRA",
    "MAX_RECORD_BYTES",
    "PROVENANCE",
    "RAW_LIMIT",
    "REFUSED",
    "Delivered",
    "Format",
    "FormatExample",
    "NativeFile",
    "Parse",
    "Record",
    "Unreadable",
    "leaves_folder",
    "matches",
]

#: Columns that every bronze table has after its native ones. `_row` is the 1-based number of the record in its file, as the
#: format counts records (CSV: data row without the header; JSONL: line; JSON: element or member; IOB: sentence; PubTator, BioC:
#: document; OBO: [Term] stanza; XLSX: data row; text: line), so a record can be opened with any other reader.
PROVENANCE = "_source STRING, _file STRING, _sha256 STRING, _row BIGINT, _access STRING"
#: What follows the native columns of records that were just read.
EXTRA = "_file STRING, _sha256 STRING, _row BIGINT, _error STRING, _raw STRING"
#: Begins the `_error` of a row that is no record: from there on the file cannot be read, and whoever writes must refuse it.
REFUSED = "unreadable: "
#: Longer records are set aside (`record_too_long`), so that one runaway line cannot take a job down.
MAX_RECORD_BYTES = 4 * 1024 * 1024
#: Characters of a raw record that are kept beside its error; file and row lead to the rest.
RAW_LIMIT = 1024 * 1024


def leaves_folder(path: str) -> bool:
    """Whether a path that is meant below a folder is absolute or has `..` in it."""
    return path.startswith("/") or ".." in path.split("/")


def matches(name: str, pattern: str) -> bool:
    """Whether a path below the folder answers to a pattern of a NativeFile, part by part."""
    parts, wanted = name.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted))


class Unreadable(Exception):
    """A parser cannot find the next record for certain: the file is refused. message: `rule: sentence`, never with content of the file."""


@dataclass(frozen=True)
class NativeFile:
    """One file (or family of equal files) of a source's native distribution.

    table: name of the bronze table after `bronze.<source>__`.
    globs: paths below the folder given by the user, as fnmatch patterns; `.gz` of each is tried too. First pattern with a hit wins
        unless `all_globs`.
    format: name of a format (csv, tsv, jsonl, json_members, json_array, iob, pubtator, bioc_xml, obo, xlsx, text_folder ...).
    schema: native columns as Spark DDL, in the file's order. Everything that cannot be typed safely stays STRING.
    key: columns that are unique in the file family; later duplicates are set aside. Empty = no key is promised.
    options: what the format needs to know (delimiter, sheet, tag set ...); its own defaults hold for the rest.
    sha256: known digests by file name, where the publisher or a trusted copy states them.
    required: refuse the ingest when no file matches.
    """

    table: str
    globs: tuple[str, ...]
    format: str
    schema: str
    key: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    sha256: Mapping[str, str] = field(default_factory=dict)
    required: bool = True
    all_globs: bool = False

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """(name, type as Spark prints it) per native column, read without a JVM."""
        return tuple((column.name, column.type) for column in parse_columns(self.schema, f"schema of {self.table}"))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.columns]


@dataclass(frozen=True)
class Delivered:
    """A native file as it was found.

    name: path relative to the folder, of an archive's member `<archive>/<member>`. uri: where to open it (absolute path or URI), of a
    member its archive until it is copied. size: bytes. sha256: of the bytes as delivered. columns: header row where the format has one.
    utf8: the (decompressed) content is valid UTF-8. multiline: quoted fields span lines. odd: quotes stand where RFC 4180 has none, or a
    NUL does, so that each line is looked at. lines: newline characters in the (decompressed) content. longest: bytes of the longest line.
    unpacked: bytes of the (decompressed) content. identity: what changes when the file does (see `identity_of`), "" where nobody asked.
    beside: the files of the same stem that its format asks for, in its order; those that are not there are left out. member: its name
    inside of an archive. home: of a copy what the identity is of. known_as: names by which patterns find a member.
    """

    name: str
    uri: str
    size: int
    sha256: str
    columns: tuple[str, ...] | None = None
    utf8: bool = True
    multiline: bool = False
    odd: bool = False
    lines: int = 0
    longest: int = 0
    unpacked: int = 0
    identity: str = ""
    beside: tuple[Delivered, ...] = ()
    member: str = ""
    home: str = ""
    known_as: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Those by which the patterns of a source know it."""
        return self.known_as or (self.name,)


@dataclass(frozen=True)
class Record:
    """One record of a file. values: native columns by name; error: `rule: message`, when it is bad. raw: the record as it stands."""

    row: int
    values: Mapping[str, Any]
    error: str | None = None
    raw: str | None = None


#: (binary stream of the decompressed content, name of the file, options) -> records in order. The options are the format's, those of the
#: NativeFile over them, `columns` (name -> type of the schema), and `beside` (ending -> bytes) where the format asks for such files.
Parse = Callable[[IO[bytes], str, Mapping[str, Any]], Iterator[Record]]
#: A Spark reader: (session, NativeFile with the format's options filled in, its files) -> native columns and EXTRA.
Read = Callable[["SparkSession", NativeFile, Sequence[Delivered]], "DataFrame"]


@dataclass(frozen=True)
class FormatExample:
    """The smallest file of a format, ours, and what is read from it.

    content: of the main file; of a binary format a function makes it. rows: compared in the columns given. file: its name.
    beside: ending -> content of files of the same stem.
    """

    content: str | bytes | Callable[[], bytes]
    schema: str
    rows: tuple[Mapping[str, Any], ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    file: str = "example.txt"
    beside: Mapping[str, str] = field(default_factory=dict)

    def files(self) -> dict[str, bytes]:
        """Name -> bytes of every file."""
        content = self.content() if callable(self.content) else self.content
        stem = self.file.rpartition(".")[0]
        made: dict[str, str | bytes] = {self.file: content, **{f"{stem}{ending}": text for ending, text in self.beside.items()}}
        return {name: text if isinstance(text, bytes) else text.encode() for name, text in made.items()}

    def native(self, format: str) -> NativeFile:
        """The example as a family of files."""
        return NativeFile("example", (self.file,), format, self.schema, options=self.options)


@dataclass(frozen=True)
class Format:
    """A native file format. Exactly one of parse and read is given.

    about: one line. parse: runs in workers, one file at a time. read: a Spark reader, where the JVM can. options: defaults of the
    options of a NativeFile. beside: endings of further files of the same stem, which may be empty. text: content is text, so that
    UTF-8 is checked. lines: its records stand on lines, so that carriage returns alone are refused. header: the first line names the
    columns. one_record_per_file: `--limit n` then means n files instead of n records of each file. as_text: makes text of a value that is
    none, where STRING columns take such; else it does not fit.
    """

    name: str
    about: str
    example: FormatExample
    parse: Parse | None = None
    read: Read | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    text: bool = True
    lines: bool = True
    header: bool = False
    one_record_per_file: bool = False
    as_text: Callable[[Any], str] | None = None

    def faults(self) -> Iterable[str]:
        """What is wrong with the declaration in itself."""
        if (self.parse is None) == (self.read is None):
            yield "A format has either parse (runs in workers) or read (a Spark reader)."
        if not self.about:
            yield "about is empty: say the format in one line."
        if any(not ending.startswith(".") for ending in self.beside):
            yield "beside names endings, such as '.ann'."
        if not self.example.rows:
            yield "The example expects no row."
        if leaves_folder(self.example.file):
            yield f"The example's file {self.example.file!r} leaves the folder."
        try:
            columns = set(self.example.native(self.name).names)
        except MedslakeError as error:
            yield f"The example's schema cannot be read: {error.message}"
            return
        for name in sorted({name for row in self.example.rows for name in row} - columns):
            yield f"The example expects a column {name}, which its schema does not have."
