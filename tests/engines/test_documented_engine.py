"""The engine that docs/add_a_engine.md prints passes `medslake plugin check`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from medslake.conformance import check_file
from medslake.engines import Prompt
from medslake.registry import get

pytestmark = pytest.mark.process

PAGE = Path(__file__).parents[2] / "docs" / "add_a_engine.md"


def test_the_documented_file_is_sound_and_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert code is not None
    file = tmp_path / "engines" / "echo.py"
    file.parent.mkdir()
    file.write_text(code.group(1))
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path))
    (one,), lost = check_file(file)
    assert (one.name, one.faults, lost) == ("echo", (), [])
    (answer,) = get("engine", "echo").open("any").generate([Prompt("1", [{"role": "user", "content": "Who?"}])])
    assert (answer.id, answer.text) == ("1", "Who?")
