"""What two versions of a table differ by: rows that came, went and changed, told by key, as counts alone. No JVM.

Files that both versions name hold the same rows and are not opened. Of the others each row is a key and one 64-bit hash per column, so that
texts are never held; DuckDB keeps what does not fit into memory in the temporary folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import duckdb

from medslake.errors import UsageError
from medslake.explained import explained
from medslake.lake.duck import duck, quoted
from medslake.lake.schema import ddl
from medslake.lake.storage.arrow import dataset
from medslake.lake.storage.place import Place
from medslake.lake.storage.snapshot import Snapshot, open_snapshot

__all__ = ["Counts", "Difference", "diff"]

#: Where a row lies is none of what it says: a new release moves every row.
_PLACES = ("_file", "_sha256", "_row", "origin", "joined")
_WHERE = ("_file", "_row")
_SLICES = ("source", "_source")
_MEMORY = "2GB"


class Counts(NamedTuple):
    """Rows of one slice: only in the later version, only in the earlier one, in both with another content, in both alike."""

    came: int = 0
    went: int = 0
    changed: int = 0
    same: int = 0


class Difference(NamedTuple):
    """key: by which rows are told from each other. slices: source (or `whole`) -> counts. columns: name -> rows in which it changed."""

    key: tuple[str, ...]
    slices: dict[str, Counts]
    columns: dict[str, int]


def diff(place: Place, name: str, before: int, after: int) -> Difference:
    """Of a table's versions `before` and `after`. Raises UnknownName, UsageError for a version that is gone and a table without a key."""
    old, new = open_snapshot(place, name, before), open_snapshot(place, name, after)
    columns = list(dict.fromkeys([*_names(new), *_names(old)]))
    key = _key(name, old, new)
    slice = next((one for one in _SLICES if one in columns), None)
    told = [one for one in columns if one not in {*key, slice, *_PLACES}]
    shared = {file.path for file in old.files()} & {file.path for file in new.files()}
    with duck(memory_limit=_MEMORY, preserve_insertion_order="false") as connection:
        for side, snapshot in (("old", old), ("new", new)):
            connection.register(side, dataset(place, snapshot, [file for file in snapshot.files() if file.path not in shared]))
        connection.register("shared", dataset(place, new, [file for file in new.files() if file.path in shared]))
        try:
            rows = connection.sql(_query(key, slice, told, old, new)).fetchall()
            alike = dict(connection.sql(f"SELECT {quoted(slice) if slice else _WHOLE}, count(*) FROM shared GROUP BY 1").fetchall())
        except duckdb.Error as error:
            why = explained(error)
            raise why or UsageError(f"Versions {before} and {after} of {name} cannot be compared.", hint="Run: medslake doctor") from error
    slices = {str(row[0]): Counts(*map(int, row[1:5])) for row in rows}
    for one, count in alike.items():
        counts = slices.get(str(one), Counts())
        slices[str(one)] = counts._replace(same=counts.same + count)
    changed = {column: sum(int(row[5 + at]) for row in rows) for at, column in enumerate(told)}
    return Difference(key, dict(sorted(slices.items())), {column: count for column, count in changed.items() if count})


_WHOLE = "'whole'"


def _key(name: str, old: Snapshot, new: Snapshot) -> tuple[str, ...]:
    declared = new.spec().key or (ddl.spec(name).key if name in ddl.names() else ())
    key = declared or (_WHERE if set(_WHERE) <= set(new.columns) else ())
    if not key or not set(key) <= set(old.columns):
        raise UsageError(
            f"{name} has no key by which rows of two versions could be told to be the same.", hint=f"See: medslake sql --at {name}=VERSION"
        )
    return tuple(key)


def _query(key: Sequence[str], slice: str | None, told: Sequence[str], old: Snapshot, new: Snapshot) -> str:
    """Rows of both sides with a sign, summed by key: sums of hashes are 0 where a column says the same, also where a key stands twice."""

    def side(name: str, sign: int, snapshot: Snapshot) -> str:
        there = set(_names(snapshot))
        parts = [quoted(slice) if slice else _WHOLE, *map(quoted, key), str(sign)]
        parts += [f"{sign} * hash({quoted(column) if column in there else 'NULL'})::HUGEINT" for column in told]
        names = ["slice", *(f"k{at}" for at in range(len(key))), "side", *(f"d{at}" for at in range(len(told)))]
        return f"SELECT {', '.join(f'{part} AS {as_}' for part, as_ in zip(parts, names, strict=True))} FROM {name}"

    keys = ", ".join(["slice", *(f"k{at}" for at in range(len(key)))])
    sums = "".join(f", sum(d{at}) <> 0 AS d{at}" for at in range(len(told)))
    changed = " OR ".join(f"d{at}" for at in range(len(told))) or "false"
    counted = "".join(f", sum(CASE WHEN here = there AND d{at} THEN here ELSE 0 END)" for at in range(len(told)))
    return f"""
        WITH sided AS ({side("new", 1, new)} UNION ALL {side("old", -1, old)}),
        keyed AS (SELECT {keys}, count(*) FILTER (side = 1) AS here, count(*) FILTER (side = -1) AS there{sums} FROM sided GROUP BY {keys}),
        judged AS (SELECT *, least(here, there) AS common, here = there AND ({changed}) AS changed FROM keyed)
        SELECT slice, sum(here - common), sum(there - common), sum(CASE WHEN changed THEN common ELSE 0 END),
          sum(CASE WHEN changed THEN 0 ELSE common END){counted}
        FROM judged GROUP BY slice ORDER BY slice
    """


def _names(snapshot: Snapshot) -> list[str]:
    return [column["name"] for column in snapshot.as_read["fields"]]
