"""The noun Source: one data set as its owner releases it, and how it becomes silver rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from medslake.lake.schema.ddl import parse_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["PROVENANCE", "Example", "NativeFile", "Source"]

#: Columns that every bronze table has after its native ones. `_row` is the 1-based number of the record in its file, as the
#: format counts records (CSV: data row without the header; JSONL: line; JSON: element or member; IOB: sentence; PubTator, BioC:
#: document; OBO: [Term] stanza; XLSX: data row; text: line), so a record can be opened with any other reader.
PROVENANCE = "_source STRING, _file STRING, _sha256 STRING, _row BIGINT, _access STRING"

FileContent = bytes | str


@dataclass(frozen=True)
class NativeFile:
    """One file (or family of equal files) of a source's native distribution.

    table: name of the bronze table after `bronze.<source>__`.
    globs: paths below the folder given by the user, as fnmatch patterns; `.gz` of each is tried too. First pattern with a hit wins
        unless `all_globs`.
    format: key of a reader in `medslake.formats` (csv, tsv, jsonl, json_members, json_array, iob, pubtator, bioc_xml, obo, xlsx,
        text_folder ...).
    schema: native columns as Spark DDL, in the file's order. Everything a reader cannot type safely stays STRING.
    key: columns that are unique in the file family; later duplicates are quarantined. Empty = no key is promised.
    options: what the reader needs to know (delimiter, sheet, tag set ...).
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
class Example:
    """The smallest synthetic native files of a source (written by us) and the silver rows expected from them.

    files: path below the source folder -> content. Binary formats (xlsx) are built by a function, hence a callable is allowed.
    rows: silver kind -> expected rows; only the columns given are compared, in `record_id` order.
    """

    files: Mapping[str, FileContent] | Callable[[], Mapping[str, FileContent]]
    rows: Mapping[str, list[dict[str, Any]]]

    def materialised(self) -> Mapping[str, FileContent]:
        return self.files() if callable(self.files) else self.files


@dataclass(frozen=True)
class Source:
    """A source data set.

    harmonise: bronze table name (without `bronze.<source>__`) -> DataFrame, to silver kind -> DataFrame. The frames hold the kind's own
        columns plus record_id, subject_id, split, language, domain, and `origin`/`joined` (see `origin()` in parts/mapping.py); source and
        access are filled in by the ingest. Tables whose optional files are absent are missing from the mapping.
    generate: (rng, n) -> native files with about n synthetic records, in the same layout as `example.files`; written by us, no real text.
    needs: bronze tables of other sources (full names) that harmonise may join, passed under their full name where they exist.
    split_rule: one sentence that says how `split` comes about (train | validation | test).
    """

    name: str
    title: str
    citation: str
    licence: str
    access: str
    urls: tuple[str, ...]
    files: tuple[NativeFile, ...]
    split_rule: str
    harmonise: Callable[[Mapping[str, DataFrame]], Mapping[str, DataFrame]]
    example: Example
    generate: Callable[[Random, int], Mapping[str, FileContent]]
    needs: tuple[str, ...] = ()
    version: int = 1
