"""Compare two lakes table by table and row by row: `python tests/compare_lakes.py BEFORE AFTER [--only gold] [--ignore COLUMN ...]`.

Rows are multisets: their order, run ids, times, versions and code versions do not count (IGNORED). A column that only one lake has is
named and left out. Exit code 0 when all rows of the common tables are equal, else 1; a table that only one lake has counts as a difference.
Values of rows are never printed, only counts and the columns in which rows differ.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from medslake.lake import open_lake

#: What two runs over the same input may say differently.
IGNORED = frozenset(
    {"run_id", "started", "ended", "checked", "created", "code_version", "table_version", "benchmark_version", "predictions_version"}
    | {
        "contamination_version",
        "instructions_version",
        "output_version",
        "instances_version",
        "inputs",
        "outputs",
        "params",
        "_file_version",
    }
)
#: Tables that tell of runs and not of data.
UNCOMPARED = frozenset({"ops.runs", "ops.lineage", "ops.quality_results"})


@dataclass(frozen=True)
class Difference:
    """One table. gone, come: rows only in the first or only in the second lake. columns: those in which rows of the same key differ."""

    table: str
    before: int
    after: int
    gone: int
    come: int
    notes: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        return self.gone == self.come == 0

    def __str__(self) -> str:
        verdict = "equal" if self.equal else f"{self.gone} rows gone, {self.come} come"
        return f"{self.table:<40} {self.before:>9} {self.after:>9}  {verdict}{''.join(f'; {note}' for note in self.notes)}"


def _fields(before: pa.DataType, after: pa.DataType) -> list[str]:
    """Fields that both structs have; the version inside of an origin is left out."""
    return [field.name for field in before if after.get_field_index(field.name) >= 0 and field.name != "version"]


def _new_fields(before: pa.DataType, after: pa.DataType) -> list[str]:
    if pa.types.is_list(before) and pa.types.is_list(after):
        return _new_fields(before.value_type, after.value_type)
    if not (pa.types.is_struct(before) and pa.types.is_struct(after)):
        return []
    return [field.name for field in after if before.get_field_index(field.name) < 0]


def _expression(name: str, before: pa.DataType, after: pa.DataType) -> str:
    """How a column enters the comparison: of structs, and of lists of them, the fields that both have."""
    quoted = f'"{name}"'
    if pa.types.is_struct(before) and pa.types.is_struct(after):
        fields = ", ".join(f"{quoted}.{f}" for f in _fields(before, after))
        return f"case when {quoted} is null then null else row({fields}) end"
    if pa.types.is_list(before) and pa.types.is_struct(before.value_type) and pa.types.is_list(after):
        fields = ", ".join(f"x.{f}" for f in _fields(before.value_type, after.value_type))
        return f"list_transform({quoted}, lambda x: row({fields}))"
    return quoted


def _without_order(table: pa.Table, expressions: dict[str, str]) -> pa.Table:
    """The columns to compare, as JSON, so that DuckDB can compare maps too."""
    connection = duckdb.connect()
    connection.register("t", table)
    chosen = ", ".join(f'cast(to_json({sql}) as varchar) as "{name}"' for name, sql in expressions.items())
    return connection.sql(f"select {chosen} from t").to_arrow_table()


def compare(before: pa.Table, after: pa.Table, table: str, ignored: frozenset[str] = IGNORED) -> Difference:
    """Rows of one table as multisets, over the columns that both have."""
    common = [name for name in before.column_names if name in after.column_names and name not in ignored]
    notes = [f"only before: {name}" for name in before.column_names if name not in after.column_names]
    notes += [f"only after: {name}" for name in after.column_names if name not in before.column_names]
    if not before.num_rows or not after.num_rows:
        return Difference(table, before.num_rows, after.num_rows, before.num_rows, after.num_rows, tuple(notes))
    types = {name: (before.schema.field(name).type, after.schema.field(name).type) for name in common}
    notes += [f"only after: {name}.{field}" for name, pair in types.items() for field in _new_fields(*pair)]
    expressions = {name: _expression(name, *pair) for name, pair in types.items()}
    connection = duckdb.connect()
    connection.register("a", _without_order(before, expressions))
    connection.register("b", _without_order(after, expressions))

    def only(left: str, right: str, columns: str = "*") -> int:
        query = f"select count(*) from (select {columns} from {left} except all select {columns} from {right})"
        return int(connection.execute(query).fetchall()[0][0])

    gone, come = only("a", "b"), only("b", "a")
    if gone or come:
        notes += [f"values of {name} differ" for name in common if only("a", "b", f'"{name}"') or only("b", "a", f'"{name}"')]
    return Difference(table, before.num_rows, after.num_rows, gone, come, tuple(notes))


def differences(before: str, after: str, only: str = "", ignored: frozenset[str] = IGNORED) -> list[Difference]:
    """One Difference for each table of either lake."""
    first, second = open_lake(before), open_lake(after)
    found = []
    for name in sorted({*first.names(), *second.names()}):
        if name in UNCOMPARED or not name.startswith(only):
            continue
        if not first.exists(name) or not second.exists(name):
            rows = (first if first.exists(name) else second).arrow.read(name).num_rows
            here, there = (rows, 0) if first.exists(name) else (0, rows)
            found.append(Difference(name, here, there, here, there, (f"only {'before' if here else 'after'}",)))
            continue
        found.append(compare(first.arrow.read(name), second.arrow.read(name), name, ignored))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("--only", default="", help="tables whose name begins so")
    parser.add_argument("--ignore", nargs="*", default=[], help="further columns that do not count")
    asked = parser.parse_args()
    found = differences(asked.before, asked.after, asked.only, IGNORED | set(asked.ignore))
    sys.stdout.write(f"{'table':<40} {'before':>9} {'after':>9}\n" + "".join(f"{one}\n" for one in found))
    return int(not all(one.equal for one in found))


if __name__ == "__main__":
    raise SystemExit(main())
