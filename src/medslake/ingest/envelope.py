"""What every bronze frame knows of its rows, and what every silver row bears whatever its source: filled here, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from medslake.errors import UsageError
from medslake.lake.access import LEVELS, highest
from medslake.lake.schema.ddl import TableSpec
from medslake.sources import ASIDE, FILLED, ORIGIN, Source, quoted, unpacked_sql

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

__all__ = ["enveloped", "located", "set_aside", "set_aside_by_join"]


def located(bronze: DataFrame, source: Source, table: str, version: int) -> DataFrame:
    """A bronze frame for the rules: `_origin` says where each record is, `_split` what its file says, `_file` the file's name
    as if zips were unpacked. table: the full name."""
    from pyspark.sql import functions as F

    place = F.struct(
        F.lit(table).alias("table"),
        F.lit(version).cast("bigint").alias("version"),
        F.col("_file").alias("file"),
        F.col("_sha256").alias("sha256"),
        F.col("_row").alias("row"),
    )
    told = [split.sql("_file") for split in source.splits if split.is_by_file]
    seen = {"_origin": place.cast(ORIGIN), "_split": F.expr(told[0]) if told else F.lit(None).cast("string")}
    return bronze.withColumns({**seen, "_file": F.expr(unpacked_sql("_file"))})


def enveloped(source: Source, spec: TableSpec, frame: DataFrame, classes: Mapping[str, str]) -> DataFrame:
    """The rows of one rule with all columns of the silver kind, in its order, without those that the rule sets aside.

    classes: bronze table (full name) -> access class of its rows. Raises UsageError for a column that the kind does not have or the core
    fills, and for a required one that is left out.
    """
    columns = _columns(source, spec, frame, classes)
    return (frame.where(f"size({ASIDE}) = 0") if ASIDE in frame.columns else frame).select(*columns)


def set_aside(source: Source, spec: TableSpec, frame: DataFrame, classes: Mapping[str, str]) -> DataFrame:
    """The rows that a rule with ASIDE sets aside, as `Run.quarantine` takes them."""
    from pyspark.sql import functions as F

    rows = frame.where(f"size({ASIDE}) > 0").select(*_columns(source, spec, frame, classes), ASIDE)
    return _quarantined(rows, source, "origin", F.struct(*spec.names), F.col("access"))


def set_aside_by_join(source: Source, aside: DataFrame, classes: Mapping[str, str]) -> DataFrame:
    """Bronze rows (with `_origin` and ASIDE) that a join set aside, as `Run.quarantine` takes them."""
    from pyspark.sql import functions as F

    access = F.col("_access") if "_access" in aside.columns else F.lit(highest(*classes.values()))
    native = [name for name in aside.columns if not name.startswith("_")]
    return _quarantined(aside, source, "_origin", F.struct(*native), access)


def _quarantined(rows: DataFrame, source: Source, origin: str, content: Column, access: Column) -> DataFrame:
    from pyspark.sql import functions as F

    return rows.select(
        F.lit(source.name).alias("source"),
        F.col(f"{origin}.file").alias("file"),
        F.col(f"{origin}.sha256").alias("sha256"),
        F.col(f"{origin}.row").alias("row"),
        F.col(ASIDE).alias("rules"),
        F.to_json(content, {"ignoreNullFields": "false"}).alias("content"),
        access.alias("access"),
    )


def _columns(source: Source, spec: TableSpec, frame: DataFrame, classes: Mapping[str, str]) -> list[Column]:
    """Those of the kind over the columns that a rule makes."""
    from pyspark.sql import functions as F

    made = set(frame.columns) - {ASIDE}
    odd = sorted(name for name in made if name not in spec.names or name in FILLED)
    if odd:
        raise UsageError(f"source {source.name}: a rule of {spec.name} makes {', '.join(odd)}, which the kind lacks or the core fills.")
    if "origin" not in made:
        raise UsageError(f"source {source.name}: a rule of {spec.name} does not say the origin of its rows.", hint="Select origin().")
    filled: dict[str, Column] = {
        "language": F.lit(source.language),
        "domain": F.lit(source.domain),
        "source": F.lit(source.name),
        "access": _access("joined" in made, classes),
    }
    if source.splits:
        filled["split"] = F.expr(f"coalesce({', '.join(split.sql() for split in source.splits)})")
    absent = [c.name for c in spec.columns if not c.nullable and c.name not in made and c.name not in filled]
    if absent:
        raise UsageError(f"source {source.name}: a rule of {spec.name} leaves out {', '.join(absent)}, which the kind requires.")
    return [F.col(c.name) if c.name in made else filled.get(c.name, F.lit(None).cast(c.type)).alias(c.name) for c in spec.columns]


def _access(names_joined: bool, classes: Mapping[str, str]) -> Column:
    """The highest class of the records that a row names; of all that the rules may read where the rule names none of the joined."""
    from pyspark.sql import functions as F

    if len(set(classes.values())) == 1 or not names_joined:
        return F.lit(highest(*classes.values()))
    known = " ".join(f"WHEN {quoted(table)} THEN {LEVELS.index(access)}" for table, access in classes.items())

    def level(table: str) -> str:
        return f"(CASE {table} {known} ELSE {len(LEVELS) - 1} END)"

    others = f"array_max(transform(joined, j -> {level('j.table')}))"
    return F.expr(f"element_at(array({', '.join(map(quoted, LEVELS))}), greatest({level('origin.table')}, coalesce({others}, 0)) + 1)")
