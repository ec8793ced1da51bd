"""Scores of answers in a lake: rows, tasks and groups, both variants, missing answers, reruns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from made_benchmark import benchmark_row, lake_with
from medslake.bench.published import load_published, published_scores
from medslake.errors import UnknownName, UsageError
from medslake.lake import Lake
from medslake.lake.storage.tables import CommitInfo
from medslake.score.baselines import BASELINES, LABELS, LEAD, MAJORITY, RANDOM, baseline_answers, baselines_of
from medslake.score.run import score
from score_lake import predict

pytestmark = pytest.mark.slow

A, B = "The right answer is A: x", "The right answer is B: y"
NONE = "There is no related enetity."


def rows() -> list[dict[str, Any]]:
    """Two exam tasks, one entity task, one task with a strict input, all with hand-written answers in `answer`."""
    exam = [("task57", A, "A"), ("task57", A, "(A)"), ("task57", B, "A"), ("task57", B, None), ("task58", A, "A"), ("task58", B, "B")]
    found = [benchmark_row(task, k, f"q{k}", gold, answer=answer) for k, (task, gold, answer) in enumerate(exam)]
    entity = {"task_group": "ner", "access": "noncommercial"}
    found += [
        benchmark_row("task126", 10, "q", "aspirin, ibuprofen.", answer="ibuprofen, aspirin.", **entity),
        benchmark_row("task126", 11, "q", NONE, answer=NONE, **entity),
        benchmark_row("task126", 12, "q", "heparin.", answer=None, **entity),
    ]
    labels = ["Radiation after surgery", "Radiation prior to surgery"]
    plan = {"task_group": "treatment_planning", "labels": labels, "access": "dua"}
    gold = f"The treatment planning is: {labels[0]}."
    for variant, answer in (("paper", gold), ("strict", labels[1])):
        found.append(benchmark_row("task131", 20, "q", gold, answer=answer, input_variant=variant, **plan))
    return found


def read(lake: Lake, **where: Any) -> list[dict[str, Any]]:
    """Rows of gold.scores; those of the baselines only where `model` names one."""
    rows = lake.arrow.read("gold.scores", where=where or None).to_pylist()
    return [row for row in rows if "model" in where or row["model"] not in BASELINES]


def one(lake: Lake, **where: Any) -> dict[str, Any]:
    found = read(lake, **where)
    assert len(found) == 1, found
    return found[0]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, dict[str, Any]]:
    lake = lake_with(tmp_path_factory.mktemp("scored"), rows())
    predict(lake, rows())
    return lake, score(lake)


def test_tasks_in_both_variants(scored: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = scored

    def values(task: str, metric: str) -> dict[str, float]:
        return {r["variant"]: r["value"] for r in read(lake, level="task", task_id=task, metric=metric)}

    assert values("task57", "accuracy") == {"paper": 25.0, "strict": 50.0}
    assert values("task58", "accuracy") == {"paper": 100.0, "strict": 100.0}
    assert values("task126", "f1") == {"paper": 0.0, "strict": pytest.approx(80.0)}
    assert values("task126", "recall")["strict"] == pytest.approx(200 / 3)


def test_paper_reads_the_published_input_and_strict_the_one_without_the_label(scored: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = scored
    values = {r["variant"]: (r["value"], r["n"]) for r in read(lake, level="task", task_id="task131", metric="accuracy")}
    assert values == {"paper": (100.0, 1), "strict": (0.0, 1)}


def test_missing_answers_are_counted(scored: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = scored
    row = one(lake, level="task", task_id="task57", variant="strict", metric="accuracy")
    assert (row["n"], row["n_missing"], row["n_invalid"]) == (4, 1, 0)


def test_intervals_hold_the_value(scored: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = scored
    for row in read(lake):
        if row["level"] != "row":
            assert 0 <= row["ci_low"] <= row["value"] <= row["ci_high"] <= 100
    row = one(lake, level="task", task_id="task57", variant="strict", metric="accuracy")
    assert (row["ci_low"], row["ci_high"]) == (0, 100)


def test_groups_are_means_over_tasks(scored: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = scored
    assert one(lake, level="group", task_group="mcqa", variant="paper")["value"] == 62.5
    row = one(lake, level="group", task_group="mcqa", variant="strict")
    assert row["value"] == 75.0 and row["n"] == 6 and row["n_missing"] == 1 and row["task_id"] is None
    assert row["signature"] == "mean of task57, task58"


def test_the_interval_of_a_group_is_that_of_independent_tasks(tmp_path: Path) -> None:
    """Of two tasks of equal n whose right rows stand at the same places: narrower than a task's by about the square root of two."""
    own = [benchmark_row(task, k, "q", A, answer=A if k % 2 else B) for task in ("task57", "task58") for k in range(400)]
    lake = lake_with(tmp_path, own)
    predict(lake, own)
    predict(lake, own, "twin")
    score(lake)
    width = {
        (r["model"], r["task_id"]): r["ci_high"] - r["ci_low"]
        for r in lake.arrow.read("gold.scores", where={"variant": "strict", "level": ["task", "group"]}).to_pylist()
    }
    assert width["m", None] / width["m", "task57"] == pytest.approx(0.5**0.5, abs=0.06)
    assert all(width["m", task] == width["twin", task] for task in (None, "task57", "task58"))


def test_row_scores_lead_to_predictions(scored: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = scored
    found = read(lake, level="row", task_id="task57", variant="strict")
    known = {r["prediction_id"]: r for r in lake.arrow.read("gold.predictions").to_pylist()}
    told = sorted((str(known[r["prediction_id"]]["prediction"]), r["value"]) for r in found)
    assert told == [("(A)", 100.0), ("A", 0.0), ("A", 100.0), ("None", 0.0)]


def test_rows_that_the_paper_leaves_out_have_no_row_score(scored: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = scored
    assert len(read(lake, level="row", task_id="task126", variant="paper")) == 2
    assert len(read(lake, level="row", task_id="task126", variant="strict")) == 3


def test_access_is_the_highest_of_what_was_scored(scored: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = scored
    assert one(lake, level="task", task_id="task126", variant="strict", metric="f1")["access"] == "noncommercial"
    assert one(lake, level="task", task_id="task57", variant="strict", metric="accuracy")["access"] == "public"
    assert {r["access"] for r in read(lake, task_id="task131")} == {"dua"}


def test_closed_tasks_have_a_majority_baseline(scored: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = scored
    of = {"level": "task", "metric": "accuracy", "model": MAJORITY}
    values = {(r["task_id"], r["variant"]): r["value"] for r in read(lake, **of)}
    # Letters where the options' texts differ: A and B are equally frequent, A comes first. The entity task is open.
    exam = {(task, variant): 50.0 for task in ("task57", "task58") for variant in ("paper", "strict")}
    assert values == exam | {("task131", "paper"): 100.0, ("task131", "strict"): 100.0}
    assert read(lake, model=MAJORITY, level="row") == []
    assert one(lake, **of, task_id="task131", variant="strict")["engine"] == "baseline"


def test_the_random_baseline_is_seeded_and_uniform(tmp_path: Path) -> None:
    from medslake.score.answers import ROW

    labels = ["Radiation after surgery", "Radiation prior to surgery"]
    gold = "The treatment planning is: Radiation after surgery."
    own = [benchmark_row("task131", k, "q", gold, task_group="treatment_planning", labels=labels) for k in range(300)]
    own += [benchmark_row("task57", k, "q", A, choices=[A, B, "The right answer is C: z"]) for k in range(300)]
    table = lake_with(tmp_path, own).arrow.read("gold.benchmark", columns=list(ROW))
    drawn = baseline_answers(table, RANDOM)
    told = drawn["prediction"].to_pylist()
    assert told == baseline_answers(table, RANDOM)["prediction"].to_pylist()
    assert 110 < sum(text == labels[0] for text in told) < 190
    assert 70 < sum(text == A for text in told) < 130
    # A row's draw does not depend on the rows around it.
    some = baseline_answers(table.slice(100, 50), RANDOM)
    everything = dict(zip(drawn["row_id"].to_pylist(), told, strict=True))
    assert {row["row_id"]: row["prediction"] for row in some.to_pylist()}.items() <= everything.items()


def test_open_tasks_are_answered_by_how_their_input_begins_and_closed_ones_by_all_labels(tmp_path: Path) -> None:
    from medslake.score.answers import ROW

    texts = [
        "Fever of 39.5 degrees. Dry cough! Any pain? None.",
        "Title\n\nOne line without a mark\nThird. Fourth.",
        "患者发烧。咳嗽三天！应当休息。多喝水。",
        "No end",
        "",
    ]
    own = [benchmark_row("task114", k, text, "q?", task_group="summarization") for k, text in enumerate(texts)]
    own += [benchmark_row("task16", 9, "claim", "1", task_group="fact_verification"), benchmark_row("task57", 9, "q", A)]
    table = lake_with(tmp_path, own).arrow.read("gold.benchmark", columns=list(ROW))

    def said(model: str) -> list[str]:
        given = {r["row_id"]: r["prediction"] for r in baseline_answers(table, model).to_pylist()}
        return [given[row["row_id"]] for row in own if row["row_id"] in given]

    assert said(LEAD) == [
        "Fever of 39.5 degrees. Dry cough! Any pain?",
        "Title One line without a mark Third.",
        "患者发烧。 咳嗽三天！ 应当休息。",
        "No end",
        "",
    ]
    assert said(LABELS) == ["0, 1, 2"] and said(MAJORITY) == ["1", "A"]
    assert baselines_of(table) == BASELINES
    assert baselines_of(table.filter(pc.field("task_id") == "task114")) == (LEAD,)
    assert baselines_of(table.filter(pc.field("task_id") == "task57")) == (MAJORITY, RANDOM)


def test_where_several_options_are_right_no_single_one_is_drawn_or_weighed(tmp_path: Path) -> None:
    from medslake.bench.selection import closed_rows
    from medslake.score.answers import ROW, pairs_of

    options = ["A: x", "B: y", "C: z"]
    own = [benchmark_row("task60", k, "q", "Les bonnes réponses sont A: x, C: z", choices=options) for k in range(3)]
    own += [benchmark_row("task60", 3, "q", A, choices=[A, B])]
    table = lake_with(tmp_path, own).arrow.read("gold.benchmark", columns=list(ROW))
    kept, _ = closed_rows(table)
    assert sorted(map(len, (choices or () for choices in kept["choices"].to_pylist()))) == [0, 0, 0, 2]
    assert not set(baseline_answers(table, RANDOM)["prediction"].to_pylist()) & set(options)
    # A reader of answers has the options all the same.
    assert {pair.options for pair in pairs_of(table.append_column("prediction", table["reference"]))} == {tuple(options), (A, B)}


def test_ids_are_unique_and_unchanged_answers_are_not_scored_again(scored: tuple[Lake, dict[str, Any]]) -> None:
    lake, first = scored
    ids = [r["score_id"] for r in read(lake)]
    ids += [r["score_id"] for name in BASELINES for r in read(lake, model=name)]
    assert len(set(ids)) == len(ids) == first["tables"]["gold.scores"]["rows"]
    # The model and the baselines are one commit.
    assert lake.version("gold.scores") == 0
    versions = {name: lake.version(name) for name in lake.names()}
    again = score(lake)
    assert again["tables"]["gold.scores"] == first["tables"]["gold.scores"] | {"committed": False}
    assert {name: lake.version(name) for name in lake.names()} == versions


def test_a_row_never_asked_counts_as_missing(tmp_path: Path) -> None:
    own = [row for row in rows() if row["task_id"] == "task58"]
    lake = lake_with(tmp_path, own)
    predict(lake, own, missing=1)
    score(lake)
    row = one(lake, level="task", variant="strict", metric="accuracy")
    assert (row["value"], row["n"], row["n_missing"]) == (50.0, 2, 1)
    assert len(read(lake, level="row", variant="strict")) == 1


def test_rows_outside_the_plan_are_not_missing(tmp_path: Path) -> None:
    own = rows()
    lake = lake_with(tmp_path, own)
    predict(lake, [row for row in own if row["task_id"] == "task58"], settings=json.dumps({"tasks": ["task58"], "limit": None}))
    score(lake)
    assert {r["task_id"] for r in read(lake, level="task")} == {"task58"}


def test_models_are_slices_of_their_own(tmp_path: Path) -> None:
    own = [row for row in rows() if row["task_id"] == "task58"]
    lake = lake_with(tmp_path, own)
    predict(lake, own, "first")
    score(lake)
    predict(lake, [row | {"answer": "C"} for row in own], "second")
    result = score(lake, model="second")
    assert result["tables"]["gold.scores"]["committed"]
    values = {r["model"]: r["value"] for r in read(lake, level="task", variant="strict")}
    assert values == {"first": 100.0, "second": 0.0}
    with pytest.raises(UnknownName, match="third"):
        score(lake, model="third")


def test_answers_are_scored_against_the_benchmark_that_they_answer(tmp_path: Path) -> None:
    from made_benchmark import write_benchmark

    own = [row for row in rows() if row["task_id"] == "task58"]
    lake = lake_with(tmp_path, own)
    predict(lake, own)
    write_benchmark(lake, [row | {"reference": "The right answer is D: z"} for row in own])
    score(lake)
    row = one(lake, level="task", variant="strict", metric="accuracy")
    assert (row["value"], row["benchmark_version"]) == (100.0, 0)


def test_pooled_columns_and_the_printed_average(tmp_path: Path) -> None:
    texts = {"task83": "a b c d", "task84": "e f g h", "task114": "a b c d", "task110": "x"}
    own = [benchmark_row(task, k, "q", "a b c d", task_group="summarization", answer=text) for k, (task, text) in enumerate(texts.items())]
    lake = lake_with(tmp_path, own)
    predict(lake, own)
    score(lake)
    pooled = one(lake, level="group", task_group="summarization/CT", variant="paper", metric="bleu1")
    assert (pooled["value"], pooled["n"]) == (pytest.approx(50), 2)
    # CT is not in the printed average: (100 + 0) / 2.
    assert one(lake, level="group", task_group="summarization", variant="paper", metric="bleu1")["value"] == pytest.approx(50)
    assert one(lake, level="group", task_group="summarization", variant="paper", metric="bleu1")["n"] == 2
    # The corrected mean counts CT once, as one column of three: (100 + 0 + 50) / 3.
    corrected = one(lake, level="group", task_group="summarization", variant="strict", metric="rouge1")
    assert (corrected["value"], corrected["signature"]) == (pytest.approx(50), "mean of CT, task110, task114")


def test_the_clean_subset_leaves_known_copies_out(tmp_path: Path) -> None:
    own = [row for row in rows() if row["task_id"] in {"task57", "task126"}]
    lake = lake_with(tmp_path, own)
    predict(lake, own)
    score(lake)
    assert all((r["n_clean"], r["clean_value"], r["clean_ci_low"]) == (r["n"], r["value"], r["ci_low"]) for r in read(lake))
    assert {r["contamination_version"] for r in read(lake)} == {None}
    verdict = {
        **dict.fromkeys(("train_instance_id", "train_task_id", "bench_task_id", "source", "train_file", "bench_file"), "x"),
        "side": "train",
        "test": "exact",
        "score": 1.0,
        "train_row": 1,
        "bench_row": 1,
        "access": "public",
        "instructions_version": 0,
    }
    # Both wrong rows of task57 and all rows of task126 have copies; a dropped copy is none, as no model saw it.
    tainted = {"instance-task57-2": "found", "instance-task57-3": "tagged", "instance-task57-0": "dropped"}
    tainted |= {f"instance-task126-{k}": "found" for k in (10, 11, 12)}
    table = [{**verdict, "bench_instance_id": name, "action": action} for name, action in tainted.items()]
    schema = lake.spec("ops.contamination").arrow_schema()
    known = [{k: row.get(k) for k in schema.names} for row in table]
    lake.arrow.append("ops.contamination", pa.Table.from_pylist(known, schema=schema), CommitInfo("tests/ops.contamination"))
    assert score(lake)["tables"]["gold.scores"]["committed"]
    exam = one(lake, level="task", task_id="task57", variant="strict", metric="accuracy")
    assert (exam["value"], exam["n"], exam["clean_value"], exam["n_clean"]) == (50.0, 4, 100.0, 2)
    assert (exam["clean_ci_low"], exam["contamination_version"]) == (100.0, 0)
    entity = one(lake, level="task", task_id="task126", variant="strict", metric="f1")
    assert (entity["clean_value"], entity["clean_ci_low"], entity["n_clean"], entity["n"]) == (None, None, 0, 3)
    flags = {r["prediction_id"][-4:]: r["n_clean"] for r in read(lake, level="row", task_id="task57", variant="strict", metric="accuracy")}
    assert sorted(flags.values()) == [0, 0, 1, 1]
    told = lake.query("select task_id, contaminated_rows from ops.contaminated_scores where metric = 'accuracy' and variant = 'strict'")
    assert {"task_id": "task57", "contaminated_rows": 2} in told.to_pylist()


def test_ray_workers_give_the_same_scores(tmp_path: Path, ray_local: Any) -> None:
    own = rows()
    tables = []
    for folder, ray_rows in (("here", 10**9), ("ray", 0)):
        (tmp_path / folder).mkdir()
        lake = lake_with(tmp_path / folder, own)
        predict(lake, own)
        score(lake, ray_rows=ray_rows)
        tables.append(lake.arrow.read("gold.scores").sort_by("score_id"))
    assert tables[0].equals(tables[1])


def test_sets_of_one_model_stay_apart(tmp_path: Path) -> None:
    own = [row for row in rows() if row["task_id"] == "task58"]
    lake = lake_with(tmp_path, own)
    predict(lake, own)
    predict(lake, [row | {"answer": "C"} for row in own], run_set="s2", settings=json.dumps({"answers": "loglikelihood"}))
    score(lake)
    told = {(r["run_set"], r["settings"]): r["value"] for r in read(lake, level="task", variant="strict")}
    assert told == {("s1", "{}"): 100.0, ("s2", '{"answers": "loglikelihood"}'): 0.0}


def test_without_predictions_the_next_step_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="medslake infer"):
        score(lake_with(tmp_path, rows()[:1]))


def test_published_scores_come_with_the_first_scores_and_are_loaded_once(scored: tuple[Lake, dict[str, Any]]) -> None:
    lake, _ = scored
    assert lake.arrow.count("gold.published_scores") == len(published_scores()) == 674
    again = load_published(lake)
    assert not again["tables"]["gold.published_scores"]["committed"]


def test_published_numbers_are_those_of_the_paper() -> None:
    known = {(r["model"], r["task_group"], r["dataset"], r["part"], r["metric"]): r for r in published_scores()}
    assert len(known) == 674
    ours = "MMedIns-Llama3-8B"
    assert known[ours, "mcqa", "MedQA", "", "accuracy"]["value"] == 63.6
    assert known[ours, "rationale", "MMedBench", "zh", "rouge"] == {
        "model": ours,
        "dataset": "MMedBench",
        "part": "zh",
        "task_group": "rationale",
        "task_ids": ["task51"],
        "metric": "rouge",
        "value": 34.01,
        "table_number": "5",
        "n": 200,
    }
    assert known[ours, "ner", "Avg.", "", "f1"]["value"] == 79.29
    # Averages as printed: the mean of the four tasks, and of four columns of five for summaries.
    ner = [known[ours, "ner", d, "", "f1"]["value"] for d in ("BC4-Chem", "BC5-Chem", "BC5-Disease", "Species-800")]
    assert sum(ner) / 4 == pytest.approx(79.29, abs=0.006)
