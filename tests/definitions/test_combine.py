"""Combined definitions of every registered task: how many, how alike, what they keep, and that every process makes the same."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import combinations

import pytest

from medslake.definitions.combine import COUNT, combined
from medslake.definitions.gate import Gate
from medslake.definitions.likeness import trigrams
from medslake.definitions.phrases import FRAMES, ROLES, VERBS
from medslake.definitions.rows import definition_rows
from medslake.registry import items
from medslake.tasks import CATEGORIES, STYLES, Task

pytestmark = pytest.mark.slow

TASKS: dict[str, Task] = items("task")
OF_PAPER = {name: task for name, task in TASKS.items() if task.collection == "paper"}


@pytest.fixture(scope="module")
def pool() -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in definition_rows(TASKS.values()):
        found[str(row["task_id"])].append(row)
    return found


def test_every_task_has_phrases_and_as_many_definitions_as_asked_for(pool: dict[str, list[dict[str, object]]]) -> None:
    few = {name: len(pool[name]) for name, task in TASKS.items() if len(pool[name]) != COUNT + 15 + len(task.native)}
    assert few == {}
    assert {name for name, rows in pool.items() if not all(row["accepted"] for row in rows)} == set()
    # 121 tasks of MedS-Ins can be built; so many make the 19,000 of the paper.
    assert 121 * (COUNT + 15) >= 19_000


def test_no_two_of_a_task_are_closer_than_the_limit(pool: dict[str, list[dict[str, object]]]) -> None:
    """Worked out with plain sets, not by the shelf that chose them."""
    seen: set[str] = set()
    for rows in pool.values():
        key = hashlib.sha256("".join(sorted(str(row["text"]) for row in rows)).encode()).hexdigest()
        if key in seen:
            continue
        seen.add(key)
        sets = [trigrams(str(row["text"])) for row in rows]
        assert max(len(a & b) / len(a | b) for a, b in combinations(sets, 2)) < 0.7


def test_they_break_no_rule_that_their_parts_are_to_keep(pool: dict[str, list[dict[str, object]]]) -> None:
    for name, rows in pool.items():
        gate = Gate(TASKS[name])
        assert [row["text"] for row in rows if row["kind"] == "combined" and not gate.sound(str(row["text"]))] == []


def test_styles_are_nearly_even(pool: dict[str, list[dict[str, object]]]) -> None:
    for rows in pool.values():
        counts = Counter(row["style"] for row in rows)
        assert set(counts) == set(STYLES) and min(counts.values()) >= 25


def test_they_read_as_sentences(pool: dict[str, list[dict[str, object]]]) -> None:
    """What a machine can see of it: no hole, a capital at the start, a mark at the end, no word twice, no sentence begun in lower case."""
    for rows in pool.values():
        for row in rows:
            text = str(row["text"])
            if row["kind"] == "combined":
                unquoted = re.sub(r"[\"'][^\"']*[\"']", "Q", text)
                assert text[0].isupper() and text[-1] in '.?!"' and "  " not in text, text
                assert not re.search(r"\{\w+\}", text), text
                assert not re.search(r"\b(?!that|had)([a-z]+) \1\b", text), text
                assert not re.search(r"[.!] +[a-z]", re.sub(r"\b(?:e\.g|i\.e|vs|Dr)\.", "", unquoted)), text
                assert not re.search(r"\.\.|\.,|,\.", unquoted), text
                assert not re.search(r"\b[Aa] (?!one\b)[aeio]", unquoted), text


def test_labels_stand_as_they_are_spelled(pool: dict[str, list[dict[str, object]]]) -> None:
    for name, task in TASKS.items():
        for row in pool[name]:
            assert [label for label in task.labels or () if label not in str(row["text"])] == []


def test_many_labels_come_in_many_orders() -> None:
    labels = TASKS["task130"].labels or ()
    gate = Gate(TASKS["task130"])
    first = Counter(min(labels, key=definition.text.find) for definition in combined(TASKS["task130"], gate.keeps, gate.shelf))
    assert len(first) > 25


def test_the_same_parts_make_the_same_definitions_and_other_parts_others() -> None:
    task = TASKS["task114"]

    def made(task: Task) -> list[str]:
        gate = Gate(task)
        return [definition.text for definition in combined(task, gate.keeps, gate.shelf, 30)]

    assert made(task) == made(task)
    digest = hashlib.sha256("\n".join(made(task)).encode()).hexdigest()
    assert digest == hashlib.sha256("\n".join(made(replace(task))).encode()).hexdigest()
    assert made(task) != made(replace(task, id="another"))
    assert combined(replace(task, phrases={}), Gate(task).keeps, Gate(task).shelf) == []


def test_a_task_with_too_few_parts_ends_with_fewer() -> None:
    phrases = {"asks": ("name the drug",), "given": ("a note",), "answers": ("One word.",), "roles": ("a nurse",)}
    gate = Gate(TASKS["task114"])
    found = combined(replace(TASKS["task114"], phrases=phrases), lambda text: True, gate.shelf)
    assert 20 < len(found) < COUNT


def test_shared_parts_are_whole() -> None:
    assert set(FRAMES) == set(STYLES) and set(ROLES) == set(CATEGORIES)
    assert all("{ask}" in frame or "{Ask}" in frame for frames in FRAMES.values() for frame in frames)
    assert all("{role}" in frame for frame in FRAMES["role"])
    assert max(Counter(verb for group in VERBS for verb in group).values()) == 1
