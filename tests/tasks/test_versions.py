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
    "task1": (1, "6851cb4ecaa1"),
    "task2": (1, "f1c35aca09b0"),
    "task3": (1, "d1cde2166671"),
    "task11": (1, "0eacf5e93be0"),
    "task12": (1, "9140a3ac5a41"),
    "task13": (1, "5835c5177361"),
    "task14": (1, "78a247c9ae9f"),
    "task15": (1, "afc3a3d98be6"),
    "task16": (2, "da7901c9974f"),
    "task17": (1, "250abfd02402"),
    "task18": (2, "06f1598c57af"),
    "task19": (1, "d98be51ceee9"),
    "task20": (1, "3c53b2f37f73"),
    "task21": (1, "1933b7396988"),
    "task22": (1, "6a86be607df7"),
    "task23": (1, "233ab5324b00"),
    "task24": (1, "453fbff48b85"),
    "task25": (1, "b0a3c1a74af5"),
    "task26": (1, "206848420fa8"),
    "task27": (1, "561b477adfd9"),
    "task28": (1, "589b8bf1d388"),
    "task29": (1, "46c3bfd14d03"),
    "task31": (1, "5a98d8cbe81b"),
    "task33": (1, "0a06766422af"),
    "task35": (1, "521824e956f8"),
    "task36": (1, "4bf9f6d58fe7"),
    "task37": (1, "af900f43e794"),
    "task38": (1, "f75fd0b8f178"),
    "task39": (1, "c20d52e7397c"),
    "task40": (1, "e41ce45ec1b6"),
    "task41": (1, "7c839986f9d8"),
    "task42": (1, "5202ef9c5dd4"),
    "task43": (1, "aa6d0453260f"),
    "task44": (1, "afaa01fdef43"),
    "task45": (1, "d79566ad23dc"),
    "task46": (1, "9d94827f4084"),
    "task47": (1, "0c6798667e2e"),
    "task48": (1, "85cb4de6e349"),
    "task49": (1, "b3909d0add92"),
    "task50": (2, "67a92afdbba5"),
    "task51": (2, "38b9045c05cc"),
    "task52": (2, "b88d17f45bd8"),
    "task53": (2, "90fd620d556c"),
    "task54": (2, "e414f470ad53"),
    "task55": (2, "c13d8f4dfa54"),
    "task56": (2, "2a880b2a4c37"),
    "task57": (1, "981e5a10c4ee"),
    "task58": (1, "9272fd4547f7"),
    "task59": (1, "3d8adbe5e305"),
    "task60": (1, "1c24449bb733"),
    "task61": (1, "0f7877e0f32c"),
    "task62": (1, "29e7e6e85380"),
    "task63": (1, "84c8afbc2fc1"),
    "task64": (1, "52e14b5ea2c5"),
    "task65": (1, "0f42e5c36e3b"),
    "task66": (1, "312121242fe6"),
    "task67": (1, "7d80f624bc4a"),
    "task68": (1, "e601a2e710f2"),
    "task69": (1, "700c8c391265"),
    "task70": (1, "2f2838c007f7"),
    "task71": (1, "7e049da9e854"),
    "task73": (1, "1ae96f6b6c32"),
    "task74": (2, "df0b242910c0"),
    "task75": (1, "7252ad021439"),
    "task76": (1, "990d69a4c777"),
    "task77": (1, "ca8dabad80c9"),
    "task78": (1, "ef928e10b574"),
    "task79": (1, "5ac6642ae6e0"),
    "task80": (1, "004e07c79ef8"),
    "task81": (1, "91ef0445b772"),
    "task82": (1, "583781b40d1a"),
    "task83": (1, "89d9e1e5b949"),
    "task84": (1, "892c2a76cbdf"),
    "task85": (1, "400e7023339c"),
    "task86": (1, "885f6445a6b3"),
    "task87": (1, "1bb1144ddcfa"),
    "task88": (1, "692d39e47681"),
    "task89": (1, "3d497dd91232"),
    "task90": (1, "958bac0517e6"),
    "task91": (1, "b3091adbb3ca"),
    "task92": (1, "db8f215f99ac"),
    "task93": (1, "e0e83f6c92a9"),
    "task94": (1, "703153cd2598"),
    "task95": (1, "3b07610b92af"),
    "task96": (1, "4f80c1f9bd6b"),
    "task97": (1, "482091023c9c"),
    "task98": (1, "f96f2b91270e"),
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
    "task109": (1, "720d0a4d69dd"),
    "task110": (1, "b1181523ad56"),
    "task111": (1, "9234672d5fca"),
    "task112": (1, "b89c3d45f557"),
    "task113": (1, "f3d06af28a13"),
    "task114": (1, "7ec0569003e1"),
    "task115": (1, "e19fa7b1b1ee"),
    "task116": (1, "bd13a4f93cf3"),
    "task117": (1, "da534d1145c3"),
    "task118": (1, "ec426c22202b"),
    "task119": (1, "8c4eace220c6"),
    "task120": (1, "9cde3491badb"),
    "task122": (2, "1168be7c02f7"),
    "task123": (2, "33166f3a4d0e"),
    "task124": (1, "6d317cf23d5b"),
    "task125": (1, "76fc3ef9e46e"),
    "task126": (2, "1838cab417cc"),
    "task127": (2, "f15f1f3c9e38"),
    "task128": (1, "e95bdd1f7e64"),
    "task129": (1, "6ed472d61fbd"),
    "task130": (2, "84b1aaf564c8"),
    "task131": (2, "bba37285e1ac"),
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
    others = (
        task.alternatives_sql,
        task.choices_sql,
        repr(sorted(task.paper.items())) if task.paper else None,
        task.derived and task.derived.columns,
    )
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
