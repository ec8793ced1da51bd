"""Pages of tasks: those in docs are what the registry says today, and a lake adds its counts."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from medslake import api, registry
from medslake.errors import UnknownName
from medslake.lake import Lake, open_lake
from medslake.lake.storage.tables import CommitInfo
from medslake.report.task_page import describe, page, write_pages
from medslake.tasks import UNRELEASED

DOCS = Path(__file__).parents[2] / "docs" / "tasks"
NAMES = [*registry.names("task"), *(one.id for one in UNRELEASED)]


def test_the_pages_in_docs_are_made_of_the_registry(tmp_path: Path) -> None:
    written = {path.name: path.read_text() for path in write_pages(tmp_path)}
    there = {path.name: path.read_text() for path in DOCS.glob("*.md")}
    assert sorted(written) == sorted(f"{name}.md" for name in NAMES)
    stale = [name for name in {*written, *there} if written.get(name) != there.get(name)]
    assert stale == [], "Run: medslake describe --pages docs/tasks"


@pytest.mark.parametrize("name", ["task131", "task57", "medec_error_detection"])
def test_a_page_tells_what_the_declaration_says(name: str) -> None:
    task, told = registry.get("task", name), page(describe(name))
    source = registry.get("source", task.source)
    parts = [
        task.name,
        task.category,
        source.title.replace("|", "\\|"),
        source.access,
        task.definitions[0].text,
        *task.example.instances[0],
    ]
    assert [part for part in parts if part not in told] == []


def test_counts_of_the_paper_are_the_figures() -> None:
    assert describe("task131")["train_instances"]["paper"] == 31_816
    assert describe("task66")["train_instances"] == {"paper": 112_436, "how": "of all 3 tasks of its kind together"}
    assert describe("medec_error_detection")["train_instances"] == {"paper": None, "how": None}


def test_a_lake_adds_its_counts(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    assert "here" not in api.describe("task106", lake=lake)["train_instances"]
    # What is rendered in two ways is one instance.
    write(lake, ("train", "both"), ("train", "paper"), ("train", "strict"), ("test", "both"))
    told = api.describe("task106", lake=lake)
    assert (told["train_instances"]["here"], told["train_instances"]["bench"]) == (2, 0)
    assert "here: 2 train, 0 in the benchmark" in page(told)


def test_what_cannot_be_made_says_why_and_what_is_not_there_is_said() -> None:
    assert "It cannot be made: never released" in page(describe("task72"))
    with pytest.raises(UnknownName, match="task9999"):
        describe("task9999")


def write(lake: Lake, *instances: tuple[str, str]) -> None:
    spec = lake.spec("gold.instructions")
    blank = {"string": "", "int": 0, "array<string>": []}
    shared = {c.name: blank.get(c.type.lower()) for c in spec.columns} | {"task_id": "task106", "access": "public", "source": "hoc"}
    origin = {"table": "bronze.hoc__texts", "version": 0, "file": "f", "sha256": "0" * 64, "row": 1}
    rows = [
        shared | {"instance_id": f"i{n}", "split": split, "input_variant": variant, "origin": origin}
        for n, (split, variant) in enumerate(instances)
    ]
    lake.arrow.append("gold.instructions", pa.Table.from_pylist(rows, schema=spec.arrow_schema()), CommitInfo("test"))
