"""What a declaration is told about its own faults."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from medslake.registry import get
from medslake.tasks import Bench, Definition, Partners, Task, TaskExample

TASK: Task = get("task", "task12")


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"id": "Task 12"}, "id 'Task 12' is not made of lower-case letters"),
        ({"category": "Verification"}, "category 'Verification' is none of Clinical Outcome Prediction,"),
        ({"domain": "Medicine"}, "domain 'Medicine' is none of Clinical Text,"),
        ({"output_language": "en"}, "output_language 'en' is none of English,"),
        ({"collection": "ours"}, "collection 'ours' is none of paper, medslake"),
        ({"version": 0}, "version is 0, less than 1"),
        ({"bench": replace(TASK.bench or Bench("", (), ""), group="qa")}, "bench group 'qa' is none of mcqa,"),
        ({"bench": Bench("nli", (), "SNLI")}, "bench metrics are a tuple of names of metrics, not ()"),
        ({"bench": Bench("nli", "nli", "SNLI")}, "bench metrics are a tuple of names of metrics, not 'nli'"),  # type: ignore[arg-type]
        ({"bench": Bench("nli", ("nli",), "SNLI", size=0)}, "bench size is 0, less than 1"),
        ({"bench": None, "trained": False}, "neither trained on nor scored"),
        ({"partners": Partners((), count=0)}, "partners are 0, less than 1"),
        ({"paper": {"id": "task13"}}, "paper replaces id; it may replace alternatives_sql,"),
        ({"example": TaskExample({}, ())}, "the example expects no instance"),
        ({"definitions": TASK.definitions[1:]}, "style plain has not three wordings"),
        ({"definitions": (*TASK.definitions, Definition("gentle", "Please say yes or no."))}, "gentle is none of the styles plain,"),
        (
            {"definitions": (*TASK.definitions[:14], TASK.definitions[13])},
            "terse wording 'Classify the pair: yes = answers the que' stands twice",
        ),
        ({"labels": ("yes", "nein")}, "does not name the label 'nein'"),
        (
            {"native": (Definition("plain", "Ja (yes) oder nein (no)?", "German"),)},
            "wordings are in German, which is no language of the data",
        ),
        (
            {"input_language": "German", "native": (Definition("plain", "Ja (yes) oder nein (no)?", "German"),)},
            "style terse has no wording in German",
        ),
        (
            {"input_language": "German", "native": (Definition("plain", "Passt es?", "German"),)},
            "'Passt es?' does not name the label 'yes'",
        ),
    ],
)
def test_a_fault_is_named(changed: dict[str, Any], fault: str) -> None:
    assert list(TASK.faults()) == []
    assert fault in "; ".join(replace(TASK, **changed).faults())


def test_the_languages_of_the_data_are_those_of_the_input_or_else_of_the_output() -> None:
    def spoken(input: str, output: str, definition: str = "English") -> tuple[str, ...]:
        return replace(TASK, input_language=input, output_language=output, definition_language=definition).data_languages

    assert (spoken("English", "English"), spoken("French", "English"), spoken("English", "Swedish")) == ((), ("French",), ("Swedish",))
    assert (spoken("Spanish, Catalan", "English"), spoken("French", "Swedish")) == (("Spanish", "Catalan"), ("French",))
    assert (spoken("German", "German", "German"), spoken("English", "German", "German")) == ((), ("English",))


def test_of_wordings_in_other_languages_a_task_takes_those_of_its_data() -> None:
    told = (*TASK.definitions, Definition("plain", "Ja?", "German"), Definition("plain", "Oui ?", "French"))
    task = replace(TASK, definitions=told, input_language="German")
    assert (task.definitions, [one.text for one in task.native]) == (TASK.definitions, ["Ja?"])
    assert replace(task, version=2).native == task.native
    assert replace(TASK, definitions=told).native == ()


def test_the_tasks_of_the_paper_are_known_by_their_ids() -> None:
    assert TASK.collection == "paper"
    assert [replace(TASK, id=i, collection="").collection for i in ("task131", "task132", "task0", "wards")] == ["paper", *["medslake"] * 3]
    assert replace(TASK, id="wards", collection="paper").collection == "paper"


def test_the_published_rendering_replaces_what_it_names() -> None:
    task = replace(TASK, paper={"output_sql": "'no'"})
    published = task.as_published()
    assert (published.output_sql, published.input_sql, published.paper) == ("'no'", task.input_sql, {})
    assert TASK.as_published() == TASK
    assert [one.rendering for one in (*TASK.renderings, *task.renderings)] == ["both", "strict", "paper"]
