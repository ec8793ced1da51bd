"""A writer killed with -9 at any moment: the last committed version stays readable, the next write is clean."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from things import NAME, arrow, specs, thing

from medslake.lake.storage import place as places
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.tables import CommitInfo

JOB = CommitInfo("job", "A")
# The moments of one write, as (module, object, function, when): killed right before or right after that step.
MOMENTS = [
    ("medslake.lake.storage.arrow.ArrowTables", "_publish", "before"),
    ("medslake.lake.storage.place.Place", "publish", "before"),
    ("medslake.lake.storage.place.Place", "drop", "before"),
    ("medslake.lake.storage.place.Place", "publish", "after"),
    ("medslake.lake.storage.delta_log", "_swap", "before"),
    ("medslake.lake.storage.delta_log", "_swap", "after"),
]
VICTIM = """
import importlib, os, signal, sys
from things import NAME, arrow, specs, thing
from medslake.lake.storage.arrow import ArrowTables
from medslake.lake.storage.tables import CommitInfo
root, owner, step, when = sys.argv[1:5]
try:
    holder = importlib.import_module(owner)
except ModuleNotFoundError:
    module, _, name = owner.rpartition(".")
    holder = getattr(importlib.import_module(module), name)
whole = getattr(holder, step)
def deadly(*given, **named):
    if when == "after":
        whole(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(holder, step, deadly)
ArrowTables(root, specs).replace(NAME, arrow(thing("new", "a"), thing("new2", "%b")), CommitInfo("job", "A"))
"""
SPARK_VICTIM = """
import os, signal, sys
from things import NAME, THINGS, arrow, specs, thing
from medslake.lake.storage.embedded import EmbeddedDelta
from medslake.lake.storage.place import Place
from medslake.lake.spark.session import spark_session
from medslake.lake.storage.tables import CommitInfo
def deadly(*_):
    os.kill(os.getpid(), signal.SIGKILL)
Place.publish = deadly
spark = spark_session(master="local[1]", memory="1g")
EmbeddedDelta(spark, sys.argv[1], specs).append(NAME, spark.createDataFrame(arrow(thing("new"))), CommitInfo("job"))
"""


def killed(code: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=Path(__file__).parents[1], check=False, timeout=400, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.mark.process
@pytest.mark.parametrize("exists", [True, False], ids=["table", "first write"])
@pytest.mark.parametrize(("owner", "step", "when"), MOMENTS, ids=[f"{when} {step}" for _, step, when in MOMENTS])
def test_a_killed_writer_leaves_the_last_version(
    tmp_path: Path, owner: str, step: str, when: str, exists: bool, record_property: Callable[[str, object], None]
) -> None:
    tables = ArrowTables(str(tmp_path), specs)
    if exists:
        tables.append(NAME, arrow(thing("old", "a")), CommitInfo("before"))
    killed(VICTIM, str(tmp_path), owner, step, when)
    landed = (step, when) == ("_swap", "after")
    assert tables.exists(NAME) is (exists or landed)
    if tables.exists(NAME):
        assert sorted(tables.read(NAME)["id"].to_pylist()) == (["new", "new2"] if landed else ["old"])
    again = tables.replace(NAME, arrow(thing("new", "a"), thing("new2", "%b")), JOB)
    assert again.committed is not landed
    assert sorted(tables.read(NAME)["id"].to_pylist()) == ["new", "new2"]
    assert tables.version(NAME) == int(exists)
    if not landed:
        assert list(Path(tables.place.table(NAME)).glob("_stage-*")) == []
    record_property("writers of a table killed", 1)


@pytest.mark.process
def test_a_killed_spark_writer_leaves_the_last_version(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    tables = ArrowTables(str(tmp_path), specs)
    tables.append(NAME, arrow(thing("old")), CommitInfo("before"))
    killed(SPARK_VICTIM, str(tmp_path))
    top = Path(tables.place.table(NAME))
    stage = next(top.glob("_stage-*"))
    assert list(stage.rglob("*.parquet"))
    assert tables.read(NAME)["id"].to_pylist() == ["old"] and tables.version(NAME) == 0
    tables.append(NAME, arrow(thing("next")), CommitInfo("after"))
    assert not stage.exists() and sorted(tables.read(NAME)["id"].to_pylist()) == ["next", "old"]
    record_property("writers of a table killed", 1)


def test_stages_of_living_writers_stay(tmp_path: Path) -> None:
    tables = ArrowTables(str(tmp_path), specs)
    tables.append(NAME, arrow(thing("1")), CommitInfo("job"))
    top = Path(tables.place.table(NAME))
    mine, other_host, old = (top / s for s in (tables.place.new_stage(NAME), "_stage-else-where-1-abc", "_stage-elsewhere-1-def"))
    for folder in (mine, other_host, old):
        folder.mkdir()
    long_ago = time.time() - 8 * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    assert tables.place.clean_stages(NAME) == [old.name]
    assert mine.exists() and other_host.exists()
    assert places.escape_partition("a/b=%") == "a%2Fb%3D%25"
