"""gold.instructions from silver: content, idempotence, and independence of the order of building."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from made_silver import abstract, abstracts, commit, exam, exams
from medslake import registry
from medslake.definitions.rows import definition_id
from medslake.errors import BrokenPlugins, DataCheckFailed, UnknownName, UsageError
from medslake.instructions import instances
from medslake.instructions.build import build_instructions
from medslake.instructions.definitions import draw
from medslake.instructions.task_rows import tasks_table
from medslake.lake import Lake, open_lake

#: A question with a single option cannot be asked as multiple choice.
SINGLE = exam(4, "train", "Which letter?", options=[{"key": "A", "text": "alpha"}])
COPY = "Which drug treats the invented fever, if any?"


def fill(lake: Lake) -> None:
    commit(lake, "questions", "medqa", [*exams(1, 6, "train"), exam(7, "train", COPY), *exams(20, 4, "test")])
    commit(
        lake, "labelled_texts", "hoc", [*abstracts(1, 5, "train"), *abstracts(30, 3, "test"), abstract(40, "validation", "Held out text.")]
    )


def versions(lake: Lake) -> dict[str, int]:
    return {name: lake.version(name) for name in lake.names()}


def contents(lake: Lake) -> list[dict[str, Any]]:
    return lake.arrow.read("gold.instructions").sort_by("instance_id").to_pylist()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> Callable[[], Lake]:
    def make() -> Lake:
        lake = open_lake(str(tmp_path_factory.mktemp("lake")), spark=spark, storage="embedded")
        fill(lake)
        return lake

    return make


@pytest.fixture(scope="module")
def built(fresh: Callable[[], Lake]) -> tuple[Lake, dict[str, Any]]:
    lake = fresh()
    return lake, build_instructions(lake)


def test_every_ready_task_is_rendered_and_the_others_are_named(built: tuple[Lake, dict[str, Any]]) -> None:
    lake, result = built
    assert result["tasks"]["task57"] == {"rows": 11, "quarantined": 0, "dropped": 0, "committed": True}
    assert result["tasks"]["task106"]["rows"] == 9
    assert result["tasks"]["task58"] == {"rows": 0, "quarantined": 0, "dropped": 0, "committed": True}
    assert result["skipped"]["task46"] == "source disease_ontology has no rows in silver.concepts"
    assert result["skipped"]["task58"] == "no row of medqa in silver.questions is what it is about"
    assert set(result["tasks"]) | set(result["skipped"]) == set(registry.names("task"))
    assert {task for task, done in result["tasks"].items() if not done["rows"]} == {"task58"}
    rows = contents(lake)
    assert len(rows) == sum(told["rows"] for told in result["tasks"].values())
    one = next(r for r in rows if r["record_ids"] == ["10000001"] and r["task_id"] == "task106")
    assert one["input"] == "Invented abstract 1: cells of line 1 burn more sugar."
    assert one["output"] == "cellular energetics"
    assert one["origin"] == {"table": "bronze.hoc__rows", "version": 0, "file": "hoc.jsonl", "sha256": "0" * 64, "row": 1}


def test_definitions_are_the_registered_ones_and_drawn_by_the_seeded_hash(built: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = built
    pool = lake.arrow.read("gold.definitions").to_pylist()
    tasks = registry.items("task")
    written = {(row["task_id"], row["number"]): row["text"] for row in pool if row["kind"] == "written"}
    assert written == {(t.id, number): d.text for t in tasks.values() for number, d in enumerate((*t.definitions, *t.native), start=1)}
    # Those in a language of the data are there, and no instance is given one.
    assert any(row["language"] == "Chinese" for row in pool) and {row["definition_language"] for row in contents(lake)} == {"English"}
    assert all(row["labels_kept"] and row["accepted"] for row in pool)
    assert {row["kind"] for row in pool} == {"written", "combined"}
    assert len({row["definition_id"] for row in pool}) == len(pool)
    for row in contents(lake):
        texts = tasks[row["task_id"]].definitions
        assert row["definition_id"] == definition_id(row["task_id"], texts[draw(row["instance_id"], len(texts))].text)


def test_gold_tasks_says_what_was_built(built: tuple[Lake, dict[str, Any]], fresh: Callable[[], Lake]) -> None:
    lake, result = built
    rows = {row["task_id"]: row for row in lake.arrow.read("gold.tasks").to_pylist()}
    assert set(rows) == set(result["tasks"])
    task, row = registry.get("task", "task106"), rows["task106"]
    assert {name: row[name] for name in ("name", "source", "kind", "collection", "trained", "version")} == {
        "name": "hoc_text_classification",
        "source": "hoc",
        "kind": "labelled_texts",
        "collection": "paper",
        "trained": True,
        "version": 1,
    }
    assert (row["labels"], row["input_language"]) == (list(task.labels), "English")
    assert row["bench"] == dataclasses.asdict(task.bench) | {"metrics": ["hoc"]}
    assert rows["task58"]["labels"] == [] and rows["task57"]["bench"]["shots"] == 0


def test_a_task_that_is_no_longer_declared_stays_in_gold_tasks_while_it_is_built(fresh: Callable[[], Lake]) -> None:
    lake = fresh()
    build_instructions(lake, ["task57"])
    gone, declared = registry.get("task", "task57"), [registry.get("task", "task106")]
    kept = tasks_table(lake, declared, ["task57", "task106"])
    assert kept["task_id"].to_pylist() == ["task106", "task57"]
    assert kept["name"].to_pylist()[1] == gone.name
    assert tasks_table(lake, declared, ["task106"])["task_id"].to_pylist() == ["task106"]


def test_rows_that_do_not_meet_what_a_task_requires_are_counted_under_their_reason(fresh: Callable[[], Lake]) -> None:
    lake = fresh()
    commit(lake, "questions", "medqa", [*exams(1, 3, "train"), SINGLE])
    result = build_instructions(lake, ["task57"])
    assert (result["tasks"]["task57"]["rows"], result["tasks"]["task57"]["left_out"]) == (3, {"no answer among the options": 1})
    commit(lake, "questions", "medqa", [SINGLE])
    for _again in range(2):
        assert build_instructions(lake)["skipped"]["task57"] == "no answer among the options (1 rows)"
    with pytest.raises(DataCheckFailed, match=r"task57 has no instance: .*; the other tasks are built\. Run: medslake sql"):
        build_instructions(lake, ["task57", "task106"])
    assert build_instructions(lake, ["task57"], allow_empty=True)["tasks"]["task57"]["rows"] == 0


def test_what_was_published_empty_is_left_out_and_counted(fresh: Callable[[], Lake]) -> None:
    def asked(number: int, answer: str | None, subject: str) -> dict[str, Any]:
        question = f"Does rest help against the invented rash number {number}?"
        context = [{"name": "subject", "text": subject or question}]
        return {"record_id": f"Train-1/Q{number}/1-1", "question": question, "context": context, "answer": answer}

    lake = fresh()
    # The released script has no question where the subject is the message, and no answer where the file has none.
    commit(lake, "questions", "liveqa", [asked(1, "Often.", "rash"), asked(2, "Never.", ""), asked(3, None, "rash")])
    told = build_instructions(lake, ["task62"])["tasks"]["task62"]
    assert (told["rows"], told["quarantined"]) == (3, 0)
    assert told["left_out"] == {"no answer": 1, "empty as published": 2}
    made = {(row["input_variant"], row["output"]) for row in lake.arrow.read("gold.instructions").to_pylist()}
    assert made == {("paper", "Often."), ("strict", "Never."), ("strict", "Often.")}
    accounts = lake.query("select unexplained from ops.accounts where table_name = 'gold.instructions'").to_pylist()
    assert {row["unexplained"] for row in accounts} == {0}


COPY_OF_A_TASK = """
from dataclasses import replace
from medslake.tasks.text_classification.task106_hallmarks_of_cancer import TASK as FIRST

TASK = replace(FIRST, id="task951", bench=None, collection="medslake")
"""


def test_a_task_that_does_not_load_stops_the_others_once_it_is_built(
    fresh: Callable[[], Lake], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = fresh()
    for name, text in {"sound": COPY_OF_A_TASK, "broken": COPY_OF_A_TASK.replace("FIRST,", "SECOND,")}.items():
        (tmp_path / name / "tasks").mkdir(parents=True)
        (tmp_path / name / "tasks/copy.py").write_text(text)
    broken = re.escape(f"{tmp_path / 'broken/tasks/copy.py'}, line 5: NameError")
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path / "broken"))
    assert build_instructions(lake, ["task57"])["tasks"]["task57"]["rows"] == 11
    with pytest.raises(BrokenPlugins, match=broken):
        build_instructions(lake)
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path / "sound"))
    assert build_instructions(lake, ["task951"])["tasks"]["task951"]["rows"]
    monkeypatch.setenv("MEDSLAKE_PLUGINS", str(tmp_path / "broken"))
    with pytest.raises(BrokenPlugins, match=broken):
        build_instructions(lake, ["task57"])


def test_a_second_run_commits_nothing(built: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = built
    before = versions(lake)
    again = build_instructions(lake)
    assert versions(lake) == before
    assert not any(told["committed"] for told in again["tables"].values())


def test_columns_can_be_followed_to_silver(built: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = built
    query = (
        "select distinct input_table, input_column from ops.lineage where output_table = 'gold.instructions' and output_column = 'output'"
    )
    found = {(r["input_table"], r["input_column"]) for r in lake.query(query).to_pylist()}
    assert ("silver.labelled_texts", "labels") in found
    assert ("silver.questions", "answer_keys") in found
    assert not any(column == "record_id" for _, column in found)


def test_an_added_source_rebuilds_only_its_own_tasks_and_drops_its_copies_elsewhere(fresh: Callable[[], Lake]) -> None:
    lake = fresh()
    build_instructions(lake)
    hoc = [e["version"] for e in lake.history("gold.instructions") if (e["metadata"].get("where") or {}).get("task_id") == "task106"]
    # The Chinese part asks in its test split what the English part trains on, in other type and spacing.
    options = exam(7, "train", COPY)["options"]
    asked = exam(9, "test", "  WHICH drug treats the invented fever -- if any ?", language="en", options=options)
    commit(lake, "questions", "medqa", [*exams(1, 6, "train"), exam(7, "train", COPY), *exams(20, 4, "test"), asked])
    result = build_instructions(lake)
    assert result["tasks"]["task57"]["dropped"] == 1
    assert result["tasks"]["task106"]["committed"] is False
    after = [e["version"] for e in lake.history("gold.instructions") if (e["metadata"].get("where") or {}).get("task_id") == "task106"]
    assert after == hoc
    verdicts = {row["test"]: row for row in lake.arrow.read("ops.contamination").to_pylist()}
    # A copy is a near-copy too, and each test speaks for itself.
    assert set(verdicts) == {"exact", "minhash"}
    assert len({(row["train_instance_id"], row["bench_instance_id"]) for row in verdicts.values()}) == 1
    verdict = verdicts["exact"]
    assert (verdict["action"], verdict["side"]) == ("dropped", "train")
    assert (verdict["train_task_id"], verdict["train_row"], verdict["bench_task_id"], verdict["bench_row"]) == ("task57", 7, "task57", 12)
    assert verdict["train_instance_id"] not in {r["instance_id"] for r in contents(lake)}
    assert verdict["bench_instance_id"] in {r["instance_id"] for r in contents(lake)}


def test_the_order_of_building_does_not_matter(fresh: Callable[[], Lake]) -> None:
    """A copy across two tasks is dropped whether they are built together, one by one, or before the other source was there."""
    text = "Abstract that both splits hold: line 9 burns fat."
    twin = [*abstracts(1, 3, "train"), abstract(8, "train", text), abstract(9, "test", text.upper())]
    together, single, late = fresh(), fresh(), fresh()
    for lake in (together, single):
        commit(lake, "labelled_texts", "hoc", twin)
    build_instructions(together)
    for task in ("task57", "task106"):
        build_instructions(single, [task])
    build_instructions(late, ["task106"])
    commit(late, "labelled_texts", "hoc", twin)
    build_instructions(late)
    assert contents(together) == contents(single) == contents(late)
    assert sum(r["record_ids"] == ["10000008"] for r in contents(together)) == 0
    assert sum(r["record_ids"] == ["10000009"] for r in contents(together)) == 1


def test_many_instances_are_rendered_again_and_are_the_same(
    fresh: Callable[[], Lake], built: tuple[Lake, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instances, "HELD", 0)
    lake = fresh()
    build_instructions(lake, ["task57", "task106"])
    wanted = [r for r in contents(built[0]) if r["task_id"] in {"task57", "task106"}]
    assert contents(lake) == wanted


def test_limit_takes_the_first_instances_and_has_its_own_fingerprint(fresh: Callable[[], Lake], built: tuple[Lake, dict[str, Any]]) -> None:
    lake = fresh()
    assert build_instructions(lake, ["task57"], limit=3)["tasks"]["task57"]["rows"] == 3
    assert contents(lake) == [r for r in contents(built[0]) if r["task_id"] == "task57"][:3]
    assert build_instructions(lake, ["task57"])["tasks"]["task57"] == {"rows": 11, "quarantined": 0, "dropped": 0, "committed": True}


def test_a_dry_run_tells_and_writes_nothing(fresh: Callable[[], Lake]) -> None:
    lake = fresh()
    before = versions(lake)
    told = build_instructions(lake, ["task57", "task46"], dry_run=True)
    assert told["tasks"] == {"task57": {"source": "medqa", "table": "silver.questions", "rows": 11}}
    assert list(told["skipped"]) == ["task46"]
    assert versions(lake) == before


def test_what_cannot_be_built_is_said_in_one_sentence(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"No task is named 'task1060'\. Did you mean 'task106'"):
        build_instructions(lake, ["task1060"])
    with pytest.raises(UsageError, match=r"Nothing to build.*medslake ingest hoc"):
        build_instructions(lake, ["task106"])
    assert lake.names() == []
