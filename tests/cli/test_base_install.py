"""What the base install does without its extras: asking and showing works, the rest says the install line. Their modules are hidden."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from medslake import registry
from medslake.bench.build import build_benchmark
from medslake.ingest.ingest import ingest
from medslake.instructions.build import build_instructions
from medslake.lake import open_lake

pytestmark = pytest.mark.process

BARE = """
import sys
from medslake.extras import EXTRAS

HIDDEN = {module for modules in EXTRAS.values() for module in modules}

class Without:
    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, *rest):
        return None if name.partition(".")[0] in HIDDEN else self.finder.find_spec(name, *rest)

sys.meta_path[:] = map(Without, sys.meta_path)
assert not HIDDEN & set(sys.modules), HIDDEN & set(sys.modules)
from medslake.cli import main
main()
"""
ASKED = [
    ("list", "sources"),
    ("list", "tasks", "--bench"),
    ("list", "metrics"),
    ("list", "engines"),
    ("list", "accelerators"),
    ("list", "recipes"),
    ("list", "tables"),
    ("list", "runs"),
    ("sql", "select task_id, count(*) n from gold.instructions group by all"),
    ("report",),
    ("export", "medsins", "--task", "task114"),
    ("export", "lm-eval"),
    ("export", "inspect"),
    ("doctor",),
]
REFUSED = [
    ("spark", "ingest", "meqsum", "--from", "files"),
    ("spark", "build", "instructions"),
    ("spark", "check"),
    ("spark", "leaks"),
    ("train", "pack"),
    ("train", "train"),
    ("infer", "infer", "--model", "model"),
    ("score", "score"),
    ("score", "compare", "a", "b"),
    ("score", "score", "--predictions", "p.csv"),
    ("exports", "export", "hf"),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> str:
    folder = tmp_path_factory.mktemp("base")
    (folder / "files").mkdir()
    for name, content in registry.get("source", "meqsum").generate(Random(3), 30).items():
        (folder / "files" / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    lake = open_lake(str(folder / "lake"), spark=spark)
    ingest(lake, {"meqsum": str(folder / "files")})
    build_instructions(lake, ["task114"])
    build_benchmark(lake, ["task114"])
    return lake.root


def bare(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", BARE, *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", ASKED, ids=" ".join)
def test_asks_and_shows(arguments: tuple[str, ...], root: str, tmp_path: Path) -> None:
    done = bare(tmp_path, *arguments, "--lake", root)
    # No Java is needed, and none may be there.
    assert done.returncode == 0 or arguments == ("doctor",), done.stderr
    assert done.stdout.strip()
    assert "Traceback" not in done.stderr and "defect" not in done.stderr


def test_traces(root: str, tmp_path: Path) -> None:
    (row,) = json.loads(bare(tmp_path, "sql", "select min(instance_id) id from gold.instructions", "--lake", root, "--json").stdout)
    done = bare(tmp_path, "trace", "instance", row["id"], "--lake", root, "--json")
    assert json.loads(done.stdout)[0]["kind"] == "instance"


@pytest.mark.parametrize("refused", REFUSED, ids=" ".join)
def test_says_the_install_line(refused: tuple[str, ...], root: str, tmp_path: Path) -> None:
    extra, *arguments = refused
    (tmp_path / "p.csv").write_text("task_id,input,GT,output\ntask57,q,The right answer is B: x,B\n")
    done = bare(tmp_path, *arguments, "--lake", root)
    assert done.returncode == 2 and done.stdout == ""
    assert f"pip install 'medslake[{extra}]'" in done.stderr and "Traceback" not in done.stderr
