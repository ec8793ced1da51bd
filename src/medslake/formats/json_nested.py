"""One JSON object in which the records lie deeper: `{"exams": {"a": {"year": "2013", "data": [{...}, ...]}}}`. `_row` counts records.

Options: `path` (names of the members that lead to them, such as ("exams", "data"); each holds an array, or an object whose members count
alike), `aliases`, `required`. A record has its own members and those of the objects around it, but of the whole; its own come first.
A fault inside of a record costs that one, any other refuses the file. A STRING column takes a nested value as its JSON text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import IO, Any

from medslake.formats import Format, FormatExample, Record, Unreadable
from medslake.formats.parts.json_text import Element, Text, typed_record, written

__all__ = ["FORMAT"]


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    text = Text(stream)
    for row, (one, around) in enumerate(_whole(text, tuple(options["path"])), start=1):
        values = {**around, **one.value} if isinstance(one.value, dict) else None
        yield typed_record(replace(one, row=row), values, options)


def _whole(text: Text, path: Sequence[str]) -> Iterator[tuple[Element, dict[str, Any]]]:
    """Every record, with the members of the objects around it."""
    first, *deeper = path
    found = False
    for name in _names(text):
        if name == first and text.sign() in ("[", "{"):
            found = True
            if deeper:
                for at in _items(text):
                    yield from _object(text, deeper, at)
            else:
                yield from ((one, {}) for one in text.items(members=text.sign() == "{"))
        else:
            _value(text)
    if not found:
        raise Unreadable(f"json: the object has no {first} with records")
    if text.sign():
        raise Unreadable("json: text follows the closing bracket")


def _object(text: Text, path: Sequence[str], row: int) -> list[tuple[Element, dict[str, Any]]]:
    """The records of the object that opens here."""
    first, *deeper = path
    around: dict[str, Any] = {}
    records: list[tuple[Element, dict[str, Any]]] = []
    found = False
    for name in _names(text):
        if name == first and text.sign() in ("[", "{"):
            found = True
            if deeper:
                records += [one for at in _items(text) for one in _object(text, deeper, at)]
            else:
                records += [(one, {}) for one in text.items(members=text.sign() == "{")]
        else:
            around[name] = _value(text)
    if not found:
        return [(Element(row, None, None, written(around), f"json: it has no {first} with records"), {})]
    return [(one, {**around, **more}) for one, more in records]


def _items(text: Text) -> Iterator[int]:
    """Stand before each element of the array, or value of the object, that opens here; the caller reads it."""
    if text.sign() == "{":
        yield from (row for row, _ in enumerate(_names(text), start=1))
        return
    text.take("[")
    row = 0
    while text.sign() != "]":
        if row:
            text.take(",")
        row += 1
        yield row
    text.take("]")


def _names(text: Text) -> Iterator[str]:
    """Stand before the value of each member of the object that opens here."""
    text.take("{")
    seen: set[str] = set()
    while text.sign() != "}":
        if seen:
            text.take(",")
        name = text.element(1, ":").value
        text.take(":")
        if not isinstance(name, str):
            raise Unreadable("json: a member has no name")
        if name in seen:
            raise Unreadable("json: a name stands twice in the object")
        seen.add(name)
        yield name
    text.take("}")


def _value(text: Text) -> Any:
    one = text.element(1, "}")
    if one.error is not None:
        raise Unreadable(one.error)
    return one.value


FORMAT = Format(
    name="json_nested",
    about="A JSON object in which the records lie deeper.",
    parse=parse,
    lines=False,
    as_text=written,
    options={"path": ("records",)},
    example=FormatExample(
        '{"version": "1", "exams": {\n "a": {"name": "spring", "data": [\n  {"id": "7", "note": "one"},\n  {"id": "8", "note": {"b": 2}}],'
        ' "year": 2013},\n "b": {"name": "autumn", "data": [\n  {"id": "9", "note": "three"},\n  {"id": "10", "note": "four"}]}}}\n',
        schema="name STRING, year INT, id STRING, note STRING",
        rows=(
            {"name": "spring", "year": 2013, "id": "7", "note": "one"},
            {"name": "spring", "year": 2013, "id": "8", "note": '{"b": 2}'},
            {"name": "autumn", "year": None, "id": "9"},
            {"id": "10"},
        ),
        options={"path": ("exams", "data")},
    ),
)
