"""What the report tells beside scores: what was asked, what came of what, where sources are from, which answers it carries."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from made_benchmark import benchmark_row, lake_with
from made_scored_lake import MODELS, made_scored_lake
from made_tasks import write_tasks
from medslake.errors import UsageError
from medslake.lake import Lake, open_lake
from medslake.lake.storage.tables import CommitInfo
from medslake.report.gather import gather
from medslake.report.lineage import NAMED, layers_of
from medslake.report.page import write_report
from medslake.report.pictures import Curve, plot
from medslake.score.run import score
from score_lake import predict
from unpacked_report import answers_on, said_by


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return made_scored_lake(tmp_path_factory.mktemp("made"), 3, 8)


def asked(folder: Path, *, answered: int, settings: dict[str, Any], right: int = 4) -> dict[str, Any]:
    """What the head says of a set of answers to the first rows of four, two of them with choices."""
    rows = [
        benchmark_row("task57", n, f"question {n}", "A: x", answer="A: x", choices=["A: x", "B: y"] if n < right else None)
        for n in range(4)
    ]
    rows += [benchmark_row("task46", n, f"term {n}", "a thing", answer="a thing", task_group="explanation") for n in range(2)]
    lake = lake_with(folder, rows)
    write_tasks(lake)
    predict(lake, rows, missing=6 - answered, settings=json.dumps(settings))
    score(lake)
    one = next(a for a in gather(lake, "public", 0).answered if not a.set.baseline)
    return {name: getattr(one, name) for name in ("mode", "answers", "asked", "rows", "partial", "not_asked", "date")}


@pytest.mark.parametrize(
    ("answered", "settings", "told"),
    [
        (6, {"mode": "generate"}, {"asked": 6, "answers": 6, "partial": False, "not_asked": {}}),
        (5, {"mode": "generate"}, {"asked": 6, "answers": 5, "partial": True}),
        (6, {"limit": 1}, {"asked": 2, "rows": 6, "partial": True, "mode": ""}),
        (6, {"tasks": ["task57"]}, {"asked": 4, "partial": True}),
        (4, {"mode": "loglikelihood"}, {"asked": 4, "answers": 4, "partial": False, "not_asked": {"task46": 2}, "date": ""}),
    ],
)
def test_what_a_set_was_asked_is_told(tmp_path: Path, answered: int, settings: dict[str, Any], told: dict[str, Any]) -> None:
    assert asked(tmp_path, answered=answered, settings=settings).items() >= told.items()


def test_dates_are_those_of_the_runs(made: Lake) -> None:
    dates = {a.set.key[0]: a.date for a in gather(made, "public", 0).answered}
    assert dates == {MODELS[0]: "2026-11-10", MODELS[1]: "2026-11-20", MODELS[2]: "2026-11-30", "baseline:majority": ""}


def test_a_copy_of_the_lake_says_the_same(made: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = []
    for name in ("here", "there"):
        folder = tmp_path / name
        shutil.copytree(made.root, folder / "lake")
        monkeypatch.chdir(folder)
        pages.append(write_report(open_lake("lake"), Path("report.html"), clearance="private").read_bytes())
    assert pages[0] == pages[1]


def test_a_page_carries_as_many_samples_as_it_is_told(made: Lake, tmp_path: Path) -> None:
    def rows(samples: int, clearance: str = "private") -> dict[str, int]:
        html = write_report(made, tmp_path / "r.html", clearance=clearance, samples=samples).read_text()
        return {task["id"]: len(task["answers"]) for task in answers_on(html)["tasks"]}

    assert set(rows(2).values()) == {2 * len(MODELS)} and set(rows(200).values()) == {3 * len(MODELS)} and rows(0) == {}
    # Tasks of sources whose class is above the clearance are not among them.
    assert set(rows(200, "public")) < set(rows(200))
    with pytest.raises(UsageError, match="-1 samples"):
        write_report(made, tmp_path / "r.html", samples=-1)


def test_models_are_shown_on_the_same_rows(made: Lake, tmp_path: Path) -> None:
    told = answers_on(write_report(made, tmp_path / "r.html", clearance="private", samples=2).read_text())
    for task in told["tasks"]:
        by_set = {n: [row for s, row, *_ in task["answers"] if s == n] for n in range(3)}
        assert by_set[0] == by_set[1] == by_set[2] == [0, 1]


def test_the_cap_counts_what_may_be_shown(tmp_path: Path) -> None:
    rows = [benchmark_row("task57", n, f"q{n}", "A: x", answer="A: x", access="private" if n % 2 else "public") for n in range(8)]
    lake = lake_with(tmp_path, rows)
    predict(lake, rows)
    score(lake)
    told = answers_on(write_report(lake, tmp_path / "r.html", samples=3).read_text())
    assert [len(task["answers"]) for task in told["tasks"]] == [3]
    assert "4 answers of access class private are not shown" in (tmp_path / "r.html").read_text()


def test_no_word_above_the_clearance_is_on_the_page_packed_or_not(tmp_path: Path) -> None:
    words = {"public": "ochreous", "noncommercial": "umbral", "credentialed": "cobaltine", "private": "vermilion"}
    rows = []
    for number, (access, word) in enumerate(words.items()):
        messages = [{"role": "system", "content": f"{word} system"}, {"role": "user", "content": f"{word} user"}]
        texts = {"messages": messages, "answer": f"{word} answer", "alternatives": [f"{word} other"]}
        rows.append(
            benchmark_row("task46", number, f"{word} question", f"{word} reference", access=access, task_group="explanation", **texts)
        )
    lake = lake_with(tmp_path, rows)
    write_tasks(lake)
    predict(lake, rows)
    score(lake)
    for number, clearance in enumerate(words):
        said = said_by(write_report(lake, tmp_path / "r.html", clearance=clearance))
        assert [word for word in words.values() if word in said] == list(words.values())[: number + 1]


def test_marks_of_rows_and_both_scores_are_in_the_pack(made: Lake, tmp_path: Path) -> None:
    page = write_report(made, tmp_path / "r.html", clearance="private")
    tasks = answers_on(page.read_text())["tasks"]
    facts = gather(made, "private", 0)
    tainted = {row["bench_task_id"] for row in facts.contamination}
    assert {task["id"] for task in tasks if any(row[9] & 1 for row in task["rows"])} == tainted
    assert {task["id"] for task in tasks for row in task["rows"] if row[9] & 2} == {"task1", "task2", "task3"}
    first = tasks[0]
    assert first["measures"] == [["accuracy", "paper"], ["accuracy", "strict"]] and (first["paper"], first["main"]) == (0, 1)
    assert "of 24 rows of the benchmark are invented" in said_by(page)


def test_groups_without_a_row_of_ours_stand_in_one_line(made: Lake, tmp_path: Path) -> None:
    html = write_report(made, tmp_path / "r.html").read_text()
    line = html[html.index("Published alone") :]
    assert "Text Summarization, " in line[: line.index("</summary>")]
    assert html.index("<h3>Information Extraction</h3>") < html.index("Published alone") < html.index("<h3>Text Summarization</h3>")


def test_notes_on_printed_averages_are_footnotes(made: Lake, tmp_path: Path) -> None:
    html = write_report(made, tmp_path / "r.html").read_text()
    note = html.index("printed; the mean of its row is 75.90")
    number = html[:note].rpartition('<li id="')[2].partition('"')[0]
    assert html.count(f'href="#{number}"') == 1 and html.count("printed; the mean of its row is 75.90") == 1


def test_a_table_shows_what_it_is_made_of_and_what_is_made_of_it(made: Lake) -> None:
    layers = {layer.name: layer for layer in gather(made, "public", 0).layers}
    assert list(layers) == ["files", "bronze", "silver", "gold", "ops"]
    nodes = {node.name: node for layer in layers.values() for node in layer.nodes}
    long = "bronze.headqa__a_table_with_a_name_of_more_than_31_letters"
    assert nodes["silver.questions"].made_of == [long, "bronze.medqa__questions"] and nodes["silver.questions"].makes == [
        "gold.instructions"
    ]
    assert nodes[long].made_of == ["headqa (files)"] and nodes["headqa (files)"].files == ["HEAD_EN/train.json"]
    assert len(nodes["medqa (files)"].files) == 6 and layers["bronze"].made_of == {"files": 2}
    assert nodes["gold.benchmark"].makes == ["gold.predictions", "gold.scores"]


def test_of_many_files_the_first_are_named_and_the_rest_counted() -> None:
    files, tables = layers_of([], [(f"mimic/{n:05}.txt", "bronze.mimic__notes") for n in range(NAMED + 7)])
    assert (len(files.nodes[0].files), files.nodes[0].more, files.rows) == (NAMED, 7, NAMED + 7)
    assert tables.nodes[0].made_of == ["mimic (files)"]


def test_sources_have_licence_release_and_digest(made: Lake) -> None:
    told = {row["source"]: row for row in gather(made, "public", 0).origins}
    assert told["medqa"]["files"] == 6 and len(told["medqa"]["digest"]) == 12 and told["medqa"]["licence"]
    assert told["headqa"]["digest"] == "" and told["headqa"]["files"] == 0


def test_failed_checks_name_their_slice(made: Lake, tmp_path: Path) -> None:
    html = write_report(made, tmp_path / "r.html").read_text().replace("<wbr>", "")
    table = html[html.index('id="t-checks"') :]
    assert "source=igakuqa" in table[: table.index("</table>")]
    assert 'href="_quality' not in html
    docs = Path(made.root) / "_quality" / "index.html"
    docs.parent.mkdir(exist_ok=True)
    docs.write_text("made")
    try:
        assert 'href="_quality/index.html"' in write_report(made).read_text()
        # Seen from elsewhere the link would lead nowhere.
        assert 'href="_quality' not in write_report(made, tmp_path / "r.html").read_text()
    finally:
        docs.unlink()


def test_trainings_stand_side_by_side_with_their_held_out_loss(made: Lake) -> None:
    told = gather(made, "public", 0).trainings
    assert [(run.name, run.steps) for run in told.runs] == [("tern (a1b2c3d4)", 120), ("tern (b2c3d4e5)", 120)] and told.held
    assert [(h.domain, h.instances) for h in told.runs[0].held] == [("all", 60), ("Clinical Text", 30), ("Exam", 30)]
    assert told.runs[0].held[0].first == pytest.approx((3.6 + 3.8) / 2)
    assert told.plot is not None and told.plot.picture.count("<polyline") == 4 and told.plot.picture.count("held") == 2


def test_axes_reach_the_largest_loss() -> None:
    assert plot([]) is None
    drawn = plot([Curve("one", [(1, 3.4), (120, 0.7)])])
    assert drawn is not None and drawn.y == [(0, "0"), (20, "1"), (40, "2"), (60, "3"), (80, "4"), (100, "5")]
    assert drawn.x == [(0, "0"), (50, "60"), (100, "120")]


def test_the_mix_has_all_domains_and_categories(made: Lake, tmp_path: Path) -> None:
    facts = gather(made, "public", 0)
    assert [len(facts.mixture[level]["rows"]) for level in ("domain", "category")] == [5, 19]
    html = write_report(made, tmp_path / "r.html").read_text()
    assert all(row["name"] in html and f"{row['paper']:,}" in html for level in facts.mixture.values() for row in level["rows"])


def test_a_young_lake_has_a_short_report(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path / "lake"))
    schema = lake.spec("ops.sources").arrow_schema()
    lake.arrow.append("ops.sources", pa.Table.from_pylist([], schema=schema), CommitInfo("tests/ops.sources"))
    html = write_report(lake).read_text()
    assert all(said in html for said in ("No answers scored yet", "No scores yet", "No training yet", "No answers to show"))
