"""Summaries, cases, concepts and health topics as published, letter for letter, and what is drawn for them is sound."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import registry
from medslake.cli.app import app
from medslake.instructions.render import render
from medslake.tasks import UNRELEASED, Task
from medslake.tasks.parts.mistakes import KINDS
from native_fixtures import silver_frames

if TYPE_CHECKING:
    from silver_fixtures import SilverFrame

ROOT = Path(__file__).resolve().parents[2]
Pairs = Counter[tuple[str, str]]


def page(task: str, words: str) -> int:
    """Instances in the row of docs/differences.md on that task whose published rendering holds these words."""
    rows = [line.split(" | ") for line in (ROOT / "docs/differences.md").read_text(encoding="utf-8").splitlines()]
    (found,) = (row for row in rows if row[0] == f"| {task}" and words in row[1])
    return int(found[4])


@pytest.fixture
def pairs(bronze_of: Callable[..., Any]) -> Callable[[str, Path], tuple[Pairs, Pairs]]:
    """(task id, folder of its source) -> (input, output) as published and as corrected, before any gate."""

    def of(task_id: str, folder: Path) -> tuple[Pairs, Pairs]:
        task: Task = registry.get("task", task_id)
        source = registry.get("source", task.source)
        rows = silver_frames(source, bronze_of(source, folder))[task.kind]
        published, ours = (render(one, rows).select("input", "output").toArrow().to_pylist() for one in (task.as_published(), task))
        return Counter((r["input"], r["output"]) for r in published), Counter((r["input"], r["output"]) for r in ours)

    return of


def released(folder: Path) -> Pairs:
    (found,) = (folder / "output").glob("*.json")
    return Counter((one["input"], one["output"]) for one in json.loads(found.read_text(encoding="utf-8"))["Instances"])


def test_plain_summaries_are_those_of_the_converter(pairs: Callable[..., tuple[Pairs, Pairs]], test_data: Callable[[str], Path]) -> None:
    home = test_data("released_converters") / "readability_summarization"
    published, ours = pairs("task113", home / "input")
    assert published == released(home)
    assert ours == Counter((re.sub(" {2,}", " ", asked), answer) for asked, answer in published.elements() if answer)
    assert page("task113", "blanks") == sum("  " in asked for asked, _ in published)
    assert page("task113", "empty") == sum(not answer for _, answer in published)


def test_question_summaries_are_those_of_the_converter(pairs: Callable[..., tuple[Pairs, Pairs]], test_data: Callable[[str], Path]) -> None:
    published, ours = pairs("task114", test_data("meqsum"))
    assert published == released(test_data("released_converters") / "meqsum_text_summarization") and published.total() == 1000
    left = published - ours
    assert ours <= published and left.total() == page("task114", "word for word")
    assert all(re.sub(r"\W+", " ", answer).strip().lower() in re.sub(r"\W+", " ", asked).lower() for asked, answer in left)


def test_wrong_concepts_are_other_concepts(silver_frame: SilverFrame) -> None:
    task: Task = registry.get("task", "task48")
    rows = [
        # Two names for each concept, and every tenth definition is that of the concept before.
        {
            "record_id": f"train/{n:08d}",
            "subject_id": f"concept {n}",
            "concept_id": f"X{n // 2}",
            "name": f"Concept {n}",
            "definition": f"What is told of {n - (n % 10 == 9)}.",
        }
        for n in range(400)
    ]
    told = {row["name"]: row for row in rows}
    found = render(task, silver_frame(task, rows)).toArrow().to_pylist()
    assert len(found) > 100
    places = Counter()
    for one in found:
        definition, names = one["input"].split("\nConcepts:\n")
        shown = names.split("\n")
        right = told[one["output"]]
        assert definition == f"Definition: {right['definition']}" and 2 <= len(shown) <= 5 and len(set(shown)) == len(shown)
        for other in (told[name] for name in shown if name != right["name"]):
            assert other["concept_id"] != right["concept_id"] and other["definition"] != right["definition"]
        places[shown.index(right["name"])] += 1
    assert set(places) == set(range(5)) and max(places.values()) < len(found) / 3


def test_unlike_patients_are_of_other_articles(silver_frame: SilverFrame) -> None:
    task: Task = registry.get("task", "task75")

    def uid(n: int) -> str:
        return f"{700 + n // 2}-{1 + n % 2}"

    long = " word" * 300
    rows = [
        {
            "record_id": uid(n),
            "subject_id": f"{n // 2}",
            "text": f"Patient {uid(n)}.{long if n == 3 else ''}",
            "candidates": [{"id": uid(m), "text": f"Patient {uid(m)}.", "label": "1"} for m in like],
        }
        for n in range(60)
        if (like := (n ^ 1, n + 6, n + 8)[: n % 4])
    ]
    alike = {row["record_id"]: {c["id"] for c in row["candidates"]} for row in rows}
    found = render(task, silver_frame(task, rows)).toArrow().to_pylist()
    assert len(found) == len(rows) == 45
    right_places = Counter()
    for one in found:
        query, *cases = re.findall(r"Patient (\d+-\d)\.", one["input"])
        right = [int(name) - 1 for name in re.findall(r"Case(\d)", one["output"])]
        assert one["output"] == ", ".join(f"Case{at + 1}" for at in right) and 1 <= len(right) <= 2 and len(cases) <= 4
        assert [at for at, case in enumerate(cases) if case in alike[query]] == right
        article = {query.split("-")[0], *(case.split("-")[0] for case in alike[query])}
        assert all(case.split("-")[0] not in article and query not in alike[case] for at, case in enumerate(cases) if at not in right)
        assert len(one["record_ids"]) == 4, "the patients of its cases are told"
        right_places.update(right)
    assert len(right_places) == 4
    (cut,) = (one["input"] for one in found if one["input"].startswith("Query: Patient 701-2."))
    assert len(cut.split("\n")[0].split()) == 1 + 200 + 1 and cut.split("\n")[0].endswith(" ...")


def test_five_mistakes_of_a_topic_are_five(silver_frame: SilverFrame) -> None:
    tasks = [registry.get("task", f"task{n}") for n in range(132, 137)]
    text = (
        "{0} is a mild disease of the skin. It comes after three days of work and lasts for two weeks.\n"
        "More women than men have it. A doctor can find it with a blood test.\nWash your hands\nIt is caused by a virus."
    )
    rows = [
        {"record_id": str(n), "title": f"Rash {n:02d}", "sections": [{"name": "summary", "text": text.format(f"Rash {n:02d}")}]}
        for n in range(30)
    ]
    right = {row["record_id"]: row["sections"][0]["text"] for row in rows}
    made: dict[str, dict[str, Any]] = {}
    for task in tasks:
        found = render(task, silver_frame(task, rows)).toArrow().to_pylist()
        assert {one["record_ids"][0] for one in found} == set(right)
        for one in found:
            record = one["record_ids"][0]
            assert one["output"] in one["input"] and one["output"] not in right[record]
            assert len(set(one["input"].split("\n")) - set(right[record].split("\n"))) == 1
            assert (len(one["record_ids"]) == 2) == (one["mistake"] == "subject"), "the other subject is told"
            made.setdefault(record, {})[one["mistake"]] = one["input"]
    for kinds in made.values():
        assert set(kinds) == set(KINDS) and len(set(kinds.values())) == len(tasks)


def test_what_was_never_released_is_listed_with_the_reason(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    app(["list", "tasks", "--json", "--lake", str(tmp_path / "none")], standalone_mode=False)
    told = {row["task"]: row for row in json.loads(capfd.readouterr().out)}
    (missing,) = UNRELEASED
    assert missing.id not in registry.items("task")
    assert told[missing.id] == {
        "task": "task72",
        "name": "report_entity_extraction",
        "category": "Sentence Composition Analysis",
        "source": "Radiopaedia Caption NER",
        "reads": None,
        "bench": None,
        "unreleased": missing.reason,
    }
    assert [row["task"] for row in told.values() if row["unreleased"]] == ["task72"]
    numbers = [int(name[4:]) for name in told if name.removeprefix("task").isdecimal()]
    assert numbers == sorted(numbers)
    assert missing.source in (ROOT / "docs/coverage.md").read_text(encoding="utf-8")
