"""A JSON array of objects, or several concatenated objects. `_row` is the place of the element.

Options: `aliases` {member as delivered: column of the schema}, `required`. A STRING column takes a nested value as its JSON text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

from medslake.formats import MAX_RECORD_BYTES, RAW_LIMIT, TOO_LONG, Format, FormatExample, Record
from medslake.formats.parts.json_text import elements, typed_member

__all__ = ["FORMAT"]


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    aliases = options.get("aliases", {})
    for row, _, value, text in elements(stream, members=False):
        if len(text) > MAX_RECORD_BYTES:
            yield Record(row, {}, TOO_LONG, text[:RAW_LIMIT])
        elif isinstance(value, dict):
            yield Record(row, typed_member(options["columns"], value, aliases))
        else:
            yield Record(row, {}, "json: the element is no object", text[:RAW_LIMIT])


FORMAT = Format(
    name="json_array",
    about="A JSON array of objects, or objects one after the other.",
    parse=parse,
    example=FormatExample('[{"a": 1}, {"a": {"b": 2}}]', schema="a STRING", rows=({"a": "1"}, {"a": '{"b": 2}'})),
)
