"""One process where names and folders are odd: a C locale, a long temporary folder with a blank, and a lake whose path holds # and é."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from made_benchmark import benchmark_row, lake_with
from medslake import settings
from medslake.conformance.tiny_model import build_tiny

FOLDER = settings.test_data_dir().parent / "cases" / "28_c_locale_non_ascii_path" / "in" / "é ü"
pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the cases are not in {settings.test_data_dir().parent} (set MEDSLAKE_TEST_DATA)"),
]
RUN = """
import json, sys
from medslake.cli import main
for words in json.loads(sys.argv[1]):
    try:
        main(words)
    except SystemExit as ended:
        if ended.code:
            raise
"""
#: What would say otherwise what the process is to find out by itself.
OWN = ("LANG", "LC_CTYPE", "PYTHONUTF8", "PYTHONIOENCODING", "RAY_TMPDIR", "RAY_ADDRESS", "SPARK_SUBMIT_OPTS", "SPARK_LAUNCHER_OPTS")


@pytest.mark.case("26_hash_in_the_lake_path", "27_tmpdir_with_a_blank", "28_c_locale_non_ascii_path", "42_long_tmpdir_for_ray")
def test_ingest_and_infer_work(tmp_path: Path) -> None:
    scratch = tmp_path / "with space"
    scratch = scratch / ("x" * max(1, 94 - len(str(scratch))))
    scratch.mkdir(parents=True)
    assert len(str(scratch)) >= 95
    lake = lake_with(tmp_path / "é #3", [benchmark_row("task57", 0, "q", "A")])
    model = build_tiny(tmp_path / "tiny")
    commands = [
        ["infer", "--model", str(model), "--lake", lake.root, "--json"],
        ["ingest", "chatdoctor", "--from", str(FOLDER), "--lake", lake.root, "--json"],
    ]
    env = {name: value for name, value in os.environ.items() if name not in OWN}
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(commands)],
        env=env | {"LC_ALL": "C", "TMPDIR": str(scratch)},
        capture_output=True,
        check=False,
    )
    told = done.stderr.decode(errors="replace")
    assert done.returncode == 0 and "defect" not in told and "Traceback" not in told, told[-3000:]
    assert lake.arrow.count("gold.predictions") == 1
    assert lake.arrow.count("bronze.chatdoctor__diseases") == lake.arrow.count("silver.concepts") == 2
