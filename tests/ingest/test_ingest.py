"""The ingest as a whole: what lands where, what is set aside or refused, and that a second one does nothing."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import registry
from medslake.errors import DataCheckFailed, InputRefused, UsageError
from medslake.ingest.ingest import ingest
from medslake.lake import open_lake

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from medslake.lake import Lake

Put = Callable[..., Path]

#: A source as a user would drop it in: one file, nothing else.
PLUGIN = '''
"""Visits: a made-up source of notes."""
from medslake.sources import Example, NativeFile, Source, by_hash, mapped, sections

SOURCE = Source(
    name="visits",
    title="Visits",
    citation="none",
    licence="CC0",
    access="public",
    domain="Clinical Text",
    page="https://example.org",
    files=(NativeFile("visits", ("visits*.csv",), "csv", "visit STRING, age INT, note STRING", key=("visit",), all_globs=True),),
    split=by_hash("record_id"),
    silver={"documents": mapped("visits", record_id="visit", sections=sections("note"))},
    example=Example({"visits.csv": "visit,age,note\\nv1,30,Synthetic note.\\n"}, {"documents": [{"record_id": "v1"}]}),
)
'''


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    folder = tmp_path / "plugins"
    (folder / "sources").mkdir(parents=True)
    (folder / "sources" / "visits.py").write_text(PLUGIN)
    return folder


@pytest.fixture
def visits(plugins: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(plugins))
    yield
    registry._load.cache_clear()


def table(lake: Lake, name: str, **where: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = lake.arrow.read(name, where=where or None).to_pylist()
    return rows


def versions(lake: Lake) -> dict[str, int]:
    return {name: lake.version(name) for name in lake.names()}


def test_broken_records_are_set_aside_and_a_second_ingest_does_nothing(visits: None, lake: Lake, put: Put) -> None:
    long = "x" * 10_000_000
    folder = put(
        {
            "visits.csv": f"visit,age,note\nv1,30,fine\nv2,thirty,odd\nv3,40\nv4,41,{long}\nv5,42,fine too\n",
            "visits-2.csv": b"note,age,visit\nna\xefve,50,v6\nagain,51,v1\nfine,52,v7\n",
        }
    )
    result = ingest(lake, {"visits": str(folder)})
    assert result["tables"] == {
        "bronze.visits__visits": {"rows": 3, "quarantined": 5, "version": 0, "committed": True, "read": 8, "left_out": {}},
        "silver.documents": {"rows": 3, "quarantined": 0, "version": 0, "committed": True},
        "ops.sources": {"rows": 1, "quarantined": 0, "version": 0, "committed": True},
    }
    aside = sorted((r["file"], r["row"], r["rules"][0].partition(":")[0]) for r in table(lake, "ops.quarantine"))
    # Of two rows with one key the first stays: visits-2.csv sorts before visits.csv.
    assert [(file, row) for file, row, _ in aside] == [
        ("visits-2.csv", 1),
        ("visits.csv", 1),
        ("visits.csv", 2),
        ("visits.csv", 3),
        ("visits.csv", 4),
    ]
    assert [rule for *_, rule in aside][0::2] == ["invalid_utf8", "type", "record_too_long"]
    assert aside[3][2] == "columns"
    raw = {(r["file"], r["row"]): r["content"] for r in table(lake, "ops.quarantine")}
    assert raw["visits.csv", 2] == "v2,thirty,odd"
    assert json.loads(raw["visits.csv", 1])["note"] == "fine"
    assert {(r["_file"], r["_row"], r["visit"]) for r in table(lake, "bronze.visits__visits")} == {
        ("visits-2.csv", 2, "v1"),
        ("visits-2.csv", 3, "v7"),
        ("visits.csv", 5, "v5"),
    }
    before = versions(lake)
    other = open_lake(lake.root)
    again = ingest(other, {"visits": str(folder)})
    assert [t["committed"] for t in again["tables"].values()] == [False, False]
    assert [t["quarantined"] for t in again["tables"].values()] == [5, 0]
    assert not other.has_spark
    assert versions(lake) == before


def test_changed_input_replaces_and_a_limit_is_another_ingest(visits: None, lake: Lake, put: Put) -> None:
    rows = "".join(f"v{n},{n},note {n}\n" for n in range(1, 9))
    folder = put({"visits.csv": f"visit,age,note\n{rows}"})
    assert ingest(lake, {"visits": str(folder)}, limit=3)["tables"]["silver.documents"]["rows"] == 3
    assert {r["_row"] for r in table(lake, "bronze.visits__visits")} == {1, 2, 3}
    whole = ingest(lake, {"visits": str(folder)}, access="private")["tables"]
    assert whole["silver.documents"] == {"rows": 8, "quarantined": 0, "version": 1, "committed": True}
    assert {r["access"] for r in table(lake, "silver.documents")} == {"private"}
    assert {r["_access"] for r in table(lake, "bronze.visits__visits")} == {"private"}
    assert {json.loads(r["params"])["access"]["visits"] for r in table(lake, "ops.runs")} == {"public", "private"}
    origins = {(r["origin"]["table"], r["origin"]["version"], r["origin"]["row"]) for r in table(lake, "silver.documents")}
    assert origins == {("bronze.visits__visits", 1, n) for n in range(1, 9)}


def test_a_limit_replaces_what_stands_only_when_asked_to(visits: None, lake: Lake, put: Put) -> None:
    folder = put({"visits.csv": "visit,age,note\n" + "".join(f"v{n},{n},note {n}\n" for n in range(1, 9))})
    ingest(lake, {"visits": str(folder)})
    before = versions(lake)
    with pytest.raises(UsageError, match=r"bronze.visits__visits stands with 8 rows, and --limit would leave 3.*--replace"):
        ingest(lake, {"visits": str(folder)}, limit=3)
    assert {name: version for name, version in versions(lake).items() if not name.startswith("ops.")} == {
        name: version for name, version in before.items() if not name.startswith("ops.")
    }
    assert ingest(lake, {"visits": str(folder)}, limit=3, replace=True)["tables"]["bronze.visits__visits"]["rows"] == 3


def test_a_higher_class_counts_before_the_rows_and_when_they_fail(visits: None, lake: Lake, put: Put) -> None:
    folder = put({"visits.csv": "visit,age,note\nv1,1,first\n"})
    ingest(lake, {"visits": str(folder)})
    assert lake.ask("select note from bronze.visits__visits", clearance="public").rows.num_rows == 1
    with pytest.raises(InputRefused):
        ingest(lake, {"visits": str(put({"visits.csv": "visit,age,note\nv2\n"}))}, access="private")
    # The rows of before stand as they were, and leave as private ones.
    assert {row["_access"] for row in table(lake, "bronze.visits__visits")} == {"public"}
    for name in ("bronze.visits__visits", "silver.documents"):
        answer = lake.ask(f"select 1 from {name}", clearance="credentialed")
        assert answer.rows.num_rows == 0 and answer.left_out == {name: {"private": 1}}
    ingest(lake, {"visits": str(folder)})
    assert lake.ask("select 1 from silver.documents", clearance="public").rows.num_rows == 1


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"visits.csv.gz": gzip.compress(b"visit,age,note\n" + os.urandom(5000))[:-100]}, "gzip_truncated"),
        ({"visits.csv": b""}, "empty_file"),
        ({"visits.csv": b"visit,note\nv1,x\n"}, "missing_column"),
        ({"notes.csv": b"visit,age,note\n"}, "missing_file"),
        ({"visits.csv": b"visit,age,note\nv1,x\nv2\n"}, "columns"),
        ({"visits.csv": b"visit,age,note\n"}, "no_records"),
    ],
)
def test_files_that_cannot_be_read_are_refused(files: dict[str, bytes], rule: str, visits: None, lake: Lake, put: Put) -> None:
    with pytest.raises(InputRefused) as caught:
        ingest(lake, {"visits": str(put(files))})
    assert caught.value.rule == rule
    assert "\n" not in str(caught.value)
    assert [name for name in lake.names() if not name.startswith("ops.")] == []


def test_dry_run_and_wrong_usage(visits: None, tmp_path: Path, put: Put) -> None:
    folder = put({"visits.csv": "visit,age,note\nv1,1,x\n"})
    lake = open_lake(str(tmp_path / "dry"))
    plan = ingest(lake, {"visits": str(folder)}, dry_run=True)
    assert plan["tables"] == ["bronze.visits__visits", "silver.documents"]
    assert [(f["file"], f["bytes"], f["known"]) for f in plan["files"]] == [("visits.csv", 22, None)]
    with pytest.raises(UsageError, match="Access class"):
        ingest(lake, {"visits": str(folder)}, access="secret")
    with pytest.raises(UsageError, match="Did you mean 'visits'"):
        ingest(lake, {"vists": str(folder)})
    with pytest.raises(UsageError, match="limit"):
        ingest(lake, {"visits": str(folder)}, limit=0)
    assert not (tmp_path / "dry").exists() and not lake.has_spark


@pytest.mark.process
def test_one_dropped_file_is_a_source(plugins: Path, put: Put, tmp_path: Path) -> None:
    """A further source needs one file and no edit: the job ingests it in a process of its own and keeps its JSON contract."""
    job = Path(__file__).resolve().parents[2] / "jobs" / "ingest.py"
    folder = put({"visits.csv": "visit,age,note\nv1,30,Synthetic note.\nv2,x,Other.\n"})
    lake = tmp_path / "lake"
    command = [sys.executable, str(job), "visits", "--lake", str(lake), "--from", str(folder), "--json"]
    environment = {**os.environ, "MEDSLAKE_PLUGINS": str(plugins)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert set(result) >= {"run", "tables"}
    assert result["tables"]["bronze.visits__visits"] == {
        "rows": 1, "quarantined": 1, "version": 0, "committed": True, "read": 2, "left_out": {},
    }  # fmt: skip
    assert result["tables"]["silver.documents"]["rows"] == 1
    assert re.search(r"^silver\.documents +2 / 2 ", done.stderr, re.MULTILINE)
    (folder / "visits.csv").write_text("")
    refused = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
    assert refused.returncode == 1 and refused.stdout == ""
    assert "empty_file" in refused.stderr and "Traceback" not in refused.stderr


NEEDY = """
from pyspark.sql import functions as F

from medslake.sources import Example, NativeFile, Source, by_file, joined, mapped, origin, sections


def notes(bronze):
    people = bronze["notes"].alias("n")
    if "bronze.visits__visits" not in bronze:
        return people.select("n.*", F.lit(None).cast("int").alias("age"), origin("n"))
    found = people.join(bronze["bronze.visits__visits"].alias("v"), F.col("n.visit") == F.col("v.visit"), "left")
    return found.select("n.*", "v.age", origin("n"), joined("v"))


SOURCE = Source(
    name="needy",
    title="Needy",
    citation="none",
    licence="CC0",
    access="public",
    domain="Clinical Text",
    files=(NativeFile("notes", ("*.csv",), "csv", "visit STRING, note STRING", all_globs=True),),
    split=by_file(train="train", test="test"),
    silver={"documents": mapped(notes, record_id="visit", title="CAST(age AS STRING)", sections=sections("note"))},
    needs=("bronze.visits__visits",),
    example=Example({"train.csv": "visit,note\\nv1,x\\n"}, {"documents": [{"record_id": "v1"}]}),
)
"""


def test_several_sources_in_one_run(visits: None, plugins: Path, lake: Lake, put: Put) -> None:
    """The needed one comes first, a joined record raises its row's class, a row without a split is set aside, one commit per table."""
    (plugins / "sources" / "needy.py").write_text(NEEDY)
    folders = {
        "needy": str(put({"train.csv": "visit,note\nv1,a\nv9,b\n", "other.csv": "visit,note\nv2,c\n"})),
        "visits": str(put({"visits.csv": "visit,age,note\nv1,30,x\nv2,31,y\n"})),
    }
    done = ingest(lake, folders)
    assert done["tables"]["silver.documents"] == {"rows": 4, "quarantined": 1, "version": 0, "committed": True}
    assert "failed" not in done
    found = {(r["source"], r["record_id"]): (r["split"], r["access"], r["title"]) for r in table(lake, "silver.documents")}
    assert found["needy", "v1"] == ("train", "public", "30") and found["needy", "v9"] == ("train", "public", None)
    assert [(r["file"], r["row"], r["rules"]) for r in table(lake, "ops.quarantine")] == [("other.csv", 1, ["not_null(split)"])]
    assert {r["source"]: r["access"] for r in table(lake, "ops.sources")} == {"needy": "public", "visits": "public"}
    ingest(lake, {"visits": folders["visits"]}, access="dua")
    ingest(lake, {"needy": folders["needy"]})
    raised = {r["record_id"]: r["access"] for r in table(lake, "silver.documents", source="needy")}
    assert raised == {"v1": "dua", "v9": "public"}
    assert {r["source"]: r["access"] for r in table(lake, "ops.sources")} == {"needy": "public", "visits": "dua"}


def test_one_that_fails_costs_itself_alone(visits: None, plugins: Path, lake: Lake, put: Put) -> None:
    good = str(put({"visits.csv": "visit,age,note\nv1,30,x\n"}))
    text = (plugins / "sources" / "visits.py").read_text()
    for name, old, new in (
        ("typo", 'record_id="visit"', 'record_id="vist"'),
        ("gone", "visits*.csv", "gone*.csv"),
        ("blank", 'sections("note")', "sections(note=\"' '\")"),
    ):
        assert old in text
        (plugins / "sources" / f"{name}.py").write_text(text.replace('name="visits"', f'name="{name}"').replace(old, new))
    done = ingest(lake, dict.fromkeys(("typo", "gone", "visits", "blank"), good))
    assert set(done["failed"]) == {"typo", "gone", "blank"}
    assert "UNRESOLVED_COLUMN" in done["failed"]["typo"] and "row_count" in done["failed"]["blank"]
    assert "missing_file" in done["failed"]["gone"]
    assert {r["source"] for r in table(lake, "silver.documents")} == {"visits"} == {r["source"] for r in table(lake, "ops.sources")}
    with pytest.raises(UsageError, match=r"a rule of silver.documents fails"):
        ingest(lake, {"typo": good})


def test_the_ceiling_of_rows_set_aside(visits: None, lake: Lake, put: Put) -> None:
    rows = [f"v{n},{n},x\n" for n in range(120)]
    broken = "".join(["visit,age,note\n", *rows, *(f"w{n},old,x\n" for n in range(9))])
    with pytest.raises(InputRefused, match="more than 5%") as caught:
        ingest(lake, {"visits": str(put({"visits.csv": broken}))})
    assert caught.value.rule == "quarantine_ceiling" and "--max-aside" in str(caught.value)
    twice = "".join(["visit,age,note\n", *rows, *rows[:9]])
    with pytest.raises(DataCheckFailed, match=r"table bronze.visits__visits, whole: 9 of 129 rows would be set aside"):
        ingest(lake, {"visits": str(put({"visits.csv": twice}))})
    assert not lake.exists("bronze.visits__visits")
    done = ingest(lake, {"visits": str(put({"visits.csv": twice}))}, max_aside=0.1)
    assert done["tables"]["bronze.visits__visits"]["quarantined"] == 9
    assert 0.1 in [json.loads(r["params"])["max_aside"] for r in table(lake, "ops.runs")]


def test_changed_code_is_changed_input(visits: None, plugins: Path, lake: Lake, put: Put) -> None:
    folder = str(put({"visits.csv": "visit,age,note\nv1,30,x\n"}))
    ingest(lake, {"visits": folder})
    path = plugins / "sources" / "visits.py"
    path.write_text(path.read_text() + "# another word\n")
    assert {name: done["committed"] for name, done in ingest(lake, {"visits": folder})["tables"].items()} == {
        "bronze.visits__visits": True,
        "silver.documents": True,
    }


def test_a_file_that_changes_while_it_is_read_is_refused(visits: None, lake: Lake, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    from medslake.ingest import bronze

    folder = put({"visits.csv": "visit,age,note\nv1,30,x\n"})
    whole = bronze.read_records

    def slow(*given: Any) -> Any:
        (folder / "visits.csv").write_text("visit,age,note\nv1,31,x\n")
        return whole(*given)

    monkeypatch.setattr(bronze, "read_records", slow)
    with pytest.raises(InputRefused) as caught:
        ingest(lake, {"visits": str(folder)})
    assert caught.value.rule == "file_changed"
    assert not lake.exists("bronze.visits__visits")


def test_ingest_leaves_the_callers_session_as_it_was(visits: None, spark: SparkSession, lake: Lake, put: Put) -> None:
    before = spark.conf.getAll
    ingest(lake, {"visits": str(put({"visits.csv": "visit,age,note\nv1,1,x\n"}))})
    assert spark.conf.getAll == before
