"""What DuckDB spills."""

from __future__ import annotations

from pathlib import Path

import pytest

from medslake.lake.duck import duck


def test_what_does_not_fit_is_spilled_beside_the_working_folder_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, scratch = tmp_path / "here", tmp_path / "scratch"
    here.mkdir()
    scratch.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    with duck(memory_limit="60MB", threads=2) as connection:
        connection.execute("SET enable_external_access = false")
        connection.execute("CREATE TABLE t AS SELECT hash(i) AS h, repeat('x', 40) || i AS s FROM range(1_500_000) r(i)")
        assert list(scratch.rglob("*.tmp"))
        assert connection.sql("SELECT count(*) FROM (SELECT * FROM t ORDER BY h)").fetchall() == [(1_500_000,)]
    assert not list(here.iterdir()) and not list(scratch.iterdir())
