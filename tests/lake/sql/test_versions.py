"""Versions in a query and statements about the lake, in both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from things import NAME, arrow, specs, thing

from medslake.errors import UnknownName, UsageError
from medslake.lake import open_lake
from medslake.lake.sql.names import Dialect
from medslake.lake.sql.statements import complete, statements
from medslake.lake.sql.versions import pinned
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.tables import CommitInfo

JOB = CommitInfo("job")
BOTH = f"SELECT new.id, old.id IS NULL AS came FROM {NAME} new LEFT JOIN {NAME} VERSION AS OF 0 AS old ON new.id = old.id ORDER BY 1"
Ask = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = ArrowTables(str(tmp_path_factory.mktemp("lake")), specs)
    found.append(NAME, arrow(thing("a"), thing("b")), JOB)
    found.append(NAME, arrow(thing("c")), JOB)
    return found.place.uri


def answered_alike(ask: Ask) -> None:
    assert ask(BOTH) == [{"id": "a", "came": False}, {"id": "b", "came": False}, {"id": "c", "came": True}]
    three = ", ".join(f"(SELECT count(*) FROM {NAME}{said}) AS {name}" for name, said in VERSIONS)
    assert ask(f"SELECT {three}") == [{"first": 2, "second": 3, "newest": 3}]
    assert ask(f"SELECT things.id FROM {NAME} VERSION AS OF 0 WHERE things.id > 'a'") == [{"id": "b"}]
    assert [row["name"] for row in ask("SHOW TABLES IN silver LIKE 'thi%'")] == [NAME]
    assert ask("show views like '%.plans'")[0]["comment"].startswith("Pack plans")
    described = ask(f"-- columns\nDESCRIBE {NAME};")
    assert described[0] == {"column_name": "id", "data_type": "string", "null": "NO", "key": 1, "comment": "it's the key"}
    told = "SELECT column_comment AS told FROM information_schema.columns WHERE table_name = 'things' AND column_name = 'part'"
    assert ask(told) == [{"told": "slice -- of the table"}]
    kinds = "SELECT table_type AS kind, count(*) > 7 AS many FROM information_schema.tables GROUP BY 1 ORDER BY 1"
    assert ask(kinds) == [{"kind": "BASE TABLE", "many": True}, {"kind": "VIEW", "many": True}]


VERSIONS = (("first", " VERSION AS OF 0"), ("second", " FOR VERSION AS OF 1"), ("newest", ""))


def test_without_a_jvm(root: str) -> None:
    answered_alike(lambda query: open_lake(root).query(query).to_pylist())


def test_in_spark(root: str, spark: Any) -> None:
    lake = open_lake(root, spark)
    answered_alike(lambda query: [row.asDict() for row in lake.sql(query).collect()])
    with pytest.raises(UsageError, match=r"has no version 7 \(newest: 1\)"):
        lake.sql(f"SELECT 1 FROM {NAME} VERSION AS OF 7")
    with pytest.raises(UnknownName, match=r"Did you mean 'silver\.things'"):
        lake.sql("DESCRIBE things")


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_a_version_is_a_name(dialect: Dialect) -> None:
    sql = "select 'gold.a version as of 1' from gold.a /* b */ version -- c\n as of 2 x, Gold.a, gold.b version, ops.c for version as of 3"
    found = pinned(sql, dialect)
    assert found.sql == "select 'gold.a version as of 1' from gold__v2.a x, Gold.a, gold.b version, ops__v3.c"
    assert found.tables == {"gold__v2.a": ("gold.a", 2), "ops__v3.c": ("ops.c", 3)}
    unchanged = "select version as of_, 1 from gold.a where version = 3"
    assert pinned(unchanged, dialect) == (unchanged, {})


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("gold.a version as of", "not nothing"),
        ("gold.a version as of x", "not x"),
        ("gold.a version as of -1", "not -"),
        ("gold.a timestamp as of '2026-01-01'", "versions are numbers"),
        ("ops.mixture version as of 1", "is a view"),
    ],
)
def test_what_is_no_version_is_told(root: str, said: str, told: str) -> None:
    for dialect in ("duckdb", "spark"):
        with pytest.raises(UsageError, match=told):
            pinned(f"select * from {said}", dialect)


def test_at_is_for_names_without_a_version(root: str) -> None:
    lake = open_lake(root)
    query = f"select (select count(*) from {NAME}) a, (select count(*) from {NAME} version as of 1) b"
    assert lake.query(query, {NAME: 0}).to_pylist() == [{"a": 2, "b": 3}]
    with pytest.raises(UsageError, match="does not name that table"):
        lake.query(f"select 1 from {NAME} version as of 1", {NAME: 0})


def test_statements_end_where_they_do() -> None:
    text = '-- a; b\nselect \';\' as x; ;\n/* c; */ select "y;" from (select 1 as "y;")\n;\nselect `z;`; -- the end;\n'
    assert statements(text) == ["-- a; b\nselect ';' as x", '/* c; */ select "y;" from (select 1 as "y;")', "select `z;`"]
    assert statements("select 'a") == ["select 'a"] and statements(" ; -- nothing\n") == [] == statements("")
    for whole in ("select 1;", "select 1 ; -- told", "select 'a;';"):
        assert complete(whole)
    for part in ("", "select 1", "select ';", "select 1 -- ;", "select 1 /* ;"):
        assert not complete(part)
