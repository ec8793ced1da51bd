"""Measures: expectations about what several rows or tables are together, of which a share is told instead of single rows.

They stand in the suites beside the others, in the same JSON. `mostly` is the share that must hold; severity is warn, or error where
`medslake check` is to fail. A text is a column, a member of its structs (`turns.text`), or a map of language -> text. Measured are, by
source where the table has one:

- join_coverage: rows whose columns are found in another table. column or column_list, other_table, other_columns (else the same names),
  where (SQL: the rows that are looked at). Rows with a null are passed over; of a list each value counts. Nothing is measured while the
  other table is not there.
- language: texts whose script and stop words do not contradict the language told. column, language (a column).
- label_set: rows with a label that its set writes in another way as well, or that the training rows of the set do not have. column (texts),
  label_set, split (columns).
- near_duplicates: texts that are no near copy of one before them.
- row_count_against_last_run: rows of a slice against those that it replaces, at the write. min_share, max_share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medslake.errors import UsageError
from medslake.lake.schema.types import Type

if TYPE_CHECKING:
    from medslake.lake.schema.ddl import TableSpec

__all__ = ["MEASURES", "SEVERITIES", "Measure", "column_of", "faults_of_measure", "named_measure", "pairs_of"]

SEVERITIES = ("error", "warn")


@dataclass(frozen=True)
class Measure:
    """short: the name under which it is reported. needs, takes: its kwargs, and those that may be there."""

    short: str
    needs: frozenset[str]
    takes: frozenset[str] = frozenset()


#: Expectation type -> measure.
MEASURES: Mapping[str, Measure] = {
    "expect_column_values_to_be_found_in_table": Measure(
        "join_coverage", frozenset({"other_table"}), frozenset({"column", "column_list", "other_columns", "where"})
    ),
    "expect_column_texts_to_be_in_language": Measure("language", frozenset({"column", "language"})),
    "expect_column_labels_to_be_one_set": Measure("label_set", frozenset({"column", "label_set", "split"})),
    "expect_column_texts_to_be_distinct": Measure("near_duplicates", frozenset({"column"})),
    "expect_table_row_count_to_be_near_last_run": Measure("row_count_against_last_run", frozenset(), frozenset({"min_share", "max_share"})),
}


def named_measure(kind: str, kwargs: Mapping[str, Any]) -> str:
    """Such as `join_coverage(task_id, gold.tasks)`."""
    within = [*_columns(kwargs), *([kwargs["other_table"]] if "other_table" in kwargs else [])]
    return f"{MEASURES[kind].short}({', '.join(within)})" if within else MEASURES[kind].short


def pairs_of(kwargs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Column here and column there, of a join."""
    here = _columns(kwargs)
    return list(zip(here, kwargs.get("other_columns", here), strict=True))


def _columns(kwargs: Mapping[str, Any]) -> list[str]:
    return [kwargs["column"]] if "column" in kwargs else list(kwargs.get("column_list", ()))


def column_of(spec: TableSpec, path: str) -> Type:
    """The type of what a path such as `turns.text` names. Raises UsageError where the table has no such column or member."""
    name, _, member = path.partition(".")
    if name not in spec.names:
        raise UsageError(f"names {name}, which is no column of {spec.name}")
    kind = spec.column(name).json_type
    if not member:
        return kind
    inner = kind["elementType"] if isinstance(kind, dict) and kind["type"] == "array" else kind
    fields = {f["name"]: f["type"] for f in inner["fields"]} if isinstance(inner, dict) and inner["type"] == "struct" else {}
    if member not in fields:
        raise UsageError(f"names {path}, which is no member of {name}")
    found: Type = fields[member]
    return found


def faults_of_measure(kind: str, kwargs: Mapping[str, Any], severity: str, spec: TableSpec) -> Iterator[str]:
    """What is wrong with it, a clause each that goes on after the rule's name."""
    measure, given = MEASURES[kind], set(kwargs)
    for name in sorted(measure.needs - given):
        yield f"has no {name}, which its type needs"
    for name in sorted(given - measure.needs - measure.takes):
        yield f"has {name}, which its type does not take"
    if measure.needs - given:
        return
    if severity not in SEVERITIES:
        yield f"is about rows together: its severity must be {' or '.join(SEVERITIES)}"
    if measure.short == "join_coverage":
        here = _columns(kwargs)
        if not here or len(here) != len(kwargs.get("other_columns", here)):
            yield "needs column or column_list, and as many other_columns where they are named"
            return
    for path in [*_columns(kwargs), *(kwargs[k] for k in ("language", "label_set", "split") if k in kwargs)]:
        try:
            column_of(spec, path)
        except UsageError as error:
            yield error.message
