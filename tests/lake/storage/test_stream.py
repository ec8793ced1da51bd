"""Rows that come as a stream: checked and written in chunks, by the same rules as a table, all or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lake_rows import document, table
from things import NAME, THINGS, arrow, specs, thing

from medslake.errors import DataCheckFailed, SchemaMismatch, UsageError
from medslake.lake import open_lake
from medslake.lake.storage import stream
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.stream import Stream
from medslake.lake.storage.tables import CommitInfo

MADE = {"source": "made"}


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "CHUNK_BYTES", 1)
    monkeypatch.setattr(stream, "CHUNKS_PER_FILE", 3)


def streamed(rows: pa.Table, folder: Path, size: int = 10) -> Stream:
    """Rows in an Arrow file of batches of `size` rows."""
    with pa.ipc.new_file(str(folder / "rows.arrow"), rows.schema) as writer:
        writer.write_table(rows, max_chunksize=size)
    return Stream.of_file(folder / "rows.arrow")


def things(count: int, **more: Any) -> pa.Table:
    return arrow(*(thing(f"{n:04}", **more) for n in range(count)))


def documents(numbers: list[int], **more: Any) -> pa.Table:
    return table("silver.documents", [document(n, record_id=f"r{n:04}", **more) for n in numbers])


def test_a_stream_and_a_table_leave_the_same_rows(tmp_path: Path) -> None:
    tables = ArrowTables(str(tmp_path / "lake"), specs)
    tables.append(NAME, arrow(thing("other", "b")), CommitInfo("job"))
    done = tables.replace(NAME, streamed(things(95), tmp_path), CommitInfo("job", "f"), where={"part": "a"})
    assert (done.rows, done.committed) == (95, True)
    assert tables.read(NAME, where={"part": "a"}).to_pylist() == things(95).to_pylist()
    assert tables.count(NAME) == 96
    files = sorted(Path(tables.place.table(NAME), "part=a").glob("*.parquet"))
    assert [pq.read_metadata(f).num_row_groups for f in files] == [3, 3, 3, 1]
    assert not tables.replace(NAME, streamed(things(95), tmp_path), CommitInfo("job", "f"), where={"part": "a"}).committed


@pytest.mark.parametrize(
    ("rows", "where", "told"),
    [
        (things(30), {}, "its part is not given"),
        (things(30, part="b"), {"part": "a"}, "rows lie outside the slice"),
        (pa.concat_tables([things(15), things(15)]), {"part": "a"}, "in order of"),
        (pa.concat_tables([things(10), things(10)]), {"part": "a"}, "in order of"),
        (things(30).set_column(0, "id", pa.array([None] * 30, pa.string())), {"part": "a"}, "column id: found 10 null values"),
        (things(30).drop_columns("part"), {"part": "a"}, "column part: missing"),
    ],
)
def test_a_stream_that_does_not_fit_is_refused_whole(tmp_path: Path, rows: pa.Table, where: dict[str, str], told: str) -> None:
    tables = ArrowTables(str(tmp_path / "lake"), specs)
    with pytest.raises((SchemaMismatch, UsageError), match=told):
        tables.replace(NAME, streamed(rows, tmp_path), CommitInfo("job"), where=where)
    assert not tables.exists(NAME)
    assert not list(Path(tables.place.base).rglob("*.parquet"))


def test_keys_of_several_columns_and_no_rows(tmp_path: Path) -> None:
    spec = THINGS.__class__(THINGS.name, THINGS.columns, THINGS.partition_by, ("part", "n", "id"))
    tables = ArrowTables(str(tmp_path / "lake"), lambda _: spec)
    rows = arrow(*(thing(f"{n % 5}", n=n // 5) for n in range(50)))
    assert tables.replace(NAME, streamed(rows, tmp_path, 7), CommitInfo("job"), where={"part": "a"}).rows == 50
    turned = rows.take(pa.array([*range(30), 31, 30, *range(32, 50)]))
    with pytest.raises(SchemaMismatch, match="part, n, id"):
        tables.replace(NAME, streamed(turned, tmp_path, 7), CommitInfo("job"), where={"part": "a"})
    assert tables.replace(NAME, streamed(rows.slice(0, 0), tmp_path), CommitInfo("job"), where={"part": "a"}).rows == 0
    assert tables.count(NAME) == 0


def test_a_run_checks_every_chunk_and_tells_the_sums(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path / "lake"))
    rows = streamed(documents(list(range(1, 41))), tmp_path)
    with lake.run("ingest") as run:
        written = run.write("silver.documents", lambda: rows, slice=MADE, fingerprint="f")
    assert (written.rows, written.quarantined, written.committed) == (40, 0, True)
    checks = lake.arrow.read("ops.quality_results").to_pylist()
    assert {(c["success"], c["unexpected"], c["rows"]) for c in checks} == {(True, 0, 40)}
    assert "in_set(split)" in {c["rule"] for c in checks}
    with lake.run("ingest") as again:
        assert not again.write("silver.documents", lambda: rows, slice=MADE, fingerprint="f").committed


def test_one_broken_row_refuses_all(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path / "lake"))
    good, bad = documents(list(range(1, 26))), documents([26, 27], split="dev")
    rows = streamed(pa.concat_tables([good, bad, documents([28])]), tmp_path)
    with pytest.raises(DataCheckFailed, match=r"in_set\(split\): broken by 2 of 28 rows"), lake.run("ingest") as run:
        run.write("silver.documents", rows, slice=MADE, fingerprint="f")
    assert not lake.exists("silver.documents") and not lake.exists("ops.quarantine")
    failed = lake.arrow.read("ops.quality_results", where={"success": False}).to_pylist()
    assert [(c["rule"], c["unexpected"], c["rows"]) for c in failed] == [("in_set(split)", 2, 28)]


def test_no_more_than_a_chunk_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "CHUNK_BYTES", 1 << 20)
    monkeypatch.setattr(stream, "CHUNKS_PER_FILE", 16)
    tables = ArrowTables(str(tmp_path / "lake"), specs)
    rows = things(2000, raw=b"\x07" * 20_000)
    size = rows.nbytes
    lazily = streamed(rows, tmp_path)
    del rows
    pool = pa.default_memory_pool()
    before, tops = pool.bytes_allocated(), list[int]()

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in lazily.batches():
            tops.append(pool.bytes_allocated())
            yield batch

    tables.replace(NAME, Stream(lazily.schema, batches), CommitInfo("job"), where={"part": "a"})
    assert len(tops) > 20 and size > 40_000_000
    assert max(tops) - before < size / 4
