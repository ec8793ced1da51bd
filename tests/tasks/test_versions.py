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
    "task18": (1, "308a2d41c001"),
    "task19": (1, "8336d86b852d"),
    "task20": (1, "3c539f42e092"),
    "task21": (1, "62ac52d375e6"),
    "task22": (1, "96f418d7ac86"),
    "task23": (1, "df33258e5e29"),
    "task24": (1, "94237f813e5d"),
    "task25": (1, "5c0e7403c548"),
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
    "task40": (1, "e41ce45ec1b6"),
    "task41": (1, "afdc22c8e138"),
    "task42": (1, "64672ae838ba"),
    "task43": (1, "4c7c386e3f43"),
    "task44": (1, "b5f324ae488f"),
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
    "task59": (1, "3d8adbe5e305"),
    "task60": (1, "819690b5fcc5"),
    "task61": (1, "e878b2a5e7d5"),
    "task62": (1, "c1f6ada2ad22"),
    "task63": (1, "84c8afbc2fc1"),
    "task64": (1, "52e14b5ea2c5"),
    "task65": (1, "0f42e5c36e3b"),
    "task66": (1, "312121242fe6"),
    "task67": (1, "7d80f624bc4a"),
    "task68": (1, "e601a2e710f2"),
    "task69": (1, "700c8c391265"),
    "task70": (1, "2f2838c007f7"),
    "task71": (1, "7e049da9e854"),
    "task73": (1, "2c9f3f94dd8f"),
    "task74": (1, "d8adfa8c8115"),
    "task75": (1, "7252ad021439"),
    "task76": (1, "35c828f1b56a"),
    "task77": (1, "1441664ed6dd"),
    "task78": (1, "2fb58910ada5"),
    "task79": (1, "5ed6f64d2987"),
    "task80": (1, "35f2b708ead5"),
    "task81": (1, "377f8e3ebe19"),
    "task82": (1, "bda0b87b701c"),
    "task83": (1, "fe16777b2ae2"),
    "task84": (1, "c6a2f62f272d"),
    "task85": (1, "bbf446cd6e59"),
    "task86": (1, "1a6051f7486f"),
    "task87": (1, "d8f14ade1273"),
    "task88": (1, "e2ae12babf4a"),
    "task89": (1, "04888ba22696"),
    "task90": (1, "dad9ed5ef53b"),
    "task91": (1, "98df5afd502f"),
    "task92": (1, "85bcf5a3fb27"),
    "task93": (1, "53f19c4e02b8"),
    "task94": (1, "68915c688dbf"),
    "task95": (1, "1e7dd1fcf325"),
    "task96": (1, "415a0622df97"),
    "task97": (1, "482091023c9c"),
    "task98": (1, "2545adc9939c"),
    "task99": (1, "110f410cb6e9"),
    "task100": (1, "3388e0788a88"),
    "task101": (1, "d22da8ea58cb"),
    "task102": (1, "a9511ed2dad8"),
    "task103": (1, "ac440bd55636"),
    "task104": (1, "b9c5d9f791c3"),
    "task105": (1, "18f2dbe59bbc"),
    "task106": (1, "630b385975ec"),
    "task107": (1, "2cebfb5a3b56"),
    "task108": (1, "c43f78a8d0fe"),
    "task109": (1, "48b6fa91eb5f"),
    "task110": (1, "4d0e38ee4921"),
    "task111": (1, "dd3c6b0abdb7"),
    "task112": (1, "2d851d3a4185"),
    "task113": (1, "2e9612827a23"),
    "task114": (1, "442509ad1990"),
    "task115": (1, "f110c2a264bd"),
    "task116": (1, "33348c5742e6"),
    "task117": (1, "e08d2440ed7c"),
    "task118": (1, "3637800f6ecf"),
    "task119": (1, "e2848e4e71aa"),
    "task120": (1, "9cde3491badb"),
    "task122": (1, "c7b83e46ce4d"),
    "task123": (1, "81e9efa80a77"),
    "task124": (1, "6d317cf23d5b"),
    "task125": (1, "22c0c3e13956"),
    "task126": (2, "5f3d8e72e4eb"),
    "task127": (2, "1df1eff14da5"),
    "task128": (1, "6d2d5b96a4ef"),
    "task129": (1, "eb926402726a"),
    "task130": (2, "84b1aaf564c8"),
    "task131": (1, "e829af0753ca"),
    "task132": (1, "4ff60d96f076"),
    "task133": (1, "0de69a9863ee"),
    "task134": (1, "97752a5c8c06"),
    "task135": (1, "1459962df7a6"),
    "task136": (1, "0138aa29a290"),
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
