"""Statements about the lake that both engines answer alike: SHOW TABLES, SHOW VIEWS, SHOW SCHEMAS, SHOW COLUMNS, DESCRIBE."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

import pyarrow as pa

from medslake.errors import UnknownName
from medslake.lake.schema import ddl
from medslake.lake.sql.catalog import described, entries
from medslake.lake.sql.names import Dialect, known_names, tokens
from medslake.lake.storage.place import Place

__all__ = ["shown", "unknown"]

_SHOW = re.compile(r"SHOW (?:ALL )?(?P<what>TABLES|VIEWS)(?: (?:FROM|IN) (?P<layer>\w+))?(?: (?:LIKE )?'(?P<like>[^']*)')?", re.IGNORECASE)
_LAYERS = re.compile(r"SHOW (?:SCHEMAS|DATABASES)", re.IGNORECASE)
_DESCRIBE = re.compile(
    r"(?:SHOW COLUMNS (?:FROM|IN)|DESC(?:RIBE)?(?: (?:TABLE|VIEW))?(?: EXTENDED| FORMATTED)?) "
    r"(?P<name>\w+(?: ?\. ?\w+)?)(?: (?:FOR )?VERSION AS OF (?P<version>\d+))?",
    re.IGNORECASE,
)
_STRINGS = pa.string()


def shown(place: Place, sql: str, dialect: Dialect, at: Mapping[str, int] | None = None) -> pa.Table | None:
    """The answer to a statement about the lake, None for any other. at: table -> version, for DESCRIBE.

    Raises UnknownName for a layer, table or view that is not there.
    """
    said = _said(sql, dialect)
    if asked := _SHOW.fullmatch(said):
        layer = (asked["layer"] or "").lower()
        if layer and layer not in ddl.LAYERS:
            raise UnknownName("layer", layer, list(ddl.LAYERS))
        return _listed(place, asked["what"].lower() == "views", layer, asked["like"])
    if _LAYERS.fullmatch(said):
        return pa.table({"name": list(ddl.LAYERS)})
    if asked := _DESCRIBE.fullmatch(said):
        name = re.sub(r" ?\. ?", ".", asked["name"])
        layer, dot, table = name.partition(".")
        name = f"{layer.lower()}{dot}{table}"
        if layer.lower() == "information_schema" or (not dot and layer.lower() in ("select", "from", "values", "table")):
            return None
        if name not in known_names(place):
            raise unknown(place, name)
        version = int(asked["version"]) if asked["version"] else (at or {}).get(name)
        return _described(place, name, version)
    return None


def unknown(place: Place, name: str) -> UnknownName:
    """No such table or view; `known` of the error is what it may be meant for where it lacks its layer, else all."""
    known = known_names(place)
    bare = [one.partition(".")[2] for one in known]
    near = difflib.get_close_matches(name.lower(), bare, n=3, cutoff=0.75) if "." not in name else []
    return UnknownName("table or view in this lake", name, [one for one in known if one.partition(".")[2] in near] or known)


def _said(sql: str, dialect: Dialect) -> str:
    """The statement in words with one blank between them."""
    found = tokens(sql, dialect) or []
    if not found or found[0].text.upper() not in ("SHOW", "DESC", "DESCRIBE"):
        return ""
    # Tokens of Spark keep what stands behind SHOW as one string.
    text = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql[found[0].start :], flags=re.DOTALL)
    return re.sub(r"[\"`]", "", " ".join(text.split())).removesuffix(";").strip()


def _listed(place: Place, views: bool, layer: str, like: str | None) -> pa.Table:
    pattern = None
    if like is not None:
        wild = {"%": ".*", "*": ".*", "_": "."}
        pattern = re.compile("".join(wild.get(one, re.escape(one)) for one in like), re.IGNORECASE)
    found = [
        one
        for one in entries(place)
        if (one.kind == "view" or not views)
        and one.name.startswith(f"{layer}." if layer else "")
        and (pattern is None or pattern.fullmatch(one.name) or pattern.fullmatch(one.name.partition(".")[2]))
    ]
    told: dict[str, pa.Array] = {"name": pa.array([one.name for one in found], _STRINGS)}
    if not views:
        told["kind"] = pa.array([one.kind for one in found], _STRINGS)
        told["rows"] = pa.array([one.rows for one in found], pa.int64())
    return pa.table({**told, "comment": pa.array([one.comment for one in found], _STRINGS)})


def _described(place: Place, name: str, version: int | None) -> pa.Table:
    table = described(place, name, version)
    return pa.table(
        {
            "column_name": pa.array(table.names, _STRINGS),
            "data_type": pa.array([column.type for column in table.columns], _STRINGS),
            "null": pa.array(["YES" if column.nullable else "NO" for column in table.columns], _STRINGS),
            "key": pa.array([table.key.index(one) + 1 if one in table.key else None for one in table.names], pa.int64()),
            "comment": pa.array([column.comment for column in table.columns], _STRINGS),
        }
    )
