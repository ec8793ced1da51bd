"""gold.benchmark from gold.instructions: rows, messages, variants, samples, idempotence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from made_silver import abstracts, commit, exams, patient
from medslake import registry
from medslake.bench.build import build_benchmark
from medslake.bench.prompts import FEW_SHOT_SENTENCE
from medslake.bench.rows import Setting, benchmark_rows
from medslake.bench.tasks import bench_tasks
from medslake.errors import UnknownName, UsageError
from medslake.instructions.build import build_instructions
from medslake.lake import Lake, open_lake

TASKS = ["task57", "task106", "task131"]
PLANS = ("Radiation after surgery", "Radiation prior to surgery")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> Lake:
    lake = open_lake(str(tmp_path_factory.mktemp("lake")), spark=spark, storage="embedded")
    commit(lake, "questions", "medqa", [*exams(1, 6, "train"), *exams(20, 5, "test")])
    commit(lake, "labelled_texts", "hoc", [*abstracts(1, 6, "train"), *abstracts(30, 4, "test")])
    commit(lake, "encounters", "seer", [patient(n, "train" if n < 5 else "test", PLANS[n % 2]) for n in range(7)])
    build_instructions(lake, TASKS)
    return lake


@pytest.fixture(scope="module")
def built(filled: Lake) -> tuple[Lake, dict[str, Any]]:
    return filled, build_benchmark(filled)


def rows(lake: Lake, **where: str) -> list[Row]:
    return lake.arrow.read("gold.benchmark", where=where).sort_by("row_id").to_pylist()


def test_every_test_instance_is_asked_once_per_input_variant(built: tuple[Lake, dict[str, Any]]) -> None:
    lake, result = built
    assert {task: told["rows"] for task, told in result["tasks"].items()} == {"task57": 5, "task106": 4, "task131": 4}
    assert "task46" in result["skipped"]
    # All three tasks are one commit.
    assert result["tables"]["gold.benchmark"]["version"] == 0
    test_ids = lake.arrow.read("gold.instructions", columns=["instance_id"], where={"split": "test"})["instance_id"].to_pylist()
    found = rows(lake)
    assert sorted({r["instance_id"] for r in found}) == sorted(test_ids)
    assert len({r["row_id"] for r in found}) == len(found) == 13


def test_every_row_of_a_build_is_accounted_for(built: tuple[Lake, dict[str, Any]]) -> None:
    lake, result = built
    told = lake.query("select * from ops.accounts order by table_name, slice").to_pylist()
    accounts = {(row["table_name"], row["slice"]): row for row in told}
    written = {(table, name) for table, name in accounts if table.startswith("gold.") and table != "gold.published_scores"}
    assert {table for table, _ in written} == {"gold.tasks", "gold.definitions", "gold.instructions", "gold.benchmark"}
    assert {accounts[one]["unexplained"] for one in written} == {0}
    definitions = lake.arrow.count("gold.definitions")
    assert accounts["gold.definitions", "whole"]["rows_read"] == accounts["gold.definitions", "whole"]["written"] == definitions
    read = {table.removeprefix("gold."): row for (table, slice), row in accounts.items() if slice.endswith("task_id=task57")}
    assert (read["instructions"]["rows_read"], read["instructions"]["written"]) == (11, 11)
    assert (read["benchmark"]["rows_read"], read["benchmark"]["written"], read["benchmark"]["left_out"]) == (11, 5, 6)
    assert json.loads(read["benchmark"]["reasons"]) == {"not of split test": 6}
    # A task that is corrected has each row twice.
    seer = next(row for (table, slice), row in accounts.items() if table == "gold.benchmark" and slice.endswith("task131"))
    assert (seer["rows_read"], seer["written"], seer["left_out"]) == (14, 4, 10)
    assert result["tables"]["gold.benchmark"]["read"] == sum(
        row["rows_read"] for (table, _), row in accounts.items() if table == "gold.benchmark"
    )


def test_a_row_carries_reference_labels_language_limits_and_provenance(built: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = built
    task = registry.get("task", "task106")
    for row in rows(lake, task_id="task106"):
        assert row["reference"] == "cellular energetics"
        assert row["labels"] == list(task.labels)
        assert row["choices"] is None
        assert (row["language"], row["dataset"], row["task_group"]) == ("en", "HoC", "text_classification")
        assert (row["max_new_tokens"], row["seed"], row["split"]) == (task.bench.max_new_tokens, task.bench.seed, "test")
        assert row["origin"]["file"] == "hoc.jsonl"


def test_multiple_choice_is_zero_shot_and_the_others_have_three(built: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = built
    definition = registry.get("task", "task57").definitions[0].text
    for row in rows(lake, task_id="task57"):
        assert row["shots"] == []
        assert row["reference"] in row["choices"] and len(row["choices"]) == 4
        assert row["messages"] == [
            {"role": "system", "content": definition},
            {"role": "user", "content": f"Input:\n{row['input']}\nOutput:\n"},
        ]
    train = {r["instance_id"]: r for r in lake.arrow.read("gold.instructions", where={"split": "train"}).to_pylist()}
    for row in rows(lake, task_id="task106"):
        assert len(set(row["shots"])) == 3
        blocks = [f"Input:\n{train[s]['input']}\n\nOutput:\n{train[s]['output']}\n" for s in row["shots"]]
        definition = registry.get("task", "task106").definitions[0].text
        assert row["messages"][0]["content"] == "\n\n".join([*blocks, definition]) + FEW_SHOT_SENTENCE


def test_the_strict_variant_leaves_out_what_gives_the_label_away(built: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = built
    found = rows(lake, task_id="task131")
    by_variant = {v: {r["instance_id"]: r for r in found if r["input_variant"] == v} for v in ("paper", "strict")}
    known = {v: {tuple(r["record_ids"]) for r in of.values()} for v, of in by_variant.items()}
    assert known["paper"] == known["strict"]
    assert all("Radiation recode" in text(r) for r in by_variant["paper"].values())
    assert not any("Radiation recode" in text(r) for r in by_variant["strict"].values())
    assert all("Age" in r["input"] for r in by_variant["strict"].values())


def text(row: Row) -> str:
    return "\n".join(turn["content"] for turn in row["messages"])


def test_the_access_class_is_that_of_row_and_shots(built: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = built
    assert {r["task_id"]: r["access"] for r in rows(lake)} == {"task57": "public", "task106": "public", "task131": "dua"}


def test_a_second_run_commits_nothing(built: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = built
    before = {name: lake.version(name) for name in lake.names()}
    again = build_benchmark(lake)
    assert {name: lake.version(name) for name in lake.names()} == before
    assert not any(told["committed"] for told in again["tasks"].values())


def test_chat_stands_beside_paper_with_fixed_shots_and_a_sample(built: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = built
    paper = rows(lake, prompt="paper")
    result = build_benchmark(lake, ["task106"], prompt="chat", shots=2, fixed=True, limit=3, seed=5)
    assert result["tasks"] == {"task106": {"rows": 3, "committed": True}}
    chat = rows(lake, prompt="chat")
    assert len({tuple(r["shots"]) for r in chat}) == 1
    assert [turn["role"] for turn in chat[0]["messages"]] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert chat[0]["messages"][-1]["content"] == chat[0]["input"]
    assert {r["seed"] for r in chat} == {5}
    assert rows(lake, prompt="paper") == paper
    query = (
        "select distinct input_table, input_column from ops.lineage where output_table = 'gold.benchmark' and output_column = 'reference'"
    )
    assert {"input_table": "gold.instructions", "input_column": "output"} in lake.query(query).to_pylist()


def test_partitions_change_no_byte(filled: Lake) -> None:
    tasks = [bench_tasks(filled)[name] for name in ("task57", "task106")]
    known = filled.read("gold.instructions").where("task_id in ('task57', 'task106')")
    one, other = (
        benchmark_rows(tasks, frame, Setting()).toArrow().sort_by("row_id").to_pylist()
        for frame in (known.coalesce(1), known.repartition(5, "input"))
    )
    assert one == other and len(one) == 9


def test_what_cannot_be_built_is_said(filled: Lake, lake: Lake) -> None:
    with pytest.raises(UsageError, match="task124 has no part in the benchmark"):
        build_benchmark(filled, ["task124"])
    with pytest.raises(UnknownName, match="No prompt is named 'papper'"):
        build_benchmark(filled, prompt="papper")
    with pytest.raises(UnknownName, match="No size is named 'half'"):
        build_benchmark(filled, size="half")
    with pytest.raises(UsageError, match="Run: medslake build instructions"):
        build_benchmark(lake)
    told = build_benchmark(filled, ["task131"], dry_run=True)
    assert told["tasks"] == {"task131": {"dataset": "SEER", "instances": 14, "wanted": 1500}}
