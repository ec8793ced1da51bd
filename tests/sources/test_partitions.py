"""Silver rows do not depend on how Spark cuts bronze up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import registry
from medslake.ingest.synthetic import native_files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.mark.parametrize("name", ["mimic_iv", "disease_ontology", "icd_codes"])
def test_rows_are_the_same_for_any_partitioning(
    name: str, spark: SparkSession, put: Callable[..., Path], bronze_of: Callable[..., Any]
) -> None:
    source = registry.get("source", name)
    bronze = bronze_of(source, put(native_files(source, 7, 12)))

    def silver(partitions: int) -> list[Any]:
        cut = {table: frame.orderBy("_sha256", "_row").repartition(partitions, "_row") for table, frame in bronze.items()}
        spark.conf.set("spark.sql.shuffle.partitions", str(partitions))
        (frame,) = source.harmonise(cut).values()
        return sorted(frame.collect(), key=lambda row: row["record_id"])

    before = spark.conf.get("spark.sql.shuffle.partitions")
    try:
        assert silver(1) == silver(5)
    finally:
        spark.conf.set("spark.sql.shuffle.partitions", before)
