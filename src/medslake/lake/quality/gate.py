"""The quality gate: every write passes it, and `lake.check` runs it again over committed tables.

Rows are marked with the rules they break (see quarantine.py), offenders are set aside, and Great Expectations judges the rest. Few rows of
Spark are collected and treated like pyarrow's, with DuckDB and Great Expectations' pandas engine: a dozen Spark jobs on a hundred rows take
seconds, the same work in memory a tenth. Of many rows nothing but counts reaches the driver.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from medslake.errors import DataCheckFailed
from medslake.lake.quality.great_expectations import judge, sql_flag, to_pandas
from medslake.lake.quality.predicates import DUCKDB, DUCKDB_SETUP, SPARK
from medslake.lake.quality.quarantine import BROKEN, WHOLE, Marks
from medslake.lake.quality.suites import Suite
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.schema.enforce import fit
from medslake.lake.schema.types import from_arrow
from medslake.lake.storage.frames import fitted
from medslake.lake.storage.stream import Stream

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

__all__ = ["CheckResult", "Checked", "checked", "refuse"]

#: Up to here rows of Spark are collected.
SMALL_ROWS = 100_000
SMALL_BYTES = 64 << 20


@dataclass(frozen=True)
class CheckResult:
    """Outcome of one rule. success: it holds on the rows that stay. unexpected: rows that broke it, of `rows` rows seen."""

    table: str
    rule: str
    severity: str
    success: bool
    unexpected: int
    rows: int
    detail: str | None = None


@dataclass(frozen=True)
class Checked:
    """Rows after the gate. clean: those to commit (`kept` of `seen`). offenders: rows of ops.quarantine, None where there are none.

    validation: Great Expectations' result as JSON, without values of rows.
    """

    clean: Any
    offenders: Any
    seen: int
    quarantined: int
    results: tuple[CheckResult, ...]
    validation: dict[str, Any]

    @property
    def kept(self) -> int:
        return self.seen - self.quarantined


@contextmanager
def checked(
    rows: DataFrame | pa.Table | Stream,
    spec: TableSpec,
    suite: Suite,
    *,
    slice: str = WHOLE,
    run_id: str = "",
    set_aside: bool = True,
    collect: bool = True,
) -> Iterator[Checked]:
    """Check rows; they stay cached until the block ends.

    set_aside=False leaves offenders where they are and reports them as failures. collect=False keeps Spark's rows in Spark, however few.
    Rows of a Stream, which may be more than fits into memory, are checked chunk by chunk and never set aside.
    Raises SchemaMismatch where the columns are not those of the DDL.
    """
    import pyarrow as pa

    if isinstance(rows, Stream):
        yield _check_chunks(rows, spec, suite, slice, run_id)
        return
    if isinstance(rows, pa.Table):
        yield _check_arrow(rows, spec, suite, slice, run_id, set_aside)
        return
    whole = fitted(spec, rows).persist()
    held = [whole]
    try:
        seen = whole.count()
        if collect and _is_small(whole, seen):
            yield _check_arrow(whole.toArrow(), spec, suite, slice, run_id, set_aside)
            return
        marks = Marks(spec, suite, SPARK)
        marked = _marked(whole, marks).persist()
        held.append(marked)
        counts = [int(n) for n in marked.selectExpr(*marks.counts()).collect()[0]]
        held.remove(whole)
        whole.unpersist()
        yield _check_spark(marked, marks, counts, slice, run_id, set_aside)
    finally:
        for frame in held:
            frame.unpersist()


def refuse(checked: Checked, table: str, slice: str, run_id: str) -> None:
    """Raise DataCheckFailed that names table, rule and count when a rule of severity error failed, or one was not met by clean rows."""
    failed = [r for r in checked.results if not r.success and r.severity != "warn"]
    if not failed:
        return
    first, place = failed[0], table if slice == WHOLE else f"{table}, slice {slice}"
    if first.rule == "row_count" and checked.seen == checked.quarantined:
        worst = max((r for r in checked.results if r.severity == "quarantine"), key=lambda r: r.unexpected, default=None)
        why = f", rule {worst.rule} alone broken by {worst.unexpected}" if worst and worst.unexpected else ""
        told = f"rule row_count: no row would be left of {checked.seen} ({checked.quarantined} set aside{why})"
    elif first.unexpected:
        told = f"rule {first.rule}: broken by {first.unexpected} of {first.rows} rows"
    else:
        told = f"rule {first.rule}: does not hold on {checked.kept} rows"
    more = f" and {len(failed) - 1} further rules" if len(failed) > 1 else ""
    query = f"select rule, severity, unexpected, rows from ops.quality_results where run_id = '{run_id}' and not success"
    raise DataCheckFailed(f"table {place}: {told}{more}; nothing was committed.", hint=f'Run: medslake sql "{query}"')


def _marked(rows: DataFrame, marks: Marks) -> DataFrame:
    marked = rows.selectExpr("*", marks.plain())
    # Spark cannot hash maps, so rows that differ in nothing else keep no promised order.
    content = f"xxhash64({', '.join(SPARK.column(c.name) for c in marks.spec.columns if 'map<' not in c.type)})"
    unique = marks.unique(content)
    return marked if unique is None else marked.selectExpr(*marks.columns(), unique)


def _check_spark(marked: DataFrame, marks: Marks, counts: Sequence[int], slice: str, run_id: str, set_aside: bool) -> Checked:
    seen, quarantined, *broken = counts
    quarantined = quarantined if set_aside else 0
    clean = (marked.where(marks.is_clean) if quarantined else marked).selectExpr(*marks.columns())
    validation = judge(clean, marks.suite.rules)
    offenders = marked.where(f"not {marks.is_clean}").selectExpr(*marks.offenders(slice, run_id)) if quarantined else None
    return Checked(clean, offenders, seen, quarantined, _results(marks, validation, seen, broken), validation)


def _is_small(cached: DataFrame, rows: int) -> bool:
    """Whether cached rows may come to the driver. Their size is that of Spark's cache, which Spark Connect does not tell."""
    if rows > SMALL_ROWS or not hasattr(cached, "_jdf"):
        return False
    size = cached.selectExpr("*")._jdf.queryExecution().optimizedPlan().stats().sizeInBytes()
    return int(str(size)) <= SMALL_BYTES


def _check_arrow(table: pa.Table, spec: TableSpec, suite: Suite, slice: str, run_id: str, set_aside: bool) -> Checked:
    import pyarrow as pa
    import pyarrow.compute as pc

    fit(spec, [(f.name, from_arrow(f.type)) for f in table.schema])
    schema = spec.arrow_schema()
    rows = pa.table(
        [table[f.name].cast(f.type) if f.name in table.column_names else pa.nulls(len(table), f.type) for f in schema],
        schema=schema,
    )
    marks = Marks(spec, suite, DUCKDB)
    mask = _mask(rows, marks)
    broken = [pc.sum(pc.cast(_has(mask, 1 << i), pa.int64())).as_py() or 0 for i in range(len(marks.rules))]
    aside = _has(mask, marks.quarantine)
    quarantined = (pc.sum(pc.cast(aside, pa.int64())).as_py() or 0) if set_aside else 0
    clean = rows.filter(pc.invert(aside)) if quarantined else rows
    offenders = _offenders(rows, mask, aside, marks, slice, run_id) if quarantined else None
    kept = mask.filter(pc.invert(aside)) if quarantined else mask
    frame = to_pandas(_judged(clean, marks))
    places = {rule.name: i for i, rule in enumerate(marks.rules)}
    for i, rule in enumerate(suite.rules):
        if rule.type == "unexpected_rows_expectation":
            frame[sql_flag(i)] = _has(kept, 1 << places[rule.name]).to_pandas()
    validation = judge(frame, suite.rules)
    return Checked(clean, offenders, len(rows), quarantined, _results(marks, validation, len(rows), broken), validation)


def _check_chunks(rows: Stream, spec: TableSpec, suite: Suite, slice: str, run_id: str) -> Checked:
    """A rule holds when it holds in every chunk; whether keys of different chunks are different is seen when they are written, in order."""
    found = [replace(_check_arrow(part, spec, suite, slice, run_id, False), clean=None) for part in rows.chunks()]
    seen = sum(c.seen for c in found)
    results = tuple(
        replace(same[0], success=all(r.success for r in same), unexpected=sum(r.unexpected for r in same), rows=seen)
        for same in zip(*(c.results for c in found), strict=True)
    )
    verdicts = [min(same, key=lambda r: bool(r["success"])) for same in zip(*(c.validation["results"] for c in found), strict=True)]
    held = sum(bool(v["success"]) for v in verdicts)
    statistics = {"evaluated_expectations": len(verdicts), "successful_expectations": held}
    validation = found[0].validation | {"results": verdicts, "success": held == len(verdicts), "statistics": statistics}
    return Checked(rows, None, seen, 0, results, validation)


def _judged(rows: pa.Table, marks: Marks) -> pa.Table:
    """Rows for Great Expectations' pandas engine. Columns no rule reads come as true or null, which spares copies of texts and lists."""
    import pyarrow as pa
    import pyarrow.compute as pc

    read = marks.read
    here = [rows[c] if c in read else pc.if_else(pc.is_null(rows[c]), pa.scalar(None, pa.bool_()), True) for c in rows.column_names]
    return pa.table(here, names=rows.column_names)


def _mask(rows: pa.Table, marks: Marks) -> pa.Array:
    """The mark of every row, in the table's order; the first of several equal rows is the one that comes first in it."""
    import pyarrow as pa

    position = "__position"
    placed = rows.append_column(position, pa.array(range(len(rows)), pa.int64()))
    unique = marks.unique(position)
    query = f"select {position}, * exclude ({position}), {marks.plain()} from __rows"
    if unique is not None:
        query = f"select {position}, {unique} from ({query})"
    with _duckdb() as session:
        session.register("__rows", placed)
        found = session.sql(f"select {BROKEN} from ({query}) order by {position}").to_arrow_table()
    return found.column(0).combine_chunks()


def _offenders(rows: pa.Table, mask: pa.Array, aside: pa.Array, marks: Marks, slice: str, run_id: str) -> pa.Table:
    with _duckdb() as session:
        session.register("__rows", rows.append_column(BROKEN, mask).filter(aside))
        return session.sql(f"select {', '.join(marks.offenders(slice, run_id))} from __rows").to_arrow_table()


@contextmanager
def _duckdb() -> Iterator[Any]:
    import duckdb

    with duckdb.connect(config={"threads": 2}) as session:
        for statement in DUCKDB_SETUP:
            session.execute(statement)
        yield session


def _has(mask: pa.Array, bits: int) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.not_equal(pc.bit_wise_and(mask, pa.scalar(bits, pa.int64())), pa.scalar(0, pa.int64()))


def _results(marks: Marks, validation: dict[str, Any], seen: int, broken: Sequence[int]) -> tuple[CheckResult, ...]:
    held = {r["expectation_config"]["meta"]["rule"]: bool(r["success"]) for r in validation["results"]}
    counted = {rule.name: n for rule, n in zip(marks.rules, broken, strict=True)}
    return tuple(
        CheckResult(
            marks.spec.name,
            rule.name,
            rule.severity,
            held[rule.name],
            counted.get(rule.name, 0),
            seen,
            json.dumps({"mostly": rule.mostly}) if rule.mostly < 1 else None,
        )
        for rule in marks.suite.rules
    )
