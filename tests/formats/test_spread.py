"""One large file that cannot be cut: a task reads it, many go on with its records, and every record keeps its number."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from medslake.formats import Delivered, NativeFile
from medslake.ingest.scan import scan
from medslake.registry import get

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ROWS = 12_000
SCHEMA = "id BIGINT, text STRING"
CSV = "id,text\n" + "".join(f"{n},{'x' * (n * 7919 % 40)}\n" for n in range(1, ROWS + 1))
#: Every hundredth field goes over two lines.
SPANNING = "id,text\n" + "".join(f'{n},"one{chr(10) if n % 100 == 0 else " "}two"\n' for n in range(1, ROWS + 1))
JSONL = "".join(json.dumps({"id": n, "text": "y" * (n % 30)}) + "\n" for n in range(1, ROWS + 1))


@pytest.fixture
def blocks(spark: SparkSession) -> Iterator[int]:
    """Bytes of a block, far fewer than the files have."""
    old = spark.conf.get("spark.sql.files.maxPartitionBytes")
    spark.conf.set("spark.sql.files.maxPartitionBytes", "16384")
    yield 16384
    spark.conf.set("spark.sql.files.maxPartitionBytes", old)


def read(spark: SparkSession, form: str, *files: Path) -> DataFrame:
    delivered = [seen(path, '"' if form == "csv" else "") for path in files]
    return get("format", form).read(spark, NativeFile("t", ("*",), form, SCHEMA, options=get("format", form).options), delivered)


def seen(path: Path, quote: str) -> Delivered:
    return scan("made", path.name, str(path), lambda: path.open("rb"), text=True, lines=True, quote=quote).delivered


def tasks_and_rows(rows: DataFrame) -> tuple[int, list[int], list[tuple[str, int, int]]]:
    """Tasks, rows of each, and (file, number in the file, id) of all rows."""
    from pyspark.sql import functions as F

    sizes = [row["count"] for row in rows.groupBy(F.spark_partition_id().alias("at")).count().collect()]
    found = sorted((row["_file"], row["_row"], row["id"]) for row in rows.select("_file", "_row", "id").collect())
    return rows.rdd.getNumPartitions(), sizes, found


@pytest.mark.parametrize(("form", "content"), [("csv", CSV), ("csv", SPANNING), ("jsonl", JSONL)], ids=["lines", "spanning", "jsonl"])
def test_records_of_one_gz_are_spread_with_their_numbers(form: str, content: str, blocks: int, spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "big.gz"
    path.write_bytes(gzip.compress(content.encode()))
    assert path.stat().st_size * 2 < len(content)
    rows = read(spark, form, path)
    tasks, sizes, found = tasks_and_rows(rows)
    assert tasks == len(content.encode()) // blocks + 1
    # A thousand rows that follow each other go to one task, the first of thirteen runs with those before number 1000.
    assert len(sizes) == min(tasks, 13) and max(sizes) <= 1000
    assert found == [("big.gz", n, n) for n in range(1, ROWS + 1)]
    assert rows.where("_error is not null").count() == 0
    assert [row["_sha256"] for row in rows.select("_sha256").distinct().collect()] == [sha256(path.read_bytes()).hexdigest()]
    # The same rows go the same way in every run.
    again = read(spark, form, path)
    assert [r.asDict() for r in again.limit(20).collect()] == [r.asDict() for r in rows.limit(20).collect()]


def test_small_ones_stay_where_they_are(blocks: int, spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "small.gz"
    path.write_bytes(gzip.compress(CSV[: 2 * blocks].rpartition("\n")[0].encode()))
    assert read(spark, "csv", path).rdd.getNumPartitions() == 1


def test_large_and_small_files_together(blocks: int, spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(CSV.encode()))
    (tmp_path / "b.gz").write_bytes(gzip.compress(CSV[:2000].rpartition("\n")[0].encode()))
    (tmp_path / "c.csv").write_text(CSV)
    *_, found = tasks_and_rows(read(spark, "csv", *sorted(tmp_path.iterdir())))
    counts = {name: [n for file, n, id in found if file == name and n == id] for name in ("a.gz", "b.gz", "c.csv")}
    few = CSV[:2000].rpartition("\n")[0].count("\n")
    assert counts == {name: list(range(1, n + 1)) for name, n in (("a.gz", ROWS), ("b.gz", few), ("c.csv", ROWS))}
