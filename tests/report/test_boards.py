"""Leaderboard, names of sets, flags, and means by language and domain, on rows written by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from medslake.bench.published import published_scores
from medslake.report.boards import boards, overview
from medslake.report.flags import at_baseline, flags
from medslake.report.sets import answer_sets, main_metric
from medslake.report.spread import spread


def row(task: str | None, value: float, **more: Any) -> dict[str, Any]:
    told = {
        "level": "task" if task else "group",
        "model": "m",
        "run_set": "s1",
        "prompt": "paper",
        "engine": "transformers",
        "settings": "{}",
        "task_id": task,
        "task_group": "mcqa",
        "metric": "accuracy",
        "variant": "strict",
        "value": value,
        "ci_low": value - 6,
        "ci_high": value + 6,
        "clean_value": value + 1,
        "clean_ci_low": value - 4,
        "clean_ci_high": value + 8,
        "benchmark_version": 0,
    } | more
    return told | {"score_id": "/".join(str(told[k]) for k in ("model", "run_set", "prompt", "task_id", "task_group", "metric", "variant"))}


def test_sets_are_told_apart_by_what_differs() -> None:
    scores = [
        row("task57", 1, model="one"),
        row("task57", 1, model="two", run_set="aa", settings=json.dumps({"mode": "generate", "batch_tokens": 64})),
        row("task57", 1, model="two", run_set="bb", settings=json.dumps({"mode": "loglikelihood", "batch_tokens": 64})),
        row("task57", 1, model="three", run_set="cc", settings="{}"),
        row("task57", 1, model="three", run_set="dd", settings="{}"),
        row("task57", 1, model="four", prompt="chat"),
        row("task57", 1, model="four"),
        row("task57", 1, model="baseline:random", run_set="baseline:random@0", engine="baseline"),
    ]
    names = [s.name for s in answer_sets(scores)]
    assert names == [
        "four, chat", "four, paper", "one", "three, cc", "three, dd", "two, mode generate", "two, mode loglikelihood", "baseline:random"
    ]  # fmt: skip
    assert [s.baseline for s in answer_sets(scores)] == [False] * 7 + [True]


def test_the_overview_lays_printed_averages_beside_group_means() -> None:
    scores = [row(None, 50.0), row(None, 40.0, variant="paper"), row("task57", 44.0)]
    board = overview(scores, published_scores(), answer_sets(scores))
    assert [title for title, _, _ in board.columns][:2] == ["Multilingual Multiple-choice QA", "Text Summarization"]
    assert len(board.columns) == 12
    exam = board.columns[0]
    ours = {r.variant: r.cells[exam]["value"] for r in board.rows if r.name == "m"}
    assert ours == {"paper": 40.0, "strict": 50.0}
    printed = {r.name: r.cells for r in board.rows if r.variant == "published"}
    assert printed["MMedIns-Llama3-8B"][exam]["value"] == 63.9 and not printed["MMedIns-Llama3-8B"][exam]["note"]
    # The two rows of Table 1 whose printed average is not the mean of the row.
    assert printed["Mistral-7B"][exam]["note"] == "printed; the mean of its row is 59.62"
    assert printed["GPT-4"][exam]["note"] == "printed; the mean of its row is 75.90"
    wrong = [(name, column[0]) for name, cells in printed.items() for column, cell in cells.items() if cell["note"].startswith("printed;")]
    assert sorted(wrong) == [("GPT-4", exam[0]), ("Mistral-7B", exam[0])]


def test_every_published_number_is_on_a_board() -> None:
    found = boards([], published_scores(), [])
    cells = [cell for board in found for r in board.rows for cell in r.cells.values()]
    assert len(found) == 12 and len(cells) == 674


def test_pooled_columns_stand_under_their_printed_name_and_means_last() -> None:
    scores = [
        row(None, 30.0, task_group="summarization/CT", metric="rouge", variant="paper"),
        row(None, 31.0, task_group="summarization", metric="rouge", variant="paper"),
        row("task114", 32.0, task_group="summarization", metric="rougeL"),
        row("task114", 33.0, task_group="summarization", metric="rouge1"),
    ]
    board = next(b for b in boards(scores, published_scores(), answer_sets(scores)) if b.group == "summarization")
    paper = next(r for r in board.rows if (r.name, r.variant) == ("m", "paper"))
    published = next(r for r in board.rows if r.name == "MMedIns-Llama3-8B")
    ct = next(c for c in board.columns if c in paper.cells and c[0] != "Avg.")
    assert published.cells[ct]["task_ids"] == [f"task{n}" for n in range(83, 89)] and paper.cells[ct]["value"] == 30.0
    assert [c[0] for c in board.columns].index("Avg.") == len(board.columns) - 2
    # paper's rouge and strict's rougeL stand in one column; rouge1 is not published and stands on the task's page.
    strict = next(r for r in board.rows if (r.name, r.variant) == ("m", "strict"))
    assert strict.cells == {("MedQSum (MeQSum)", "", "ROUGE-L"): scores[2]} and published.cells["MedQSum (MeQSum)", "", "ROUGE-L"]


def test_scores_that_the_majority_reaches_are_marked() -> None:
    base = {"model": "baseline:majority", "run_set": "baseline:majority@0", "engine": "baseline"}
    scores = [row("task57", 55.0), row("task57", 50.0, **base), row("task16", 57.0), row("task16", 50.0, **base), row("task46", 1.0)]
    reached = at_baseline(scores)
    assert reached == {scores[0]["score_id"]: 50.0}
    sets = answer_sets(scores)
    assert flags("task57", scores[:2], [(40, 4)], sets, reached) == [
        "Not above always giving the most frequent answer (50.0): m (95 % interval, strict)."
    ]
    assert flags("task16", scores[2:4], [(1, 1), (40, 1)], sets, reached) == ["All 40 references here are the same text."]
    assert "one reference label" in flags("task12", [], [], sets, {})[0]
    assert "give the label away" in flags("task131", [], [], sets, {})[0]
    assert "chance" in flags("task118", [], [], sets, {})[0]


def test_languages_are_compared_within_a_group_and_domains_within_a_metric() -> None:
    scores = [
        row("task57", 60.0),
        row("task123", 40.0),
        row("task58", 30.0),
        row("task46", 20.0, task_group="explanation", metric="rougeL"),
    ]
    codes = {"task57": "en", "task123": "en", "task58": "zh", "task46": "en"}
    about = {"task57": "Exam", "task123": "Academical Papers", "task58": "Exam"}
    languages, domains = spread(scores, codes, about, answer_sets(scores))
    told = {line.title: (line.tasks, line.points[0][1][0], line.points[0][2]) for line in languages}
    # Explanations come in English alone, so there is nothing to compare.
    assert set(told) == {"English", "Chinese"}
    assert told["English"][:2] == (["task57", "task123"], 50.0)
    value, low, high = languages[1].points[0][1]
    assert (value, low, high) == (50.0, pytest.approx(50 - 6 / 2**0.5), pytest.approx(50 + 6 / 2**0.5))
    assert told["Chinese"][2] == (31.0, 26.0, 38.0)
    # A task whose domain the lake does not know stands on no line.
    found = {(line.title, line.measure): line.tasks for line in domains}
    assert found == {("Exam", "accuracy"): ["task57", "task58"], ("Academical Papers", "accuracy"): ["task123"]}


def test_the_main_metric() -> None:
    assert main_metric(["bleu1", "rouge"], "paper") == "rouge" and main_metric(["rouge1", "rougeL"], "strict") == "rougeL"
    assert main_metric(["precision", "f1"], "strict") == "f1" and main_metric(["bleu"], "strict") is None
