"""What the benchmark reads of tasks: gold.tasks and the first wording."""

from __future__ import annotations

from pathlib import Path

from made_tasks import write_tasks
from medslake import registry
from medslake.bench.tasks import bench_tasks
from medslake.definitions.rows import definition_id
from medslake.lake import Lake, open_lake


def made(folder: Path) -> Lake:
    lake = open_lake(str(folder / "lake"))
    write_tasks(lake, ["task57", "task58", "task106", "task124"])
    return lake


def test_before_the_build_there_is_none(tmp_path: Path) -> None:
    assert bench_tasks(open_lake(str(tmp_path / "lake"))) == {}


def test_tasks_without_a_bench_part_are_left_out(tmp_path: Path) -> None:
    assert set(bench_tasks(made(tmp_path))) == {"task57", "task58", "task106"}


def test_a_task_is_as_it_was_declared_when_built(tmp_path: Path) -> None:
    built = bench_tasks(made(tmp_path))
    task = registry.get("task", "task106")
    assert built["task106"].bench == task.bench
    assert (built["task106"].labels, built["task106"].definition) == (task.labels, task.definitions[0].text)
    assert built["task106"].definition_id == definition_id("task106", task.definitions[0].text)
    assert (built["task58"].language, built["task58"].labels) == ("zh", ())
    assert built["task106"].published == built["task106"].definition


def test_the_published_rendering_is_asked_in_its_own_words(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path / "lake"))
    write_tasks(lake, ["task126", "task128"])
    built = bench_tasks(lake)
    assert "There is no related entity." in built["task126"].definition and "entity." not in built["task126"].published
    assert "There is no related enetity." in built["task126"].published
    assert built["task128"].published == built["task128"].definition
