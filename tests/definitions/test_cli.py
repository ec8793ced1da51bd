"""`medslake definitions` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medslake.cli import main

TOLD = {"task46": {"original_def": "x", "auto_rewrite_def": ["Say what the medical term means.", "Explain it"]}}


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


@pytest.mark.slow
def test_import_and_list(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file, lake = tmp_path / "told.json", str(tmp_path / "lake")
    file.write_text(json.dumps(TOLD))
    (tmp_path / "lake").mkdir()
    assert run("definitions", "list", "--lake", lake) == 2
    assert run("definitions", "import", str(file), "--lake", lake) == 0
    assert "imported: 2 definitions, 1 accepted." in capfd.readouterr().out
    assert run("definitions", "list", "--lake", lake) == 0
    shown = capfd.readouterr().out
    assert "task46" in shown and "all" in shown
    assert run("definitions", "list", "--lake", lake, "--task", "task46", "--kind", "imported", "--rejected") == 0
    assert "task46 imported 2 [length: 2 words, not 3 to 120]: Explain it" in capfd.readouterr().out
    assert run("definitions", "list", "--lake", lake, "--task", "task46", "--kind", "written", "--json") == 0
    assert len(json.loads(capfd.readouterr().out)) == 15
    assert run("definitions", "list", "--lake", lake, "--task", "task58", "--kind", "written") == 0
    shown = capfd.readouterr().out
    assert "task58 written 15: " in shown and "task58 written 16 (Chinese): " in shown and "20 definitions of task58." in shown
