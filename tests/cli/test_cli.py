"""The command line as its users meet it: one process per call, JSON alone on stdout, exit codes, one sentence per error."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.main import get_command

from medslake.cli.app import app

pytestmark = pytest.mark.process

VERBS = [
    "fetch",
    "synth",
    "ingest",
    "build",
    "check",
    "leaks",
    "tag",
    "pack",
    "plan",
    "train",
    "infer",
    "score",
    "compare-set",
    "report",
    "mixture",
    "sql",
    "trace",
    "diff",
    "export",
    "describe",
    "history",
    "optimize",
    "vacuum",
    "restore",
    "list",
    "doctor",
    "demo",
]


def medslake(*args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from medslake.cli import main; main()", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def answer(*args: str | Path) -> Any:
    done = medslake(*args, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A lake with MeQSum's example, made through the command line alone."""
    folder = tmp_path_factory.mktemp("cli")
    answer("synth", "meqsum", "--scale", "0.03", "--out", folder)
    files = folder / "meqsum"
    root = folder / "lake"
    return {
        "root": root,
        "files": files,
        "ingest": answer("ingest", "meqsum", "--from", files, "--lake", root),
        "build": answer("build", "instructions", "--task", "task114", "--lake", root),
    }


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_an_example(verb: str) -> None:
    done = medslake(verb, "--help")
    assert done.returncode == 0
    assert f"medslake {verb}" in done.stdout


def test_limit_says_what_it_counts() -> None:
    verbs = get_command(app).commands  # type: ignore[attr-defined]
    told = {name: p.help for name, verb in verbs.items() for p in verb.params if p.name == "limit"}
    assert set(told) == {"ingest", "build", "pack", "infer", "history"}
    assert all(re.search(r"many (records|instances|benchmark rows|versions)", text) for text in told.values()), told


def test_ingest_tells_tables_and_repeats_nothing(lake: dict[str, Any]) -> None:
    first = lake["ingest"]["tables"]
    assert first["silver.documents"]["committed"] and first["silver.documents"]["rows"] >= 30
    again = answer("ingest", "meqsum", "--from", lake["files"], "--lake", lake["root"])
    assert {t: (v["rows"], v["version"], v["committed"]) for t, v in again["tables"].items()} == {
        t: (v["rows"], v["version"], False) for t, v in first.items() if t != "ops.sources"
    }


def test_sql_in_every_form(lake: dict[str, Any], tmp_path: Path) -> None:
    query = "select split, count(*) n from gold.instructions group by split order by split"
    rows = answer("sql", query, "--lake", lake["root"])
    assert sum(r["n"] for r in rows) == lake["build"]["tables"]["gold.instructions"]["rows"]
    text = medslake("sql", query, "--format", "csv", "--lake", lake["root"]).stdout
    assert [int(r["n"]) for r in csv.DictReader(text.splitlines())] == [r["n"] for r in rows]
    assert medslake("sql", query, "--format", "parquet", "--out", tmp_path / "a.parquet", "--lake", lake["root"]).returncode == 0
    assert pq.read_table(tmp_path / "a.parquet").to_pylist() == rows
    assert answer("sql", "select count(*) n from silver.documents", "--at", "silver.documents=0", "--lake", lake["root"])[0]["n"] >= 30


def test_trace_ends_at_the_file(lake: dict[str, Any]) -> None:
    import hashlib

    one = answer("sql", "select instance_id from gold.instructions order by 1 limit 1", "--lake", lake["root"])[0]["instance_id"]
    end = answer("trace", "instance", one, "--lake", lake["root"])[-1]
    file = lake["files"] / end["file"]
    assert end["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert end["row"] >= 1


def test_export_has_the_paper_s_keys(lake: dict[str, Any], tmp_path: Path) -> None:
    done = answer("export", "medsins", "--task", "task114", "--out", tmp_path, "--lake", lake["root"])
    task = json.loads(Path(done["files"][0]).read_text())
    assert len(task) == 13 and task["Instances"]


@pytest.mark.parametrize(
    ("args", "code", "sentence"),
    [
        (["ingest", "bc5cd", "--from", "."], 2, "Did you mean 'bc5cdr'"),
        (["ingest", "bc5cdr", "--from", "nowhere"], None, "nowhere"),
        (["sql", "select * from gold.instruction"], 2, "gold.instructions"),
        (["sql", "select nothing from gold.instructions"], 2, "nothing"),
        (["sql", "select 1", "--at", "x"], 2, "table=version"),
        (["trace", "instance", "zzzz"], 2, "zzzz"),
        (["export", "medsins", "--task", "task9999"], 2, "task9999"),
        (["list", "nonsense"], 2, "nonsense"),
    ],
)
def test_mistakes_get_one_sentence(lake: dict[str, Any], args: list[str], code: int | None, sentence: str) -> None:
    done = medslake(*args, "--lake", lake["root"]) if args[0] != "list" else medslake(*args)
    assert done.returncode in ((code,) if code else (1, 2))
    assert sentence in done.stderr and "Traceback" not in done.stderr
    assert done.stdout == ""


def test_lists_and_doctor() -> None:
    assert len(answer("list", "sources")) >= 13
    assert len(answer("list", "tasks")) >= 29
    found = answer("doctor")
    assert {f["subject"] for f in found} >= {"python", "java", "delta", "device", "disk"}
    assert all(f["ok"] for f in found)


def test_score_a_csv_without_a_lake(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("task_id,input,GT,output\ntask57,q,The right answer is B: x,B\ntask57,q,The right answer is A: x,C\n")
    scored = answer("score", "--predictions", tmp_path / "p.csv")
    assert scored["task57"]["accuracy"] == {"paper": 50.0, "strict": 50.0}
