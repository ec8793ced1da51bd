"""Scores know the code that made them: that of their metrics and of scoring, and no other metric's."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

import medslake.metrics
import medslake.score.run
from medslake import registry
from medslake.lake import provenance
from medslake.score.code import scoring_code


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of metrics and scoring as copies that may be changed; what runs is the package."""
    registry.items("metric")
    package = Path(medslake.metrics.__file__).parents[1]
    for part in ("metrics", "score"):
        shutil.copytree(package / part, tmp_path / part)
    for name, module in list(sys.modules.items()):
        if name.startswith(("medslake.metrics", "medslake.score")) and module.__file__:
            monkeypatch.setattr(module, "__file__", str(tmp_path / Path(module.__file__).relative_to(package)))
    return tmp_path


def changed(file: Path) -> None:
    file.write_text(file.read_text() + "# changed\n")


def test_what_is_changed_is_told(copied: Path) -> None:
    names = ("mcqa", "text_similarity")
    before = scoring_code(names)
    assert scoring_code(names) == before
    for file, told in (
        ("score/bootstrap.py", {"medslake.score"}),
        (f"metrics/{registry.place('metric', names[1]).module.rpartition('.')[2]}.py", {names[1]}),
        ("metrics/base.py", set(names)),
    ):
        changed(copied / file)
        after = scoring_code(names)
        assert {name for name in after if after[name] != before[name]} == told
        before = after


def test_what_is_not_asked_for_does_not_count() -> None:
    registry.items("metric")
    found = provenance.code_digest(registry.place("metric", "text_similarity").module, ("medslake.metrics",))
    assert scoring_code(["text_similarity"])["text_similarity"] == found
    assert set(scoring_code([])) == {"medslake.score"}
