"""Writes by the real connector: python quiet_road.py ROOT JAR... Prints what of the words of rows stands in the logs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import SparkSession

from medslake.lake import open_lake
from medslake.lake.storage.tables import CommitInfo

sys.path.append(str(Path(__file__).parents[1]))
from lake_rows import document, table

WORD = "vermilion"
NEW, OLDER = "silver.documents", "bronze.older__notes"


def session(jars: list[str]) -> Any:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.jars", ",".join(jars))
    for name, value in {
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.databricks.delta.snapshotPartitions": "2",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
    }.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def documents(spark: Any, *numbers: int) -> Any:
    return spark.createDataFrame(table(NEW, [document(n, title=f"{WORD} {n}") for n in numbers]))


def notes(spark: Any, *numbers: int) -> Any:
    shared = {"_source": "older", "_file": "a.csv", "_sha256": "0" * 64, "_access": "private"}
    return spark.createDataFrame(pa.Table.from_pylist([{"note": f"{WORD} {n}", **shared, "_row": n} for n in numbers]))


def log(lake: Any, name: str) -> str:
    return "".join(path.read_text() for path in sorted((Path(lake.place.table(name)) / "_delta_log").glob("*.json")))


def main(root: str, jars: list[str]) -> None:
    from medslake.lake.schema.ddl import bronze_spec

    spark = session(jars)
    lake = open_lake(root, spark=spark, storage="native")
    lake.tables.append(NEW, documents(spark, 1, 2), CommitInfo("1"))
    lake.tables.append(NEW, documents(spark, 3), CommitInfo("2"))
    lake.tables.upsert(NEW, documents(spark, 3, 4), CommitInfo("3"))
    lake.tables.add_columns(NEW, "remark STRING")
    lake.tables.replace(NEW, documents(spark, 5), CommitInfo("4"), where={"source": "made"})
    lake.tables.optimize(NEW)
    told = log(lake, NEW)
    assert WORD not in told and "r5" in told, "a log of a new table"

    notes(spark, 1).write.format("delta").save(lake.place.table(OLDER, new=True))
    before = log(lake, OLDER)
    assert WORD in before, "the connector tells the words of rows unless it is asked not to"
    lake.tables.append(OLDER, notes(spark, 2), CommitInfo("1"), spec=bronze_spec("older", "notes", "note STRING"))
    lake.tables.optimize(OLDER)
    assert WORD not in log(lake, OLDER).removeprefix(before), "a log of an older table"
    print("quiet")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
