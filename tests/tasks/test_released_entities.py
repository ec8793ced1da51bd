"""What `paper` renders of entities, phrases, stances and codes is what was released: to the letter, or told in docs/differences.md."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from differences_page import told
from medslake import registry
from medslake.instructions.render import render
from native_fixtures import silver_frames

Pairs = Counter[tuple[str, str]]
#: Task -> source, number of the task of Super-NaturalInstructions, and the answers of its excerpt that the native records do not give.
EXCERPTS = {
    "task1": ("pico_annotation", 179, {"women", "8,000 patients, waiting room screening questionnaire"}),
    "task26": ("ade_corpus_v2", 1447, set[str]()),
    "task33": ("linnaeus", 1484, set[str]()),
    "task35": ("anem", 1486, {"LC", "Mo"}),
    "task39": ("catalonia_independence", 1646, set[str]()),
}


@pytest.fixture
def rendered(bronze_of: Callable[..., Any]) -> Callable[..., tuple[Pairs, Pairs]]:
    """(task, folder, letters) -> the published instances and ours, of rows whose text has one of these letters alone, if any are given."""

    def of(name: str, folder: Path, letters: set[str] | None = None) -> tuple[Pairs, Pairs]:
        from pyspark.sql import functions as F

        task = registry.get("task", name)
        source = registry.get("source", task.source)
        silver = silver_frames(source, bronze_of(source, folder))[task.kind]
        if letters is not None:
            silver = silver.where(F.regexp_replace("text", r"[^\p{L}\p{N}]", "").isin(*letters)).persist()
        both = (render(one, silver).select("input", "output").collect() for one in (task.as_published(), task))
        published, ours = (Counter((row.input, row.output) for row in rows) for rows in both)
        return published, ours

    return of


def _instances(page: Path) -> list[tuple[str, str]]:
    found = json.loads(page.read_text(encoding="utf-8"), strict=False)["Instances"]
    return [(one["input"], one["output"] if isinstance(one["output"], str) else one["output"][0]) for one in found]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def test_species_are_listed_as_the_converter_lists_them(rendered: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    home = test_data("released_converters") / "species800_named_entity_recognition"
    released = Counter(_instances(home / "output/species800_named_entity_recognition.json"))
    published, ours = rendered("task128", home / "input")
    assert published == released
    twice = [answer for _, answer in released if len(set(answer.rstrip(".").split(", "))) < answer.count(", ") + 1]
    assert len(twice) == told("task128", "twice")
    assert (released - ours).total() == told("task128", "twice") + told("task128", "continues nothing")


def test_codes_are_explained_as_the_converter_explains_them(rendered: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    home = test_data("released_converters") / "icd10_code_classification_explanation"
    released = Counter(_instances(home / "output/task108_icd10_code_explanation.json"))
    published, ours = rendered("task115", home / "input/MIMIC-IV-ICD-data-processing")
    assert published == released
    of_tables = [(code, title) for code, title in released if re.fullmatch("[0-9A-Z]{3}", code) and (code, title) not in ours]
    assert len(of_tables) == told("task115", "last code")


@pytest.mark.parametrize("name", EXCERPTS)
def test_instances_of_the_excerpts_are_rendered(name: str, rendered: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    source, number, other = EXCERPTS[name]
    (page,) = (test_data("sni_tasks") / "tasks").glob(f"task{number}_*.json")
    wanted = _instances(page)
    texts = {_letters(asked.removeprefix("Tweet: ")) for asked, _ in wanted}
    published, ours = rendered(name, test_data(source), texts)
    lacking = [answer for asked, answer in wanted if (asked, answer) not in published]
    assert set(lacking) == other
    if other:
        assert len(lacking) == told(name, "follows from no" if name == "task1" else "is no cell")
    changed = [1 for asked, answer in wanted if (asked, answer) in published and (asked, answer) not in ours]
    if name == "task1":
        assert len(changed) == told(name, "no blank before a comma")
    elif name in ("task33", "task35"):
        assert len([1 for asked, _ in wanted if asked.startswith(" ")]) == len(wanted)
        assert len(changed) == len(wanted) - len(lacking)
        assert name != "task33" or len(wanted) == told(name, "genes or proteins")
    else:
        assert not changed


def test_claims_lose_the_blank_they_begin_with(rendered: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    published, ours = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for folder in ("pubhealth", "pubhealth_native"):
        found = rendered("task17", test_data(folder))
        published, ours = published + found[0], ours + found[1]
    assert Counter((asked, claim.strip(" \u00a0")) for asked, claim in published.elements()) == ours
    assert sum(claim != claim.strip(" \u00a0") for _, claim in published.elements()) == told("task17", "outer blanks")


def test_explanations_that_their_text_holds_are_left_out(rendered: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    published, ours = rendered("task18", test_data("pubhealth"))
    one_line = Counter({(asked.replace(" \nClaim: ", " Claim: "), answer): n for (asked, answer), n in ours.items()})
    assert one_line <= published and not ours & published
    assert (published - one_line).total() == told("task18", "word for word")
    assert told("task18", "a blank before `Claim:`") == published.total()
    assert not any(f" {_words(answer)} " in f" {_words(asked)} " for asked, answer in ours)


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
