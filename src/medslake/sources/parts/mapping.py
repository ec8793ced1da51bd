"""Columns that every source's harmonise needs: where a row comes from, and which split it falls into.

The frames handed to `Source.harmonise` are bronze tables plus two columns that `located` adds: `_table` and `_version`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

__all__ = ["ORIGIN", "hash_split", "joined", "joined_rows", "located", "origin"]

#: Type of silver's `origin`, and the element type of `joined`.
ORIGIN = "STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT>"


def located(bronze: DataFrame, table: str, version: int) -> DataFrame:
    """A bronze frame that knows its own full table name and version, so that `origin` can say them."""
    from pyspark.sql import functions as F

    return bronze.withColumns({"_table": F.lit(table), "_version": F.lit(version).cast("bigint")})


def origin(alias: str | None = None) -> Column:
    """The origin struct of the row of a located bronze frame; `alias` is the frame's alias in a join."""
    from pyspark.sql import functions as F

    at = f"{alias}." if alias else ""
    return F.struct(
        F.col(f"{at}_table").alias("table"),
        F.col(f"{at}_version").cast("bigint").alias("version"),
        F.col(f"{at}_file").alias("file"),
        F.col(f"{at}_sha256").alias("sha256"),
        F.col(f"{at}_row").alias("row"),
    ).cast(ORIGIN)


def joined(*aliases: str) -> Column:
    """Origins of the frames joined in, in the order given; sides that an outer join left empty are dropped. No alias = null."""
    from pyspark.sql import functions as F

    if not aliases:
        return F.lit(None).cast(f"ARRAY<{ORIGIN}>")
    return F.filter(F.array(*[origin(alias) for alias in aliases]), lambda one: one["file"].isNotNull())


def joined_rows(alias: str | None = None) -> Column:
    """Aggregate: the origins of all rows of a group, in order of table, file and row."""
    from pyspark.sql import functions as F

    return F.array_sort(F.collect_set(origin(alias)))


def hash_split(col: Column | str, seed: int = 2025, train: float = 0.9, validation: float = 0.0) -> Column:
    """'train', 'validation' or 'test' by the first 32 bits of SHA-256 of `<seed>:<value>`, so that any language can recompute it.

    train, validation: shares in [0, 1]; the rest is test. Equal values always fall into the same split; null falls into train.
    """
    from pyspark.sql import functions as F

    value = F.concat(F.lit(f"{seed}:"), F.coalesce(F.col(col) if isinstance(col, str) else col, F.lit("")).cast("string"))
    share = F.conv(F.substring(F.sha2(value, 256), 1, 8), 16, 10).cast("bigint") / F.lit(float(2**32))
    picked = F.when(share < train, "train").when(share < train + validation, "validation").otherwise("test")
    return F.when(F.col(col).isNull() if isinstance(col, str) else col.isNull(), "train").otherwise(picked)
