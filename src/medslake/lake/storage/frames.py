"""Spark frames on their way into a table: fitted to the DDL, checked in one pass, laid out the same however they were partitioned."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from medslake.lake.schema import enforce
from medslake.lake.schema.ddl import TableSpec
from medslake.lake.schema.types import parse_type

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["count_checked", "described", "fitted", "held", "is_held", "laid_out", "refuse_repeated_keys", "united"]

ROWS_PER_FILE = 250_000


def fitted(table: TableSpec, df: DataFrame) -> DataFrame:
    """The frame in the DDL's columns and types; raises SchemaMismatch."""
    from pyspark.sql import functions as F

    schema = table.spark_schema()
    steps = enforce.fit(table, [(f["name"], f["type"]) for f in df.schema.jsonValue()["fields"]])
    columns = []
    for name, step in steps.items():
        kind = schema[name].dataType
        column = F.lit(None) if step == "fill" else F.col(f"`{name}`")
        columns.append(column if step == "keep" else column.cast(kind).alias(name))
    return df.select(*columns)


def described(table: TableSpec, df: DataFrame) -> DataFrame:
    """The frame with comments, NOT NULL and key in its schema, from where the connector takes them when it creates the table."""
    from pyspark.sql import functions as F

    return df.select(*[F.col(f"`{c.name}`").alias(c.name, metadata=table.metadata(c)) for c in table.columns])


def united(frames: Sequence[DataFrame]) -> DataFrame:
    """All rows, in the first one's columns. Pairs are united first: Spark analyzes the whole plan at each step."""
    while len(frames) > 1:
        pairs = [frames[i : i + 2] for i in range(0, len(frames), 2)]
        frames = [pair[0].unionByName(pair[1]) if len(pair) > 1 else pair[0] for pair in pairs]
    return frames[0]


@contextlib.contextmanager
def held(df: DataFrame) -> Iterator[DataFrame]:
    """The frame cached for checks and write, so that it is computed once; not again where its rows are cached already."""
    if is_held(df):
        yield df
        return
    cached = df.persist()
    try:
        yield cached
    finally:
        cached.unpersist()


def is_held(df: DataFrame) -> bool:
    """Whether its rows are cached already, as they are or but for columns and filters."""
    if df.is_cached:
        return True
    plan: Any = getattr(df, "_jdf", None)
    if plan is None:
        return False
    node = plan.queryExecution().withCachedData()
    while node.nodeName() in ("Project", "Filter", "SubqueryAlias") and node.children().size() == 1:
        node = node.children().head()
    return str(node.nodeName()) == "InMemoryRelation"


def count_checked(
    table: TableSpec, df: DataFrame, slice_: Mapping[str, Sequence[str]], not_null: Sequence[str] = (), known: int | None = None
) -> int:
    """Number of rows; raises SchemaMismatch for nulls in NOT NULL columns, empty partition values and rows outside the slice.

    known: the number, where nulls were looked for and rows counted already.
    """
    from pyspark.sql import functions as F

    if known is not None and not table.partition_by:
        return known
    required = [c.name for c in table.columns if known is None and (not c.nullable or c.name in not_null)]
    outside = F.lit(False)
    for column, values in slice_.items():
        outside = outside | ~F.coalesce(F.col(f"`{column}`").isin(list(values)), F.lit(False))
    tests = [F.col(f"`{c}`").isNull() for c in required]
    tests += [F.col(f"`{c}`") == "" for c in table.partition_by]
    row = df.agg(F.count(F.lit(1)), *[F.count_if(t) for t in tests], F.count_if(outside)).first()
    assert row is not None
    counts = list(row)
    nulls = dict(zip(required, counts[1 : 1 + len(required)], strict=True))
    empty = dict(zip(table.partition_by, counts[1 + len(required) : -1], strict=True))
    enforce.refuse_rows(table, nulls, empty, counts[-1], slice_)
    return int(counts[0])


def refuse_repeated_keys(table: TableSpec, df: DataFrame, key: Sequence[str]) -> None:
    """Raise SchemaMismatch when a key occurs twice; delta-rs and copy-on-write would both keep the two rows."""
    from pyspark.sql import functions as F

    repeated = df.groupBy(*key).agg(F.count(F.lit(1)).alias("_n")).where("_n > 1").cache()
    try:
        count = repeated.count()
        examples = [{k: r[k] for k in key} for r in repeated.orderBy(*key).limit(3).collect()] if count else []
    finally:
        repeated.unpersist()
    enforce.refuse_duplicates(table, key, count, examples)


def laid_out(table: TableSpec, df: DataFrame, rows: int) -> DataFrame:
    """Rows hashed by key into one file per 250,000 of a partition, sorted by key inside: the same rows always give the same files."""
    order = _total_order(table)
    if rows <= ROWS_PER_FILE:
        spread = df.repartition(1)
    elif table.partition_by:
        spread = _by_partition(table, df, order)
    else:
        spread = df.repartition(-(-rows // ROWS_PER_FILE), *order)
    return spread.sortWithinPartitions(*table.partition_by, *order)


def _by_partition(table: TableSpec, df: DataFrame, order: Sequence[str]) -> DataFrame:
    """Each task gets one file of a large partition, or some small partitions whole."""
    from pyspark.sql import functions as F

    task, room = F.lit(0), 0
    files = 0
    counts = df.groupBy(*table.partition_by).agg(F.count(F.lit(1)).alias("_n")).orderBy(*table.partition_by).collect()
    for row in counts:
        needed = -(-row["_n"] // ROWS_PER_FILE)
        if needed > 1 or row["_n"] > room:
            files += needed
            room = ROWS_PER_FILE if needed == 1 else 0
        room -= row["_n"] if needed == 1 else 0
        mine = F.lit(True)
        for column in table.partition_by:
            mine = mine & F.col(f"`{column}`").eqNullSafe(F.lit(row[column]))
        place = F.lit(files - needed) + F.pmod(F.xxhash64(*order), F.lit(needed))
        task = F.when(mine, place).otherwise(task)
    return df.repartitionById(files, task.cast("int"))


def _total_order(table: TableSpec) -> list[str]:
    """Columns that order the rows completely: the key; else provenance; else everything that can be compared."""
    if table.key:
        return list(table.key)
    if {"_file", "_row"} <= set(table.names):
        return ["_file", "_row"]
    return [c.name for c in table.columns if "map" not in str(parse_type(c.type))]
