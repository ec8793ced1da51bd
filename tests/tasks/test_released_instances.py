"""Single published instances, read where they are public, are what `paper` renders of their native records, or the page says otherwise.

`released_instances.tsv` holds no text but digests: the first 12 digits of the md5 of the input, and of input, line break and answer, with
no-break spaces as blanks. Instances of allenai/natural-instructions were read there on 2026-11-30, in the file named (the first short
ones); those of MedS-Bench in a public description of its files (HuggingFace Henrychur/MedS-Bench) that prints one of each, lines for tabs.
Of task180 an older version is stored, whose answers are tokens: its inputs alone are compared.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from differences_page import told_of
from medslake import registry
from medslake.instructions.render import render
from native_fixtures import silver_frames

with Path(__file__).with_name("released_instances.tsv").open(encoding="utf-8", newline="") as _page:
    INSTANCES = list(csv.DictReader(_page, delimiter="\t"))
#: (task, words of the page) -> what is found where the page tells of a difference: no such input, another name of it, or another answer.
TOLD = {
    ("task1", "of other annotators"): "answer",
    ("task3", "of other annotators"): "answer",
    ("task28", "another name than the first"): "name",
    ("task28", "no name in the corpus"): "answer",
    ("task36", "no body substance in the corpus"): "absent",
    ("task37", "without its full stop"): "absent",
}


def digest(text: str) -> str:
    return hashlib.md5(text.replace("\u00a0", " ").encode()).hexdigest()[:12]


@pytest.mark.parametrize("folder", sorted({one["folder"] for one in INSTANCES}))
def test_published_instances_are_rendered(folder: str, bronze_of: Callable[..., Any], test_data: Callable[[str], Path]) -> None:
    home = test_data(folder)
    wanted = [one for one in INSTANCES if one["folder"] == folder]
    names = list(dict.fromkeys(one["task"] for one in wanted))
    source = registry.get("source", registry.get("task", names[0]).source)
    silver = silver_frames(source, bronze_of(source, home), held=True)
    for name in names:
        task = registry.get("task", name).as_published()
        found: dict[str, tuple[set[str], set[str]]] = {}
        for row in render(task, silver[task.kind]).select("input", "output", "alternatives").toArrow().to_pylist():
            answers, others = found.setdefault(digest(row["input"]), (set(), set()))
            answers.add(digest(f"{row['input']}\n{row['output']}"))
            others.update(digest(f"{row['input']}\n{other}") for other in row["alternatives"] or ())
        mine = [one for one in wanted if one["task"] == name]
        counts = Counter(compared(one, *found.get(one["asked"], (None, set()))) for one in mine)
        assert counts["equal"] >= 1 or name == "task1"
        differences = {kind: told_of(name, words) for (told, words), kind in TOLD.items() if told == name}
        assert differences == {kind: (count, len(mine)) for kind, count in counts.items() if kind != "equal"}, name


def compared(one: dict[str, str], answers: set[str] | None, others: set[str]) -> str:
    """equal, name (another of several right names), answer or absent (no such input)."""
    if answers is None:
        return "absent"
    if one["both"] == "-" or one["both"] in answers:
        return "equal"
    return "name" if one["both"] in others else "answer"
