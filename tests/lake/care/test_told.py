"""What a lake tells of its tables, views and sources, and what merging files leaves as it was."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from care_lake import BRONZE, days_pass, every_version, made_lake, traces
from lake_rows import documents, table

import medslake
from medslake.cli.care import ranges
from medslake.errors import UnknownName, UsageError
from medslake.lake import Lake, open_lake
from medslake.lake.storage.snapshot import open_snapshot
from medslake.report.described import page

pytestmark = pytest.mark.slow


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return made_lake(tmp_path / "lake")


def test_a_history_tells_runs_and_rows(lake: Lake) -> None:
    found = medslake.history(lake, BRONZE)
    newest, oldest = found.versions
    assert (newest.version, newest.verb, newest.operation, newest.came, newest.went) == (1, "ingest", "replace", 7, 6)
    assert (oldest.version, oldest.came, oldest.went, oldest.readable) == (0, 6, 0, True)
    runs = lake.query("select run_id from ops.runs where job = 'ingest' order by started").to_pylist()
    assert [oldest.run, newest.run] == [runs[0]["run_id"], runs[-1]["run_id"]]
    assert newest.time >= oldest.time and newest.time.endswith("+00:00")
    assert medslake.history(lake, "gold.instructions").versions[0].named == ("pack plan plan0",)
    assert [one.version for one in medslake.history(lake, "gold.predictions", limit=2).versions] == [3, 2]
    all_tables = medslake.history(lake)
    assert [one.table for one in all_tables.versions] == lake.names()
    assert json.loads(json.dumps(all_tables.to_dict())) == all_tables.to_dict()
    days_pass(lake, 10)
    medslake.restore(lake, BRONZE, 0)
    days_pass(lake, 10)
    medslake.vacuum(lake, BRONZE, yes=True)
    assert [one.readable for one in medslake.history(lake, BRONZE).versions] == [True, False, False]
    with pytest.raises(UnknownName, match=r"bronze\.maid__rows"):
        medslake.history(lake, "bronze.maid__rows")


def test_merging_files_changes_no_row_and_no_answer(lake: Lake) -> None:
    before, told = every_version(lake), list(traces(lake))
    sizes = {name: len(open_snapshot(lake.place, name).files()) for name in lake.names()}
    planned = medslake.optimize(lake, dry_run=True)
    assert planned.run is None and not planned.committed and every_version(lake) == before
    done = medslake.optimize(lake)
    assert done.committed and done.optimized["gold.predictions"].files_before == sizes["gold.predictions"] == 4
    assert {name: one.files_after for name, one in done.optimized.items()} | {"ops.runs": 1} == {
        name: one.files_after for name, one in planned.optimized.items()
    } | {"ops.runs": 1}
    after = every_version(lake)
    assert all(after[key] == rows for key, rows in before.items())
    # What is asked for is found in the newest version, which has another number.
    assert [[link | {"version": 0} for link in chain] for chain in traces(lake)] == [[link | {"version": 0} for link in c] for c in told]
    for name in lake.names():
        if not name.startswith("ops."):
            assert after[name, lake.version(name)] == before[name, max(v for n, v in before if n == name)]
    # A table whose partitions have one file each keeps its version, which plans and answers name.
    for name in ("gold.instructions", "gold.benchmark", "gold.packs"):
        assert not done.optimized[name].committed and lake.version(name) == max(v for n, v in before if n == name)
    assert {one["job"] for one in lake.query("select job from ops.runs where job = 'optimize'").to_pylist()} == {"optimize"}
    assert medslake.history(lake, "gold.predictions").versions[0].verb == "optimize"
    assert not medslake.optimize(lake, "gold.predictions").committed


def test_a_merge_that_breaks_off_is_ended_by_the_same_call(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    from medslake.lake.storage import delta_log

    before, swap = every_version(lake), delta_log._swap

    def deadly(place, table, *rest):  # type: ignore[no-untyped-def]
        if table.name == "ops.quality_results" and rest[1].moved:
            raise KeyboardInterrupt
        return swap(place, table, *rest)

    with monkeypatch.context() as killed:
        killed.setattr(delta_log, "_swap", deadly)
        with pytest.raises(KeyboardInterrupt):
            medslake.optimize(lake)
    between = every_version(lake)
    done = medslake.optimize(lake)
    assert done.optimized["ops.quality_results"].committed and not done.optimized["gold.predictions"].committed
    after = every_version(lake)
    assert all(between[key] == after[key] == rows for key, rows in before.items())


def test_one_table_that_others_must_write_stops_no_other(lake: Lake) -> None:
    from deltalake import write_deltalake

    write_deltalake(
        lake.place.table("silver.others", new=True), table("silver.documents", documents(1)), configuration={"delta.appendOnly": "true"}
    )
    done = medslake.optimize(lake)
    assert list(done.failed) == ["silver.others"] and done.committed
    with pytest.raises(UsageError, match=r"delta\.appendOnly"):
        medslake.optimize(lake, "silver.others")


def test_a_table_is_described(lake: Lake) -> None:
    told = medslake.describe("gold.instructions", lake=lake)
    assert told["table"] == "gold.instructions" and told["about"].startswith("MedS-Ins") and told["key"] == ["instance_id"]
    assert (told["rows"], told["files"], told["versions"], told["classes"]) == (6, 1, [0, 0], {"public": 6})
    assert told["columns"][0] == {
        "name": "instance_id",
        "type": "string NOT NULL",
        "comment": lake.spec("gold.instructions").columns[0].comment,
    }
    assert (told["last"]["verb"], told["last"]["state"], told["last"]["version"]) == ("instructions", "COMPLETE", 0)
    assert "| Versions | 0 to 0, see: medslake history gold.instructions |" in page(told) and "| instance_id | string NOT NULL |" in page(
        told
    )
    assert medslake.describe(BRONZE, lake=lake)["classes"] == {"public": 7}
    assert medslake.describe("ops.runs", lake=lake)["classes"] is None
    declared = medslake.describe("gold.scores")
    assert declared["there"] is False and "rows" not in declared and "| In this lake | no |" in page(declared)
    assert json.loads(json.dumps(told, default=str)) == told


def test_a_view_a_source_and_what_is_none_of_all(lake: Lake, tmp_path: Path) -> None:
    view = medslake.describe("ops.mixture", lake=lake)
    assert view["view"] == "ops.mixture" and "gold.tasks" in view["reads"] and view["columns"] and "select" in view["sql"].lower()
    assert {"name": "instances", "type": "bigint", "comment": ""} in view["columns"] and view["about"]
    # SQL of many lines is left to the facts.
    assert "```sql" not in page(view) and "```sql" in page(medslake.describe("ops.quarantine_summary"))
    assert "columns" not in medslake.describe("ops.mixture", lake=open_lake(str(tmp_path / "none")))
    source = medslake.describe("medqa", lake=lake)
    assert source["source"] == "medqa" and source["licence"] and source["kinds"] and source["tasks"] and source["tables"] == {}
    assert f"# medqa: {source['about']}" in page(source) and "| In this lake | nothing |" in page(source)
    assert medslake.describe("task131")["task"] == "task131"
    with pytest.raises(UnknownName, match=r"No table, view, source or task is named 'medqaa'. Did you mean 'medqa'"):
        medslake.describe("medqaa")
    with pytest.raises(UnknownName, match=r"No table or view is named 'gold.instruction'. Did you mean 'gold.instructions'"):
        medslake.describe("gold.instruction", lake=lake)


def test_every_source_has_a_page() -> None:
    from medslake import registry

    for name in registry.names("source"):
        assert page(medslake.describe(name)).startswith(f"# {name}: ")


def test_numbers_in_a_row_are_a_range() -> None:
    assert [ranges(one) for one in ([], [3], [0, 1, 2], [0, 2, 3, 7])] == ["", "3", "0-2", "0, 2-3, 7"]


def test_the_command_line_says_it_in_tables_and_sentences(lake: Lake, capfd: pytest.CaptureFixture[str]) -> None:
    from medslake.cli import main

    def said(words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main([*words.split(), "--lake", lake.root])
        out, err = capfd.readouterr()
        assert ended.value.code == 0 and "{'" not in out, err
        return out

    assert "pack plan plan0" in said("history gold.instructions") and BRONZE in said("history")
    assert json.loads(said("history gold.packs --json"))["versions"][0]["version"] == 0
    assert re.search(r"^gold\.predictions +4 +1 ", said("optimize --dry-run"), re.M) and lake.version("gold.predictions") == 3
    assert "There are no small files to merge." in said("optimize gold.packs")
    assert json.loads(said("optimize gold.predictions --json"))["optimized"]["gold.predictions"]["files_after"] == 1
    days_pass(lake, 10)
    assert said(f"restore {BRONZE} --version 0 --dry-run").count("\n") == 1 and lake.version(BRONZE) == 1
    told = said(f"restore {BRONZE} --version 0")
    assert (
        told.startswith(f"{BRONZE}, version 1 -> rows of version 0: 6 rows come, 7 go; 7 rows before, 6 after.\n") and "committed" in told
    )
    days_pass(lake, 10)
    assert "No file is older than 3w" in said("vacuum --keep 3w")
    told = said("vacuum")
    assert "part-" in told and "would be deleted. To delete them: the same command with --yes" in told
    assert "are deleted." in said("vacuum --yes") and "No file is older than 7d" in said("vacuum")
    assert "| licence" not in said("describe gold.packs") and "# medqa: MedQA" in said("describe medqa")
