"""A task is added by dropping one file in: the one printed in the documentation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from medslake.instructions.render import render
from medslake.registry import get, items

if TYPE_CHECKING:
    from silver_fixtures import SilverFrame

RECIPE = Path(__file__).parents[2] / "docs" / "add_a_task.md"


def test_the_documented_file_registers_and_renders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, silver_frame: SilverFrame) -> None:
    code = re.search(r"```python\n(.*?)```", RECIPE.read_text(), re.DOTALL)
    assert code is not None
    before = set(items("task"))
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "toy_triage_urgency.py").write_text(code.group(1))
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path))
    assert set(items("task")) - before == {"task901"}
    task = get("task", "task901")
    assert len({d.text for d in task.definitions}) == 15
    assert all(label in d.text for label in task.labels for d in task.definitions)
    rows = render(task, silver_frame(task, [task.example.row])).collect()
    assert [(row["input"], row["output"]) for row in rows] == list(task.example.instances)
