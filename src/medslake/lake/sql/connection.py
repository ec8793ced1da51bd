"""What DuckDB needs before a query of the lake: its words, its schemas, the views of `lakehouse/views`, and a way to stop it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import duckdb

from medslake.lake.duck import duck, quoted
from medslake.lake.schema import ddl
from medslake.lake.sql.names import double_quoted

__all__ = ["connected", "create_views", "dotted", "interruptible"]

T = TypeVar("T")


@contextmanager
def connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the layers as schemas and without this program's variables."""
    with duck() as connection:
        # The one word that views need and DuckDB spells otherwise than Spark.
        connection.execute("CREATE MACRO explode(list) AS unnest(list)")
        # Without this a name that is no table would be looked up among this program's variables.
        connection.execute("SET python_enable_replacements = false")
        for layer in ddl.LAYERS:
            connection.execute(f"CREATE SCHEMA {layer}")
        yield connection


def create_views(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """names: in the order in which they build on each other."""
    for name in names:
        connection.execute(f"CREATE VIEW {dotted(name)} AS {double_quoted(ddl.views()[name])}")


def interruptible(connection: duckdb.DuckDBPyConnection, work: Callable[[], T]) -> T:
    """What the work returns, stopped by Ctrl-C. DuckDB looks at no signal while it builds an Arrow table, so it works in another thread."""
    if threading.current_thread() is not threading.main_thread():
        return work()
    with ThreadPoolExecutor(1) as beside:
        running = beside.submit(work)
        try:
            return running.result()
        except KeyboardInterrupt:
            connection.interrupt()
            raise


def dotted(name: str) -> str:
    """`layer.table` as a query spells it."""
    return ".".join(map(quoted, name.split(".")))
