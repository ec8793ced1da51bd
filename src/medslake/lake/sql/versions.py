"""`layer.table VERSION AS OF n` of Spark, for both engines: a query may name a table at several versions, and at its newest beside them."""

from __future__ import annotations

import re
from typing import NamedTuple

from medslake.errors import UsageError
from medslake.lake.schema.ddl import views
from medslake.lake.sql.names import Dialect, Named, spelled, tokens

__all__ = ["Pinned", "pinned"]

_VERSION = re.compile(r"(?:FOR )?(?:SYSTEM_)?VERSION AS OF(?: (?P<version>\d+))?", re.IGNORECASE)
_TIME = re.compile(r"(?:FOR )?(?:SYSTEM_TIME|TIMESTAMP) AS OF", re.IGNORECASE)
#: Words of the longest spelling, FOR VERSION AS OF 3.
_WORDS = 5


class Pinned(NamedTuple):
    """sql: with `layer__v3.table` for each table at version 3. tables: that name -> table and version."""

    sql: str
    tables: dict[str, tuple[str, int]]


def pinned(sql: str, dialect: Dialect) -> Pinned:
    """The query with versions as names. Raises UsageError for what is no number of a version, and for versions of views.

    The layer bears the version, so that the table keeps its name: `instructions.input` says the same as without one.
    """
    parts, tables, at = [], {}, 0
    for name in spelled(sql, dialect):
        found = _version(sql, name, dialect)
        if found is None:
            continue
        version, end = found
        layer, table = name.name.split(".")
        spelling = f"{layer}__v{version}.{table}"
        tables[spelling] = (name.name, version)
        parts += [sql[at : name.start], spelling]
        at = end
    return Pinned("".join([*parts, sql[at:]]), tables)


def _version(sql: str, name: Named, dialect: Dialect) -> tuple[int, int] | None:
    """The version that stands behind a name, and where it ends."""
    behind = (tokens(sql[name.end :], dialect) or [])[:_WORDS]
    said = ""
    for i, token in enumerate(behind):
        said = f"{said} {token.text}".strip()
        if _TIME.fullmatch(said):
            raise UsageError(
                f"{name.name} is asked for by time; versions are numbers.",
                hint=f"Example: select * from {name.name} VERSION AS OF 0. The newest ones are told by: medslake list tables",
            )
        found = _VERSION.fullmatch(said)
        if found is None:
            continue
        if found["version"] is None:
            following = behind[i + 1].text if i + 1 < len(behind) else "nothing"
            if following.isdigit():
                continue
            raise UsageError(f"VERSION AS OF needs a number behind {name.name}, not {following}.", hint="Example: VERSION AS OF 3")
        if name.name in views():
            raise UsageError(f"{name.name} is a view; versions are those of tables.", hint="Name them for its tables: --at TABLE=VERSION")
        return int(found["version"]), name.end + token.end + 1
    return None
