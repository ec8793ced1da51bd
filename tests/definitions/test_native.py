"""Wordings in the language of the data: every task with such data has them, and the gate judges them in their language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import medslake.tasks
from medslake.definitions.gate import Gate
from medslake.definitions.rows import definition_id, definition_rows
from medslake.definitions.spoken import words
from medslake.instructions.definitions import sql_definition
from medslake.languages import NAMES
from medslake.registry import items
from medslake.rewriting.prompts import prompt_of
from medslake.tasks import STYLES, Task

TASKS: dict[str, Task] = items("task")
OF_DATA = {name: task for name, task in TASKS.items() if task.data_languages}
FOLDER = Path(medslake.tasks.__file__).parent

of_data = pytest.mark.parametrize("task", OF_DATA.values(), ids=OF_DATA.keys())


def test_the_languages_of_medsins_beside_english_are_all_there() -> None:
    spoken = {language for task in OF_DATA.values() for language in task.data_languages}
    assert spoken == {"Chinese", "Japanese", "French", "Spanish", "Russian", "Catalan", "Swedish", "German"}
    assert len(OF_DATA) >= 17


@of_data
def test_each_such_task_has_one_of_every_style_in_every_language(task: Task) -> None:
    for language in task.data_languages:
        assert [d.style for d in task.native if d.language == language] == list(STYLES)
    assert len(task.native) == 5 * len(task.data_languages)


@of_data
def test_they_are_whole_sentences(task: Task) -> None:
    for text in (definition.text for definition in task.native):
        assert text == " ".join(text.split()) and not re.search(r"[{}]", text), text
        assert (text[0] in "¿" or not text[0].islower()) and text[-1] in ".?。", text


@of_data
def test_the_gate_accepts_each_in_its_language_and_none_in_that_of_the_task(task: Task) -> None:
    gate = Gate(task)
    for definition in task.native:
        assert gate.judge(definition.text, definition.text, language=definition.language).faults == ()
        broken = Gate(task).judge("one", definition.text).faults
        # Short ones have too few words of their language to be told by.
        assert broken or len(words(definition.text, definition.language)) < 25, definition.text


@of_data
def test_the_gate_wants_of_them_what_the_english_ones_say(task: Task) -> None:
    """An English definition is none in the language of the data."""
    for language in task.data_languages:
        for definition in task.definitions:
            faults = Gate(task).judge("one", definition.text, language=language).faults
            assert faults or len(definition.text.split()) < 25, (language, definition.text)


@pytest.mark.parametrize(
    ("task", "language", "text", "faults"),
    [
        ("task39", "Spanish", "¿Es el tuit Favor, Against o Neutral con respecto a la independencia?", ()),
        ("task39", "Spanish", "¿Es el tuit Favor o Neutral con respecto a la independencia?", ("labels",)),
        (
            "task39",
            "Catalan",
            "Vad har den som skriver för inställning till det som är på gång i Katalonien: Against, Favor eller Neutral?",
            ("language",),
        ),
        ("task51", "Chinese", "请用中文说明所给答案的理由，写成一段。", ()),
        ("task51", "Chinese", "请说明所给答案的理由，写成一段。", ("form",)),
        ("task51", "Chinese", "この答えが正しい理由を中文で説明してください。", ("language",)),
        ("task54", "Japanese", "请用日本語说明所给答案的理由。", ("language",)),
        ("task54", "Japanese", "日本語で。", ()),
        ("task54", "Japanese", "日本", ("form", "language", "length")),
        ("task51", "Chinese", "请用中文详细说明理由。" * 20, ("length",)),
        ("task55", "Russian", "Explain in one paragraph in русский why the answer is right.", ("language",)),
        ("task58", "Chinese", "选出一项，写“正确答案是 <字母>: <选项原文>”。", ()),
        ("task58", "Chinese", "选出一项，写“答案是 <字母>: <选项原文>”。", ("form",)),
        ("task58", "Chinese", "选出一项，写“正确答案是”和该选项。", ("form",)),
        ("task60", "French", "Donnez la lettre après « La bonne réponse est ».", ("form",)),
        ("task19", "Swedish", "Översätt texten till svenska och skriv bara den.", ()),
        ("task19", "Swedish", "Översätt texten och skriv bara den.", ("form",)),
        ("task24", "Spanish", "Traduce la pregunta al inglés.", ()),
        ("task24", "Spanish", "Traduce la pregunta al otro idioma.", ("form",)),
        ("task120", "Chinese", f"请用中文回答，例如：{TASKS['task120'].example.instances[0][1]}", ("leaked_example",)),
    ],
)
def test_each_rule_is_broken_and_kept_in_other_languages(task: str, language: str, text: str, faults: tuple[str, ...]) -> None:
    assert Gate(TASKS[task]).judge("one", text, language=language).faults == faults


def test_of_two_near_copies_without_blanks_the_first_is_accepted() -> None:
    gate, text = Gate(TASKS["task51"]), "请用中文说明所给答案为什么正确，并指出其他选项错在哪里，写成一段话。"
    assert gate.judge("first", text, language="Chinese").accepted
    again = text.replace("一段话", "一段")
    assert gate.judge("second", again, language="Chinese").faults == ("near_copy",)
    copy = gate.copy()
    assert copy.judge("third", again, language="Chinese").detail == "first"
    assert copy.judge("fourth", "简述理由，用中文写。", language="Chinese").accepted
    assert gate.judge("fifth", "简述理由，用中文写。", language="Chinese").accepted


def test_they_are_written_rows_behind_the_others_in_their_own_language() -> None:
    tasks = [TASKS["task39"], TASKS["task46"]]
    rows = [row for row in definition_rows(tasks) if row["kind"] == "written"]
    assert [row["number"] for row in rows] == [*range(1, 26), *range(1, 16)]
    assert [row["language"] for row in rows] == [*["English"] * 15, *["Catalan"] * 5, *["Spanish"] * 5, *["English"] * 15]
    assert all(row["accepted"] and row["labels_kept"] for row in rows)


@of_data
def test_no_instance_is_given_one_and_no_model_rewrites_one(task: Task) -> None:
    given = re.findall(rf"'({task.id}-[0-9a-f]{{16}})'", sql_definition(task, "'i'"))
    assert given == [definition_id(task.id, definition.text) for definition in task.definitions] and len(given) == 15
    prompt = prompt_of(task, given[0], 0, 1)
    assert [definition.text for definition in task.native if definition.text in prompt] == []


def test_every_file_of_such_wordings_is_taken_by_a_task() -> None:
    """Of a family each member takes those of its data; one in a language that no member has would be read by nobody."""
    taken = [definition for task in TASKS.values() for definition in task.native]
    files = [path for path in FOLDER.glob("*/*.md") if "." in path.stem]
    assert len(files) >= 17
    for path in files:
        first = path.read_text(encoding="utf-8").splitlines()[1].removeprefix("- ").partition("{")[0]
        assert any(one.language == NAMES[path.stem.rpartition(".")[2]] and one.text.startswith(first) for one in taken), path
