"""What the measures of a table's suite say of its newest version, by DuckDB over the files of its snapshot: no JVM, no row in Python."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from medslake.errors import UsageError
from medslake.lake.duck import duck
from medslake.lake.quality import measure_sql
from medslake.lake.quality.last_run import LAST_RUN
from medslake.lake.quality.measures import MEASURES
from medslake.lake.quality.suites import Rule, Suite
from medslake.lake.quality.verdicts import CheckResult
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.storage.arrow import dataset
from medslake.lake.storage.slices import slices
from medslake.lake.storage.snapshot import newest
from medslake.lake.storage.transactions import WHOLE, slice_name

if TYPE_CHECKING:
    from medslake.lake.storage.place import Place

__all__ = ["measured"]

#: What a measure may take of the memory; what it needs beyond is put on disk.
_MEMORY = "1GB"


def measured(place: Place, spec: TableSpec, suite: Suite) -> list[CheckResult]:
    """A result per measure and slice; none where the table that a join asks for is not there, or no row says anything."""
    asked = [rule for rule in suite.measures if MEASURES[rule.type].short != LAST_RUN]
    if not asked:
        return []
    with duck(memory_limit=_MEMORY, preserve_insertion_order="false") as connection:
        if not _registered(connection, place, spec.name, "t"):
            return []
        return [result for rule in asked for result in _results(connection, place, spec, rule)]


def _results(connection: Any, place: Place, spec: TableSpec, rule: Rule) -> Iterator[CheckResult]:
    query = _query(connection, place, spec, rule)
    if query is None:
        return
    column = measure_sql.sliced_by(spec)
    for value, rows, broken in _asked(connection, query, spec, rule):
        share = 1 - broken / rows
        slice = slice_name({column: value}) if column else WHOLE
        detail = json.dumps({"share": round(share, 4), "mostly": rule.mostly})
        yield CheckResult(spec.name, rule.name, rule.severity, share >= rule.mostly, broken, rows, detail, slice, measure=True)


def _asked(connection: Any, query: str, spec: TableSpec, rule: Rule) -> list[tuple[str, int, int]]:
    import duckdb

    try:
        return sorted(connection.sql(query).fetchall())
    except duckdb.Error as error:
        # Its message may quote a value.
        raise UsageError(f"{spec.name}: rule {rule.name} cannot be measured ({type(error).__name__}).") from error


def _query(connection: Any, place: Place, spec: TableSpec, rule: Rule) -> str | None:
    short = MEASURES[rule.type].short
    if short == "join_coverage":
        if not _registered(connection, place, rule.kwargs["other_table"], "o"):
            return None
        return measure_sql.join_coverage(spec, rule.kwargs, "t", "o")
    if short == "language":
        return measure_sql.language(spec, rule.kwargs, "t", measure_sql.steps(_rows(connection, place, spec)))
    if short == "label_set":
        return measure_sql.label_set(spec, rule.kwargs, "t")
    return measure_sql.near_duplicates(spec, rule.kwargs, "t")


def _rows(connection: Any, place: Place, spec: TableSpec) -> dict[str, int]:
    """Slice -> rows."""
    column = measure_sql.sliced_by(spec)
    if column in spec.partition_by:
        return {value: slice.rows for value, slice in slices(newest(place, spec.name), column).items()}
    by = f'"{column}"' if column else "''"
    return dict(connection.sql(f"select {by}, count(*) from t group by 1").fetchall())


def _registered(connection: Any, place: Place, name: str, alias: str) -> bool:
    snapshot = newest(place, name)
    if snapshot is not None:
        connection.register(alias, dataset(place, snapshot))
    return snapshot is not None
