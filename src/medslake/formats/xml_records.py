"""XML whose records are elements of one name: a record per element. `_row` counts these elements.

Options: `record` (name of the element), `paths` {column: path from the element}, `without` (names of elements whose text is none of the
text around them). A path is that of ElementTree, and may end in `@name` for an attribute. A column without one is the child of its name, or
where none has it the attribute; `_` in the column may be `-` in the file.
Fields of structs are looked for below the element that the struct stands for: `paths` names them `column.field`.
A STRING takes the text of an element, that of its children included, an ARRAY every element that the path finds. Text found twice where one
is due is an error. What a DOCTYPE points to is never read; a file that declares entities is refused, a record that uses one is set aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any
from xml.etree.ElementTree import Element

from medslake.formats import TOO_LONG, Format, FormatExample, Record, clean
from medslake.formats.parts.xml_stream import Part, elements
from medslake.lake.schema.types import Type, parse_type

__all__ = ["FORMAT"]

_XML = "{http://www.w3.org/XML/1998/namespace}"


class _Twice(Exception):
    """A text is there twice, or a list where the schema has none: the column."""


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    kinds = {column: parse_type(kind) for column, kind in options["columns"].items()}
    for row, part in enumerate(elements(stream, options["record"]), start=1):
        yield _record(row, part, kinds, options)


def _record(row: int, part: Part, kinds: Mapping[str, Type], options: Mapping[str, Any]) -> Record:
    if part.element is None:
        return Record(row, {}, TOO_LONG if part.too_long else f"xml: the {options['record']} is no XML", clean(part.raw))
    try:
        values = _fields(part.element, kinds, options, "")
    except _Twice as column:
        return Record(row, {}, f"two_values: {column} is there twice", clean(part.raw))
    return Record(row, values, None, clean(part.raw))


def _fields(element: Element, kinds: Mapping[str, Type], options: Mapping[str, Any], inside: str) -> dict[str, Any]:
    return {name: _value(element, kind, options, f"{inside}{name}") for name, kind in kinds.items()}


def _value(element: Element, kind: Type, options: Mapping[str, Any], column: str) -> Any:
    path = options.get("paths", {}).get(column)
    found = _named(element, column.rpartition(".")[2]) if path is None else _found(element, path)
    if isinstance(kind, dict) and kind["type"] == "array":
        return [_taken(one, kind["elementType"], options, column) for one in found]
    if len(found) > 1:
        raise _Twice(column)
    return _taken(found[0], kind, options, column) if found else None


def _named(element: Element, name: str) -> list[Element | str]:
    """What bears the name of a column."""
    names = dict.fromkeys((name, name.replace("_", "-")))
    return next(filter(None, [_found(element, f"{mark}{one}") for mark in ("", "@") for one in names]), [])


def _found(element: Element, path: str) -> list[Element | str]:
    """What a path finds: elements, or texts of an attribute."""
    place, is_attribute, name = path.partition("@")
    nodes = element.findall(place.rstrip("/")) if place else [element]
    if not is_attribute:
        return list(nodes)
    name = name.replace("xml:", _XML)
    return [text for node in nodes if (text := node.get(name)) is not None]


def _taken(found: Element | str, kind: Type, options: Mapping[str, Any], column: str) -> Any:
    if isinstance(found, str):
        return found
    if isinstance(kind, dict) and kind["type"] == "struct":
        return _fields(found, {field["name"]: field["type"] for field in kind["fields"]}, options, f"{column}.")
    return "".join(_texts(found, options.get("without", ())))


def _texts(element: Element, without: tuple[str, ...]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag not in without:
            yield from _texts(child, without)
        yield child.tail or ""


FORMAT = Format(
    name="xml_records",
    about="XML whose records are elements of one name.",
    parse=parse,
    lines=False,
    example=FormatExample(
        '<!DOCTYPE cards SYSTEM "cards.dtd">\n<cards>\n'
        '<card id="7"><name>ember <b>fever</b><code>x1</code></name><also xml:lang="en">embers<sign>heat</sign><sign>chill</sign></also>'
        "<also>glow</also><see-too>reed</see-too></card>\n"
        '<card id="8" see-too="marsh"><name>reed cough</name></card>\n<card id="9"><name>marsh chill</name></card>\n'
        '<card id="10"/>\n</cards>\n',
        schema="id STRING, name STRING, see_too STRING, also ARRAY<STRUCT<language: STRING, word: STRING, signs: ARRAY<STRING>>>",
        rows=(
            {
                "id": "7",
                "name": "ember fever",
                "see_too": "reed",
                "also": [
                    {"language": "en", "word": "embers", "signs": ["heat", "chill"]},
                    {"language": None, "word": "glow", "signs": []},
                ],
            },
            {"id": "8", "name": "reed cough", "see_too": "marsh", "also": []},
            {"name": "marsh chill"},
            {"id": "10", "name": None, "see_too": None},
        ),
        options={
            "record": "card",
            "paths": {"also.language": "@xml:lang", "also.word": ".", "also.signs": "sign"},
            "without": ("code", "sign"),
        },
    ),
)
