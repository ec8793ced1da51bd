"""SQL without a JVM: DuckDB over the files of the tables' snapshots, read-only.

`layer.table` names and the views of `lakehouse/views` work as they stand; `at` pins tables to versions. The connection sees nothing but the
tables that the query names: no other file, no network, no write.
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
from medslake.lake.duck import duck
from medslake.lake.schema import ddl
from medslake.lake.sql.leaving import Leaving
from medslake.lake.sql.names import double_quoted, known_names, named, views_needed
from medslake.lake.storage.arrow import dataset
from medslake.lake.storage.place import Place
from medslake.lake.storage.snapshot import newest, open_snapshot

__all__ = ["Answer", "ask", "query"]

_READING = ("SELECT", "EXPLAIN", "RELATION")


class Answer(NamedTuple):
    """rows: of the query. left_out: table -> access class -> rows above the clearance, which the query did not see."""

    rows: pa.Table
    left_out: dict[str, Counter[str]]


def query(root: str | Place, sql: str, at: Mapping[str, int] | None = None) -> pa.Table:
    """The rows of `ask` without a clearance, for who reads them here."""
    return ask(root, sql, at).rows


def ask(root: str | Place, sql: str, at: Mapping[str, int] | None = None, clearance: str | None = None) -> Answer:
    """The result of one SELECT; raises UnknownName for tables and columns that are not there, UsageError for everything else that is wrong.

    at: table -> version, for the tables that shall not be read at their newest version. clearance: rows above it are left out of every
    table before the query, and counted; None leaves out none.
    """
    place = root if isinstance(root, Place) else Place(root)
    leaving = None if clearance is None else Leaving(place, clearance)
    pinned = dict(at or {})
    sql = double_quoted(sql)
    with duck() as connection:
        # The one word that views need and DuckDB spells otherwise than Spark.
        connection.execute("CREATE MACRO explode(list) AS unnest(list)")
        # Without this a name that is no table would be looked up among this program's variables.
        connection.execute("SET python_enable_replacements = false")
        columns, left_out = _bind(connection, place, sql, pinned, leaving)
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return Answer(_run(connection, place, sql, columns), left_out)


def _bind(
    connection: duckdb.DuckDBPyConnection, place: Place, sql: str, at: Mapping[str, int], leaving: Leaving | None
) -> tuple[set[str], dict[str, Counter[str]]]:
    """Make views of all tables and views that the query names; returns the columns that they have, and what they leave out."""
    views = views_needed(sql, "duckdb")
    names = set().union(named(sql, "duckdb"), *(named(ddl.views()[v], "spark") for v in views)) - set(views)
    unused = sorted(set(at) - names)
    if unused:
        raise UsageError(f"Version {at[unused[0]]} of {unused[0]} is asked for, but the query does not name that table.")
    columns: set[str] = set()
    left_out: dict[str, Counter[str]] = {}
    for layer in ddl.LAYERS:
        connection.execute(f"CREATE SCHEMA {layer}")
    for name in sorted(names):
        rows = _rows(place, name, at.get(name))
        if rows is None:
            continue
        columns.update(rows.schema.names)
        # Relations made by a client are found by any name in the connection: views give them the two-part one. Their own is one that no
        # query can say, as it would show the rows that the view leaves out.
        whole = f"whole_{secrets.token_hex(16)}"
        connection.register(whole, rows)
        level = leaving and leaving.level(rows.schema.names)
        where = ""
        if leaving and level:
            counted = connection.sql(f"SELECT {level}, count(*) FROM {whole} GROUP BY 1").fetchall()
            if above := leaving.told(counted):
                left_out[name] = above
                where = f" WHERE {level} <= {leaving.limit}"
        connection.execute(f"CREATE VIEW {_quoted(name)} AS SELECT * FROM {whole}{where}")
    for name in views:
        connection.execute(f"CREATE VIEW {_quoted(name)} AS {double_quoted(ddl.views()[name])}")
    return columns, left_out


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
        statements = connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type.name not in _READING:
            raise UsageError("The query must be one SELECT; tables are written by jobs only.")
        found = connection.sql(sql)
        return found.to_arrow_table()
    except duckdb.CatalogException as error:
        known = known_names(place)
        for name in sorted(named(sql, "duckdb")):
            if name not in known:
                raise UnknownName("table or view in this lake", name, known) from error
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
    except duckdb.Error as error:
        # What failed over rows may quote one.
        why = explained(error)
        raise why or UsageError(
            "A value of the rows does not fit what the query does with it.", hint="try_cast gives null instead."
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") + "."


def _quoted(name: str) -> str:
    return ".".join(f'"{part}"' for part in name.split("."))
