"""The paper's figures against the registry and against its drawing, and the mixture of a lake beside them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import medslake
from medslake import registry
from medslake.bench.mixture import LEVELS, figures
from medslake.errors import UnknownName
from medslake.lake import Lake, open_lake
from medslake.lake.storage.tables import CommitInfo
from medslake.results import Missing, MixtureRow
from medslake.tasks import UNRELEASED

ORIGIN = {"table": "bronze.made", "version": 0, "file": "made.json", "sha256": "0" * 64, "row": 1}


def instance(task: str, number: int, **more: Any) -> dict[str, Any]:
    """A training row of a registered task, as the build fills what it declares."""
    declared = registry.get("task", task)
    row = {
        "instance_id": f"{task}-{number}",
        "task_id": task,
        "category": declared.category,
        "domain": declared.domain,
        "definition_id": "d",
        "input_language": "English",
        "output_language": declared.output_language,
        "definition_language": "English",
        "input_variant": "both",
        "input": "x",
        "output": "y",
        "renderer": 1,
        "split": "train",
        "access": registry.get("source", declared.source).access,
        "source": declared.source,
        "synthetic": False,
        "record_ids": ["r"],
        "origin": ORIGIN,
    }
    return row | more


def task_row(task: str) -> dict[str, Any]:
    t = registry.get("task", task)
    languages = {"input_language": "English", "output_language": t.output_language, "definition_language": "English"}
    told = {"task_id": task, "name": t.name, "category": t.category, "domain": t.domain, "source": t.source, "kind": "texts"}
    return told | languages | {"collection": t.collection, "labels": [], "trained": t.trained, "version": 1, "bench": None}


def source_row(name: str) -> dict[str, Any]:
    told = {"source": name, "title": name, "citation": "c", "licence": "l", "access": "public", "urls": [], "split_rule": "s"}
    return told | {"synthetic": False}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    rows = [instance("task106", n) for n in range(3)]
    rows += [instance("task106", 9, split="test"), instance("task123", 1)]
    # One instance in two ways, and two of files that are marked as invented.
    rows += [instance("task131", n, input_variant=variant) for n, variant in enumerate(("paper", "strict"))]
    rows += [instance("task66", n, synthetic=True) for n in range(2)]
    rows += [instance("chemprot_relations", 1)]
    made = open_lake(str(tmp_path_factory.mktemp("mixture") / "lake"))
    content = {
        "gold.instructions": rows,
        "gold.tasks": [task_row(task) for task in ("task106", "task123", "task131", "task66", "chemprot_relations")],
        "ops.sources": [source_row(name) for name in ("hoc", "seer", "chatdoctor", "chemprot", "pubmedqa")],
    }
    for name, told in content.items():
        made.arrow.replace(name, pa.Table.from_pylist(told, schema=made.spec(name).arrow_schema()), CommitInfo(f"test/{name}"))
    return made


def rows_of(lake: Lake, by: str) -> dict[str, MixtureRow]:
    return {row.name: row for row in medslake.mixture(lake, by=by).rows}


def test_figures_name_the_tasks_of_the_paper_as_they_are_declared() -> None:
    unreleased = {task.id: (task.source, task.category) for task in UNRELEASED}
    named = [task for figure in figures() for task in figure.tasks]
    assert len(named) == len(set(named)) == 122
    paper = {task.id for task in registry.items("task").values() if task.collection == "paper"}
    assert set(named) >= paper - {"task122", "task123", "task127"} and set(named) - paper == set(unreleased)
    for figure in figures():
        for task in figure.tasks:
            if task in unreleased:
                assert (figure.data_set, figure.category) == unreleased[task]
                continue
            t = registry.get("task", task)
            declared = (t.source, t.category, t.domain, t.output_language, registry.get("source", t.source).access)
            assert declared == (figure.source, figure.category, figure.domain, figure.language, figure.access), task


def test_figures_add_up_to_the_nodes_of_the_drawing() -> None:
    """Nodes of Fig. 2d as they were measured: all domains, and the largest categories and data sets."""
    nodes = {
        "domain": {"Clinical Text": 1779575, "Exam": 354295, "Academical Papers": 692636, "Daily Conversation": 115563},
        "category": {"Clinical Outcome Prediction": 1147734, "Diagnosis": 1025601, "Question Answering": 764864, "Dialogue": 112908},
        "data_set": {"MIMIC4ED Benchmark": 1147734, "DDXPlus": 1025602, "PMC-Patient": 450980, "MIMIC-IV": 376075, "PubMedQA": 240532},
    }
    for level, measured in nodes.items():
        sums: Counter[str] = Counter()
        for figure in figures():
            sums[getattr(figure, level)] += figure.instances
        for name, instances in measured.items():
            # The drawing has an edge of about 930 rows as Exam that no exam explains.
            assert abs(sums[name] - instances) <= (935 if name == "Exam" else 30), name
    assert abs(sum(figure.instances for figure in figures()) - 5_133_678) <= 60


def test_every_level_counts_the_same_rows_and_the_whole_of_the_paper(lake: Lake) -> None:
    for by in LEVELS:
        found = medslake.mixture(lake, by=by)
        # Test rows, the published rendering and tasks that are never packed are no part of it.
        assert (found.instances, sum(row.instances for row in found.rows)) == (7, 7), by
        assert sum(row.share or 0 for row in found.rows) == pytest.approx(1)
        if by != "task":
            assert sum(row.paper or 0 for row in found.rows) == found.paper == 5_133_628
    with pytest.raises(UnknownName):
        medslake.mixture(lake, by="letter")


def test_a_gap_names_the_source_that_it_waits_for(lake: Lake) -> None:
    sources = rows_of(lake, "source")
    assert sources["hoc"] == MixtureRow("hoc", 3, 0, 1418, 3 / 1418, 3 / 7, 1418 / 5_133_628)
    assert sources["ddxplus"].missing == (Missing("ddxplus", ("task130",), 1_025_602, "not ingested"),)
    assert [(one.reason, len(one.tasks)) for one in sources["pubmedqa"].missing] == [("its tasks are not built", 6)]
    # Of three tasks that the paper counts together one is built: what is lacking has no figure of its own.
    assert sources["chatdoctor"].missing == (Missing("chatdoctor", ("task67", "task68"), None, "its tasks are not built"),)
    assert sources["chatdoctor"].synthetic == sources["chatdoctor"].instances == 2
    assert (sources["chemprot"].paper, sources["chemprot"].ratio, sources["chemprot"].missing) == (None, None, ())
    (unreleased,) = sources["radiopaedia_caption_ner"].missing
    assert unreleased.tasks == ("task72",) and unreleased.reason.startswith("never released")
    category = rows_of(lake, "category")["Question Answering"]
    assert [(one.source, one.instances) for one in category.missing][:2] == [("pubmedqa", 217_119), ("cmedqa2", 203_630)]
    lacking = [one.instances or 0 for one in category.missing]
    assert lacking == sorted(lacking, reverse=True) and sum(lacking) == category.paper


def test_of_tasks_that_are_counted_together_none_has_a_figure(lake: Lake) -> None:
    tasks = rows_of(lake, "task")
    assert len(tasks) == 123 and tasks["task106"].paper == 1418
    assert (tasks["task66"].paper, tasks["task66"].missing) == (None, ())
    assert tasks["task67"].missing == (Missing("chatdoctor", ("task67",), None, "its tasks are not built"),)


def test_an_empty_lake_waits_for_every_source(tmp_path: Path) -> None:
    made = open_lake(str(tmp_path / "lake"))
    rows = [source_row("hoc")]
    made.arrow.replace("ops.sources", pa.Table.from_pylist(rows, schema=made.spec("ops.sources").arrow_schema()), CommitInfo("test"))
    found = medslake.mixture(made, by="domain")
    assert found.instances == 0 and all(row.share is None and row.ratio == 0 for row in found.rows)
    assert sum(one.instances or 0 for row in found.rows for one in row.missing) == found.paper


@pytest.mark.slow
def test_the_view_has_the_same_numbers(lake: Lake) -> None:
    for by in LEVELS:
        view = lake.query(f"select name, instances, paper_instances from ops.mixture where level = '{by}'").to_pylist()
        told = {row["name"]: (row["instances"], row["paper_instances"]) for row in view}
        assert told == {name: (row.instances, row.paper) for name, row in rows_of(lake, by).items() if row.instances or row.paper}
