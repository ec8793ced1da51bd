"""A source is declared in few lines."""

from __future__ import annotations

from collections import Counter
from statistics import median

import pytest

from medslake import registry
from medslake.conformance import TARGETS, own_lines

pytestmark = pytest.mark.slow


def test_a_declaration_is_short() -> None:
    """Everything but the example counts, downloads and digests included; a family's lines are shared by its members."""
    files = [registry.place("source", name).file for name in registry.names("source")]
    members = Counter(files)
    lines = {path.stem: own_lines(path) / count for path, count in members.items()}
    assert TARGETS["source"] == 60
    assert median(lines[path.stem] for path in files) <= 60, sorted(lines.items(), key=lambda one: one[1])
