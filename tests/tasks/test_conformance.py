"""Every registered task keeps the contract: closed lists, fifteen wordings, labels spelled out, an example that renders."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

import medslake.tasks
from medslake.bench.groups import GROUPS
from medslake.instructions.render import COLUMNS, render_all
from medslake.lake.schema.ddl import specs
from medslake.registry import items
from medslake.tasks import BENCH_GROUPS, Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from silver_fixtures import SilverFrame

TASKS: dict[str, Task] = items("task")
FOLDER = Path(medslake.tasks.__file__).parent

#: Names printed in the tables of MedS-Bench for the data sets that these tasks make.
PRINTED = {
    "task12": "PubMedQA",
    "task41": "MedNLI",
    "task42": "MedNLI",
    "task46": "DO",
    **{f"task{n}": "MMedBench" for n in range(51, 57)},
    "task57": "MedQA",
    "task58": "MedQA (Chinese, via MMedBench)",
    "task59": "IgakuQA",
    "task60": "FrenchMedMCQA",
    "task61": "RuMedBench",
    "task100": "EBMS",
    **{f"task{n}": "MIMIC-IV" for n in (78, *range(83, 95))},
    "task106": "HoC",
    "task112": "MIMIC-CXR",
    "task114": "MedQSum (MeQSum)",
    "task122": "MedMCQA",
    **{f"task{n}": "MIMIC4ED Benchmark" for n in (117, 118, 119)},
    "task123": "PubMedQA",
    "task126": "BC5-Chem",
    "task127": "BC5-Disease",
    "task129": "HeadQA",
    "task130": "DDXPlus",
    "task131": "SEER",
}

every_task = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())


def declared() -> dict[str, Path]:
    """Task id -> file, for the tasks that lie in the package."""
    found = {}
    for path in FOLDER.glob("*/*.py"):
        if path.parent.name == "parts" or path.name == "__init__.py":
            continue
        module = importlib.import_module(f"medslake.tasks.{path.parent.name}.{path.stem}")
        found |= {task.id: path for task in getattr(module, "TASKS", None) or (module.TASK,)}
    return found


def test_first_tasks_are_registered() -> None:
    numbers = [*range(11, 16), 27, 28, 45, 46, 47, *range(51, 59), 66, 67, 68, 106, 114, 123, 124, 126, 127, 130, 131]
    assert set(TASKS) >= {f"task{n}" for n in numbers}


def test_a_file_lies_in_the_folder_of_its_category_and_bears_the_id_of_a_single_task() -> None:
    files = declared()
    assert set(files) <= set(TASKS)
    for task_id, path in files.items():
        assert path.parent.name == TASKS[task_id].category.lower().replace(" ", "_"), path
        single = re.match(r"task\d+", path.name)
        assert single is None or single.group() == task_id


def test_a_declaration_is_short() -> None:
    """Lines of a task without its wordings; a family's lines are shared by its tasks."""
    files = declared()
    members = Counter(files.values())
    lines = [len(path.read_text().splitlines()) / members[path] for path in files.values()]
    assert median(lines) <= 25, sorted(lines)


@every_task
def test_the_declaration_is_sound(task: Task) -> None:
    assert list(task.faults()) == []
    assert f"silver.{task.kind}" in specs()


@every_task
def test_wordings_are_sentences(task: Task) -> None:
    for text in (d.text for d in task.definitions):
        assert text == " ".join(text.split()), text
        assert text[0].isupper() and text[-1] in '.?"', text
        assert "{" not in text.replace("{yes, no, maybe}", ""), text


@every_task
def test_labels_of_the_example_are_declared(task: Task) -> None:
    if task.labels is None:
        return
    for _, output in task.example.instances:
        assert any(label in output for label in task.labels), output


@every_task
def test_names_are_those_that_the_output_lists(task: Task, rendered_examples: dict[str, list[dict[str, Any]]]) -> None:
    rows = rendered_examples[task.id]
    if task.names_sql is None:
        assert task.bench is None or task.bench.group != "ner", "a list of names is scored by the names, not by its commas"
        assert all(row["names"] is None for row in rows)
        return
    for row in rows:
        # What is not asked bears none, as it bears no choices.
        assert (row["names"] is None) == (row["split"] != "test")
    for row in (row for row in rows if row["names"] is not None):
        assert len(set(row["names"])) == len(row["names"])
        assert all(name in row["output"] for name in row["names"])
        if row["names"]:
            assert row["output"] == ", ".join(row["names"]) + "."


@every_task
def test_the_right_output_is_among_the_choices(task: Task, rendered_examples: dict[str, list[dict[str, Any]]]) -> None:
    rows = rendered_examples[task.id]
    if task.choices_sql is None:
        assert task.bench is None or task.bench.group != "mcqa"
        several = any(sum(label in output for label in task.labels or ()) > 1 for _, output in task.example.instances)
        assert task.bench is None or task.labels is None or several, "one label is the output, so the labels are the choices"
        assert all(row["choices"] is None for row in rows)
        return
    assert task.bench is not None, "only the benchmark asks with choices"
    assert any(row["choices"] for row in rows), "the example shows no choices"
    for row in rows:
        if row["choices"] is not None:
            assert row["output"] in row["choices"] or sum(choice in row["output"] for choice in row["choices"]) > 1
            assert len(set(row["choices"])) == len(row["choices"]) > 1
            assert task.labels is None or len(row["choices"]) == len(task.labels)


@every_task
def test_definitions_quote_the_sentence_for_no_entity_as_the_gold_spells_it(task: Task) -> None:
    """MedS-Ins taught a sentence that its golds spell differently from most of its definitions."""
    sentence = "There is no related en"
    golds = {output for _, output in task.example.instances if output.startswith(sentence)}
    for gold in golds:
        assert all(f'"{gold}"' in d.text for d in task.definitions)
    if not golds:
        assert not any(sentence in d.text for d in task.definitions)


@every_task
def test_example_renders_to_the_expected_instances(task: Task, rendered_examples: dict[str, list[dict[str, Any]]]) -> None:
    got = [(row["input"], row["output"]) for row in rendered_examples[task.id]]
    assert task.example.instances, "an example without instances shows nothing"
    assert sorted(got) == sorted(task.example.instances)


@every_task
def test_instances_bear_the_seven_elements_and_their_provenance(task: Task, rendered_examples: dict[str, list[dict[str, Any]]]) -> None:
    ids = {row["record_id"] for row in (task.example.row, *task.example.others)}
    for row in rendered_examples[task.id]:
        assert tuple(row) == COLUMNS
        assert (row["task_id"], row["category"], row["domain"]) == (task.id, task.category, task.domain)
        assert row["input_language"] in task.input_language.split(", ") and row["output_language"] == task.output_language
        assert re.fullmatch(r"[0-9a-f]{32}", row["instance_id"])
        assert set(row["record_ids"]) <= ids and row["record_ids"]
        assert row["origin"]["table"].startswith(f"bronze.{task.source}__")
        assert len(row["joined"] or []) == len(row["record_ids"]) - 1
        assert row["renderer"] == task.version


def test_instance_ids_are_unique(rendered_examples: dict[str, list[dict[str, Any]]]) -> None:
    ids = [row["instance_id"] for rows in rendered_examples.values() for row in rows]
    assert len(ids) == len(set(ids))


def test_columns_are_those_of_gold_instructions() -> None:
    assert set(COLUMNS) | {"definition_id"} == set(specs()["gold.instructions"].names)


@every_task
def test_bench_part(task: Task) -> None:
    if task.bench is None:
        return
    assert task.bench.metrics and set(task.bench.metrics) <= set(items("metric"))
    assert task.bench.shots == (0 if task.bench.group == "mcqa" else 3)
    assert task.bench.dataset == PRINTED.get(task.id, task.bench.dataset)


def test_tasks_for_the_benchmark_alone_are_not_trained_on() -> None:
    assert {t.id for t in TASKS.values() if not t.trained} >= {"task123", "task127"}
    assert TASKS["task126"].trained and TASKS["task130"].trained


def test_groups_of_the_benchmark_are_those_that_it_prints() -> None:
    assert tuple(GROUPS) == BENCH_GROUPS


def test_many_tasks_rendered_together_give_what_each_gives_alone(
    rendered_examples: dict[str, list[dict[str, Any]]], silver_frame: SilverFrame
) -> None:
    silver: dict[str, DataFrame] = {}
    for task in TASKS.values():
        # A source of its own for each task: others of the same source would read these rows as well.
        rows = [{"split": "train" if task.bench is None else "test", **row, "source": task.id} for row in task.example.rows]
        frame = silver_frame(task, rows)
        silver[task.reads] = silver[task.reads].unionByName(frame) if task.reads in silver else frame
    tasks = [replace(task, source=task.id) for task in TASKS.values()]
    found = {row["instance_id"]: row.asDict(recursive=True) for row in render_all(tasks, silver).collect()}
    expected = {row["instance_id"]: row | {"source": row["task_id"]} for rows in rendered_examples.values() for row in rows}
    assert found == expected
