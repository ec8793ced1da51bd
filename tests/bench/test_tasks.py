"""What the benchmark reads of tasks: gold.tasks and the first wording; declarations for strict inputs alone."""

from __future__ import annotations

from pathlib import Path

from made_benchmark import benchmark_row, write_benchmark
from made_tasks import write_tasks
from medslake import registry
from medslake.bench.strict_inputs import declared, lost
from medslake.bench.tasks import bench_tasks, declaration
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


def test_declarations_are_asked_for_strict_inputs_alone() -> None:
    assert declaration("task9999") is None
    assert list(declared(["task57", "task131", "task9999"])) == ["task131"]


def test_strict_rows_whose_task_is_not_loaded_are_not_thrown_away(tmp_path: Path) -> None:
    lake = made(tmp_path)
    assert lost(lake, ["task57", "ward_plan"]) == []
    rows = [benchmark_row(task, 1, "q", "a", input_variant=variant) for task in ("task131", "ward_plan") for variant in ("paper", "strict")]
    write_benchmark(lake, [*rows, benchmark_row("ward_note", 1, "q", "a")])
    assert lost(lake, ["task131", "ward_plan", "ward_note"]) == ["ward_plan"]
