"""A task whose rendering changes raises its version: ids of instances change with it, so that old packs and scores stay traceable."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from medslake.registry import items
from medslake.tasks import Task

TASKS: dict[str, Task] = items("task")
#: Task -> version and digest of what it renders. Whoever changes expressions or example raises the version and writes the new digest here;
#: the version stays only where every instance stays as it was.
RENDERED = {
    "task11": (1, "0eacf5e93be0"),
    "task12": (1, "9140a3ac5a41"),
    "task13": (1, "5835c5177361"),
    "task14": (1, "78a247c9ae9f"),
    "task15": (1, "afc3a3d98be6"),
    "task27": (1, "b79c5cd0932b"),
    "task28": (1, "30ed791d4fc8"),
    "task45": (1, "d79566ad23dc"),
    "task46": (1, "9d94827f4084"),
    "task47": (1, "0c6798667e2e"),
    "task48": (1, "85cb4de6e349"),
    "task49": (1, "b3909d0add92"),
    "task50": (1, "897fc512eff5"),
    "task51": (1, "2cb57228f34b"),
    "task52": (1, "b9fe87c7cb4c"),
    "task53": (1, "3e87bf510f0d"),
    "task54": (1, "14254b97f39f"),
    "task55": (1, "8b7aa111385a"),
    "task56": (1, "818d264ff724"),
    "task57": (1, "981e5a10c4ee"),
    "task58": (1, "9272fd4547f7"),
    "task66": (1, "312121242fe6"),
    "task67": (1, "7d80f624bc4a"),
    "task68": (1, "e601a2e710f2"),
    "task73": (1, "1ae96f6b6c32"),
    "task75": (1, "7252ad021439"),
    "task106": (1, "630b385975ec"),
    "task109": (1, "720d0a4d69dd"),
    "task110": (1, "b1181523ad56"),
    "task111": (1, "9234672d5fca"),
    "task113": (1, "edcf977f3bd0"),
    "task114": (1, "90c3a6a32cb6"),
    "task123": (1, "81e9efa80a77"),
    "task124": (1, "6d317cf23d5b"),
    "task126": (1, "c0a8a4cb54ab"),
    "task127": (1, "fd7216f10534"),
    "task130": (2, "84b1aaf564c8"),
    "task131": (1, "e829af0753ca"),
    "task132": (1, "d13d472eb791"),
    "task133": (1, "34b75e16c7fe"),
    "task134": (1, "44e3d09f78b0"),
    "task135": (1, "9921719a6b1d"),
    "task136": (1, "3896a8405e13"),
}


def digest(task: Task) -> str:
    expressions = (
        task.source,
        task.kind,
        task.where,
        dict(task.requires),
        repr(task.partners),
        task.items,
        task.input_sql,
        task.output_sql,
    )
    others = (task.alternatives_sql, task.choices_sql, task.strict_input_sql, task.derived and task.derived.columns)
    text = json.dumps([expressions, others, task.example.rows, task.example.instances], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@pytest.mark.parametrize("name", RENDERED)
def test_what_is_rendered_has_not_changed_under_the_same_version(name: str) -> None:
    assert (TASKS[name].version, digest(TASKS[name])) == RENDERED[name]


def test_every_task_of_the_package_has_its_digest() -> None:
    assert {name for name, task in TASKS.items() if task.collection == "paper"} == set(RENDERED)


def test_a_changed_expression_is_noticed() -> None:
    task = TASKS["task46"]
    assert digest(replace(task, input_sql="upper(name)")) != digest(task) != digest(replace(task, where="false"))
