"""Files depend on the rows only, never on how Spark had partitioned them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from things import NAME, THINGS, arrow, thing

from medslake.lake.storage import frames
from medslake.lake.storage.embedded import EmbeddedDelta
from medslake.lake.storage.tables import CommitInfo


def digests(place_table: str) -> list[tuple[str, str]]:
    top = Path(place_table)
    files = [p for p in top.rglob("*.parquet") if "_delta_log" not in p.parts]
    return sorted((str(p.parent.relative_to(top)), hashlib.sha256(p.read_bytes()).hexdigest()) for p in files)


@pytest.mark.parametrize("key", [("id",), ()], ids=["with a key", "without a key"])
def test_one_two_and_seven_partitions_give_the_same_files(
    tmp_path: Path, spark: Any, monkeypatch: pytest.MonkeyPatch, key: tuple[str, ...]
) -> None:
    monkeypatch.setattr(frames, "ROWS_PER_FILE", 20)
    rows = spark.createDataFrame(arrow(*(thing(str(i), "ab"[i % 2], n=i // 3) for i in range(50)))).drop("facts")
    table = replace(THINGS, key=key)
    found = []
    for count in (1, 2, 7):
        tables = EmbeddedDelta(spark, str(tmp_path / str(count)), lambda _: table)
        tables.append(NAME, rows.repartition(count, "n" if count == 2 else "x"), CommitInfo("job"))
        found.append(digests(tables.place.table(NAME)))
        assert tables.read(NAME).count() == 50
    assert found[0] == found[1] == found[2]
    assert {folder for folder, _ in found[0]} == {"part=a", "part=b"} and 4 <= len(found[0]) <= 6


def test_small_data_is_one_file_in_key_order(tmp_path: Path, spark: Any) -> None:
    import pyarrow.parquet as pq

    tables = EmbeddedDelta(spark, str(tmp_path), lambda _: THINGS)
    tables.append(NAME, spark.createDataFrame(arrow(*(thing(f"{i:03}") for i in range(100)))).repartition(5), CommitInfo("job"))
    files = list(Path(tables.place.table(NAME)).rglob("*.parquet"))
    assert len(files) == 1
    assert pq.read_table(files[0], columns=["id"])["id"].to_pylist() == [f"{i:03}" for i in range(100)]


def test_rows_are_computed_once_and_cached_rows_are_not_cached_again(tmp_path: Path, spark: Any) -> None:
    calls = spark.sparkContext.accumulator(0)

    def count(batches: Any) -> Any:
        for batch in batches:
            calls.add(batch.num_rows)
            yield batch

    plain = spark.createDataFrame(arrow(*(thing(str(i)) for i in range(10))))
    computed = plain.mapInArrow(count, plain.schema)
    EmbeddedDelta(spark, str(tmp_path), lambda _: THINGS).append(NAME, computed, CommitInfo("job"))
    assert calls.value == 10
    cached = plain.cache()
    cached.count()
    with frames.held(cached.where("n > 0").select("id")) as held:
        assert not held.is_cached
    with frames.held(plain.groupBy("part").count()) as held:
        assert held.is_cached
    assert not held.is_cached
    cached.unpersist()
