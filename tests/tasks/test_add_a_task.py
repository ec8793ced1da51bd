"""A task is added by dropping files in: every block of the documentation is written to where it says, or run."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from made_silver import abstract, abstracts, commit
from medslake.cli.app import app
from medslake.instructions.render import render
from medslake.lake import open_lake
from medslake.registry import get, items
from medslake.tasks import Task
from silver_fixtures import SilverFrame

PAGE = (Path(__file__).parents[2] / "docs" / "add_a_task.md").read_text()
FILES = re.findall(r"^`(my_plugins/[^`]+)`:\n\n```\w+\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
COMMANDS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
ADDED = {"hoc_angiogenesis", "hoc_metastasis", "hoc_inflammation", "odd_one_out"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("home")
    for name, text in FILES:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setenv("MEDSLAKE_PLUGINS", "")
        before = set(items("task"))
        patch.setenv("MEDSLAKE_PLUGINS", "my_plugins")
        assert set(items("task")) - before == ADDED
        yield home


def test_every_block_is_a_file_or_a_command() -> None:
    assert len(re.findall(r"^```\w", PAGE, re.MULTILINE)) == len(FILES) + len(COMMANDS)


@pytest.mark.parametrize("name", sorted(ADDED))
def test_the_declaration_is_sound_and_its_example_renders(folder: Path, silver_frame: SilverFrame, name: str) -> None:
    task: Task = get("task", name)
    assert list(task.faults()) == []
    rows = render(task, silver_frame(task, task.example.rows)).collect()
    assert sorted((row["input"], row["output"]) for row in rows) == sorted(task.example.instances)
    assert {len(row["record_ids"]) for row in rows if row["output"] == "no" and name == "odd_one_out"} <= {2}


def test_the_commands_run(folder: Path, spark: Any) -> None:
    labelled = [
        *abstracts(1, 3, "train"),
        abstract(9, "train", "Vessels grew.", ("inducing angiogenesis",)),
        abstract(8, "train", "None.", ()),
    ]
    commit(open_lake("./lake"), "labelled_texts", "hoc", labelled)
    printed = []
    for line in COMMANDS[0].splitlines():
        command, *words = shlex.split(line)
        if command == "export":
            assert dict([words[0].split("=")]) == {"MEDSLAKE_PLUGINS": os.environ["MEDSLAKE_PLUGINS"]}
            continue
        assert command == "medslake"
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, (line, done.output, done.exception)
        printed.append(done.output)
    listed, built, instances, tasks = printed
    assert "hoc_angiogenesis" in listed and "gold.instructions" in built
    assert "Vessels grew." in instances and instances.count("Abstract: ") == 4
    assert "medslake" in tasks
