"""Planted leaks are refused and named; clean data passes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from made_silver import abstracts, commit, exam, exams, patient
from medslake.bench.build import build_benchmark
from medslake.errors import DataCheckFailed
from medslake.instructions.build import build_instructions
from medslake.lake import Lake, open_lake
from medslake.lake.storage.tables import CommitInfo
from medslake.leakage.gate import check_leaks, find_leaks, leaks_between
from medslake.leakage.policy import Policy
from medslake.leakage.task_facts import TaskFacts

Row = dict[str, Any]
TASKS = TaskFacts(untrained=frozenset({"task123"}))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory, spark: Any) -> Lake:
    """A lake with instructions, before the benchmark is built."""
    lake = open_lake(str(tmp_path_factory.mktemp("lake")), spark=spark, storage="embedded")
    commit(lake, "questions", "medqa", [*exams(1, 4, "train"), *exams(20, 3, "test")])
    commit(lake, "labelled_texts", "hoc", [*abstracts(1, 5, "train"), *abstracts(30, 3, "test")])
    build_instructions(lake, ["task57", "task106"])
    return lake


def instructions(lake: Lake, **where: str) -> list[Row]:
    return lake.arrow.read("gold.instructions", where=where).sort_by("instance_id").to_pylist()


def replaced(lake: Lake, task: str, rows: list[Row], app: str) -> None:
    """Put rows into gold.instructions past the build, as a careless job would."""
    table = pa.Table.from_pylist(rows, schema=lake.spec("gold.instructions").arrow_schema())
    lake.arrow.replace("gold.instructions", table, CommitInfo(app), where={"task_id": task})


VARIANTS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "case": str.upper,
    "spaces": lambda text: text.replace(" ", "  \n\t"),
    "punctuation": lambda text: text.replace("?", " ...").replace(":", " -"),
    "full width": lambda text: text.replace("i", "ｉ").replace(" ", "　"),
}


def test_clean_data_passes_and_planted_copies_are_refused_across_tasks(clean: Lake) -> None:
    asked = instructions(clean, task_id="task57", split="test")
    train = instructions(clean, task_id="task106", split="train")
    others = instructions(clean, task_id="task106", split="test")
    planted = [row | {"input": change(asked[0]["input"])} for row, change in zip(train, VARIANTS.values(), strict=True)]
    replaced(clean, "task106", [*planted, *others], "plant")
    with pytest.raises(DataCheckFailed) as refused:
        build_benchmark(clean, ["task57"])
    message = str(refused.value)
    assert (
        "The leak gate refused the benchmark: 1 benchmark row is given away (5 pairs)" in message and "; nothing was committed." in message
    )
    first = min(planted, key=lambda row: row["instance_id"])
    assert f"training instance {first['instance_id']} (task106, source hoc, file hoc.jsonl, row {first['origin']['row']})" in message
    assert f"benchmark instance {asked[0]['instance_id']} (task57, file medqa.jsonl, row {asked[0]['origin']['row']})" in message
    assert not clean.exists("gold.benchmark")
    verdicts = clean.arrow.read("ops.contamination", where={"action": "refused"}).to_pylist()
    assert {v["train_instance_id"] for v in verdicts} == {row["instance_id"] for row in planted}
    # The same input is refused again without comparing again.
    with pytest.raises(DataCheckFailed, match="5 pairs"):
        build_benchmark(clean, ["task57"])
    # Mended, the benchmark is built and the verdicts go.
    replaced(clean, "task106", [*train, *others], "mend")
    build_benchmark(clean, ["task57", "task106"])
    assert clean.arrow.read("ops.contamination", where={"action": "refused"}).num_rows == 0
    assert find_leaks(clean) == []
    before = clean.version("ops.contamination")
    check_leaks(clean)
    assert clean.version("ops.contamination") == before


def test_leaks_that_came_later_are_found_recorded_and_raised(clean: Lake) -> None:
    if not clean.exists("gold.benchmark"):
        build_benchmark(clean, ["task57", "task106"])
    rows = instructions(clean, task_id="task106")
    asked = next(row for row in rows if row["split"] == "test")
    train = next(row for row in rows if row["split"] == "train")
    replaced(clean, "task106", [row | {"input": asked["input"].upper()} if row is train else row for row in rows], "plant later")
    leak, nearly = [leak for leak in find_leaks(clean) if leak.side == "train"]
    assert (leak.train_instance_id, leak.bench_instance_id, leak.test) == (train["instance_id"], asked["instance_id"], "exact")
    assert (nearly.train_instance_id, nearly.test, nearly.score) == (train["instance_id"], "minhash", 1.0)
    with pytest.raises(DataCheckFailed, match=r"gold\.benchmark as it stands leaks"):
        check_leaks(clean)
    assert clean.arrow.read("ops.contamination", where={"action": "found"}).num_rows >= 1
    replaced(clean, "task106", rows, "mend later")
    check_leaks(clean)
    assert clean.arrow.read("ops.contamination", where={"action": "found"}).num_rows == 0


def test_a_shot_that_is_the_row_or_equals_it_is_found(clean: Lake, spark: Any) -> None:
    schema = clean.spec("gold.instructions").spark_schema()
    known = instructions(clean, task_id="task106")
    test = [row for row in known if row["split"] == "test"]
    shot = next(row for row in known if row["split"] == "train")
    # Not a training row, so that only the shots can give it away.
    shot = shot | {"split": "validation", "input": f"  {test[1]['input'].upper()} "}
    rest = [row for row in known if row["instance_id"] != shot["instance_id"]]
    bench = [row | {"shots": shots} for row, shots in zip(test[:3], ([test[0]["instance_id"]], [shot["instance_id"]], []), strict=True)]
    frame = spark.createDataFrame(
        [(r["instance_id"], r["task_id"], r["source"], r["access"], r["input"], r["shots"], None, [], r["origin"], *OPEN) for r in bench],
        SHAPE,
    )
    found = [leak for leak in leaks_between(spark.createDataFrame([*rest, shot], schema), frame, TASKS) if leak.test == "exact"]
    assert [(leak.side, leak.train_instance_id, leak.bench_instance_id) for leak in found] == sorted(
        [
            ("shot", test[0]["instance_id"], test[0]["instance_id"]),
            ("shot", shot["instance_id"], test[1]["instance_id"]),
        ],
        key=lambda pair: pair[2],
    )


SHAPE = (
    "instance_id string, task_id string, source string, access string, input string, shots array<string>, subject_id string,"
    " record_ids array<string>,"
    " origin struct<table: string, version: bigint, file: string, sha256: string, row: bigint>,"
    " reference string, labels array<string>, choices array<string>, names array<string>, input_variant string"
)
#: Of a row that is answered by free text.
OPEN = ("an answer", [], None, None, "paper")


def test_instances_of_tasks_that_are_never_trained_are_no_leak(clean: Lake, spark: Any) -> None:
    schema = clean.spec("gold.instructions").spark_schema()
    test = instructions(clean, task_id="task106", split="test")[0]
    copy = test | {"instance_id": "x", "split": "train"}
    bench = spark.createDataFrame(
        [(test["instance_id"], "task106", "hoc", "public", test["input"], [], None, [], test["origin"], *OPEN)], SHAPE
    )
    assert leaks_between(spark.createDataFrame([copy | {"task_id": "task123"}], schema), bench, TASKS) == []
    found = leaks_between(spark.createDataFrame([copy], schema), bench, TASKS)
    assert [(leak.test, leak.action) for leak in found] == [("exact", "refused"), ("minhash", "refused"), ("subject", "tagged")]


def test_sets_that_ask_the_same_are_noted_whichever_is_built_first(tmp_path: Any, spark: Any) -> None:
    built = open_lake(str(tmp_path / "built"), spark=spark, storage="embedded")
    # Long enough for the words around the question, which differ in language, not to matter.
    story = [" ".join(f"sign {k} of case {n} was seen" for k in range(20)) for n in range(3)]
    same = [exam(n, "test", f"What helps? {text}") for n, text in enumerate(story)]
    chinese = [row | {"record_id": f"Mainland/test/{n:06d}", "language": "zh"} for n, row in enumerate(same)]
    commit(built, "questions", "medqa", [*exams(50, 4, "train"), *same, *chinese])
    build_instructions(built, ["task57", "task58"])
    verdicts = []
    for first, second in (("task57", "task58"), ("task58", "task57")):
        shutil.copytree(built.root, tmp_path / first)
        lake = open_lake(str(tmp_path / first), spark=spark, storage="embedded")
        build_benchmark(lake, [first])
        assert lake.arrow.read("ops.contamination", where={"action": "noted"}).num_rows == 0
        build_benchmark(lake, [second])
        noted = lake.arrow.read("ops.contamination", where={"action": "noted"}).to_pylist()
        verdicts.append({(v["bench_task_id"], v["bench_instance_id"], v["train_task_id"], v["test"], v["side"]) for v in noted})
        before = lake.version("ops.contamination")
        build_benchmark(lake, [second])
        assert lake.version("ops.contamination") == before
    assert verdicts[0] == verdicts[1]
    assert {(v[0], v[2], v[4]) for v in verdicts[0]} == {("task57", "task58", "bench"), ("task58", "task57", "bench")}


def test_an_encounter_like_another_is_another_patient_and_an_equal_one_is_dropped(tmp_path: Any, spark: Any) -> None:
    lake = open_lake(str(tmp_path / "lake"), spark=spark, storage="embedded")

    def alike(number: int, split: str, grade: int) -> Row:
        row = patient(number, split, "Radiation after surgery")
        facts = [{"name": f"Finding number {n}", "value": "seen on the first day", "unit": None} for n in range(12)]
        return row | {"features": [*facts, {"name": "Grade", "value": str(grade), "unit": None}]}

    commit(lake, "encounters", "seer", [alike(1, "train", 1), alike(2, "train", 2), alike(3, "test", 1)])
    told = build_instructions(lake, ["task131"])
    # As published and as corrected it is equal.
    assert told["tasks"]["task131"]["dropped"] == 2
    again = build_instructions(lake, ["task131"], policy=["encounter:minhash=drop"])
    assert again["tasks"]["task131"]["dropped"] == 4
    verdicts = lake.arrow.read("ops.contamination", where={"action": "dropped"}).to_pylist()
    assert {(v["side"], v["test"]) for v in verdicts} == {("encounter", "exact"), ("encounter", "minhash")}


def test_a_question_twice_in_one_set_is_noted_and_tagged_where_the_answers_differ(clean: Lake, spark: Any) -> None:
    origin = instructions(clean, task_id="task57")[0]["origin"]
    keyed, named, free = ([], ["A", "B"], None), ([], None, []), ([], None, None)

    def row(name: str, input: str, reference: str, about: tuple[Any, ...], task: str = "task1", access: str = "public") -> tuple[Any, ...]:
        return (name, task, "made", access, input, [], None, [], origin | {"row": int(name[1:])}, reference, *about, "paper")

    rows = [
        # Three times, once with another key; b2 is asked by two prompts, once with shots of a higher class.
        *(row("b1", "Which one?", "A", keyed), row("b2", "WHICH one", "A", keyed), row("b2", "WHICH one", "A", keyed, access="dua")),
        *(row("b3", "which one!", "B", keyed), row("b4", "Which other?", "B", keyed)),
        *(row("b5", "Which cells?", "a, b", named), row("b6", "which cells", "c", named)),
        *(row("b7", "Tell it.", "Once", free), row("b8", "Tell it", "Twice", free)),
        # The question of another set.
        row("b9", "Which one?", "B", keyed, task="task2"),
    ]
    bench, none = spark.createDataFrame(rows, SHAPE), clean.read("gold.instructions").limit(0)

    def told(*policy: str) -> set[tuple[str, str, str]]:
        found = leaks_between(none, bench, TASKS, Policy.of(["bench:minhash=off", "bench:subject=off", *policy]))
        assert {(leak.side, leak.test) for leak in found} <= {("bench", "exact")}
        own = [leak for leak in found if leak.train_task_id == leak.bench_task_id]
        assert all(leak.access == ("dua" if "b2" in (leak.train_instance_id, leak.bench_instance_id) else "public") for leak in own)
        return {(leak.bench_instance_id, leak.train_instance_id, leak.action) for leak in own}

    agree = {("b1", "b2"), ("b2", "b1"), ("b7", "b8"), ("b8", "b7")}
    differ = {("b1", "b3"), ("b2", "b3"), ("b3", "b1"), ("b5", "b6"), ("b6", "b5")}
    assert told() == {(*pair, "noted") for pair in agree} | {(*pair, "tagged") for pair in differ}
    assert told("bench:exact=block") == {(*pair, "refused") for pair in agree | differ}
    assert told("bench:exact=off") == set()
