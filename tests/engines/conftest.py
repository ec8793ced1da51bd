"""A tiny random Llama in a folder, shared by the tests of engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from medslake.conformance.tiny_model import build_tiny


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny(tmp_path_factory.mktemp("models") / "tiny")
