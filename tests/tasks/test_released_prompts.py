"""The prompts that were published with a model's answers: their questions and rationales are what `paper` renders, to the letter."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from differences_page import told_of
from medslake import registry
from medslake.instructions.render import render
from native_fixtures import silver_frames

Pairs = Counter[tuple[str, str]]
#: Task -> language, and the words before the question and before the options.
FORMS = {
    "task51": ("Chinese", "问题", "选项"),
    "task52": ("English", "Question", "Options"),
    "task53": ("French", "Question", "Options"),
    "task54": ("Japanese", "質問", "オプション"),
    "task55": ("Russian", "Вопрос", "Варианты"),
    "task56": ("Spanish", "Pregunta", "Opciones"),
}
TURN = re.compile(
    r"<\|begin_of_text\|><\|start_header_id\|>system<\|end_header_id\|>\n\n(.*)<\|eot_id\|><\|start_header_id\|>user<\|end_header_id\|>\n\n"
    r"Input:\n(.*)\nOutput:<\|eot_id\|><\|start_header_id\|>assistant<\|end_header_id\|>\n\n",
    re.DOTALL,
)


def shown(prompt: str, answer: str) -> Iterator[tuple[str, str]]:
    """The instances of a prompt: its examples, and the one that is asked."""
    parts = TURN.fullmatch(prompt)
    assert parts, prompt
    examples, _, _ = parts[1].rpartition("\n\n\n")
    for example in examples.split("\n\n\nInput:\n"):
        asked, _, why = example.removeprefix("\nInput:\n").removeprefix("Input:\n").partition("\n\nOutput:\n")
        yield asked, why
    yield parts[2], answer


@pytest.fixture
def published(test_data: Callable[[str], Path]) -> dict[str, set[tuple[str, str]]]:
    """Task -> the instances of its prompts, each once: they are drawn from a file of some 200."""
    (table,) = test_data("meds_ins_repo").glob("eval_results_Rationale*.csv")
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    found: dict[str, set[tuple[str, str]]] = {}
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["task_id"], set()).update(shown(row["input"], row["GT"]))
    return found


@pytest.fixture
def rendered(bronze_of: Callable[..., Any]) -> Callable[..., dict[str, Pairs]]:
    """(folder, published or as it is here) -> task -> its instances of the MMedBench files there."""

    def of(folder: Path, *, paper: bool = True) -> dict[str, Pairs]:
        source = registry.get("source", "mmedbench")
        silver = silver_frames(source, bronze_of(source, folder), held=True)
        found = {}
        for name in FORMS:
            task = registry.get("task", name)
            rows = render(task.as_published() if paper else task, silver[task.kind]).select("input", "output").collect()
            found[name] = Counter((row.input, row.output) for row in rows)
        return found

    return of


def native(task: str, asked: str, why: str) -> dict[str, Any]:
    """The record of MMedBench that a published instance was made from. Fails where the instance has another form."""
    language, question, options = FORMS[task]
    parts = re.fullmatch(rf"{question}: (.*)\n{options}: (.*)\t\n([^\n]*)", asked, re.DOTALL)
    assert parts, asked
    listed = parts[2].split("\t")
    right = [option for option in listed if option in parts[3]]
    # An option that is the beginning of another is named by the other alone.
    keys = [option[0] for option in right if not any(other != option and other.startswith(option) for other in right)]
    return {
        "question": parts[1],
        "options": {option[0]: option[3:] for option in listed},
        "answer_idx": keys if language in ("French", "Japanese") else "".join(keys),
        "rationale": why,
    }


def test_every_published_instance_is_rendered(
    published: dict[str, set[tuple[str, str]]], rendered: Callable[..., Any], put: Callable[..., Path]
) -> None:
    files = {
        f"Test/{FORMS[task][0]}.jsonl": "".join(json.dumps(native(task, *one), ensure_ascii=False) + "\n" for one in sorted(pairs))
        for task, pairs in published.items()
    }
    folder = put(files)
    assert set(published) == set(FORMS)
    assert rendered(folder) == {task: Counter(pairs) for task, pairs in published.items()}
    ours = rendered(folder, paper=False)
    assert ours == {task: Counter((asked.replace("\t\n", "\n"), why) for asked, why in pairs) for task, pairs in published.items()}
    everyone = sum(len(pairs) for pairs in published.values())
    assert told_of("task51", "a tab behind the last option") == (everyone, everyone)


def test_those_whose_record_is_at_hand_are_rendered_of_it(
    published: dict[str, set[tuple[str, str]]], rendered: Callable[..., Any], test_data: Callable[[str], Path]
) -> None:
    ours = rendered(test_data("mmedbench_native"))
    held = 0
    for task, pairs in published.items():
        asked = {letters(one) for one, _ in ours[task]}
        here = {pair for pair in pairs if letters(pair[0]) in asked}
        assert here <= set(ours[task]), task
        held += len(here)
    assert held == 28


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)
