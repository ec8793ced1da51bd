"""Which tables and views a query names: `layer.table` outside of strings and comments, quoted or not.

Only tokens are looked at, so that no query is refused whose grammar is unknown here. DuckDB's own `get_table_names` binds as well: it fails
on joins with USING and on macros.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from medslake.lake.schema.ddl import LAYERS, names, views
from medslake.lake.storage.place import Place

__all__ = ["Dialect", "double_quoted", "known_names", "named", "renamed", "views_needed"]

Dialect = Literal["spark", "duckdb"]
_BACKTICKS = re.compile(r"(?P<skip>'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/)|`([^`]*)`", re.DOTALL)


class _Named(NamedTuple):
    """A name and the characters of the query that spell it."""

    name: str
    start: int
    end: int


def named(sql: str, dialect: Dialect) -> set[str]:
    """Names of the form layer.table in the query, as spelled (quotes off, layers in small letters)."""
    return {one.name for one in _names(sql, dialect)}


def renamed(sql: str, dialect: Dialect, spelling: Callable[[str], str | None]) -> str:
    """The query with names respelled; None leaves a name alone."""
    parts, at = [], 0
    for one in _names(sql, dialect):
        parts += [sql[at : one.start], spelling(one.name) or sql[one.start : one.end]]
        at = one.end
    return "".join([*parts, sql[at:]])


def double_quoted(sql: str) -> str:
    """Spark's `name` as standard "name", outside of strings and comments."""
    return _BACKTICKS.sub(lambda m: m.group(0) if m.group("skip") else f'"{m.group(2)}"', sql)


def known_names(place: Place) -> list[str]:
    """Every table and view that a query in this lake may name."""
    return sorted({*place.names(), *names(), *views()})


def views_needed(sql: str, dialect: Dialect) -> list[str]:
    """Views of `lakehouse/views` that the query needs, those that others build on first."""
    order: list[str] = []

    def visit(text: str, dialect: Dialect) -> None:
        for name in sorted(named(text, dialect)):
            if name in views() and name not in order:
                visit(views()[name], "spark")
                order.append(name)

    visit(sql, dialect)
    return order


def _names(sql: str, dialect: Dialect) -> Iterator[_Named]:
    import sqlglot
    from sqlglot.errors import TokenError
    from sqlglot.tokens import TokenType

    try:
        tokens = sqlglot.tokenize(sql, dialect)
    except TokenError:
        # A string without end; the engine says so better.
        return
    for i in range(len(tokens) - 2):
        layer, dot, table = tokens[i : i + 3]
        part = i > 0 and tokens[i - 1].token_type is TokenType.DOT
        called = i + 3 < len(tokens) and tokens[i + 3].token_type is TokenType.L_PAREN
        text = TokenType.STRING in (layer.token_type, table.token_type)
        if dot.token_type is not TokenType.DOT or part or called or text:
            continue
        if layer.text.lower() in LAYERS and re.fullmatch(r"\w+", table.text):
            yield _Named(f"{layer.text.lower()}.{table.text}", layer.start, table.end + 1)
