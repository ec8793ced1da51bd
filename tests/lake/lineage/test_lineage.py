"""Column lineage out of Spark's plans, ops.lineage, and OpenLineage events."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from lake_rows import CANARY, definition, document, documents, table

from medslake.errors import DataCheckFailed
from medslake.lake import open_lake
from medslake.lake.lineage.spark_plan import PlanNotRead, column_lineage, output_ids

LEFT, RIGHT = "silver.documents", "gold.definitions"


@pytest.fixture(scope="module")
def read_lake(tmp_path_factory, spark):
    lake = open_lake(str(tmp_path_factory.mktemp("lineage") / "lake"), spark=spark)
    with lake.run("fill") as run:
        run.write(LEFT, table(LEFT, documents(3)), slice={"source": "made"})
        run.write(RIGHT, table(RIGHT, [definition(1), definition(2)]))
    return lake


def follow(lake, df, known=None):
    def table_of(path):
        bare = path.removeprefix("file:").replace("//", "/")
        parts = bare.removeprefix(lake.root + "/").split("/")
        return f"{parts[0]}.{parts[1]}" if bare.startswith(lake.root) else None

    return column_lineage(df, known or {}, table_of)


@pytest.fixture(scope="module")
def frames(read_lake):
    left, right = read_lake.read(LEFT), read_lake.read(RIGHT)
    left.createOrReplaceTempView("lefts")
    right.createOrReplaceTempView("rights")
    return left, right


L, R = (lambda column: (LEFT, column)), (lambda column: (RIGHT, column))
QUERIES = {
    "expression": ("select concat(title, '/', language) as x, 1 as y from lefts", {"x": [L("language"), L("title")], "y": []}),
    "join": (
        "select l.title a, r.text b, concat(l.split, r.style) c from lefts l join rights r on l.record_id = r.task_id",
        {"a": [L("title")], "b": [R("text")], "c": [R("style"), L("split")]},
    ),
    "union": ("select title x from lefts union all select text from rights", {"x": [R("text"), L("title")]}),
    "window": (
        "select row_number() over (partition by split order by title) n, max(title) over (partition by split) m from lefts",
        {"n": [L("split"), L("title")], "m": [L("split"), L("title")]},
    ),
    "aggregate": (
        "select split, count(*) n, max(concat(title, language)) m from lefts group by split having max(domain) > ''",
        {"split": [L("split")], "n": [], "m": [L("language"), L("title")]},
    ),
    "lambda": (
        "select transform(sections, s -> concat(s.text, title)) x, filter(sections, s -> s.name = split)[0].text y from lefts",
        {"x": [L("sections"), L("title")], "y": [L("sections"), L("split")]},
    ),
    "case": ("select case when split = 'train' then title else domain end x from lefts", {"x": [L("domain"), L("split"), L("title")]}),
    "cte": (
        "with c as (select title t, split from lefts) select a.t, b.split s from c a join c b on a.t = b.t",
        {"t": [L("title")], "s": [L("split")]},
    ),
    "explode": (
        "select record_id, e.text x, p from lefts lateral view posexplode(sections) as p, e",
        {"record_id": [L("record_id")], "x": [L("sections")], "p": [L("sections")]},
    ),
    "self-join": (
        "select a.title x, b.split y, concat(a.domain, b.language) z from lefts a join lefts b on a.record_id = b.record_id",
        {"x": [L("title")], "y": [L("split")], "z": [L("domain"), L("language")]},
    ),
    "grouping": ("select split, domain, max(title) m from lefts group by cube(split, domain)", None),
    "scalar subquery": ("select title, (select max(text) from rights) m from lefts", None),
}


@pytest.mark.parametrize("case", QUERIES)
def test_lineage_of_queries(read_lake, frames, spark, case):
    query, expected = QUERIES[case]
    found = follow(read_lake, spark.sql(query))
    if expected is not None:
        assert found == {name: sorted(origins) for name, origins in expected.items()}
    # Never a column that has nothing to do with it.
    assert not {column for origins in found.values() for _, column in origins} & {"access", "origin", "number", "writer"}


def test_grouping_sets_and_python_functions(read_lake, frames, spark):
    left, _ = frames
    assert follow(read_lake, spark.sql(QUERIES["grouping"][0]))["split"] == [L("split")]

    def same(batches):
        yield from batches

    mapped = left.select("title", "split").mapInArrow(same, "title string, other string")
    assert follow(read_lake, mapped) == {"title": [L("split"), L("title")], "other": [L("split"), L("title")]}


def test_known_ids_serve_where_no_file_tells_the_table(spark):
    df = spark.createDataFrame([("a", "b")], "x string, y string")
    known = {i: ("gold.made", name) for i, name in output_ids(df).items()}
    assert column_lineage(df.selectExpr("x z", "concat(x, y) v"), known, lambda path: None) == {
        "z": [("gold.made", "x")],
        "v": [("gold.made", "x"), ("gold.made", "y")],
    }
    joined = df.alias("a").join(df.alias("b"), "x").selectExpr("x", "b.y as w")
    # Spark renames the ids of one side and no file tells them apart: unknown, but not wrong.
    assert column_lineage(joined, known, lambda path: None)["w"] in ([], [("gold.made", "y")])


def test_what_is_no_classic_frame_raises_plan_not_read():
    with pytest.raises(PlanNotRead):
        column_lineage(object(), {}, lambda path: None)


def rows_of(lake, run):
    found = lake.arrow.read("ops.lineage", where={"run_id": run.id}).to_pylist()
    return {(r["output_table"], r["output_version"], r["output_column"], r["input_table"], r["input_column"]) for r in found}


def rendered(lake, run):
    df = run.read(LEFT)
    return df.selectExpr(
        "'other' as source", "concat('x', record_id) as record_id", "cast(null as string) as subject_id", "split", "language", "domain",
        "access", "upper(title) as title", "sections", "origin", "joined",
    )  # fmt: skip


def test_ops_lineage_of_spark_arrow_and_bronze(lake):
    with lake.run("fill") as run:
        run.write(LEFT, table(LEFT, documents(3)), slice={"source": "made"})
    with lake.run("render") as run:
        run.write(LEFT, rendered(lake, run), slice={"source": "other"})
    found = rows_of(lake, run)
    assert (LEFT, 1, "title", LEFT, "title") in found and (LEFT, 1, "record_id", LEFT, "record_id") in found
    assert not {row for row in found if row[2] == "source"}
    with lake.run("pack") as run:
        run.read_arrow(LEFT)
        run.write(RIGHT, table(RIGHT, [definition(1)]))
    assert rows_of(lake, run) == {(RIGHT, 0, "*", LEFT, "*")}


def test_plan_that_cannot_be_read_falls_back_to_tables(lake, monkeypatch, caplog):
    from medslake.lake.lineage import ops_rows

    with lake.run("fill") as run:
        run.write(LEFT, table(LEFT, documents(3)), slice={"source": "made"})

    def changed(*_):
        raise PlanNotRead("another Spark")

    monkeypatch.setattr(ops_rows, "column_lineage", changed)
    with caplog.at_level(logging.WARNING), lake.run("render") as run:
        run.write(LEFT, rendered(lake, run), slice={"source": "other"})
    assert rows_of(lake, run) == {(LEFT, 1, "*", LEFT, "*")} and "told by table only" in caplog.text


def events(lake):
    return [json.loads(line) for line in (Path(lake.root) / "_events" / "openlineage.jsonl").read_text().splitlines()]


def test_events_tell_all_but_the_rows(lake):
    with lake.run("fill") as run:
        run.write(LEFT, table(LEFT, [*documents(3), document(9, split="dev")]), slice={"source": "made"})
    with lake.run("render") as run:
        run.write(LEFT, rendered(lake, run), slice={"source": "other"}, fingerprint="1")
    start, complete = (e for e in events(lake) if e["run"]["runId"] == run.id)
    assert (start["eventType"], complete["eventType"], complete["job"]["name"]) == ("START", "COMPLETE", "render")
    assert complete["run"]["facets"]["processing_engine"]["name"] == "spark"
    assert [(i["name"], i["facets"]["version"]["datasetVersion"]) for i in complete["inputs"]] == [(LEFT, "0")]
    output = complete["outputs"][0]
    facets = output["facets"]
    assert output["name"] == LEFT and output["outputFacets"]["outputStatistics"]["rowCount"] == 3
    assert facets["version"]["datasetVersion"] == "1" and facets["storage"]["storageLayer"] == "delta"
    assert {"name": "sections", "type": "array<struct<name:string,text:string>>"}.items() <= facets["schema"]["fields"][8].items()
    assert facets["columnLineage"]["fields"]["title"]["inputFields"][0]["field"] == "title"
    assert {"in_set(split)"} <= {a["assertion"] for a in facets["dataQualityAssertions"]["assertions"]}
    assert CANARY not in json.dumps(events(lake)) and "title 1" not in json.dumps(events(lake))


def test_failed_and_idle_runs_have_events_too(tmp_path):
    lake = open_lake(str(tmp_path / "lake"))
    with pytest.raises(DataCheckFailed), lake.run("fill") as run:
        run.write(RIGHT, table(RIGHT, [definition(1, kind=CANARY)]))
    told = [e for e in events(lake) if e["run"]["runId"] == run.id]
    assert [e["eventType"] for e in told] == ["START", "FAIL"]
    assert told[1]["run"]["facets"]["errorMessage"]["message"] == "ChecksFailed, see ops.runs" and CANARY not in json.dumps(told)
    with lake.run("idle"):
        pass
    assert [e["eventType"] for e in events(lake)][-2:] == ["START", "COMPLETE"]


def test_transport_of_the_environment_wins(tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere.jsonl"
    for key, value in {"TYPE": "file", "LOG_FILE_PATH": str(elsewhere), "APPEND": "true"}.items():
        monkeypatch.setenv(f"OPENLINEAGE__TRANSPORT__{key}", value)
    lake = open_lake(str(tmp_path / "lake"))
    with lake.run("idle"):
        pass
    assert [json.loads(line)["eventType"] for line in elsewhere.read_text().splitlines()] == ["START", "COMPLETE"]
    assert not (tmp_path / "lake" / "_events").exists()


def test_unreachable_lineage_server_does_not_stop_a_run(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "file")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__LOG_FILE_PATH", str(tmp_path / "no" / "such" / "folder" / "e.jsonl"))
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__APPEND", "true")
    lake = open_lake(str(tmp_path / "lake"))
    with lake.run("fill") as run:
        run.write(RIGHT, table(RIGHT, [definition(1)]))
    assert lake.version(RIGHT) == 0 and "was not sent" in caplog.text
