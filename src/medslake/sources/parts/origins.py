"""Where a row comes from: the columns `origin` and `joined` of silver, for rules that join tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import Column

__all__ = ["ORIGIN", "joined", "joined_rows", "origin"]

#: Type of silver's `origin`, and the element type of `joined`.
ORIGIN = "STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT>"


def origin(alias: str | None = None) -> Column:
    """The origin of the row of a bronze frame; `alias` is the frame's alias in a join."""
    from pyspark.sql import functions as F

    return F.col(f"{alias}._origin" if alias else "_origin").alias("origin")


def joined(*aliases: str) -> Column:
    """Origins of the frames joined in, in the order given; sides that an outer join left empty are dropped. No alias = null."""
    from pyspark.sql import functions as F

    if not aliases:
        return F.lit(None).cast(f"ARRAY<{ORIGIN}>").alias("joined")
    return F.filter(F.array(*[origin(alias) for alias in aliases]), lambda one: one["file"].isNotNull()).alias("joined")


def joined_rows(alias: str | None = None) -> Column:
    """Aggregate: the origins of all rows of a group, in order of table, file and row."""
    from pyspark.sql import functions as F

    return F.array_sort(F.collect_set(origin(alias))).alias("joined")
