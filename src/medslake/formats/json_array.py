"""A JSON array of objects, or several concatenated objects. `_row` is the place of the element.

Options: `aliases` {member as delivered: column of the schema}, `required`. A STRING column takes a nested value as its JSON text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

from medslake.formats import Format, FormatExample, Record
from medslake.formats.parts.json_text import elements, typed_record, written

__all__ = ["FORMAT"]


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    for one in elements(stream, members=False):
        yield typed_record(one, one.value if isinstance(one.value, dict) else None, options)


FORMAT = Format(
    name="json_array",
    about="A JSON array of objects, or objects one after the other.",
    parse=parse,
    lines=False,
    as_text=written,
    example=FormatExample(
        '[{"a": 1.50, "n": 1},\n {"a": {"b": 2}},\n {"a": "reed", "n": 3},\n {"a": "marsh"}]\n',
        schema="a STRING, n INT",
        rows=({"a": "1.50", "n": 1}, {"a": '{"b": 2}', "n": None}, {"a": "reed"}, {"a": "marsh"}),
    ),
)
