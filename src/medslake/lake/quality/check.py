"""Checks of what is committed: Great Expectations judges a table's newest version, and the pages beside the lake tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from medslake.lake.quality import gate
from medslake.lake.quality.gate import CheckResult, checked
from medslake.lake.quality.great_expectations import judge, sql_flag, to_pandas
from medslake.lake.quality.measured import measured
from medslake.lake.quality.pages import Page, write_pages
from medslake.lake.quality.predicates import DUCKDB
from medslake.lake.quality.quarantine import BrokenRules, Parts
from medslake.lake.quality.suites import Suite, load_suite
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.storage.transactions import WHOLE

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

    from medslake.lake.store import Store

__all__ = ["check", "judged_by_great_expectations"]


def check(store: Store, tables: Sequence[str]) -> list[CheckResult]:
    """Run the expectations of these tables over their newest versions, and write the outcome to `<lake>/_quality`.

    Whether a rule holds is Great Expectations' word; the number of rows that break it is counted by SQL. Measures, which it does not know,
    are told by SQL alone. Raises UnknownName.
    """
    pages = []
    for name in tables:
        spec, version = store.spec(name), store.version(name)
        suite = load_suite(spec)
        rows = _rows(store, name, version)
        with checked(rows, spec, suite, set_aside=False) as outcome:
            validation = judged_by_great_expectations(outcome.clean, spec, suite)
        held = {one["expectation_config"]["meta"]["rule"]: bool(one["success"]) for one in validation["results"]}
        results = [replace(result, success=held[result.rule]) for result in outcome.results]
        results += measured(store.place, spec, suite)
        pages.append(Page(name, version, outcome.seen, results, validation))
    write_pages(store.place, pages, datetime.now(UTC))
    return [result for page in pages for result in page.results]


def judged_by_great_expectations(rows: DataFrame | pa.Table, spec: TableSpec, suite: Suite) -> dict[str, Any]:
    """Great Expectations' result as JSON, without values of rows. rows: fitted to the spec."""
    import pyarrow as pa

    if not isinstance(rows, pa.Table):
        return judge(rows, suite.rules)
    rules = BrokenRules(spec, suite, Parts.one(WHOLE), DUCKDB)
    broken = gate.broken_rules(rows, rules)
    frame = to_pandas(_read_by_rules(rows, suite))
    places = {rule.name: i for i, rule in enumerate(rules.rules)}
    for i, rule in enumerate(suite.rules):
        if rule.type == "unexpected_rows_expectation":
            frame[sql_flag(i)] = gate.has(broken, 1 << places[rule.name]).to_pandas()
    return judge(frame, suite.rules)


def _rows(store: Store, name: str, version: int) -> DataFrame | pa.Table:
    """A small table as pyarrow, which needs no JVM."""
    rows, size = store.arrow.size(name, version)
    if rows <= gate.SMALL_ROWS and size <= gate.SMALL_BYTES:
        return store.arrow.read(name, version)
    return store.read(name, version)


def _read_by_rules(rows: pa.Table, suite: Suite) -> pa.Table:
    """Rows for the pandas engine. Columns no rule reads come as true or null, which spares copies of texts and lists."""
    import pyarrow as pa
    import pyarrow.compute as pc

    null = "expect_column_values_to_not_be_null"
    read = {c for r in suite.rules if r.type != null for c in r.columns}
    here = [rows[c] if c in read else pc.if_else(pc.is_null(rows[c]), pa.scalar(None, pa.bool_()), True) for c in rows.column_names]
    return pa.table(here, names=rows.column_names)
