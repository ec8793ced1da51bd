"""Hold rows to the DDL: delta-rs' write transaction does not, native engines do not all, so adapters and Arrow tables do it here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from medslake.errors import SchemaMismatch, UsageError
from medslake.lake.schema.ddl import Column, TableSpec
from medslake.lake.schema.types import Type, fits, spell

__all__ = ["Step", "fit", "key_columns", "refuse_duplicates", "refuse_other_types", "refuse_redefined", "refuse_rows", "slice_columns"]

Step = Literal["keep", "cast", "fill"]


def fit(table: TableSpec, found: Sequence[tuple[str, Type]]) -> dict[str, Step]:
    """What to do with each column of `table`, in its order: keep it, cast it (lossless), or fill it with nulls (nullable and not given).

    Raises SchemaMismatch that names table, column, what was found and what is wanted, for all columns at once.
    """
    given = dict(found)
    names = [name for name, _ in found]
    wrong = [f"column {n} is given twice" for n in sorted({n for n in names if names.count(n) > 1})]
    wrong += [f"column {n}: found {spell(t)}, wanted no such column" for n, t in found if n not in table.names]
    steps: dict[str, Step] = {}
    for column in table.columns:
        wanted = column.json_type
        null = "" if column.nullable else " NOT NULL"
        if column.name not in given:
            if not column.nullable:
                wrong.append(f"column {column.name}: missing, wanted {column.type}{null}")
            steps[column.name] = "fill"
        elif not fits(given[column.name], wanted):
            wrong.append(f"column {column.name}: found {spell(given[column.name])}, wanted {column.type}{null}")
        else:
            steps[column.name] = "keep" if _same(given[column.name], wanted) else "cast"
    if wrong:
        raise SchemaMismatch(f"table {table.name}: {'; '.join(wrong)}.", hint=_hint(table))
    return steps


def refuse_rows(
    table: TableSpec, nulls: Mapping[str, int], empty: Mapping[str, int], outside: int, where: Mapping[str, Sequence[str]]
) -> None:
    """Raise SchemaMismatch where rows break NOT NULL, have "" in a partition column, or lie outside the slice.

    Delta cannot tell "" from null in a partition column.
    """
    wrong = [f"column {n}: found {c} null values, wanted {table.column(n).type} NOT NULL" for n, c in nulls.items() if c]
    wrong += [f"column {n}: found {c} empty values, wanted none in a partition column" for n, c in empty.items() if c]
    if outside:
        told = ", ".join(f"{k}={', '.join(map(repr, values[:3]))}{' ...' if len(values) > 3 else ''}" for k, values in where.items())
        wrong.append(f"{outside} rows lie outside the slice {told} that is replaced")
    if wrong:
        raise SchemaMismatch(f"table {table.name}: {'; '.join(wrong)}.", hint=_hint(table))


def refuse_duplicates(table: TableSpec, on: Sequence[str], keys: int, examples: Sequence[object]) -> None:
    """Raise SchemaMismatch when `keys` keys occur more than once in the rows of an upsert."""
    if keys:
        told = "; ".join(str(e) for e in examples)
        raise SchemaMismatch(
            f"table {table.name}, key ({', '.join(on)}): found {keys} keys more than once in the rows to upsert, such as {told}.",
            hint=_hint(table),
        )


def refuse_other_types(table: TableSpec, on_disk: Mapping[str, Type]) -> None:
    """Raise SchemaMismatch where a column on disk has another type than in the DDL."""
    for column in table.columns:
        kind = on_disk.get(column.name)
        if kind is not None and not _same(kind, column.json_type):
            raise SchemaMismatch(
                f"table {table.name}, column {column.name}: found {spell(kind)} on disk, wanted {column.type}.",
                hint="Rebuild the table, or give the column another name.",
            )


def refuse_redefined(name: str, columns: Sequence[Column], on_disk: Mapping[str, Type]) -> None:
    """Raise SchemaMismatch where a column that shall be added is there with another type."""
    for column in columns:
        kind = on_disk.get(column.name)
        if kind is not None and spell(kind) != column.type:
            raise SchemaMismatch(f"table {name} has a column {column.name} of type {spell(kind)}, not {column.type}.")


def key_columns(table: TableSpec, on: Sequence[str] | None) -> tuple[str, ...]:
    """The upsert's key: `on` or the DDL's; raises UsageError without one."""
    key = tuple(on or table.key)
    if not key:
        raise UsageError(f"{table.name} has no key in its DDL; name the columns to match on.")
    for name in key:
        table.column(name)
    return key


def slice_columns(table: TableSpec, where: Mapping[str, str | Sequence[str]] | None) -> dict[str, tuple[str, ...]]:
    """The slice as partition column -> values; raises UsageError for other columns."""
    slice_ = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in (where or {}).items()}
    for name in slice_:
        if name not in table.partition_by:
            have = ", ".join(table.partition_by) or "none"
            raise UsageError(f"{table.name} cannot replace by {name!r}: its partition columns are {have}.")
    return slice_


def _same(found: Type, wanted: Type) -> bool:
    return spell(found) == spell(wanted)


def _hint(table: TableSpec) -> str:
    layer, _, name = table.name.partition(".")
    return f"Compare with lakehouse/{layer}/{'_shared' if layer == 'bronze' else name}.sql."
