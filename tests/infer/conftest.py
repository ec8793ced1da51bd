"""A server of the OpenAI protocol in a process of its own, for the tests of a module."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from medslake.conformance.tiny_model import build_tiny


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the model behind the server."""
    return build_tiny(tmp_path_factory.mktemp("served") / "tiny")


@pytest.fixture(scope="module")
def server(served: Path) -> Iterator[str]:
    script = Path(__file__).parents[1] / "openai_server.py"
    process = subprocess.Popen([sys.executable, str(script), str(served)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
