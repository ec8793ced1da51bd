"""One JSON object, nested to any depth, whose texts are the records: `{"A": {"title": "x", "A1": "y"}}`. `_row` counts them.

Native columns: path ARRAY<STRING>, the names that lead to the text from the outermost, and value STRING. Numbers count by their JSON text;
nulls and arrays are passed over. A fault inside of a member of the whole costs that member.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

from medslake.formats import Format, FormatExample, Record
from medslake.formats.parts.json_text import elements, written

__all__ = ["FORMAT"]


def parse(stream: IO[bytes], name: str, options: Mapping[str, Any]) -> Iterator[Record]:
    row, names = 0, set[str | None]()
    for one in elements(stream, members=True):
        error = one.error or ("json: the name stands twice in the object" if one.name in names else None)
        names.add(one.name)
        if error is not None:
            row += 1
            yield Record(row, {}, error, one.text)
            continue
        for path, value in _leaves([one.name or ""], one.value):
            row += 1
            yield Record(row, {"path": path, "value": value})


def _leaves(path: list[str], value: Any) -> Iterator[tuple[list[str], str]]:
    """Depth first, in the order of the file; a stack of its own, since the depth is the file's."""
    waiting = [(path, value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [([*path, name], one) for name, one in reversed(value.items())]
        elif value is not None and not isinstance(value, list):
            yield path, value if isinstance(value, str) else written(value)


FORMAT = Format(
    name="json_leaves",
    about="A nested JSON object whose texts are the records.",
    parse=parse,
    lines=False,
    as_text=written,
    example=FormatExample(
        '{"A": {"title": "one", "A1": {"title": "two"}},\n "B": "three",\n "C": {"C1": {"C11": "four"}}}\n',
        schema="path ARRAY<STRING>, value STRING",
        rows=(
            {"path": ["A", "title"], "value": "one"},
            {"path": ["A", "A1", "title"], "value": "two"},
            {"path": ["B"], "value": "three"},
            {"path": ["C", "C1", "C11"], "value": "four"},
        ),
    ),
)
