"""A folder of small text files, one document each, read line by line. `_row` is the line number; blank lines count but are no records.

Native columns: document_id STRING (the file's name without its last ending), line STRING. Many small files share a task.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from medslake.formats import Delivered, Format
from medslake.formats.parts.line_stream import raw_lines
from medslake.formats.parts.verdicts import INVALID_UTF8, TOO_LONG
from medslake.formats.parts.whole_files import Record, clean, read_whole_files
from medslake.sources.base import NativeFile

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["FORMAT", "TEXT_FOLDER_SCHEMA", "read"]

TEXT_FOLDER_SCHEMA = "document_id STRING, line STRING"


def _records(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    document = PurePosixPath(name.removesuffix(".gz")).stem
    for row, (line, too_long) in enumerate(raw_lines(stream), start=1):
        if not line.strip():
            continue
        if too_long:
            yield Record(row, {}, TOO_LONG, clean(line))
            continue
        try:
            yield Record(row, {"document_id": document, "line": line.decode("utf-8")})
        except UnicodeDecodeError:
            yield Record(row, {}, INVALID_UTF8, clean(line))


def read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """See `sources.formats`."""
    return read_whole_files(spark, native, delivered, _records)


FORMAT = Format("text_folder", read, one_record_per_file=True)
