"""`spark-submit jobs/ingest.py` against a local master, as a scheduler would call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from medslake.ingest.synthetic import generate_all
from medslake.lake import open_lake
from medslake.lake.spark.java import java_home

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.process
def test_ingest_runs_under_spark_submit(tmp_path: Path) -> None:
    files = generate_all(tmp_path, seed=5, n=24, sources=["ncbi_disease"])["ncbi_disease"]
    command = [
        str(Path(sys.executable).parent / "spark-submit"),
        *("--master", "local[2]", "--driver-memory", "1g"),
        *("jobs/ingest.py", "ncbi_disease", "--from", str(files), "--lake", str(tmp_path / "lake"), "--json"),
    ]
    home = java_home()
    environment = os.environ | {"PYSPARK_PYTHON": sys.executable} | ({"JAVA_HOME": home} if home else {})
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(next(line for line in reversed(done.stdout.splitlines()) if line.startswith("{")))
    rows = told["tables"]["silver.annotated_texts"]["rows"]
    assert rows > 0
    count = open_lake(str(tmp_path / "lake")).query("select count(*) n from silver.annotated_texts").to_pylist()
    assert count == [{"n": rows}]
