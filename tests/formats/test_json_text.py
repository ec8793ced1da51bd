"""Elements of JSON: what one fault costs, where the reading ends, and that values are as they were written."""

from __future__ import annotations

import io
import json
import sys
from random import Random
from typing import Any

import pytest

from medslake.formats import MAX_RECORD_BYTES, RAW_LIMIT, Unreadable
from medslake.formats.parts.json_text import elements, loads, written
from medslake.formats.parts.typed import Number


class Slow(io.BytesIO):
    """Gives three bytes at a time."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(3)


def told(text: str, *, members: bool = False) -> list[Any]:
    """Per element its value, or its error; what ends the reading comes last. The same however the stream is cut."""
    found = []
    for stream in (io.BytesIO(text.encode()), Slow(text.encode())):
        rows: list[Any] = []
        try:
            for one in elements(stream, members=members):
                assert one.row == len(rows) + 1
                rows.append(one.value if one.error is None else one.error)
        except Unreadable as error:
            rows.append(f"refused {error}")
        found.append(rows)
    assert found[0] == found[1]
    return found[0]


BAD = "json: it is no JSON value"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('[{"a": 1}, {"a": "x\\d"}, {"a": 3}]', [{"a": 1}, BAD, {"a": 3}]),
        ('[{"a": 1}x, {"b": 2}]', [BAD, {"b": 2}]),
        ('[{"a" 1}, {"b": [1, 2}], 3]', [BAD, "refused json: a bracket closes what another opened"]),
        ("[1, 2,]", [1, 2, "json: nothing stands between two commas"]),
        ('[{"a": 1} {"b": 2}, 3]', [{"a": 1}, "json: no comma stands before it", 3]),
        ('[{"a": 1, "a": 2}, {"b": {"c": 1, "c": 1}}, 3]', ["json: a name stands twice in an object"] * 2 + [3]),
        ('[{"a": NaN}, {"a": Infinity}, {"a": -Infinity}]', [{"a": None}, BAD, BAD]),
        ('[{"a": "x}, {"b": "y"}]', ["refused json: the text ends inside of the element"]),
        ('[{"a": 1}, {"b": 2}', [{"a": 1}, {"b": 2}, "refused json: the text ends before the ] that closes it"]),
        ('[{"a": 1}] x', [{"a": 1}, "refused json: text follows the closing bracket"]),
        ('{"a": 1}\n{"b": x}\n{"c": 3}', [{"a": 1}, BAD, {"c": 3}]),
        ('{"a": 1}, {"b": 2}]', [{"a": 1}, "refused json: a bracket or comma stands between objects that no bracket holds"]),
        (f"[1, {'9' * 5000}, 3]", [1, BAD, 3]),
    ],
)
def test_what_a_fault_costs(text: str, wanted: list[Any]) -> None:
    assert told(text) == wanted


def test_members() -> None:
    assert told('{"1": {"a": 1}, "2" {"a": 2}, 3: {}, "4": {}}', members=True) == [{"a": 1}, BAD, BAD, {}]


@pytest.mark.parametrize("limit", [1000, 20_000])
def test_an_element_nested_without_end(limit: int, request: pytest.FixtureRequest) -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(limit)
    request.addfinalizer(lambda: sys.setrecursionlimit(before))
    text = '[{"a": 1}, {"b": ' + "[" * 3000 + "]" * 3000 + "}, 3]"
    found = [one.error or one.value for one in elements(io.BytesIO(text.encode()), members=False)]
    assert found == [{"a": 1}, "json: nested too deeply", 3]


def test_an_element_too_long_to_be_held() -> None:
    text = '[{"a": "' + "x{" * (3 * MAX_RECORD_BYTES) + '"}, {"b": 1}]'
    first, second = elements(io.BytesIO(text.encode()), members=False)
    assert first.error is not None and first.error.startswith("record_too_long") and len(first.text) == RAW_LIMIT
    assert second.value == {"b": 1}


@pytest.mark.parametrize("text", ["", "{}{}", "{} x", "{", '{"a": 1,}', "[1] ]"])
def test_one_value_alone(text: str) -> None:
    with pytest.raises(Unreadable):
        loads(text)


def test_values_are_spelled_as_they_were_written() -> None:
    value = loads(' {"a": [1.50, -2E+1, "é", null, true], "b": {"c": 10}} ')
    assert isinstance(value["a"][0], Number)
    assert written(value) == '{"a": [1.50, -2E+1, "é", null, true], "b": {"c": 10}}'
    assert [written(one) for one in (value["a"][0], 7, True, {"x": "y"})] == ["1.50", "7", "true", '{"x": "y"}']


def test_whatever_json_writes_is_read_as_it_was() -> None:
    draw = Random(2)

    def any_value(depth: int) -> Any:
        kind = draw.randint(0, 6 if depth else 3)
        if kind < 4:
            return [None, draw.randint(-99, 10**20), draw.random() < 0.5, "".join(draw.choices('a"\\{}[],:é \n', k=6))][kind]
        some = [any_value(depth - 1) for _ in range(draw.randint(0, 4))]
        return some if kind < 6 else {str(at): one for at, one in enumerate(some)}

    for _ in range(300):
        values = [any_value(3) for _ in range(draw.randint(0, 5))]
        assert told(json.dumps(values, ensure_ascii=draw.random() < 0.5, indent=draw.choice([None, 1]))) == values
