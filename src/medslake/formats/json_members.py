"""One JSON object whose members are the records: `{id: {...}, ...}`. `_row` is the place of the member.

Options: `id` (column that takes the member's name, default "id"), `value` (column that takes a member that is no object, such as
`{"123": "yes"}`), `aliases`, `required`. A STRING column takes a nested value as its JSON text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import IO, Any

from medslake.formats import Format, FormatExample, Record
from medslake.formats.parts.json_text import Element, elements, typed_record, written

__all__ = ["FORMAT"]


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    names: set[str] = set()
    for one in elements(stream, members=True):
        if one.name in names and one.error is None:
            one = replace(one, error="json: the name stands twice in the object")
        if one.name is not None:
            names.add(one.name)
        yield _record(one, options)


def _record(one: Element, options: Mapping[str, Any]) -> Record:
    key: str = options.get("id", "id")
    plain: str | None = options.get("value")
    if one.error is not None:
        return typed_record(one, None, options)
    if not isinstance(one.value, dict):
        return typed_record(one, None if plain is None else {key: one.name, plain: one.value}, {})
    if one.value.get(key) not in (None, one.name):
        return Record(one.row, {}, f"two_values: the member is named otherwise than its {key} says", one.text)
    return typed_record(one, {**one.value, key: one.name}, options)


FORMAT = Format(
    name="json_members",
    about="A JSON object whose members are the records.",
    parse=parse,
    lines=False,
    as_text=written,
    example=FormatExample(
        '{"7": {"note": "one"},\n "8": {"note": "two"},\n "9": {"note": "three"},\n "10": {"note": "four"}}\n',
        schema="id STRING, note STRING",
        rows=({"id": "7", "note": "one"}, {"id": "8", "note": "two"}, {"id": "9"}, {"id": "10"}),
    ),
)
