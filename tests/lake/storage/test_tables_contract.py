"""What every storage adapter must do. `embedded` runs in the main environment; `native` runs on a Spark Connect server with its own Delta
(Sail), in an environment of its own, when MEDSLAKE_NATIVE=1. The latter proves our calls, not the JVM connector."""

from __future__ import annotations

import datetime as dt
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from things import NAME, ODD_PARTS, THINGS, arrow, specs, thing

from medslake.errors import SchemaMismatch, UnknownName, UsageError
from medslake.lake.schema import ddl
from medslake.lake.sql.spark import run as sql
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.snapshot import open_snapshot
from medslake.lake.storage.tables import CommitInfo, Tables
from medslake.lake.storage.transactions import current, noted
from medslake.lake.store import open_tables

NATIVE = os.environ.get("MEDSLAKE_NATIVE") == "1"
EMBEDDED_ONLY = pytest.mark.skipif(NATIVE, reason="the Connect server has no such statement")


@pytest.fixture(scope="session")
def sail() -> Iterator[Any]:
    """A session of a Spark Connect server with Delta, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("sail")), "spark", "server", "--ip", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        from pyspark.sql import SparkSession

        session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
        session.conf.set("spark.sql.session.timeZone", "UTC")
        yield session
        # A client that is still open asks its dead server at exit, again and again.
        session.stop()
    finally:
        server.kill()
        server.wait()


@pytest.fixture(
    params=[
        pytest.param("embedded", marks=[pytest.mark.spark, pytest.mark.skipif(NATIVE, reason="runs in the main environment")]),
        pytest.param("native", marks=[pytest.mark.native, pytest.mark.skipif(not NATIVE, reason="needs MEDSLAKE_NATIVE=1 and pysail")]),
    ]
)
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Tables:
    session = request.getfixturevalue("sail" if request.param == "native" else "spark")
    # The server's object store spells blanks and brackets of a local root its own way.
    root = tmp_path / ("lake" if NATIVE else "a lake [1] #?")
    found = open_tables(session, str(root), "auto", specs)
    assert found.kind == request.param
    return found


def frame(tables: Tables, *rows: dict[str, Any]) -> Any:
    if not rows:
        return frame(tables, thing("none")).where("id is null")
    return tables.spark.createDataFrame(arrow(*rows))


def ids(tables: Tables, version: int | None = None) -> list[str]:
    return sorted(r.id for r in tables.read(NAME, version).select("id").collect())


def info(app: str = "job", fingerprint: str | None = None, **metadata: Any) -> CommitInfo:
    return CommitInfo(app, fingerprint, metadata)


def test_the_first_write_makes_the_table_and_keeps_every_type(tables: Tables) -> None:
    assert not tables.exists(NAME)
    blank = {c.name: None for c in THINGS.columns if c.nullable}
    rows = arrow(thing("1"), thing("2", **blank))
    done = tables.append(NAME, frame(tables, thing("1"), thing("2", **blank)), info())
    assert (done.version, done.rows, done.committed) == (0, 2, True)
    assert tables.exists(NAME) and tables.names() == [NAME] and tables.version(NAME) == 0
    df = tables.read(NAME)
    assert df.columns == list(THINGS.names)
    assert [f.dataType.simpleString() for f in df.schema.fields] == [c.type for c in THINGS.columns]
    assert ArrowTables(tables.place, specs).read(NAME).sort_by("id").to_pylist() == rows.to_pylist()
    found = {r.id: r for r in df.selectExpr("*", "unix_micros(made) as micros").collect()}
    assert found["1"].micros == int(dt.datetime(2020, 2, 29, 23, 59, 59, tzinfo=dt.UTC).timestamp()) * 10**6 + 999999
    assert found["1"].pairs[0].value == 1 and found["2"].pairs is None
    assert "facts" not in df.columns or found["1"].facts == {"k": "v", "none": None}


@EMBEDDED_ONLY
def test_comments_key_and_not_null_land_in_the_table(tables: Tables) -> None:
    tables.append(NAME, frame(tables, thing("1")), info())
    told = {"comment": "it's the key", "medslake.not_null": True, "medslake.key": 1}
    assert tables.read(NAME).schema["id"].metadata == told
    assert ArrowTables(tables.place, specs).read(NAME).num_rows == 1


def test_the_same_fingerprint_commits_nothing(tables: Tables) -> None:
    def write(fingerprint: str) -> tuple[int, int, bool]:
        done = tables.replace(NAME, frame(tables, thing(fingerprint), thing("x")), info("job", fingerprint))
        return done.version, done.rows, done.committed

    assert tables.exists(NAME) is False
    # An adapter whose commits bear one transaction signs in versions of its own.
    versions, rows, committed = zip(*[write(f) for f in "AABA"], strict=True)
    assert rows == (2, 2, 2, 2) and committed == (True, False, True, True)
    assert versions[0] == 0 and versions[1] < versions[2] < versions[3]
    # Another job's commit in between takes nothing away.
    tables.append(NAME, frame(tables, thing("y")), info("other job", "A"))
    assert write("A") == (tables.version(NAME), 3, False)
    there = open_snapshot(tables.place, NAME)
    assert current(there, {"job": "A", "other job": "A", "nobody": "A"}) == {"job", "other job"}
    assert current(there, {"job": "B", "other job": None}) == set()
    assert noted(there, "other job", "rows") == 1
    assert ids(tables) == ["A", "x", "y"]


def test_a_slice_is_replaced_and_nothing_else(tables: Tables) -> None:
    tables.append(NAME, frame(tables, *(thing(str(i), part) for i, part in enumerate(ODD_PARTS))), info())
    for part in ("a/b c", "50%", "%20", "é ü 中", "it's", "a\\b", "007"):
        done = tables.replace(NAME, frame(tables, thing(f"new {part}", part)), info(), where={"part": part})
        assert done.rows == 1
        now = {r.id: r.part for r in tables.read(NAME).select("id", "part").collect()}
        assert len(now) == len(ODD_PARTS) and now[f"new {part}"] == part and sorted(now.values()) == sorted(ODD_PARTS)
    gone = tables.replace(NAME, frame(tables), info(), where={"part": "50%"})
    assert gone.rows == 0 and tables.read(NAME).count() == len(ODD_PARTS) - 1
    assert tables.read(NAME).where("part = '007'").count() == 1
    whole = tables.replace(NAME, frame(tables, thing("only")), info())
    assert whole.rows == 1 and ids(tables) == ["only"]


@EMBEDDED_ONLY
@pytest.mark.parametrize("folder", ["a%20b", "a\\b"])
def test_folder_names_that_delta_rs_reads_otherwise(tables: Tables, tmp_path: Path, folder: str) -> None:
    odd = open_tables(tables.spark, str(tmp_path / folder), "auto", specs)
    odd.append(NAME, frame(tables, thing("1", "a"), thing("2", "50%")), info())
    odd.replace(NAME, frame(tables, thing("3", "50%")), info("job", "f"), where={"part": "50%"})
    assert ids(odd) == ["1", "3"] and ids(odd, 0) == ["1", "2"] and odd.names() == [NAME]
    odd.append(NAME, frame(tables, thing("4", "50%")), info())
    done = odd.optimize(NAME)
    assert (done.files_before, done.files_after) == (3, 2) and ids(odd) == ["1", "3", "4"]
    assert odd.vacuum(NAME, dry_run=False).files == () and ids(odd, 0) == ["1", "2"]


def test_many_slices_are_replaced_by_one_commit(tables: Tables) -> None:
    tables.append(NAME, frame(tables, *(thing(f"old {part}", part) for part in ODD_PARTS)), info())
    some = ["a/b c", "50%", "it's", "a\\b", "007"]
    parts = {f"job/{part}": {"part": part, "fingerprint": f"f {part}", "rows": int(part != "50%")} for part in some}
    rows = frame(tables, *(thing(f"new {part}", part) for part in some if part != "50%"))
    done = tables.replace(NAME, rows, CommitInfo("all", None, {"run": "r"}, parts), where={"part": some}, count=4)
    assert (done.version, done.rows, done.committed) == (1, 4, True)
    left = {f"old {part}" for part in ODD_PARTS if part not in some}
    assert set(ids(tables)) == left | {f"new {part}" for part in some if part != "50%"}
    told = next(entry["metadata"] for entry in tables.history(NAME) if entry["operation"] == "replace")
    assert told["where"] == {"part": some} and told["parts"] == parts and told["run"] == "r"
    fingerprints = {app: str(kept["fingerprint"]) for app, kept in parts.items()}
    assert current(open_snapshot(tables.place, NAME), fingerprints | {"job/x": "f"}) == parts.keys()
    # All of it again is nothing to do; a part of it with another fingerprint is.
    again = tables.replace(NAME, rows, CommitInfo("all", None, None, parts), where={"part": some})
    assert (again.version, again.rows, again.committed) == (tables.version(NAME), 4, False)
    one = {"job/007": {"part": "007", "fingerprint": "new", "rows": 0}, "job/it's": parts["job/it's"]}
    assert tables.replace(NAME, frame(tables), CommitInfo("all", None, None, one), where={"part": ["007", "it's"]}).version > again.version
    assert current(open_snapshot(tables.place, NAME), fingerprints) == parts.keys() - {"job/007"}
    with pytest.raises(SchemaMismatch, match="1 rows lie outside the slice part='007', 'true'"):
        tables.replace(NAME, frame(tables, thing("x", "true"), thing("y", "b")), info(), where={"part": ["007", "true"]}, count=2)


def test_rows_outside_the_slice_are_refused(tables: Tables) -> None:
    tables.append(NAME, frame(tables, thing("1", "a")), info())
    with pytest.raises(SchemaMismatch, match=r"silver.things: 1 rows lie outside the slice part='a'"):
        tables.replace(NAME, frame(tables, thing("2", "a"), thing("3", "b")), info(), where={"part": "a"})
    with pytest.raises(UsageError, match="cannot replace by 'id': its partition columns are part"):
        tables.replace(NAME, frame(tables, thing("2", "a")), info(), where={"id": "1"})
    assert tables.version(NAME) == 0 and ids(tables) == ["1"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (["* except (part)"], "column part: missing, wanted string NOT NULL"),
        (["*", "1 as zeta"], "column zeta: found int, wanted no such column"),
        (["* except (n)", "'7' as n"], "column n: found string, wanted bigint"),
        (["* except (n)", "1.5D as n"], "column n: found double, wanted bigint"),
        (["* except (pairs)", "array(named_struct('value', 1, 'name', 'p')) as pairs"], "found array<struct<value:int,name:string>>"),
        (["* except (id)", "cast(null as string) as id"], "column id: found 1 null values, wanted string NOT NULL"),
        (["* except (part)", "'' as part"], "column part: found 1 empty values"),
    ],
)
def test_rows_that_do_not_fit_are_refused(tables: Tables, change: list[str], told: str) -> None:
    good = frame(tables, thing("1"))
    bad = _changed(good, change)
    with pytest.raises(SchemaMismatch) as refused:
        tables.append(NAME, bad, info())
    assert told in str(refused.value) and NAME in str(refused.value)
    assert not tables.exists(NAME)


def _changed(df: Any, change: list[str]) -> Any:
    dropped = [c[len("* except (") : -1] for c in change if c.startswith("* except")]
    return df.selectExpr(*[f"`{c}`" for c in df.columns if c not in dropped], *[c for c in change if not c.startswith("*")])


def test_lossless_changes_of_type_are_made(tables: Tables) -> None:
    df = _changed(frame(tables, thing("1")), ["* except (n)", "* except (x)", "* except (tags)", "* except (day)", "cast(7 as int) as n"])
    df = df.selectExpr("*", "cast(0.5 as float) as x", "null as tags")
    tables.append(NAME, df, info())
    row = tables.read(NAME).first()
    assert (row.n, row.x, row.tags, row.day) == (7, 0.5, None, None)
    assert [f.dataType.simpleString() for f in tables.read(NAME).schema.fields] == [c.type for c in THINGS.columns]


def test_upsert_updates_and_inserts(tables: Tables) -> None:
    first = tables.upsert(NAME, frame(tables, thing("1", "a"), thing("2", "b")), info())
    assert (first.version, first.rows) == (0, 2)
    done = tables.upsert(NAME, frame(tables, thing("2", "b", n=5), thing("3", "c")), info())
    assert (done.rows, done.committed) == (2, True)
    assert {r.id: r.n for r in tables.read(NAME).collect()} == {"1": 2**40, "2": 5, "3": 2**40}
    with pytest.raises(SchemaMismatch, match=r"key \(id\): found 1 keys more than once .* \{'id': '9'\}"):
        tables.upsert(NAME, frame(tables, thing("9", "a"), thing("9", "b")), info())
    with pytest.raises(SchemaMismatch, match="column n: found 1 null values"):
        tables.upsert(NAME, frame(tables, thing("9", n=None)), info(), on=["n"])
    assert tables.version(NAME) == done.version and ids(tables, 0) == ["1", "2"]


def test_versions_can_be_read_back(tables: Tables) -> None:
    tables.append(NAME, frame(tables, thing("1")), info())
    tables.append(NAME, frame(tables, thing("2")), info())
    tables.replace(NAME, frame(tables, thing("3")), info())
    assert [ids(tables, v) for v in (0, 1, 2, None)] == [["1"], ["1", "2"], ["3"], ["3"]]
    with pytest.raises(UsageError, match=rf"silver.things has no version 9 \(newest: {tables.version(NAME)}\)"):
        tables.read(NAME, 9).count()
    with pytest.raises(UnknownName, match=r"No table in this lake is named 'silver.thing'. Did you mean 'silver.things'"):
        tables.read("silver.thing")
    with pytest.raises(UsageError, match="not a table name"):
        tables.read("../etc/passwd")


def test_history_tells_who_wrote_what(tables: Tables) -> None:
    tables.append(NAME, frame(tables, thing("1")), info("job", "f", run="r1", note="é"))
    tables.replace(NAME, frame(tables, thing("2")), info("job", None, run="r2"), where={"part": "a"})
    newest, oldest = (entry for entry in tables.history(NAME) if entry["operation"] in ("append", "replace"))
    assert newest["version"] > oldest["version"] == 0 and newest["timestamp"] >= oldest["timestamp"] > 1.6e12
    assert (newest["operation"], oldest["operation"]) == ("replace", "append")
    assert newest["metadata"]["run"] == "r2" and newest["metadata"]["where"] == {"part": "a"}
    assert oldest["metadata"] | {"note": "é", "app": "job", "fingerprint": "f", "rows": 1} == oldest["metadata"]
    assert [h["version"] for h in tables.history(NAME, 1)] == [tables.version(NAME)]


def test_sql_reads_the_newest_version_under_the_plain_name(tables: Tables) -> None:
    tables.append(NAME, frame(tables, thing("1", "a"), thing("2", "b")), info())
    joined = (
        "select t.id, u.part from silver.things t join `silver`.`things` u on t.id = u.id where t.part <> 'silver.things' order by t.id"
    )
    assert [tuple(r) for r in sql(tables, joined).collect()] == [("1", "a"), ("2", "b")]
    tables.append(NAME, frame(tables, thing("3", "a")), info())
    counted = "with x as (select * from silver.things) select part, count(*) from x group by part order by part"
    assert [tuple(r) for r in sql(tables, counted).collect()] == [("a", 2), ("b", 1)]
    assert sql(tables, "select count(*) from ops.runs").first()[0] == 0
    with pytest.raises(UnknownName, match=r"'silver.thinks'. Did you mean 'silver.things'"):
        sql(tables, "select * from silver.thinks").collect()


@EMBEDDED_ONLY
def test_columns_can_be_added(tables: Tables) -> None:
    tables.append(NAME, frame(tables, thing("1")), info())
    assert tables.add_columns(NAME, "colour STRING COMMENT 'new', sizes ARRAY<INT>") == 1
    assert tables.add_columns(NAME, "colour STRING") == 1
    with pytest.raises(SchemaMismatch, match="has a column colour of type string, not int"):
        tables.add_columns(NAME, "colour INT")
    tables.append(NAME, frame(tables, thing("2")).selectExpr("*", "'red' as colour"), info())
    assert {r.id: (r.colour, r.sizes) for r in tables.read(NAME).collect()} == {"1": (None, None), "2": ("red", None)}
    assert tables.read(NAME).schema["colour"].metadata == {"comment": "new"}
    tables.upsert(NAME, frame(tables, thing("1", n=1)).selectExpr("*", "'blue' as colour"), info())
    assert ArrowTables(tables.place, specs).read(NAME, columns=["id", "colour"]).sort_by("id")["colour"].to_pylist() == ["blue", "red"]
    assert "colour" not in tables.read(NAME, 0).columns


@EMBEDDED_ONLY
def test_a_table_of_before_a_column_reads_it_as_null(tables: Tables) -> None:
    """What a column that came with a later DDL needs no migration for: every reader sees it, and the next write adds it."""
    declared = ddl.spec("gold.definitions")
    old = replace(declared, columns=tuple(c for c in declared.columns if c.name != "parent"))
    filled = {"STRING": "x", "BOOLEAN": True, "INT": 1, "ARRAY<STRING>": []}
    rows = [{c.name: None if c.nullable else filled[c.type.upper()] for c in old.columns}]
    told = tables.spark.createDataFrame(pa.Table.from_pylist(rows, schema=old.arrow_schema()))
    tables.append("gold.definitions", told, info(), spec=old)
    assert "parent" not in open_snapshot(tables.place, "gold.definitions").columns
    assert [r.parent for r in tables.read("gold.definitions").collect()] == [None]
    arrow_tables = ArrowTables(tables.place)
    assert arrow_tables.read("gold.definitions", columns=["parent"])["parent"].to_pylist() == [None]
    new = told.selectExpr("* except (definition_id)", "'y' as definition_id", "'x' as parent")
    tables.append("gold.definitions", new, info(), spec=declared)
    found = tables.read("gold.definitions").select("definition_id", "parent").collect()
    assert dict(map(tuple, found)) == {"x": None, "y": "x"}
    assert [r.parent for r in tables.read("gold.definitions", 0).collect()] == [None]


@EMBEDDED_ONLY
def test_small_files_are_merged_and_rows_stay(tables: Tables) -> None:
    for n in range(4):
        tables.append(NAME, frame(tables, thing(str(n)), thing(f"{n}é", "%b")), info())
    before = ArrowTables(tables.place, specs).read(NAME).sort_by("id")
    done = tables.optimize(NAME)
    assert (done.table, done.version, done.files_before, done.files_after, done.committed) == (NAME, tables.version(NAME), 8, 2, True)
    assert done.bytes_after is not None and 0 < done.bytes_after < done.bytes_before
    assert ArrowTables(tables.place, specs).read(NAME).sort_by("id") == before
    assert ids(tables, 1) == ["0", "0é", "1", "1é"]
    again = tables.optimize(NAME)
    assert (again.version, again.files_before, again.files_after, again.committed) == (done.version, 2, 2, False)
    tables.append(NAME, frame(tables, thing("4")), info())
    assert ArrowTables(tables.place, specs).read(NAME).num_rows == 9


def test_files_that_no_version_needs_are_taken_away(tables: Tables) -> None:
    for n in range(4):
        tables.replace(NAME, frame(tables, thing(str(n))), info())
    with pytest.raises(UsageError, match="Keep at least 24 hours"):
        tables.vacuum(NAME, retention_hours=0, dry_run=False)
    assert tables.vacuum(NAME, dry_run=False).files == ()
    newest = tables.version(NAME)
    versions = [v for v in range(newest + 1) if v == 0 or ids(tables, v) != ids(tables, v - 1)]
    assert [ids(tables, v) for v in versions] == [["0"], ["1"], ["2"], ["3"]]
    orphan = Path(tables.place.table(NAME)) / "part=a" / "part-of-a-dead-writer.parquet"
    orphan.write_bytes(b"PAR1")
    aged(tables, 8)
    tables.replace(NAME, frame(tables, thing("4")), info())
    told = tables.vacuum(NAME, keep=[versions[1]])
    # What was the newest until now is within the retention.
    assert not told.deleted and orphan.exists() and versions[1] in told.kept and {versions[0], versions[2]} <= set(told.ended)
    assert len(told.files) == 3 and orphan.name in {Path(f).name for f in told.files}
    done = tables.vacuum(NAME, keep=[versions[1]], dry_run=False)
    assert done == replace(told, deleted=True) and not orphan.exists()
    assert [ids(tables, v) for v in (versions[1], newest, None)] == [["1"], ["3"], ["4"]]
    with pytest.raises(UsageError, match=rf"has no version {versions[2]} any more: a vacuum took files of it away"):
        tables.read(NAME, versions[2])
    assert tables.vacuum(NAME, keep=[versions[1]]).files == ()


def aged(tables: Tables, days: int) -> None:
    """Everything that lies in the table was written so many days earlier."""
    for path in Path(tables.place.table(NAME)).rglob("*"):
        seconds = path.stat().st_mtime - days * 24 * 3600
        os.utime(path, (seconds, seconds))
