"""The quality gate: every write passes it.

SQL tells of each row which rules it breaks (see quarantine.py); rows that break a rule of severity quarantine are set aside, and the rules
are judged by counts, for each part of the table that is written. Few rows of Spark are collected and checked like pyarrow's, with DuckDB: a
dozen Spark jobs on a hundred rows take seconds, the same work in memory a tenth. Of many rows nothing but counts reaches the driver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medslake.errors import DataCheckFailed
from medslake.lake.duck import duck
from medslake.lake.quality.predicates import DUCKDB, DUCKDB_SETUP, SPARK
from medslake.lake.quality.quarantine import BROKEN, BrokenRules, Parts
from medslake.lake.quality.suites import Suite
from medslake.lake.quality.verdicts import CheckResult, Counts, judged
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.schema.enforce import fit, refuse_rows
from medslake.lake.schema.types import from_arrow
from medslake.lake.storage.frames import fitted, held
from medslake.lake.storage.stream import Stream
from medslake.lake.storage.transactions import WHOLE

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

__all__ = ["CheckResult", "Checked", "ChecksFailed", "PartChecked", "broken_rules", "checked", "has", "refuse"]

#: Up to here rows of Spark are collected.
SMALL_ROWS = 100_000
SMALL_BYTES = 64 << 20


class ChecksFailed(DataCheckFailed):
    """A rule of severity error. parts: the parts of the table that were refused; the others were not committed either."""

    def __init__(self, message: str, parts: tuple[str, ...], *, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.parts = parts


@dataclass(frozen=True)
class PartChecked:
    """Outcome for one part of a table: rows seen, rows set aside, and the result of every rule. slice: its name in ops.*."""

    slice: str
    seen: int
    quarantined: int
    results: tuple[CheckResult, ...]

    @property
    def kept(self) -> int:
        return self.seen - self.quarantined


@dataclass(frozen=True)
class Checked:
    """Rows after the gate. clean: those to commit, fitted to the spec. offenders: rows of ops.quarantine, None where there are none.

    parts: the outcome of each part; a write of one part has one, under its slice's name.
    """

    clean: Any
    offenders: Any
    parts: Mapping[str, PartChecked]

    @property
    def seen(self) -> int:
        return sum(part.seen for part in self.parts.values())

    @property
    def quarantined(self) -> int:
        return sum(part.quarantined for part in self.parts.values())

    @property
    def kept(self) -> int:
        return self.seen - self.quarantined

    @property
    def results(self) -> tuple[CheckResult, ...]:
        return tuple(result for part in self.parts.values() for result in part.results)


@contextmanager
def checked(
    rows: DataFrame | pa.Table | Stream,
    spec: TableSpec,
    suite: Suite,
    *,
    slice: str | Parts = WHOLE,
    run_id: str = "",
    set_aside: bool = True,
    collect: bool = True,
) -> Iterator[Checked]:
    """Check rows; they stay cached until the block ends.

    slice: name of what is written, or the parts that are. set_aside=False leaves offenders where they are and reports them as failures.
    collect=False keeps Spark's rows in Spark, however few. Rows of a Stream, which may be more than fits into memory, are checked chunk
    by chunk and never set aside: a rule is judged on all of them, but whether keys of different chunks are different is seen when they
    are written, in order. Raises SchemaMismatch where the columns are not those of the DDL, or a row belongs to no part.
    """
    import pyarrow as pa

    parts = Parts.one(slice) if isinstance(slice, str) else slice
    rules = BrokenRules(spec, suite, parts, SPARK)
    if isinstance(rows, Stream):
        counts = _Counted(rules, set_aside=False)
        for chunk in rows.chunks():
            counts.add(_counts(_with_broken_rules(_fitted(spec, chunk), rules.in_dialect(DUCKDB)), rules.in_dialect(DUCKDB)))
        yield Checked(rows, None, counts.outcomes())
        return
    if isinstance(rows, pa.Table):
        yield _check_table(rows, rules.in_dialect(DUCKDB), run_id, set_aside)
        return
    from pyspark.sql import functions as F

    with held(fitted(spec, rows)) as whole:
        if collect and _is_small(whole, whole.count()):
            yield _check_table(whole.toArrow(), rules.in_dialect(DUCKDB), run_id, set_aside)
            return
        # Of the rows that were marked nothing but counts is made: they are held only where some of them must be told apart.
        marked = _frame_with_broken_rules(whole, rules)
        counts = _Counted(rules, set_aside)
        counts.add(marked.groupBy(*map(F.expr, rules.part_columns())).agg(*map(F.expr, rules.aggregates())).collect())
        outcomes = counts.outcomes()
        if not (set_aside and counts.quarantined):
            yield Checked(whole.selectExpr(*rules.columns()), None, outcomes)
            return
        with held(marked) as told:
            offenders = told.where(f"not ({rules.is_clean})").selectExpr(*rules.offenders(run_id))
            yield Checked(told.where(rules.is_clean).selectExpr(*rules.columns()), offenders, outcomes)


def refuse(outcome: Checked, table: str, run_id: str) -> None:
    """Raise ChecksFailed that names table, part, rule and count when a rule of severity error failed, or one that clean rows break."""
    refused = {name: part for name, part in outcome.parts.items() if any(_failed(r) for r in part.results)}
    if not refused:
        return
    part = next(iter(refused.values()))
    failed = [r for r in part.results if _failed(r)]
    first, place = failed[0], table if part.slice == WHOLE else f"{table}, slice {part.slice}"
    if first.rule == "row_count" and part.seen == part.quarantined:
        worst = max((r for r in part.results if r.severity == "quarantine"), key=lambda r: r.unexpected, default=None)
        why = f", rule {worst.rule} alone broken by {worst.unexpected}" if worst and worst.unexpected else ""
        said = f"rule row_count: no row would be left of {part.seen} ({part.quarantined} set aside{why})"
    elif first.unexpected:
        said = f"rule {first.rule}: broken by {first.unexpected} of {first.rows} rows"
    else:
        said = f"rule {first.rule}: does not hold on {part.kept} rows"
    more = f" and {len(failed) - 1} further rules" if len(failed) > 1 else ""
    others = f"; so were {len(refused) - 1} other parts" if len(refused) > 1 else ""
    query = f"select slice, rule, severity, unexpected, rows from ops.quality_results where run_id = '{run_id}' and not success"
    raise ChecksFailed(f"table {place}: {said}{more}{others}.", tuple(refused), hint=f'Run: medslake sql "{query}"')


def _failed(result: CheckResult) -> bool:
    return not result.success and result.severity != "warn"


class _Counted:
    """Counts by part, added up over chunks of rows."""

    def __init__(self, rules: BrokenRules, set_aside: bool) -> None:
        self.rules, self.set_aside = rules, set_aside
        self._sums: dict[str | None, list[int]] = {}

    def add(self, rows: Sequence[Any]) -> None:
        """rows: of each part its value, then the aggregates of BrokenRules."""
        for value, *numbers in (tuple(row) for row in rows):
            # Of no rows DuckDB's count_if is null.
            counts = [int(number or 0) for number in numbers]
            known = self._sums.get(value, [0] * len(counts))
            self._sums[value] = [a + b for a, b in zip(known, counts, strict=True)]

    @property
    def quarantined(self) -> int:
        return sum(numbers[1] for numbers in self._sums.values()) if self.set_aside else 0

    def outcomes(self) -> dict[str, PartChecked]:
        """Raises SchemaMismatch for rows of no part."""
        rules, names = self.rules, self.rules.parts.names
        outside = sum(numbers[0] for value, numbers in self._sums.items() if value not in names)
        if rules.parts.column is not None:
            refuse_rows(rules.spec, {}, {}, outside, {rules.parts.column: tuple(names)})
        none = [0] * len(rules.aggregates())
        found = {}
        for value, slice_ in names.items():
            counts = Counts.of(rules.suite, self._sums.get(value, none), self.set_aside)
            found[value] = PartChecked(slice_, counts.seen, counts.quarantined, judged(rules.spec.name, rules.suite, counts))
        return found


def _frame_with_broken_rules(rows: DataFrame, rules: BrokenRules) -> DataFrame:
    marked = rows.selectExpr("*", rules.plain())
    # Spark cannot hash maps, so rows that differ in nothing else keep no promised order.
    content = f"xxhash64({', '.join(SPARK.column(c.name) for c in rules.spec.columns if 'map<' not in c.type)})"
    unique = rules.unique(content)
    return marked if unique is None else marked.selectExpr(*rules.columns(), unique)


def _is_small(cached: DataFrame, rows: int) -> bool:
    """Whether cached rows may come to the driver. Their size is that of Spark's cache, which Spark Connect does not tell."""
    if rows > SMALL_ROWS or not hasattr(cached, "_jdf"):
        return False
    size = cached.selectExpr("*")._jdf.queryExecution().optimizedPlan().stats().sizeInBytes()
    return int(str(size)) <= SMALL_BYTES


def _check_table(table: pa.Table, rules: BrokenRules, run_id: str, set_aside: bool) -> Checked:
    import pyarrow.compute as pc

    rows = _fitted(rules.spec, table)
    marked = _with_broken_rules(rows, rules)
    counts = _Counted(rules, set_aside)
    counts.add(_counts(marked, rules))
    clean, offenders = rows, None
    if counts.quarantined:
        aside = has(marked[BROKEN], rules.quarantine)
        clean = rows.filter(pc.invert(aside))
        with _duckdb() as session:
            session.register("__rows", marked.filter(aside))
            offenders = session.sql(f"select {', '.join(rules.offenders(run_id))} from __rows").to_arrow_table()
    return Checked(clean, offenders, counts.outcomes())


def _fitted(spec: TableSpec, table: pa.Table) -> pa.Table:
    """Rows in the columns and types of the spec; a null in a NOT NULL column stays, for the rules to find."""
    import pyarrow as pa

    fit(spec, [(f.name, from_arrow(f.type)) for f in table.schema])
    schema = spec.arrow_schema()
    columns = [table[f.name].cast(f.type) if f.name in table.column_names else pa.nulls(len(table), f.type) for f in schema]
    return pa.table(columns, schema=schema)


def broken_rules(rows: pa.Table, rules: BrokenRules) -> pa.ChunkedArray:
    """The rules that each row breaks, in the rows' order; the first of several equal rows is the one that comes first."""
    import pyarrow as pa

    position = "__position"
    unique = rules.unique(position)
    query = f"select {position}, * exclude ({position}), {rules.plain()} from __rows"
    if unique is not None:
        query = f"select {position}, {unique} from ({query})"
    with _duckdb() as session:
        session.register("__rows", rows.append_column(position, pa.array(range(len(rows)), pa.int64())))
        found = session.sql(f"select {BROKEN} from ({query}) order by {position}").to_arrow_table()
    return found[BROKEN]


def _with_broken_rules(rows: pa.Table, rules: BrokenRules) -> pa.Table:
    return rows.append_column(BROKEN, broken_rules(rows, rules))


def _counts(marked: pa.Table, rules: BrokenRules) -> list[Any]:
    group = rules.part_columns()
    with _duckdb() as session:
        session.register("__rows", marked)
        by = f" group by {', '.join(group)}" if rules.parts.column else ""
        return session.sql(f"select {', '.join([*group, *rules.aggregates()])} from __rows{by}").fetchall()


@contextmanager
def _duckdb() -> Iterator[Any]:
    with duck(threads=2) as session:
        for statement in DUCKDB_SETUP:
            session.execute(statement)
        yield session


def has(broken: Any, bits: int) -> Any:
    """Whether each row breaks one of the rules of `bits`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.not_equal(pc.bit_wise_and(broken, pa.scalar(bits, pa.int64())), pa.scalar(0, pa.int64()))
