"""A publisher on the loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from publisher import Publisher, published


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with published() as server:
        yield server
