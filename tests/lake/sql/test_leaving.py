"""A row leaves by the highest of the class that it bears and the classes of its sources today."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from made_benchmark import ORIGIN, benchmark_row, lake_with
from medslake.cli import main
from medslake.errors import UnknownName
from medslake.lake import Lake
from medslake.lake.access import LEVELS
from medslake.lake.storage.tables import CommitInfo
from score_lake import predict

pytestmark = pytest.mark.slow

QUESTION = "Which one, Anna Ziegler?"


def source(name: str, access: str) -> dict[str, Any]:
    texts = dict.fromkeys(("title", "citation", "licence", "split_rule"), "made")
    return {"source": name, "access": access, "urls": [], **texts}


def classify(lake: Lake, **classes: str) -> None:
    """What an ingest of these sources under these classes leaves in ops.sources."""
    rows = [source(name, access) for name, access in classes.items()]
    schema = lake.spec("ops.sources").arrow_schema()
    lake.arrow.replace("ops.sources", pa.Table.from_pylist(rows, schema=schema), CommitInfo("tests/ops.sources"))


def joined(table: str) -> list[dict[str, Any]]:
    return [ORIGIN | {"table": table}]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Three questions: one of `made` alone, one that bronze.codes was joined into, one that is registered itself."""
    rows = [
        benchmark_row("task1", 1, QUESTION, "yes", answer="yes"),
        benchmark_row("task2", 2, QUESTION, "yes", answer="yes", joined=joined("bronze.codes__all")),
        benchmark_row("task3", 3, QUESTION, "yes", answer="yes", access="registered", source="other"),
    ]
    found = lake_with(tmp_path, rows)
    predict(found, rows)
    return found


def tasks(lake: Lake, clearance: str, table: str = "gold.benchmark") -> list[str]:
    answer = lake.ask(f"select task_id from {table} order by 1", clearance=clearance)
    return [str(row["task_id"]) for row in answer.rows.to_pylist()]


def test_the_stored_class_holds_where_no_source_is_known(lake: Lake) -> None:
    assert tasks(lake, "public") == ["task1", "task2"]
    assert tasks(lake, "registered") == ["task1", "task2", "task3"]
    assert lake.ask("select 1 from gold.benchmark", clearance="public").left_out == {"gold.benchmark": {"registered": 1}}


@pytest.mark.parametrize("table", ["gold.benchmark", "gold.predictions"])
def test_a_source_that_was_raised_raises_its_rows(lake: Lake, table: str) -> None:
    classify(lake, made="private", codes="public", other="public")
    assert tasks(lake, "credentialed", table) == ["task3"]
    # Not below the class that was stored.
    assert tasks(lake, "public", table) == []
    assert tasks(lake, "private", table) == ["task1", "task2", "task3"]


@pytest.mark.parametrize("table", ["gold.benchmark", "gold.predictions"])
def test_so_does_one_that_was_joined(lake: Lake, table: str) -> None:
    classify(lake, made="public", codes="dua", other="public")
    assert tasks(lake, "noncommercial", table) == ["task1", "task3"]
    assert lake.ask(f"select 1 from {table}", clearance="noncommercial").left_out == {table: {"dua": 1}}


def test_an_unknown_class_is_private(lake: Lake) -> None:
    classify(lake, made="secret-ish", codes="public", other="public")
    assert tasks(lake, "credentialed") == ["task3"]


@pytest.mark.parametrize("clearance", LEVELS)
def test_rows_in_memory_are_judged_as_sql_does(lake: Lake, clearance: str) -> None:
    classify(lake, made="credentialed", codes="private", other="dua")
    rows = lake.arrow.read("gold.benchmark").sort_by("task_id")
    kept, left_out = lake.leaving(clearance).split(rows)
    assert kept["task_id"].to_pylist() == tasks(lake, clearance)
    assert kept.num_rows + left_out.total() == rows.num_rows
    assert [row["task_id"] for row in rows.to_pylist() if lake.leaving(clearance).may(row)] == tasks(lake, clearance)


def test_views_see_no_more_than_tables(lake: Lake) -> None:
    classify(lake, made="private")
    told = lake.ask("select b.task_id from gold.benchmark b join gold.predictions p using (row_id)", clearance="registered")
    assert told.rows["task_id"].to_pylist() == ["task3"]
    assert set(told.left_out) == {"gold.benchmark", "gold.predictions"}


def test_no_such_clearance(lake: Lake) -> None:
    with pytest.raises(UnknownName, match="open"):
        lake.ask("select 1 from gold.benchmark", clearance="open")


def asked(lake: Lake, *words: str, capfd: pytest.CaptureFixture[str]) -> tuple[int | str | None, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--lake", lake.root])
    return ended.value.code, *capfd.readouterr()


def test_an_answer_that_leaves_the_terminal_needs_a_clearance(lake: Lake, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    query = "select task_id, input from gold.benchmark order by 1"
    for more in ((), ("--json",), ("--out", str(tmp_path / "a.csv"), "--format", "csv")):
        code, out, err = asked(lake, "sql", query, *more, capfd=capfd)
        assert (code, out) == (1, "") and "--clearance" in err and "registered" in err and QUESTION not in err
    assert not (tmp_path / "a.csv").exists()
    code, out, err = asked(lake, "sql", query, "--clearance", "public", "--json", capfd=capfd)
    assert code == 0 and "task1" in out and "task3" not in out and "left out: 1 rows of gold.benchmark" in err


def test_the_clearance_may_be_set_once(lake: Lake, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSLAKE_CLEARANCE", "registered")
    code, out, err = asked(lake, "sql", "select count(*) n from gold.benchmark", "--json", capfd=capfd)
    assert (code, out.strip(), err) == (0, '[{"n": 3}]', "")


def test_public_rows_need_none(lake: Lake, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(lake, "sql", "select count(*) n from ops.sources", "--json", capfd=capfd)
    assert (code, out.strip()) == (0, '[{"n": 0}]')


@pytest.mark.parametrize("form", ["lm-eval", "inspect", "hf"])
def test_exports_ask_the_same(lake: Lake, form: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    classify(lake, made="private", codes="public", other="registered")
    code, _, err = asked(lake, "export", form, "--clearance", "public", "--out", str(tmp_path / "out"), capfd=capfd)
    assert code == 1 and QUESTION not in err
    code, out, _ = asked(lake, "export", form, "--clearance", "registered", "--out", str(tmp_path / "out"), capfd=capfd)
    assert code == 0 and "left out: 2 rows of access class private" in out
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert b"task3" in written and b"task1" not in written


def test_the_report_asks_the_same(lake: Lake, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    classify(lake, made="private", codes="public", other="public")
    for clearance, shown in (("public", False), ("registered", True)):
        out = tmp_path / f"{clearance}.html"
        assert asked(lake, "report", "--out", str(out), "--clearance", clearance, capfd=capfd)[0] == 0
        assert ("Anna Ziegler" in out.read_text()) is shown


def test_a_trace_asks_the_same(lake: Lake) -> None:
    one = lake.query("select prediction_id from gold.predictions where task_id = 'task1'")["prediction_id"][0].as_py()
    assert lake.trace("prediction", one)[0]["content"] is not None
    classify(lake, made="private")
    assert [link["content"] for link in lake.trace("prediction", one) if "content" in link] == [None, None, None]
    assert lake.trace("prediction", one, clearance="private")[0]["content"] is not None
