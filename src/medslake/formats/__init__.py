"""Readers of native file formats: one module per format, each bound to FORMAT, found by its name.

A reader turns delivered files into one DataFrame: the native columns of `NativeFile.schema`, then

    _file STRING, _sha256 STRING   the native file, relative to the folder, and its digest as delivered
    _row BIGINT                    1-based record number as the format counts records (see `sources.base.PROVENANCE`)
    _error STRING                  null, or `rule: message` for a record that cannot be read; its native columns may then be null
    _raw STRING                    the raw record where `_error` is set

Bad records never vanish and never stop a job. `_row` does not depend on how Spark splits or packs files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medslake import registry
from medslake.sources.base import NativeFile

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["EXTRA", "MAX_RECORD_BYTES", "RAW_LIMIT", "Delivered", "Format", "read", "reader"]

#: What a reader appends to the native columns.
EXTRA = "_file STRING, _sha256 STRING, _row BIGINT, _error STRING, _raw STRING"
#: Longer records are set aside (`record_too_long`), so that one runaway line cannot take a job down.
MAX_RECORD_BYTES = 4 * 1024 * 1024
#: Characters of a raw record that are kept beside its error; file and row lead to the rest.
RAW_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class Delivered:
    """A native file as it was found.

    name: path relative to the folder. uri: where to open it (absolute path or URI). size: bytes. sha256: of the bytes as delivered.
    columns: header row where the format has one. utf8: the (decompressed) content is valid UTF-8. multiline: quoted fields span lines.
    unbalanced: a quote stays open at the end, so lines are read one by one. lines: newline characters in the (decompressed) content.
    longest: bytes of the longest line.
    """

    name: str
    uri: str
    size: int
    sha256: str
    columns: tuple[str, ...] | None = None
    utf8: bool = True
    multiline: bool = False
    unbalanced: bool = False
    lines: int = 0
    longest: int = 0


@dataclass(frozen=True)
class Format:
    """A format. text: content is text, so that UTF-8 is checked. header: the first line names the columns.

    one_record_per_file: `--limit n` then means n files instead of n records of each file.
    """

    name: str
    read: Callable[[SparkSession, NativeFile, Sequence[Delivered]], DataFrame]
    text: bool = True
    header: bool = False
    one_record_per_file: bool = False


def reader(name: str) -> Format:
    """The reader of a format; raises UnknownName."""
    return registry.get("format", name)


def read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """All records of the delivered files of one family."""
    return reader(native.format).read(spark, native, delivered)
