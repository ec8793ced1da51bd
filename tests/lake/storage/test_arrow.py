"""Tables without a JVM: the same rules as the Spark adapters."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow.fs import LocalFileSystem
from things import NAME, ODD_PARTS, THINGS, arrow, specs, thing

from medslake.errors import SchemaMismatch, UnknownName, UsageError
from medslake.lake.schema import ddl
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.stats import bound, footer
from medslake.lake.storage.tables import CommitInfo

JOB = CommitInfo("job")


@pytest.fixture
def tables(tmp_path: Path) -> ArrowTables:
    return ArrowTables(str(tmp_path), specs)


def ids(tables: ArrowTables, **how: object) -> list[str]:
    return sorted(tables.read(NAME, columns=["id"], **how)["id"].to_pylist())


def test_rows_come_back_as_they_were(tables: ArrowTables) -> None:
    rows = arrow(
        *(thing(f"{i:02}", part) for i, part in enumerate(ODD_PARTS)), thing("zz", **{c.name: None for c in THINGS.columns if c.nullable})
    )
    assert tables.append(NAME, rows, JOB).rows == len(ODD_PARTS) + 1
    found = tables.read(NAME).sort_by("id")
    assert found.schema == THINGS.arrow_schema() and found.to_pylist() == rows.to_pylist()
    for i, part in enumerate(ODD_PARTS):
        assert ids(tables, where={"part": part}) == [f"{i:02}"]


def test_rows_are_picked_by_column_and_value(tables: ArrowTables) -> None:
    tables.append(NAME, arrow(thing("1", n=1), thing("2", n=2), thing("3", n=None)), JOB)
    assert ids(tables, where={"n": 2}) == ["2"] and ids(tables, where={"n": None}) == ["3"]
    assert ids(tables, where={"n": [1, 2], "part": "a"}) == ["1", "2"]
    assert tables.read(NAME, columns=["n", "id"]).column_names == ["n", "id"]


def test_the_same_fingerprint_commits_nothing(tables: ArrowTables) -> None:
    done = [tables.replace(NAME, arrow(thing(f)), CommitInfo("job", f)) for f in "AABA"]
    assert [(d.version, d.committed) for d in done] == [(0, True), (0, False), (1, True), (2, True)]
    appended = [tables.append(NAME, arrow(thing("x")), CommitInfo("other", "A")).committed for _ in range(2)]
    upserted = [tables.upsert(NAME, arrow(thing("y")), CommitInfo("third", "A")).committed for _ in range(2)]
    assert appended == upserted == [True, False] and ids(tables) == ["A", "x", "y"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (arrow(thing("1")).drop_columns("part"), "column part: missing, wanted string NOT NULL"),
        (arrow(thing("1")).append_column("zeta", pa.array([1])), "column zeta: found bigint, wanted no such column"),
        (arrow(thing("1")).set_column(2, "n", pa.array(["7"])), "column n: found string, wanted bigint"),
        (arrow(thing("1")).set_column(2, "n", pa.array([7], pa.uint64())), "column n: found uint64, wanted bigint"),
        (
            arrow(thing("1")).set_column(8, "made", pa.array([dt.datetime(2020, 1, 1)])),
            "column made: found timestamp_ntz, wanted timestamp",
        ),
        (arrow(thing("1")).set_column(8, "made", pa.array([1], pa.timestamp("ns", "UTC"))), "column made: "),
        (arrow(thing(None)), "column id: found 1 null values"),  # type: ignore[arg-type]
        (arrow(thing("1", "")), "column part: found 1 empty values"),
    ],
)
def test_rows_that_do_not_fit_are_refused(tables: ArrowTables, rows: pa.Table, told: str) -> None:
    with pytest.raises(SchemaMismatch) as refused:
        tables.append(NAME, rows, JOB)
    assert told in str(refused.value) and NAME in str(refused.value)
    assert not tables.exists(NAME)


def test_only_slices_by_partition_are_replaced(tables: ArrowTables) -> None:
    tables.append(NAME, arrow(thing("1", "50%"), thing("2", "%")), JOB)
    tables.replace(NAME, arrow(thing("3", "50%")), JOB, where={"part": "50%"})
    assert ids(tables) == ["2", "3"]
    with pytest.raises(SchemaMismatch, match="1 rows lie outside the slice part='50%'"):
        tables.replace(NAME, arrow(thing("4", "%")), JOB, where={"part": "50%"})
    with pytest.raises(UsageError, match="its partition columns are part"):
        tables.replace(NAME, arrow(thing("4", "%")), JOB, where={"n": "1"})
    with pytest.raises(UnknownName, match=r"Did you mean 'silver.things'"):
        tables.read("silver.thing")


def test_upsert_rewrites_only_the_files_it_touches(tables: ArrowTables, tmp_path: Path) -> None:
    tables.append(NAME, arrow(thing("1", "a"), thing("2", "a"), thing("3", "%b")), JOB)
    before = {f.path for f in _files(tables)}
    tables.upsert(NAME, arrow(thing("2", "c", n=5), thing("4", "a")), JOB)
    after = {f.path for f in _files(tables)}
    assert {p.split("/")[0] for p in before & after} == {"part=%25b"}
    assert {r["id"]: (r["part"], r["n"]) for r in tables.read(NAME).to_pylist()} == {
        "1": ("a", 2**40), "2": ("c", 5), "3": ("%b", 2**40), "4": ("a", 2**40),
    }  # fmt: skip


def _files(tables: ArrowTables) -> list[object]:
    from medslake.lake.storage.snapshot import open_snapshot

    return list(open_snapshot(tables.place, NAME).files())


def test_statistics_never_hide_a_row(tables: ArrowTables) -> None:
    late = dt.datetime(2020, 1, 1, 0, 0, 0, 123456, tzinfo=dt.UTC)
    rows = arrow(thing("x" * 40, x=float("nan"), made=late), thing("a", x=1.0, n=None, made=late))
    tables.append(NAME, rows, JOB)
    log = (Path(tables.place.table(NAME)) / "_delta_log" / "00000000000000000000.json").read_text().splitlines()
    stats = json.loads(next(json.loads(line)["add"]["stats"] for line in log if "add" in json.loads(line)))
    assert stats["numRecords"] == 2 and stats["nullCount"]["n"] == 1
    assert stats["minValues"]["made"] == "2020-01-01T00:00:00.123Z" and stats["maxValues"]["made"] == "2020-01-01T00:00:00.124Z"
    assert stats["minValues"]["id"] == "a" and stats["maxValues"]["id"] == "x" * 32 + "\U0010ffff"
    assert stats["minValues"]["day"] == "1899-12-31" and not {"x", "amount", "ok", "raw", "tags"} & set(stats["maxValues"])
    assert bound("x" * 32 + "\U0010ffff!", upper=True) is None
    assert bound(dt.datetime.max.replace(tzinfo=dt.UTC), upper=True) is None


def test_newer_ddl_adds_its_columns(tables: ArrowTables) -> None:
    from medslake.lake.schema.ddl import Column, with_columns

    tables.append(NAME, arrow(thing("1")), CommitInfo("job", "A"))
    newer = with_columns(THINGS, [Column("colour", "string", comment="new")])
    later = ArrowTables(tables.place, lambda _: newer)
    later.append(NAME, arrow(thing("2")).append_column("colour", pa.array(["red"])), CommitInfo("later job"))
    assert later.read(NAME, columns=["id", "colour"]).sort_by("id").to_pylist() == [
        {"id": "1", "colour": None},
        {"id": "2", "colour": "red"},
    ]
    assert not later.append(NAME, arrow(thing("1")), CommitInfo("job", "A")).committed
    # A job of an older release still writes; what it does not know is null.
    tables.append(NAME, arrow(thing("3")), JOB)
    assert later.read(NAME, where={"colour": None}).num_rows == 2


def test_a_column_of_another_type_on_disk_is_told(tables: ArrowTables) -> None:
    from dataclasses import replace

    tables.append(NAME, arrow(thing("1")), JOB)
    columns = tuple(replace(c, type="int") if c.name == "n" else c for c in THINGS.columns)
    other = ArrowTables(tables.place, lambda _: replace(THINGS, columns=columns))
    with pytest.raises(SchemaMismatch, match="column n: found bigint on disk, wanted int"):
        other.append(NAME, arrow(thing("1")), JOB)


@pytest.mark.case("26_hash_in_the_lake_path")
@pytest.mark.parametrize("folder", ["a#b", "a?b", "100%", "a%20b", "%25", "a%2Fb", "a\\b", "[x]{y}*", "a:b"])
def test_any_folder_name_works(tmp_path: Path, folder: str) -> None:
    tables = ArrowTables(str(tmp_path / folder), lambda _: THINGS)
    assert tables.names() == [] and not tables.exists(NAME)
    tables.append(NAME, arrow(thing("1", "a"), thing("2", "%b#?")), CommitInfo("job", "A"))
    tables.replace(NAME, arrow(thing("3", "a")), CommitInfo("job/a", "B"), where={"part": "a"})
    assert not tables.replace(NAME, arrow(thing("3", "a")), CommitInfo("job/a", "B"), where={"part": "a"}).committed
    tables.upsert(NAME, arrow(thing("2", "%b#?", n=5)), JOB)
    assert [entry["operation"] for entry in tables.history(NAME)] == ["upsert", "replace", "append"]
    assert {r["id"]: r["n"] for r in tables.read(NAME).to_pylist()} == {"2": 5, "3": 2**40}
    assert sorted(tables.read(NAME, 0)["id"].to_pylist()) == ["1", "2"] and tables.names() == [NAME]
    assert [p.name for p in tmp_path.iterdir()] == [folder]


def test_the_log_holds_no_words_of_a_row(tmp_path: Path) -> None:
    """Over every table of the package: a marker in each text column, and none of it in the log but in ids and classes."""
    words = {"input", "output", "prediction", "reference", "text", "title", "question", "answer", "content", "error", "message", "params"}
    for name in ddl.names():
        spec = ddl.spec(name)
        texts = [c.name for c in spec.columns if c.type.upper() == "STRING"]
        schema = spec.arrow_schema()
        row = {column: f"[{column}]" for column in texts}
        columns = {f.name: pa.array([row.get(f.name)], f.type) for f in schema}
        (tmp_path / name).mkdir()
        pq.write_table(pa.table(columns), tmp_path / name / "a.parquet")
        _, stats = footer(str(tmp_path / name / "a.parquet"), LocalFileSystem())
        assert [column for column in texts if column in words and f"[{column}]" in stats] == [], name
        assert all(not column.endswith("_text") or f"[{column}]" not in stats for column in texts)
