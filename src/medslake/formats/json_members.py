"""One JSON object whose members are the records: `{id: {...}, ...}`. `_row` is the place of the member.

Options: `id` (column that takes the member's name, default "id"), `value` (column that takes a member that is no object, such as
`{"123": "yes"}`), `aliases`, `required`. A STRING column takes a nested value as its JSON text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

from medslake.formats import MAX_RECORD_BYTES, RAW_LIMIT, TOO_LONG, Format, FormatExample, Record
from medslake.formats.parts.json_text import elements, typed_member

__all__ = ["FORMAT"]


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    key, plain, aliases = options.get("id", "id"), options.get("value"), options.get("aliases", {})
    for row, member, value, text in elements(stream, members=True):
        if len(text) > MAX_RECORD_BYTES:
            yield Record(row, {}, TOO_LONG, text[:RAW_LIMIT])
        elif plain is not None and not isinstance(value, dict):
            yield Record(row, typed_member(options["columns"], {key: member, plain: value}, {}))
        elif isinstance(value, dict):
            yield Record(row, typed_member(options["columns"], {key: member, **value}, aliases))
        else:
            yield Record(row, {}, "json: the member is no object", text[:RAW_LIMIT])


FORMAT = Format(
    name="json_members",
    about="A JSON object whose members are the records.",
    parse=parse,
    example=FormatExample(
        '{"7": {"note": "one"}, "8": {"note": "two"}}',
        schema="id STRING, note STRING",
        rows=({"id": "7", "note": "one"}, {"id": "8", "note": "two"}),
    ),
)
