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
    "task1": (1, "b75f2cff608b"),
    "task2": (1, "da844ac11942"),
    "task3": (1, "940abd6ead5d"),
    "task11": (1, "0eacf5e93be0"),
    "task12": (1, "9140a3ac5a41"),
    "task13": (1, "5835c5177361"),
    "task14": (1, "78a247c9ae9f"),
    "task15": (1, "afc3a3d98be6"),
    "task16": (1, "d01e03c6ff4d"),
    "task17": (1, "f15ddbd00bae"),
    "task18": (1, "9dbc52ca8499"),
    "task26": (1, "206848420fa8"),
    "task27": (1, "33cb12fd2e12"),
    "task28": (1, "2be64ac3dc3c"),
    "task29": (1, "46c3bfd14d03"),
    "task31": (1, "47b56a65352d"),
    "task33": (1, "65ccdd434c28"),
    "task35": (1, "99d8b8119f19"),
    "task36": (1, "669e3dd21916"),
    "task37": (1, "af900f43e794"),
    "task38": (1, "f75fd0b8f178"),
    "task39": (1, "c20d52e7397c"),
    "task45": (1, "d79566ad23dc"),
    "task46": (1, "9d94827f4084"),
    "task47": (1, "0c6798667e2e"),
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
    "task74": (1, "d8adfa8c8115"),
    "task106": (1, "630b385975ec"),
    "task107": (1, "2cebfb5a3b56"),
    "task108": (1, "c43f78a8d0fe"),
    "task114": (1, "5df8aa27e3a0"),
    "task115": (1, "f110c2a264bd"),
    "task123": (1, "81e9efa80a77"),
    "task124": (1, "6d317cf23d5b"),
    "task125": (1, "22c0c3e13956"),
    "task126": (2, "5f3d8e72e4eb"),
    "task127": (2, "1df1eff14da5"),
    "task128": (1, "6d2d5b96a4ef"),
    "task130": (2, "84b1aaf564c8"),
    "task131": (1, "e829af0753ca"),
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
