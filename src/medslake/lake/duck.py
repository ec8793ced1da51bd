"""DuckDB in memory. What does not fit there lies in a temporary folder until the connection ends; DuckDB would take the working folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

__all__ = ["duck", "quoted"]


@contextmanager
def duck(**settings: Any) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in UTC with these settings of DuckDB."""
    import duckdb

    with (
        tempfile.TemporaryDirectory(prefix="medslake-duckdb-") as scratch,
        duckdb.connect(":memory:", config={"temp_directory": scratch, **settings}) as connection,
    ):
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def quoted(name: str) -> str:
    """The name of a column, or of anything else without a layer, as a query spells it, whatever stands in it."""
    return '"' + name.replace('"', '""') + '"'
