"""docs/add_a_metric.md: its files are registered and sound, its commands and its code run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from medslake import registry

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "add_a_metric.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
#: Names of files in the text, in the order of the blocks that declare something.
FILES = re.findall(r"`~/ward/(metrics/\w+\.py)`", PAGE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    declared = [text for language, text in BLOCKS if language == "python" and "METRIC = " in text]
    for name, text in zip(FILES, declared, strict=True):
        path = home / "ward" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return home


@pytest.fixture
def plugins(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(home / "ward"))


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize("name", [Path(file).stem for file in FILES])
def test_the_declared_metrics_are_found_and_their_examples_hold(name: str) -> None:
    metric = registry.get("metric", name)
    assert list(metric.faults()) == []
    for variant in ("paper", "strict"):
        scored = getattr(metric, variant)(metric.example.pairs)
        assert dict(scored.values) == pytest.approx(getattr(metric.example, variant))


@pytest.mark.usefixtures("plugins")
def test_the_code_runs() -> None:
    code = [text for language, text in BLOCKS if language == "python" and "METRIC = " not in text]
    assert len(code) == 1
    exec(code[0], {})


@pytest.mark.process
def test_the_commands_run(home: Path) -> None:
    (commands,) = [text for language, text in BLOCKS if language == "sh"]
    environment = os.environ | {"HOME": str(home), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "COLUMNS": "200"}
    done = subprocess.run(["bash", "-e", "-c", commands], capture_output=True, text=True, env=environment, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "Share of equal answers" in done.stdout and "urgency" in done.stdout


def test_every_name_that_the_page_lists_is_exported() -> None:
    import medslake.metrics

    table = PAGE[PAGE.index("| name | does |") :].split("\n\n")[0]
    listed = {name for line in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    nouns = {"Aggregate", "Metric", "MetricExample", "Pair", "Scored"}
    assert listed | nouns == set(medslake.metrics.__all__)
