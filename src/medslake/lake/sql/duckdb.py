"""SQL without a JVM: DuckDB over the files of the tables' snapshots, read-only.

`layer.table` names and the views of `lakehouse/views` work as they stand; `layer.table VERSION AS OF n` and `at` name versions. The
connection sees nothing but the tables that the query names: no other file, no network, no write.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from medslake.errors import UnknownName, UsageError
from medslake.explained import explained
from medslake.lake.schema import ddl
from medslake.lake.sql.catalog import information_table
from medslake.lake.sql.connection import connected, create_views, dotted, interruptible
from medslake.lake.sql.leaving import Leaving
from medslake.lake.sql.names import double_quoted, information, known_names, named, renamed, tables_read, views_needed
from medslake.lake.sql.show import shown, unknown
from medslake.lake.sql.versions import pinned
from medslake.lake.storage.arrow import dataset
from medslake.lake.storage.place import Place
from medslake.lake.storage.snapshot import newest, open_snapshot

__all__ = ["Answer", "ask", "query"]

_READING = ("SELECT", "EXPLAIN", "RELATION")
#: Where the tables of `information_schema` lie, as DuckDB keeps that name for itself.
_INFORMATION = "lake_information"


class Answer(NamedTuple):
    """rows: of the query. left_out: table -> access class -> rows above the clearance, which the query did not see.

    of_lake: it tells of the lake (SHOW, DESCRIBE), not of rows.
    """

    rows: pa.Table
    left_out: dict[str, Counter[str]]
    of_lake: bool = False


class _Bound(NamedTuple):
    """columns: of the tables that the query names. left_out: as in Answer."""

    columns: set[str]
    left_out: dict[str, Counter[str]]


def query(root: str | Place, sql: str, at: Mapping[str, int] | None = None) -> pa.Table:
    """The rows of `ask` without a clearance, for who reads them here."""
    return ask(root, sql, at).rows


def ask(root: str | Place, sql: str, at: Mapping[str, int] | None = None, clearance: str | None = None) -> Answer:
    """The result of one SELECT; raises UnknownName for tables and columns that are not there, UsageError for everything else that is wrong.

    at: table -> version, for the tables that shall not be read at their newest version; `VERSION AS OF` in the query outranks it.
    clearance: rows above it are left out of every table before the query, and counted; None leaves out none.
    """
    place = root if isinstance(root, Place) else Place(root)
    leaving = None if clearance is None else Leaving(place, clearance)
    sql = double_quoted(sql)
    told = shown(place, sql, "duckdb", at)
    if told is not None:
        return Answer(told, {}, of_lake=True)
    sql, versions = pinned(sql, "duckdb")
    with connected() as connection:

        def work() -> Answer:
            bound = _bind(connection, place, sql, dict(at or {}), versions, leaving)
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            return Answer(_run(connection, place, sql, bound.columns), bound.left_out)

        return interruptible(connection, work)


def _bind(
    connection: duckdb.DuckDBPyConnection,
    place: Place,
    sql: str,
    at: Mapping[str, int],
    versions: Mapping[str, tuple[str, int]],
    leaving: Leaving | None,
) -> _Bound:
    """Make views of all tables and views that the query names.

    versions: name in the query -> table and version.
    """
    views = views_needed(sql, "duckdb")
    names = tables_read(sql, "duckdb")
    unused = sorted(set(at) - names)
    if unused:
        raise UsageError(f"Version {at[unused[0]]} of {unused[0]} is asked for, but the query does not name that table.")
    bound = _Bound(set(), {})
    for schema in sorted({name.partition(".")[0] for name in versions}):
        connection.execute(f"CREATE SCHEMA {dotted(schema)}")
    for name, (table, version) in sorted({**{name: (name, at.get(name)) for name in names}, **versions}.items()):
        rows = _rows(place, table, version)
        if rows is None:
            continue
        bound.columns.update(rows.schema.names)
        # Relations made by a client are found by any name in the connection: views give them the two-part one. Their own is one that no
        # query can say, as it would show the rows that the view leaves out.
        whole = f"whole_{secrets.token_hex(16)}"
        connection.register(whole, rows)
        level = leaving and leaving.level(rows.schema.names)
        where = ""
        if leaving and level:
            counted = connection.sql(f"SELECT {level}, count(*) FROM {whole} GROUP BY 1").fetchall()
            if above := leaving.told(counted):
                said = table if name == table else f"{table} VERSION AS OF {version}"
                bound.left_out[said] = above
                where = f" WHERE {level} <= {leaving.limit}"
        connection.execute(f"CREATE VIEW {dotted(name)} AS SELECT * FROM {whole}{where}")
    create_views(connection, views)
    for name in sorted(information(sql, "duckdb")):
        # One for all: what it says is of the lake, and no row is among it.
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_INFORMATION}")
        table = name.partition(".")[2]
        connection.register(f"information_{table}", information_table(place, name))
        connection.execute(f"CREATE VIEW {_INFORMATION}.{table} AS SELECT * FROM information_{table}")
    return bound


def _rows(place: Place, name: str, version: int | None) -> ds.Dataset | pa.Table | None:
    """The table's rows as something that DuckDB scans lazily; no rows where only its DDL exists; None for what is no table here."""
    snapshot = newest(place, name) if version is None else open_snapshot(place, name, version)
    if snapshot is not None:
        return dataset(place, snapshot)
    if name in ddl.names():
        return ddl.spec(name).arrow_schema().empty_table()
    return None


def _run(connection: duckdb.DuckDBPyConnection, place: Place, sql: str, columns: set[str]) -> pa.Table:
    try:
        told = information(sql, "duckdb")
        sql = renamed(sql, "duckdb", lambda name: _inside(name) if name.lower() in told else None)
        statements = connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type.name not in _READING:
            raise UsageError("The query must be one SELECT; tables are written by jobs only.")
        found = connection.sql(sql)
        return found.to_arrow_table()
    except duckdb.CatalogException as error:
        known = known_names(place)
        for name in sorted(named(sql, "duckdb")):
            if name not in known:
                raise unknown(place, name) from error
        missing = re.search(r"Table with name (\w+) does not exist", str(error))
        if missing and (meant := unknown(place, missing[1])).known != known:
            raise meant from error
        raise UsageError(
            f"The query was refused: {_first_line(error)}", hint="Tables are named layer.table: medslake list tables."
        ) from error
    except duckdb.BinderException as error:
        missing = re.search(r'Referenced column "([^"]+)" not found|does not have a column named "([^"]+)"', str(error))
        if missing:
            raise UnknownName("column", missing.group(1) or missing.group(2), sorted(columns)) from error
        raise UsageError(f"The query was refused: {_first_line(error)}") from error
    except (duckdb.ParserException, duckdb.SyntaxException, duckdb.PermissionException) as error:
        raise UsageError(f"The query was refused: {_first_line(error)}") from error
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except duckdb.Error as error:
        # What failed over rows may quote one.
        why = explained(error)
        raise why or UsageError(
            "A value of the rows does not fit what the query does with it.", hint="try_cast gives null instead."
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".!") + "."


def _inside(name: str) -> str:
    return f"{_INFORMATION}.{name.partition('.')[2].lower()}"
