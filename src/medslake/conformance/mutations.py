"""Damaged twins of a format's example, made by operations that know nothing of the format.

A spot is a text that one record alone holds. What is put there lies inside of that record; what is done to line ends, or to the whole file,
may touch its neighbours. Each twin says how many records an honest reader may count, and which records it must give unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Mutation", "Spot", "spots", "text_mutations"]

_LONG = 5 * 1024 * 1024
#: Name -> what is put into the middle of a spot.
_INSERTED: Mapping[str, bytes] = {
    "nul": b"\0",
    "byte that is not UTF-8": b"\xff",
    "half of a pair in UTF-8": b"\xed\xa0\xbd",
    "half of a pair as escape": b"\\ud83d",
    "wrong escape": b"\\d",
    "carriage return": b"\r",
    "quote": b'"',
    "bracket": b"}",
    "tag": b"<x>",
    "entity": b"&mdash;",
    "comma": b",",
    "tab": b"\t",
    "bar": b"|",
    "sign beyond 16 bits": "\U0001f600".encode(),
}
#: Name -> what takes a spot's place.
_INSTEAD: Mapping[str, bytes] = {
    "number of 5,000 digits": b"9" * 5000,
    "nested 3,000 deep": b"[" * 3000 + b"]" * 3000,
    "not a number": b"NaN",
    "infinity": b"1e999",
    "too long": b"x" * _LONG,
    "nothing": b"",
}


@dataclass(frozen=True)
class Spot:
    """record: its place from 0. text: what no other place of the file holds. column: where the record has it, and nothing else."""

    record: int
    column: str
    text: str


@dataclass(frozen=True)
class Mutation:
    """fewest, most: records that may be counted. touched: records that may be set aside or changed, the others must be read as they were.
    kept: (record, column, value) as it must be read where the record is not set aside; None: nobody can say.
    """

    name: str
    content: bytes
    fewest: int
    most: int
    touched: frozenset[int]
    kept: tuple[int, str, str] | None = None


def spots(content: bytes, rows: Sequence[Mapping[str, Any]]) -> list[Spot]:
    """For each record that has one the longest text that stands once in the content."""
    found = []
    texts = [_texts(row) for row in rows]
    for number, own in enumerate(texts):
        others = {text for at, more in enumerate(texts) if at != number for _, text in more}
        once = [(name, text) for name, text in own if text and text not in others and content.count(text.encode()) == 1]
        if once:
            found.append(Spot(number, *max(once, key=lambda one: (bool(one[0]), len(one[1])))))
    return found


def _texts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(column where the text is all that it has, else "", text)."""
    values = [(name, value) for name, value in row.items() if not name.startswith("_")]
    whole = [(name, value) for name, value in values if isinstance(value, str)]
    return [*whole, *(("", leaf) for _, value in values if not isinstance(value, str) for leaf in _leaves(value))]


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)


def text_mutations(content: bytes, rows: Sequence[Mapping[str, Any]], *, whole: bool = False) -> list[Mutation]:
    """All twins of a text. rows: its records as they were read, in order. whole: the text is one record, up to its end."""
    found = spots(content, rows)
    chosen = {one.record: one for one in (found[0], found[len(found) // 2], found[-1])} if found else {}
    inside = [twin for spot in chosen.values() for twin in (*_inside(content, len(rows), spot), *_lines(content, len(rows), spot))]
    return [*inside, *_whole(content, len(rows), found, whole)]


def _inside(content: bytes, count: int, spot: Spot) -> Iterator[Mutation]:
    text = spot.text.encode()
    at = content.index(text)
    middle = at + len(spot.text[: len(spot.text) // 2].encode())
    for name, piece in _INSERTED.items():
        damaged = content[:middle] + piece + content[middle:]
        written = content[at:middle] + piece + content[middle : at + len(text)]
        # Nobody can tell that a field over several lines was closed too early, where a line ends.
        most = count + spot.text.count("\n")
        yield _touching(f"{name} in record {spot.record + 1}", damaged, count, spot, written, most)
    for name, piece in _INSTEAD.items():
        damaged = content[:at] + piece + content[at + len(text) :]
        # An empty value may be a missing one, and of a text alone on its line nothing is left.
        yield _touching(f"{name} in record {spot.record + 1}", damaged, count - (not piece), spot, piece if piece else None, most=count)


def _touching(name: str, damaged: bytes, count: int, spot: Spot, written: bytes | None, most: int | None = None) -> Mutation:
    try:
        kept = (spot.record, spot.column, written.decode()) if spot.column and written is not None else None
    except UnicodeDecodeError:
        kept = None
    return Mutation(name, damaged, count, count if most is None else most, frozenset({spot.record}), kept)


def _lines(content: bytes, count: int, spot: Spot) -> Iterator[Mutation]:
    """What happens to the line end behind a spot, and to its line."""
    at = content.index(spot.text.encode())
    start, end = content.rfind(b"\n", 0, at) + 1, content.find(b"\n", at)
    if end < 0:
        return
    around = frozenset({spot.record - 1, spot.record, spot.record + 1})
    name = f"record {spot.record + 1}"
    yield Mutation(f"line end lost behind {name}", content[:end] + content[end + 1 :], count - 1, count, around)
    yield Mutation(f"carriage return as line end behind {name}", content[:end] + b"\r" + content[end + 1 :], count - 1, count, around)
    yield Mutation(f"empty line behind {name}", content[:end] + b"\n" + content[end:], count, count + 1, around)
    yield Mutation(f"line twice in {name}", content[:end] + b"\n" + content[start:end] + content[end:], count, count + 1, around)
    middle = at + len(spot.text[: len(spot.text) // 2].encode())
    yield Mutation(f"line end in {name}", content[:middle] + b"\n" + content[middle:], count, count + 1, frozenset({spot.record}))


def _whole(content: bytes, count: int, found: Sequence[Spot], whole: bool) -> Iterator[Mutation]:
    every, none = frozenset(range(count)), frozenset[int]()
    at_end = every if whole else none
    yield Mutation("byte order mark", b"\xef\xbb\xbf" + content, count, count, none)
    yield Mutation("carriage returns and line feeds", content.replace(b"\n", b"\r\n"), count, count, every)
    yield Mutation("carriage returns alone", content.replace(b"\n", b"\r"), count, count, every)
    yield Mutation("no line end at the end", content.rstrip(b"\n"), count, count, at_end)
    yield Mutation("UTF-16", content.decode().encode("utf-16"), count, count, every)
    yield Mutation("zeros at the end", content + b"\0" * 512, count, count + 1, frozenset({count - 1}))
    yield Mutation("empty lines at the end", content + b"\n\n\n", count, count, at_end)
    for spot in (found[0], found[len(found) // 2], found[-1]) if found else ():
        at = content.index(spot.text.encode()) + len(spot.text.encode())
        before = spot.record
        yield Mutation(f"cut in record {before + 1}", content[: at - 1], before, before + 1, frozenset(range(before, count)))
        yield Mutation(f"cut behind record {before + 1}", content[:at], before, before + 1, frozenset(range(before, count)))
