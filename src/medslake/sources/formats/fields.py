"""Names and types of a `NativeFile.schema`, read without a JVM so that a header can be checked before Spark starts."""

from __future__ import annotations

import functools

__all__ = ["field_names", "fields"]


@functools.cache
def fields(schema: str) -> tuple[tuple[str, str], ...]:
    """(name, type) per column of a Spark DDL column list, in order: `a INT, b ARRAY<STRING>`."""
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(schema):
        depth += (sign in "<(") - (sign in ">)")
        if sign == "," and depth == 0:
            parts.append(schema[start:at])
            start = at + 1
    parts.append(schema[start:])
    found = []
    for part in parts:
        text = part.strip()
        if text.startswith("`"):
            name, _, rest = text[1:].partition("`")
        else:
            name, _, rest = text.partition(" ")
        found.append((name, rest.strip()))
    return tuple(found)


def field_names(schema: str) -> list[str]:
    return [name for name, _ in fields(schema)]
