"""SQL without a JVM."""

from __future__ import annotations

import pytest
from things import NAME, ODD_PARTS, arrow, specs, thing

from medslake.errors import UnknownName, UsageError
from medslake.lake.sql.duckdb import query
from medslake.lake.sql.names import double_quoted, named, renamed
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.tables import CommitInfo

JOB = CommitInfo("job")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = ArrowTables(str(tmp_path_factory.mktemp("lake")), specs)
    found.append(NAME, arrow(*(thing(f"{i:02}", part) for i, part in enumerate(ODD_PARTS))), JOB)
    found.append(NAME, arrow(thing("last", "007")), JOB)
    return found.place.uri


def test_partition_values_are_the_written_ones(root: str) -> None:
    found = query(root, "select part, count(*) as n from silver.things group by part order by part")
    assert found.to_pylist() == [{"part": p, "n": 1 + (p == "007")} for p in sorted(ODD_PARTS)]
    picked = query(root, "select id from silver.things where part = '50%' or part = 'say \"hi\"' order by id")
    assert picked["id"].to_pylist() == [f"{ODD_PARTS.index(p):02}" for p in ("50%", 'say "hi"')]


def test_nested_columns_and_times_are_read(root: str) -> None:
    text = "select pairs[1].name as p, facts['k'] as k, tags, made::varchar as made, amount from `silver`.`things` where id = 'last'"
    row = query(root, text).to_pylist()[0]
    assert row["p"] == "p" and row["tags"] == ["t1", None, ""] and str(row["amount"]) == "12345678.90"
    assert row["made"].startswith("2020-02-29 23:59:59.999999+00") and row["k"] == "v"


def test_a_version_can_be_named(root: str) -> None:
    counted = "select count(*) as n from silver.things"
    assert query(root, counted)["n"].to_pylist() == [len(ODD_PARTS) + 1]
    assert query(root, counted, at={NAME: 0})["n"].to_pylist() == [len(ODD_PARTS)]
    with pytest.raises(UsageError, match=r"has no version 7 \(newest: 1\)"):
        query(root, counted, at={NAME: 7})
    with pytest.raises(UsageError, match="the query does not name that table"):
        query(root, counted, at={"gold.scores": 0})


def test_declared_tables_and_views_work_before_any_job_ran(root: str) -> None:
    assert query(root, "select count(*) as n from gold.instructions")["n"].to_pylist() == [0]
    assert query(root, "select count(*) as n from gold.chats where task_id = 'silver.nothing'")["n"].to_pylist() == [0]


@pytest.mark.parametrize(
    ("sql", "kind", "told"),
    [
        ("select * from silver.thingz", UnknownName, "Did you mean 'silver.things'"),
        ("select idd from silver.things", UnknownName, "No column is named 'idd'. Did you mean 'id'"),
        ("selec 1", UsageError, "syntax error"),
        ("drop table silver.things", UsageError, "must be one SELECT"),
        ("select 1; select 2", UsageError, "must be one SELECT"),
        ("copy (select 1) to 'out.csv'", UsageError, "must be one SELECT"),
        ("set threads = 1", UsageError, "must be one SELECT"),
        ("select * from read_csv('/etc/hostname')", UsageError, "file system operations are disabled"),
        ("select * from '/etc/hostname.parquet'", UsageError, "file system operations are disabled"),
        ("select * from rows", UsageError, "does not exist"),
        ("", UsageError, "must be one SELECT"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(root: str, sql: str, kind: type[UsageError], told: str) -> None:
    with pytest.raises(kind) as refused:
        query(root, sql)
    assert told in str(refused.value) and "\n" not in str(refused.value)


def test_names_in_strings_and_comments_are_no_tables() -> None:
    sql = "select 'gold.a', \"gold\".\"b\", `ops`.c /* gold.d */ from Gold.e -- gold.f\n where x.gold.g = gold.h(1) and y = 'it''s gold.i'"
    assert named(double_quoted(sql), "duckdb") == {"gold.b", "ops.c", "gold.e"}
    assert renamed("select 'gold.a' from gold.a", "spark", lambda n: n.upper()) == "select 'gold.a' from GOLD.A"
    assert double_quoted("select `a b`, '`c`' -- `d`") == "select \"a b\", '`c`' -- `d`"
