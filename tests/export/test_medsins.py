"""The paper's JSON: keys, order, lists, bytes, clearance, and a file that is there whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from made_tasks import write_sources, write_tasks
from medslake import registry
from medslake.errors import AccessDenied, DataCheckFailed, UnknownName, UsageError
from medslake.export import medsins
from medslake.export.medsins import KEYS, export_every_medsins, export_medsins
from medslake.lake import Lake, open_lake
from medslake.lake.storage.tables import CommitInfo

pytestmark = pytest.mark.slow


def instance(name: str, split: str, access: str = "public", **more: Any) -> dict[str, Any]:
    row = {
        "instance_id": name,
        "task_id": "task106",
        "category": "Text Classification",
        "domain": "Medical Knowledge",
        "definition_id": "d",
        "input_language": "English",
        "output_language": "English",
        "definition_language": "English",
        "input": f"line one of {name}\nβ-catenin “quoted” \\ 细胞",
        "output": "cellular energetics",
        "renderer": 1,
        "split": split,
        "access": access,
        "source": "hoc",
        "record_ids": [name],
        "origin": {"table": "bronze.hoc__texts", "version": 0, "file": "f", "sha256": "0" * 64, "row": 1},
    }
    return row | more


@pytest.fixture
def filled(tmp_path: Path) -> Lake:
    """No Spark: the export reads the Delta files."""
    lake = open_lake(str(tmp_path / "lake"))
    rows = [
        instance("b", "train", alternatives=["cellular energetics", "energy metabolism"]),
        instance("a", "train"),
        instance("c", "test", "dua"),
        instance("d", "validation"),
    ]
    table = pa.Table.from_pylist(rows, schema=lake.spec("gold.instructions").arrow_schema())
    lake.arrow.replace("gold.instructions", table, CommitInfo("test"))
    write_tasks(lake)
    write_sources(lake)
    return lake


def test_the_file_is_the_papers_document(filled: Lake, tmp_path: Path) -> None:
    path = export_medsins(filled, "task106", tmp_path / "out")
    task = registry.get("task", "task106")
    assert path == tmp_path / "out" / f"task106_{task.name}.json"
    raw = path.read_text(encoding="utf-8")
    told = json.loads(raw)
    assert tuple(told) == KEYS
    assert len(KEYS) == 13
    source = registry.get("source", "hoc")
    assert (told["Source"], told["URL"], told["Contributors"]) == ([source.title], list(source.urls), [])
    assert told["Categories"] == ["Text Classification"]
    assert told["Domains"] == ["Medical Knowledge"]
    assert (told["Input_language"], told["Output_language"], told["Instruction_language"]) == (["English"], ["English"], ["English"])
    assert told["Definition"] == [d.text for d in task.definitions]
    assert told["Reasoning"] == told["Positive Examples"] == told["Negative Examples"] == []
    assert told["Instances"] == [
        {"id": "a", "input": "line one of a\nβ-catenin “quoted” \\ 细胞", "output": ["cellular energetics"]},
        {"id": "b", "input": "line one of b\nβ-catenin “quoted” \\ 细胞", "output": ["cellular energetics", "energy metabolism"]},
    ]
    # Written instance by instance, yet byte for byte what one json.dump with the paper's settings writes.
    assert raw == json.dumps(told, ensure_ascii=False, indent=4) + "\n"
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_splits(filled: Lake, tmp_path: Path) -> None:
    def ids(split: str) -> list[str]:
        path = export_medsins(filled, "task106", tmp_path / split, "private", split=split)
        return [one["id"] for one in json.loads(path.read_text(encoding="utf-8"))["Instances"]]

    assert (ids("train"), ids("test"), ids("all")) == (["a", "b"], ["c"], ["a", "b", "c", "d"])
    with pytest.raises(UsageError, match="No split is named 'dev'"):
        export_medsins(filled, "task106", tmp_path, split="dev")


def test_rows_above_the_clearance_are_refused(filled: Lake, tmp_path: Path) -> None:
    with pytest.raises(AccessDenied, match=r"task106: of its 4 rows .* 1 of class dua are above the clearance 'public'"):
        export_medsins(filled, "task106", tmp_path / "out", split="all")
    assert not (tmp_path / "out").exists()


def test_without_a_name_every_task_is_written_that_may_leave(filled: Lake, tmp_path: Path) -> None:
    more = pa.Table.from_pylist(
        [instance("e", "test", task_id="task57", source="medqa"), instance("f", "test", "private", task_id="task58", source="medqa")],
        schema=filled.spec("gold.instructions").arrow_schema(),
    )
    filled.arrow.append("gold.instructions", more, CommitInfo("more"))
    files, left_out = export_every_medsins(filled, tmp_path / "out", split="test")
    assert [path.name.partition("_")[0] for path in files] == ["task57"] and left_out == {"dua": 1, "private": 1}
    assert files[0].read_bytes() == export_medsins(filled, "task57", tmp_path / "one", split="test").read_bytes()
    files, left_out = export_every_medsins(filled, tmp_path / "out", "private", split="test")
    assert sorted(path.name.partition("_")[0] for path in files) == ["task106", "task57", "task58"] and left_out == {}
    filled.arrow.replace("gold.instructions", more.slice(1), CommitInfo("closed"))
    with pytest.raises(AccessDenied, match="1 of class private"):
        export_every_medsins(filled, tmp_path / "none", split="test")
    with pytest.raises(DataCheckFailed, match="no rows of split train"):
        export_every_medsins(filled, tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_failed_export_leaves_the_older_file(filled: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = export_medsins(filled, "task106", tmp_path)
    before = path.read_bytes()

    def breaks(rows: pa.Table) -> Any:
        yield {"id": "a", "input": "x", "output": ["y"]}
        raise KeyboardInterrupt

    monkeypatch.setattr(medsins, "_instances", breaks)
    with pytest.raises(KeyboardInterrupt):
        export_medsins(filled, "task106", tmp_path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == [path.name]


def test_nothing_to_export_is_said(filled: Lake, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="task9999"):
        export_medsins(filled, "task9999", tmp_path)
    with pytest.raises(DataCheckFailed, match=r"no rows of split train for task57.*Run: medslake build instructions --task task57"):
        export_medsins(filled, "task57", tmp_path)
    with pytest.raises(UsageError, match="no tasks"):
        export_medsins(open_lake(str(tmp_path / "empty")), "task106", tmp_path)
