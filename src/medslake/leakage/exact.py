"""Exact duplicates after normalisation between training instances and benchmark rows, in Spark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medslake.lake.access import sql_highest
from medslake.leakage.normalise import key

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["COLUMNS", "Leak", "duplicates", "fingerprints", "verdicts"]

#: Columns of a frame of fingerprints: who a text belongs to, where it came from, and the key of its normal form.
COLUMNS = ("instance_id", "task_id", "source", "access", "file", "row", "key")


@dataclass(frozen=True)
class Leak:
    """One verdict: a training instance (or a shot, by `side`) with the input of a benchmark row; fields as in ops.contamination."""

    train_instance_id: str
    train_task_id: str
    bench_instance_id: str
    bench_task_id: str
    side: str
    test: str
    score: float
    action: str
    source: str
    train_file: str
    train_row: int
    bench_file: str
    bench_row: int
    access: str

    def __str__(self) -> str:
        what = "training instance" if self.side == "train" else "shot"
        return (
            f"{what} {self.train_instance_id} ({self.train_task_id}, source {self.source}, file {self.train_file}, row {self.train_row}) "
            f"equals benchmark instance {self.bench_instance_id} ({self.bench_task_id}, file {self.bench_file}, row {self.bench_row})"
        )


def fingerprints(rows: DataFrame, text: str = "input", extra: Mapping[str, str] | None = None) -> DataFrame:
    """COLUMNS of frames shaped like gold.instructions or gold.benchmark; rows whose normal form is empty are left out.

    extra: further columns by name, as SQL expressions over `rows`.
    """
    from pyspark.sql import functions as F

    marked = rows.select(
        "instance_id",
        "task_id",
        "source",
        "access",
        F.col("origin.file").alias("file"),
        F.col("origin.row").alias("row"),
        key(text).alias("key"),
        *[F.expr(sql).alias(name) for name, sql in (extra or {}).items()],
    )
    return marked.where("key is not null")


def duplicates(train: DataFrame, bench: DataFrame) -> DataFrame:
    """Every training row that has an equal benchmark row, paired with the first one (by instance id); both frames are fingerprints."""
    from pyspark.sql import functions as F

    # One benchmark row per key keeps 10,000 equal rows against 1,000 equal rows from becoming ten million pairs.
    first = bench.groupBy("key").agg(F.min(F.struct("instance_id", "task_id", "file", "row", "access")).alias("b"))
    return train.join(first, "key")


def verdicts(pairs: DataFrame, *, side: str, action: str) -> DataFrame:
    """Pairs with the training row's columns and the struct `b` of the benchmark row, as the fields of Leak."""
    return pairs.selectExpr(
        "instance_id as train_instance_id",
        "task_id as train_task_id",
        "b.instance_id as bench_instance_id",
        "b.task_id as bench_task_id",
        f"'{side}' as side",
        "'exact' as test",
        "1.0d as score",
        f"'{action}' as action",
        "source",
        "file as train_file",
        "row as train_row",
        "b.file as bench_file",
        "b.row as bench_row",
        f"{sql_highest('access', 'b.access')} as access",
    )
