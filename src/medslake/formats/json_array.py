"""A JSON array of objects, or several concatenated objects. `_row` is the place of the element.

Options: `aliases` {member as delivered: column of the schema}, `required`. A STRING column takes a nested value as its JSON text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from medslake.formats import MAX_RECORD_BYTES, RAW_LIMIT, Delivered, Format
from medslake.formats.parts.json_text import elements, typed_member
from medslake.formats.parts.verdicts import TOO_LONG
from medslake.formats.parts.whole_files import Record, read_whole_files
from medslake.sources.base import NativeFile

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["FORMAT", "read"]


def _records(columns: Sequence[tuple[str, str]], stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    aliases = options.get("aliases", {})
    for row, _, value, text in elements(stream, members=False):
        if len(text) > MAX_RECORD_BYTES:
            yield Record(row, {}, TOO_LONG, text[:RAW_LIMIT])
        elif isinstance(value, dict):
            yield Record(row, typed_member(columns, value, aliases))
        else:
            yield Record(row, {}, "json: the element is no object", text[:RAW_LIMIT])


def read(spark: SparkSession, native: NativeFile, delivered: Sequence[Delivered]) -> DataFrame:
    """See `sources.formats`."""
    return read_whole_files(spark, native, delivered, partial(_records, native.columns))


FORMAT = Format("json_array", read)
