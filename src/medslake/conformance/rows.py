"""Rows that were expected against rows that were made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["differences"]

Row = Mapping[str, Any]


def differences(expected: Sequence[Row], found: Sequence[Row], *, key: str | None = None) -> Iterator[str]:
    """What differs, a sentence per row; compared are the columns given, row by row in order. key: column by which a row is called."""
    if len(expected) != len(found):
        told = "" if key is None else f" ({', '.join(str(row.get(key)) for row in found)})"
        yield f"{len(expected)} rows are expected, {len(found)} are made{told}."
        return
    for number, (wanted, made) in enumerate(zip(expected, found, strict=True), start=1):
        name = f"row {number}" if key is None else f"{key} {made.get(key)}"
        for column, value in wanted.items():
            if column not in made:
                yield f"{name}: the example expects a column {column}, which is not made."
            elif _plain(made[column], value) != value:
                yield f"{name}: {column} is {_plain(made[column], value)!r}, and {value!r} is expected."


def _plain(made: Any, like: Any) -> Any:
    """A value of Arrow in the shape of an example: its maps are lists of pairs."""
    if isinstance(like, Mapping):
        values = dict(made) if isinstance(made, list) else made
        return {k: _plain(v, like.get(k)) for k, v in values.items()} if isinstance(values, Mapping) else made
    if isinstance(like, (list, tuple)) and isinstance(made, (list, tuple)) and len(like) == len(made):
        return type(like)(_plain(m, one) for m, one in zip(made, like, strict=True))
    return made
