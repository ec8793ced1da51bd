"""The stream over Instances gives what a reading of the whole file gives, on the files of others at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medslake.published_set.files import Instance, Refused, SetFile, files_of, instances


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(("folder", "least"), [("released_converters", 40), ("sni_tasks/tasks", 8)])
def test_files_of_others_are_read_whole(folder: str, least: int, test_data: Callable[[str], Path]) -> None:
    top, _, below = folder.partition("/")
    pages = [page for page in sorted((test_data(top) / below).rglob("*.json*")) if "input" not in page.parts]
    assert len(pages) >= least
    for page in pages:
        told = list(instances(SetFile(page.name, page, "task1")))
        whole = json.loads(page.read_text(encoding="utf-8"))["Instances"]
        expected: list[Instance | Refused] = []
        for number, one in enumerate(whole, 1):
            first, *more = listed(one["output"])
            # One converter writes an output without a sign in it.
            expected.append(Instance(number, one["input"], first, tuple(more)) if first else Refused(number, "no_output"))
        assert told == expected, page.name


def test_names_of_the_published_files_say_their_task(test_data: Callable[[str], Path]) -> None:
    tasks = {"task41": "mednli", "task131": "seer"}
    folder = test_data("released_converters")
    found = {file.path.name: file.task for file in files_of(folder, (), tasks) if "/output/" in file.name}
    assert found["task131_SEER_text_classification_train.json"] == "task131"
    assert found["task41_mednli_textual_entailment_discriminative.json"] == "task41"
    assert found["EBMS_question_answering.json"] is None
