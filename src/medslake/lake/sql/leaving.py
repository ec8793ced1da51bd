"""What may leave the lake: rows by their access class, which is the highest of the one that they bear and those of their sources today.

A source that is ingested again under a higher class (`ops.sources`) raises all rows that were made of it, in every table, without their
being written anew; a lower one changes nothing before they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

import pyarrow as pa

from medslake.lake.access import LEVELS, level, rank, sql_level
from medslake.lake.duck import duck
from medslake.lake.storage.arrow import dataset
from medslake.lake.storage.place import Place
from medslake.lake.storage.snapshot import newest

__all__ = ["Leaving", "exposed"]

#: Tables that say of which sources the rows of a task are made.
_OF_TASKS = ("gold.tasks", "gold.instructions", "gold.benchmark")

#: Columns by which a row's class is decided, where its table has them.
_DECIDING = ("access", "_access", "source", "_source", "joined", "task_id")


def exposed(place: Place) -> bool:
    """Whether other users of this machine may read a lake that holds rows above public."""
    return place.open_to_others and bool(Leaving(place, LEVELS[0]).raised)


class Leaving:
    """The rows of a lake that a clearance lets out. Raises UnknownName for what is no access class."""

    def __init__(self, place: Place, clearance: str) -> None:
        self.place, self.clearance, self.limit = place, clearance, rank(clearance)

    @cached_property
    def raised(self) -> dict[str, int]:
        """Source -> level of its class today, of those that are above the clearance."""
        snapshot = newest(self.place, "ops.sources")
        if snapshot is None:
            return {}
        rows = dataset(self.place, snapshot).to_table(columns=["source", "access"]).to_pylist()
        levels = {row["source"]: level(row["access"]) for row in rows}
        return {source: found for source, found in sorted(levels.items()) if found > self.limit}

    @cached_property
    def tasks(self) -> dict[str, int]:
        """Task -> highest level of the raised sources that its rows are made of, for rows that do not name their source."""
        found: dict[str, int] = {}
        for name in _OF_TASKS if self.raised else ():
            snapshot = newest(self.place, name)
            if snapshot is None:
                continue
            rows = dataset(self.place, snapshot)
            level = self._level_of_sources(rows.schema.names)
            with duck() as connection:
                connection.register("rows", rows)
                told = connection.sql(f"SELECT task_id, max({level}) FROM rows GROUP BY 1").fetchall()
            for task, highest in told:
                found[task] = max(found.get(task, 0), highest)
        return {task: level for task, level in found.items() if level}

    def level(self, columns: Collection[str]) -> str | None:
        """DuckDB SQL for the position in LEVELS of a row's class, at most as low as the clearance needs; None where rows have none.

        columns: of the table. A null or unknown class counts as private.
        """
        stored = next((name for name in ("access", "_access") if name in columns), None)
        if stored is None:
            return None
        levels = [sql_level(stored)]
        if self.raised:
            levels.append(self._level_of_sources(columns))
            if "source" not in columns and "task_id" in columns and self.tasks:
                levels.append(_case("task_id", self.tasks))
        return f"greatest({', '.join(levels)})"

    def _level_of_sources(self, columns: Collection[str]) -> str:
        levels = [_case(name, self.raised) for name in ("source", "_source") if name in columns]
        if "joined" in columns:
            one = _case("regexp_extract(j.\"table\", '^bronze[.](.+?)__', 1)", self.raised)
            levels.append(f"coalesce(list_max(list_transform(joined, lambda j: {one})), 0)")
        return f"greatest({', '.join(levels)}, 0)" if levels else "0"

    def split(self, rows: pa.Table) -> tuple[pa.Table, Counter[str]]:
        """The rows that may leave, in their order, and the number of the others by class.

        rows: with the columns of the table that say access, source, joined and task.
        """
        level = self.level(rows.column_names)
        if level is None or not rows.num_rows:
            return rows, Counter()
        asked = rows.select([name for name in _DECIDING if name in rows.column_names])
        with duck() as connection:
            connection.register("rows", asked)
            found = connection.sql(f"SELECT {level} AS level FROM rows").to_arrow_table()["level"]
        levels = found.to_pylist()
        kept = rows.filter(pa.array([one <= self.limit for one in levels]))
        return kept, Counter(LEVELS[one] for one in levels if one > self.limit)

    def may(self, row: Mapping[str, Any]) -> bool:
        """Whether one row may leave. row: as for `split`."""
        there = {name: row[name] for name in _DECIDING if row.get(name) is not None}
        if not {"access", "_access"} & there.keys():
            there["access"] = None
        return self.split(pa.Table.from_pylist([there]))[0].num_rows == 1

    def told(self, counted: Iterable[tuple[int, int]]) -> Counter[str]:
        """(level, rows) as class -> rows, of those that may not leave."""
        return Counter({LEVELS[level]: number for level, number in counted if level > self.limit})


def _case(value: str, levels: Mapping[str, int]) -> str:
    """SQL for the level of a name, 0 for one that is not among them."""
    whens = " ".join(f"WHEN '{name.replace(chr(39), 2 * chr(39))}' THEN {level}" for name, level in levels.items())
    return f"(CASE {value} {whens} ELSE 0 END)"
