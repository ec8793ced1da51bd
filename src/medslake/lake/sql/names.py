"""Which tables and views a query names, without parsing all of SQL: `layer.table` outside of strings and comments, quoted or not."""

from __future__ import annotations

import re
from collections.abc import Callable

from medslake.lake.schema.ddl import LAYERS, specs, views
from medslake.lake.storage.place import Place

__all__ = ["double_quoted", "known_names", "named", "renamed", "views_needed"]

_SKIP = r"'(?:[^'\\]|\\.|'')*'|--[^\n]*|/\*.*?\*/"
_PART = r"(?:`(?:{0})`|\"(?:{0})\"|(?:{0}))"
_LAYER = _PART.format("|".join(LAYERS))
_TABLE = _PART.format(r"\w+")
_TOKENS = re.compile(rf"(?P<skip>{_SKIP})|(?<![\w.`\"])(?P<layer>{_LAYER})\s*\.\s*(?P<table>{_TABLE})(?!\s*\()", re.DOTALL | re.IGNORECASE)


def named(sql: str) -> set[str]:
    """Names of the form layer.table in the query, as spelled (quotes off)."""
    return {_name(m) for m in _TOKENS.finditer(sql) if not m.group("skip")}


def renamed(sql: str, spelling: Callable[[str], str | None]) -> str:
    """The query with names respelled; None leaves a name alone."""

    def replace(found: re.Match[str]) -> str:
        if found.group("skip"):
            return found.group(0)
        return spelling(_name(found)) or found.group(0)

    return _TOKENS.sub(replace, sql)


def double_quoted(sql: str) -> str:
    """Spark's `name` as standard "name", outside of strings and comments."""
    pattern = re.compile(rf"(?P<skip>{_SKIP})|`([^`]*)`", re.DOTALL)
    return pattern.sub(lambda m: m.group(0) if m.group("skip") else f'"{m.group(2)}"', sql)


def known_names(place: Place) -> list[str]:
    """Every table and view that a query in this lake may name."""
    declared = [n for n in specs() if not n.endswith("._shared")]
    return sorted({*place.names(), *declared, *views()})


def views_needed(sql: str) -> list[str]:
    """Views of `lakehouse/views` that the query needs, those that others build on first."""
    order: list[str] = []

    def visit(text: str) -> None:
        for name in sorted(named(text)):
            if name in views() and name not in order:
                visit(views()[name])
                order.append(name)

    visit(sql)
    return order


def _name(found: re.Match[str]) -> str:
    layer, table = (found.group(g).strip('`"') for g in ("layer", "table"))
    return f"{layer.lower()}.{table}"
