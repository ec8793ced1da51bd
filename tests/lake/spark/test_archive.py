"""The archive of Spark's classes: named by what it was made of, mapped by the JVM where it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from medslake.lake.spark import archive as module
from medslake.lake.spark.archive import archive, archive_options


# It asks Java for its version.
@pytest.mark.process
def test_it_belongs_to_one_spark_and_one_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSLAKE_CACHE", str(tmp_path))
    first = archive()
    assert first.parent == tmp_path and archive_options() == []
    first.write_bytes(b"")
    assert archive_options()[0] == f"-XX:SharedArchiveFile={first}"
    monkeypatch.setattr(module.metadata, "version", lambda _: "9.9")
    assert archive() != first and archive_options() == []


def test_the_session_maps_it(spark: Any) -> None:
    found = archive()
    if not found.is_file():
        pytest.skip(f"there is no archive of Spark's classes ({module.MAKE})")
    maps = Path(f"/proc/{spark._jvm.java.lang.ProcessHandle.current().pid()}/maps")
    if not maps.is_file():
        pytest.skip("this system does not say what a process maps")
    assert str(found) in maps.read_text()
