"""What the base install does without its extras: asking and showing works, the rest says the install line. Their modules are hidden."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from medslake.bench.build import build_benchmark
from medslake.ingest.ingest import ingest
from medslake.ingest.synthetic import generate_all
from medslake.instructions.build import build_instructions
from medslake.lake import open_lake

pytestmark = pytest.mark.process

#: Hides the modules of the extras, and runs every list of words that it is given in a child of its own: code, stdout, stderr of each.
BARE = """
import json, os, sys, tempfile
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

told = []
for words in json.loads(sys.argv[1]):
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    child = os.fork()
    if not child:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        main(words)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    out.seek(0)
    err.seek(0)
    told.append((code, out.read().decode(), err.read().decode()))
json.dump(told, sys.stdout)
"""
ASKED = [
    ("fetch", "anatem", "--out", "files", "--dry-run"),
    ("list", "sources"),
    ("list", "tasks", "--bench"),
    ("list", "metrics"),
    ("list", "engines"),
    ("list", "accelerators"),
    ("list", "recipes"),
    ("list", "taggers"),
    ("list", "tables"),
    ("list", "runs"),
    ("sql", "select task_id, count(*) n from gold.instructions group by all"),
    ("trace", "instance", "ID"),
    ("diff", "gold.instructions", "0", "0"),
    ("report",),
    ("mixture",),
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
    ("spark", "tag"),
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
    lake = open_lake(str(folder / "lake"), spark=spark)
    ingest(lake, {name: str(files) for name, files in generate_all(folder, n=30, sources=["meqsum"]).items()})
    build_instructions(lake, ["task114"])
    build_benchmark(lake, ["task114"])
    return lake.root


@pytest.fixture(scope="module")
def said(root: str, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], tuple[int, str, str]]:
    """Words -> code, stdout, stderr."""
    folder = tmp_path_factory.mktemp("asked")
    (folder / "p.csv").write_text("task_id,input,GT,output\ntask57,q,The right answer is B: x,B\n")
    every = [*ASKED, *(tuple(arguments) for _, *arguments in REFUSED)]
    instance = open_lake(root).query("select min(instance_id) id from gold.instructions")["id"][0].as_py()
    words = json.dumps([[instance if word == "ID" else word for word in (*arguments, "--lake", root)] for arguments in every])
    done = subprocess.run([sys.executable, "-c", BARE, words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {arguments: tuple(told) for arguments, told in zip(every, json.loads(done.stdout), strict=True)}


@pytest.mark.parametrize("arguments", ASKED, ids=" ".join)
def test_asks_and_shows(arguments: tuple[str, ...], said: dict[tuple[str, ...], tuple[int, str, str]]) -> None:
    code, out, err = said[arguments]
    # No Java is needed, and none may be there.
    assert code == 0 or arguments == ("doctor",), err
    assert out.strip() and "Traceback" not in err and "defect" not in err


@pytest.mark.parametrize("refused", REFUSED, ids=" ".join)
def test_says_the_install_line(refused: tuple[str, ...], said: dict[tuple[str, ...], tuple[int, str, str]]) -> None:
    extra, *arguments = refused
    code, out, err = said[tuple(arguments)]
    assert (code, out) == (2, "")
    assert f"pip install 'medslake[{extra}]'" in err and "Traceback" not in err
