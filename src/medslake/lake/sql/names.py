"""Which tables and views a query names: `layer.table` outside of strings and comments, quoted or not.

Only tokens are looked at, so that no query is refused whose grammar is unknown here. DuckDB's own `get_table_names` binds as well: it fails
on joins with USING and on macros.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from medslake.lake.schema.ddl import LAYERS, names, views
from medslake.lake.storage.place import Place

if TYPE_CHECKING:
    from sqlglot.tokens import Token

__all__ = [
    "INFORMATION",
    "Dialect",
    "Named",
    "double_quoted",
    "information",
    "known_names",
    "named",
    "renamed",
    "spelled",
    "tables_read",
    "tokens",
    "views_needed",
]

Dialect = Literal["spark", "duckdb"]
#: Tables of the standard that tell of the lake; see `medslake.lake.sql.catalog`.
INFORMATION = tuple(f"information_schema.{name}" for name in ("schemata", "tables", "views", "columns"))
_BACKTICKS = re.compile(r"(?P<skip>'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/)|`([^`]*)`", re.DOTALL)


class Named(NamedTuple):
    """A name and the characters of the query that spell it."""

    name: str
    start: int
    end: int


def named(sql: str, dialect: Dialect) -> set[str]:
    """Names of the form layer.table in the query, as spelled (quotes off, layers in small letters)."""
    return {one.name for one in spelled(sql, dialect)}


def information(sql: str, dialect: Dialect) -> set[str]:
    """Those of INFORMATION that the query names, as spelled there."""
    return {name for one in _dotted(sql, dialect) if (name := one.name.lower()) in INFORMATION}


def renamed(sql: str, dialect: Dialect, spelling: Callable[[str], str | None]) -> str:
    """The query with names respelled, those of INFORMATION too; None leaves a name alone."""
    parts, at = [], 0
    for one in _dotted(sql, dialect):
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


def tables_read(sql: str, dialect: Dialect) -> set[str]:
    """Tables that the query names, itself or through views."""
    views_ = views_needed(sql, dialect)
    return set().union(named(sql, dialect), *(named(views()[view], "spark") for view in views_)) - set(views_)


def tokens(sql: str, dialect: Dialect) -> list[Token] | None:
    """The words of a query without comments; None where a string or comment has no end."""
    import sqlglot
    from sqlglot.errors import TokenError

    try:
        return sqlglot.tokenize(sql, dialect)
    except TokenError:
        return None


def spelled(sql: str, dialect: Dialect) -> Iterator[Named]:
    """Where the query names a table or view of a layer, in order."""
    return (one for one in _dotted(sql, dialect) if one.name.partition(".")[0] in LAYERS)


def _dotted(sql: str, dialect: Dialect) -> Iterator[Named]:
    from sqlglot.tokens import TokenType

    # A string without end; the engine says so better.
    found = tokens(sql, dialect) or []
    for i in range(len(found) - 2):
        layer, dot, table = found[i : i + 3]
        part = i > 0 and found[i - 1].token_type is TokenType.DOT
        called = i + 3 < len(found) and found[i + 3].token_type is TokenType.L_PAREN
        text = TokenType.STRING in (layer.token_type, table.token_type)
        if dot.token_type is not TokenType.DOT or part or called or text:
            continue
        if layer.text.lower() in (*LAYERS, "information_schema") and re.fullmatch(r"\w+", table.text):
            yield Named(f"{layer.text.lower()}.{table.text}", layer.start, table.end + 1)
