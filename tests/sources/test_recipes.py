"""The pages that tell how to add something in one file: their files are written and their commands run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
_BLOCK = re.compile(r"(?:^`(?P<path>ward/[^`]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.process
@pytest.mark.parametrize(
    "page",
    ["add_a_source", "add_a_format", "add_a_silver_kind", "add_a_leak_test", "add_a_engine", "add_an_accelerator", "add_a_recipe"],
)
def test_every_block_runs(page: str, tmp_path: Path) -> None:
    blocks = list(_BLOCK.finditer((DOCS / f"{page}.md").read_text()))
    commands = [block["text"] for block in blocks if block["kind"] == "sh"]
    assert commands
    for block in blocks:
        assert (block["path"] is None) == (block["kind"] == "sh")
        if block["path"]:
            path = tmp_path / block["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block["text"])
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("MEDSLAKE_PLUGINS", None)
    done = subprocess.run(
        ["bash", "-euxc", "\n".join(commands)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
