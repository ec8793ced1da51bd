"""Access classes: a lattice of who may see a row.

A row's class is the highest over everything it was made of. Whatever leaves the lake states the class that it may carry (its clearance) and
asks `Lake.leaving` which rows those are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medslake.errors import UnknownName

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["LEVELS", "arrow_highest", "highest", "level", "rank", "sql_highest", "sql_highest_of", "sql_level"]

#: From free to closed: public domain or open licence; needs an account; not for commercial use; data use agreement; credentialed
#: (training and a signed agreement per person); never leaves the machine.
LEVELS = ("public", "registered", "noncommercial", "dua", "credentialed", "private")


def rank(access: str) -> int:
    """Position in LEVELS; raises UnknownName for anything else."""
    if access not in LEVELS:
        raise UnknownName("access class", str(access), list(LEVELS))
    return LEVELS.index(access)


def level(access: object) -> int:
    """The position of what a row bears: an unknown or missing class counts as private, as forgetting to classify must not publish."""
    return LEVELS.index(access) if access in LEVELS else len(LEVELS) - 1


def highest(*classes: str) -> str:
    """The most closed of the classes; public when none is given."""
    return max(classes, key=rank, default=LEVELS[0])


def sql_highest(*columns: str) -> str:
    """Spark SQL expression (DuckDB runs it as well) for the highest class over columns or expressions of type STRING.

    A null or unknown class counts as private: forgetting to classify must not publish.
    """
    if not columns:
        return f"'{LEVELS[0]}'"
    ranks = [sql_level(column) for column in columns]
    top = ranks[0] if len(ranks) == 1 else f"greatest({', '.join(ranks)})"
    whens = " ".join(f"when {i} then '{name}'" for i, name in enumerate(LEVELS[:-1]))
    return f"(case {top} {whens} else '{LEVELS[-1]}' end)"


def sql_level(column: str) -> str:
    """SQL for `level` of one column or expression of type STRING."""
    whens = " ".join(f"when '{name}' then {i}" for i, name in enumerate(LEVELS[:-1]))
    return f"(case {column} {whens} else {len(LEVELS) - 1} end)"


def sql_highest_of(classes: str) -> str:
    """The same over the elements of one Spark SQL expression of type ARRAY<STRING>; null where it has none."""
    return f"element_at(array({', '.join(map(repr, LEVELS))}), array_max(transform({classes}, c -> {sql_level('c')})) + 1)"


def arrow_highest(first: pa.Array | pa.ChunkedArray, *others: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Row-wise highest class of string columns of one length; null or unknown counts as private, as in `sql_highest`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    last = len(LEVELS) - 1
    known: Any = pa.array(LEVELS)
    ranks: list[Any] = [pc.fill_null(pc.index_in(column, value_set=known), pa.scalar(last, pa.int32())) for column in (first, *others)]
    top: Any = pc.max_element_wise(*ranks) if len(ranks) > 1 else ranks[0]
    named: Any = pc.take(pa.array(LEVELS), top)
    return named.combine_chunks() if isinstance(named, pa.ChunkedArray) else named
