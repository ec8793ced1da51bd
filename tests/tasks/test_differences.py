"""docs/differences.md says how many instances are rendered otherwise than published: counted anew, and nothing else differs."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from differences_page import told
from medslake import registry
from medslake.instructions.render import render
from medslake.sources import Bronze
from native_fixtures import silver_frames

NONE, PUBLISHED = "There is no related entity.", "There is no related enetity."
CORPORA = {"task126": "BC5CDR-chem-IOB", "task127": "BC5CDR-disease-IOB"}
#: Of HEAD-QA: folders of the train exams.
EXAMS = ("HEAD", "HEAD_EN")


@pytest.fixture
def rendered(bronze_of: Callable[..., Any]) -> Callable[..., list[dict[str, Any]]]:
    """(source, folder, task ids) -> instances with their native file and row, before any gate. published: in that rendering."""

    def of(name: str, folder: Path, *tasks: str, published: bool = False) -> list[dict[str, Any]]:
        source = registry.get("source", name)
        silver = silver_frames(source, bronze_of(source, folder), held=True)
        found = []
        for task in (registry.get("task", one) for one in tasks):
            rows = (
                render(task.as_published() if published else task, silver[task.kind])
                .select("task_id", "input", "output", "origin.file", "origin.row")
                .toArrow()
            )
            found += rows.to_pylist()
        return found

    return of


def test_seer_differs_in_what_the_page_says(rendered: Callable[..., list[dict[str, Any]]], test_data: Callable[[str], Path]) -> None:
    home = test_data("released_converters") / "seer_treatment_text_classification_task"
    (page,) = (home / "output").glob("*.json")
    published = [(one["input"], one["output"]) for one in json.loads(page.read_text(encoding="utf-8"))["Instances"]]
    assert told("task131", "blank line") == sum("\n\n" in asked for asked, _ in published)
    assert told("task131", "18.0") == sum(bool(re.search(r": \d+\.0$", asked, re.MULTILINE)) for asked, _ in published)
    assert told("task131", "nan") == sum(": nan" in asked for asked, _ in published)
    assert told("task131", "full stop") == sum(not answer.endswith(".") for _, answer in published)

    def corrected(asked: str, answer: str) -> tuple[str, str]:
        lines = (re.sub(r": (\d+)\.0$", r": \1", line) for line in asked.split("\n\n") if not line.endswith(": nan"))
        return "\n".join(lines), f"{answer}."

    ours = Counter((one["input"], one["output"]) for one in rendered("seer", home / "input", "task131", published=True))
    assert Counter(corrected(*one) for one in published) <= ours
    assert ours.total() - len(published) == told("task131", "nine tenths")


def _sentences(path: Path) -> Iterator[list[list[str]]]:
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        if block.strip():
            yield [line.split("\t")[:2] for line in block.strip("\n").split("\n")]


def _names(sentence: list[list[str]]) -> list[str]:
    """As the released reader takes them: tokens joined by a blank."""
    found: list[list[str]] = []
    inside = False
    for token, tag in sentence:
        if tag.startswith("B") or (tag.startswith("I") and not inside):
            found.append([token])
        elif tag.startswith("I"):
            found[-1].append(token)
        inside = not tag.startswith("O")
    return [" ".join(one) for one in found]


def test_names_differ_in_what_the_page_says(rendered: Callable[..., list[dict[str, Any]]], test_data: Callable[[str], Path]) -> None:
    home = test_data("bc5cdr")
    ours: dict[tuple[str, str, int], str] = {}
    for one in rendered("bc5cdr", home, *CORPORA):
        ours[one["task_id"], Path(one["file"]).name, one["row"]] = one["output"]
    for task, corpus in CORPORA.items():
        found: Counter[str] = Counter()
        for split in ("train", "devel", "test"):
            for row, sentence in enumerate(_sentences(home / corpus / f"{split}.tsv"), start=1):
                names, answer = _names(sentence), ours[task, f"{split}.tsv", row]
                once = ", ".join(dict.fromkeys(names))
                found["misspelt"] += not names
                if answer == (f"{once}." if names else NONE):
                    found["repeated"] += len(names) != len(set(names))
                else:
                    # The same words, spaced otherwise.
                    assert answer.replace(" ", "") == f"{once}.".replace(" ", "")
                    found["spaced"] += 1
        assert found == {"repeated": told(task, "twice"), "spaced": told(task, "tokens"), "misspelt": told(task, PUBLISHED)}


def test_no_question_of_a_test_exam_trains(bronze_of: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    folder, exams = test_data("sni_tasks"), test_data("headqa_native")
    headqa, tasks = registry.get("source", "headqa"), registry.get("source", "sni_tasks")
    frames = bronze_of(tasks, folder) | {f"bronze.headqa__{table}": frame for table, frame in bronze_of(headqa, exams).items()}
    prompts = (
        silver_frames(tasks, Bronze(frames))["prompts"].where("collection LIKE '%head_qa%'").select("input", "split").toArrow().to_pylist()
    )
    pages = [json.loads((exams / name / f"train_{name}.json").read_text(encoding="utf-8")) for name in EXAMS]
    asked = {_letters(one["qtext"]) for page in pages for exam in page["exams"].values() for one in exam["data"]}
    outside = [one for one in prompts if _letters(one["input"]) not in asked]
    assert len(outside) == told("task22", "test exams")
    assert {one["split"] for one in outside} == {"test"}


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()
