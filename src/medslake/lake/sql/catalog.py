"""What the lake says of itself: tables and views with their columns and comments, as the tables that SQL asks for. No row is read.

Declared tables count before any job has run, as a query may name them. A table that cannot be opened is told by its declaration.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import pyarrow as pa

from medslake.errors import UnknownName
from medslake.lake.schema import ddl
from medslake.lake.schema.ddl import Column, TableSpec
from medslake.lake.schema.types import from_arrow, spell
from medslake.lake.sql.connection import connected, create_views, dotted
from medslake.lake.sql.names import known_names, named, views_needed
from medslake.lake.storage.place import Place
from medslake.lake.storage.snapshot import Snapshot, newest, open_snapshot, rows_of

__all__ = ["Entry", "described", "entries", "information_table"]

_CATALOG = "lake"
#: Characters of SQL that serve as the comment of a view's column.
_LONGEST = 100


class Entry(NamedTuple):
    """A table or view. rows: of the newest version, told by its log; None for a view and for a table that cannot be opened."""

    name: str
    kind: str
    rows: int | None
    comment: str


def entries(place: Place) -> list[Entry]:
    """All tables and views that a query may name, by name."""
    return [_entry(place, name) for name in known_names(place)]


def described(place: Place, name: str, version: int | None = None) -> TableSpec:
    """A table or view with types and comments of its columns. Raises UnknownName, and UsageError for a version that is gone."""
    if name in ddl.views():
        return _views(place, [name])[0]
    if name not in known_names(place):
        raise UnknownName("table or view in this lake", name, known_names(place))
    return _table(place, name, version)


def information_table(place: Place, name: str) -> pa.Table:
    """A table of `information_schema`, see INFORMATION; types are those of the DDL."""
    if name == "information_schema.schemata":
        return pa.table({"catalog_name": [_CATALOG] * len(ddl.LAYERS), "schema_name": list(ddl.LAYERS)})
    if name == "information_schema.columns":
        return _columns(place)
    found = [one for one in entries(place) if name == "information_schema.tables" or one.kind == "view"]
    layers, names = zip(*(one.name.split(".") for one in found), strict=True)
    told = {"table_catalog": [_CATALOG] * len(found), "table_schema": layers, "table_name": names}
    if name == "information_schema.tables":
        told["table_type"] = ["VIEW" if one.kind == "view" else "BASE TABLE" for one in found]
    else:
        told["view_definition"] = [ddl.views()[one.name] for one in found]
    return pa.table({**told, "table_comment": [one.comment for one in found]})


def _columns(place: Place) -> pa.Table:
    tables = [_table(place, name) for name in known_names(place) if name not in ddl.views()]
    rows = [
        (_CATALOG, *table.name.split("."), column.name, at, "YES" if column.nullable else "NO", column.type, column.comment)
        for table in sorted([*tables, *_views(place, ddl.views())], key=lambda table: table.name)
        for at, column in enumerate(table.columns, 1)
    ]
    names = ("table_catalog", "table_schema", "table_name", "column_name", "ordinal_position", "is_nullable", "data_type", "column_comment")
    return pa.table(dict(zip(names, zip(*rows, strict=True), strict=True)))


def _entry(place: Place, name: str) -> Entry:
    if name in ddl.views():
        return Entry(name, "view", None, ddl.view_comments()[name])
    rows = snapshot = None
    # Where it cannot be opened, `medslake doctor` says why.
    with contextlib.suppress(Exception):
        snapshot = newest(place, name)
        rows = 0 if snapshot is None else rows_of(snapshot.files())
    return Entry(name, "table", rows, _spec(name, snapshot).comment)


def _table(place: Place, name: str, version: int | None = None) -> TableSpec:
    if version is not None:
        return _spec(name, open_snapshot(place, name, version))
    snapshot = None
    with contextlib.suppress(Exception):
        snapshot = newest(place, name)
    return _spec(name, snapshot)


def _spec(name: str, snapshot: Snapshot | None) -> TableSpec:
    """As a query sees it; what the table does not keep is filled from its declaration, which alone tells where there is no snapshot."""
    declared = ddl.spec(name) if name in ddl.names() else None
    if snapshot is None:
        return declared or TableSpec(name, ())
    kept = snapshot.spec()
    told = TableSpec.from_schema_json(name, snapshot.as_read, kept.partition_by, kept.comment)
    if declared is None:
        return told
    comments = {column.name: column.comment for column in declared.columns}
    columns = tuple(replace(column, comment=column.comment or comments.get(column.name, "")) for column in told.columns)
    return replace(told, columns=columns, key=told.key or declared.key, comment=told.comment or declared.comment)


def _views(place: Place, names: Iterable[str]) -> list[TableSpec]:
    """Views over empty tables."""
    asked = list(names)
    order = views_needed(" ".join(f"SELECT * FROM {name};" for name in asked), "duckdb")
    tables = {name for view in order for name in named(ddl.views()[view], "spark")} - set(order)
    specs = {name: _table(place, name) for name in sorted(tables)}
    with connected() as connection:
        for name, table in specs.items():
            hidden = name.replace(".", "__")
            connection.register(hidden, table.arrow_schema().empty_table())
            connection.execute(f"CREATE VIEW {dotted(name)} AS SELECT * FROM {hidden}")
        create_views(connection, order)
        for view in order:
            schema = connection.sql(f"SELECT * FROM {dotted(view)} LIMIT 0").to_arrow_table().schema
            comments = _comments(ddl.views()[view], specs)
            columns = tuple(Column(field.name, spell(from_arrow(field.type)), comment=comments.get(field.name, "")) for field in schema)
            specs[view] = TableSpec(view, columns, comment=ddl.view_comments()[view])
    return [specs[name] for name in asked]


def _comments(select: str, known: dict[str, TableSpec]) -> dict[str, str]:
    """Column of a view -> comment of the column of a table that it is, under its own name or another; else the SQL that makes it."""
    import sqlglot
    from sqlglot import exp

    parsed = sqlglot.parse_one(select, dialect="spark")
    assert isinstance(parsed, exp.Query)
    tables = [(table.alias_or_name, known[f"{table.db}.{table.name}"]) for table in parsed.find_all(exp.Table) if table.db]
    found: dict[str, str] = {}
    for shown in parsed.selects:
        column = shown.unalias()
        if not isinstance(column, exp.Column):
            made = column.sql("spark")
            found[shown.alias_or_name] = f"= {made}" if len(made) <= _LONGEST else ""
            continue
        beside = [table for alias, table in tables if alias == column.table] or [table for _, table in tables]
        told = (one.comment for table in beside for one in table.columns if one.name == column.name and one.comment)
        found[shown.alias_or_name] = next(told, "")
    return found
