"""The gate on texts that keep and break each rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medslake.definitions.gate import RULES, Gate
from medslake.lake.schema.ddl import views
from medslake.registry import items
from medslake.tasks import Task

TASKS: dict[str, Task] = items("task")
PLANS = "; ".join(TASKS["task131"].labels or ())
NONE = next(text for text in Gate(TASKS["task126"]).contract.sentinels)


@pytest.mark.parametrize(
    ("task", "text", "faults"),
    [
        ("task131", f'Choose one of {PLANS}. Say "The treatment planning is: X."', ()),
        ("task131", f'Choose one of {PLANS.replace("; Radiation after surgery", "")}. Say "The treatment planning is: X."', ("labels",)),
        ("task131", f"Choose one of {PLANS} and write it down.", ("form",)),
        ("task131", "Treat her.", ("labels", "form", "length")),
        ("task126", f'List the chemicals, comma separated, with a full stop at the end, or write "{NONE}"', ()),
        ("task126", "List the chemicals, comma separated, with a full stop at the end, or write nothing at all.", ("form",)),
        ("task126", f'List the chemicals of the sentence, or write "{NONE}"', ("form",)),
        ("task12", "Does the answer belong to the question? Write yes or not.", ("labels",)),
        ("task12", "Does the answer belong to the question? Write Yes or No.", ()),
        ("task51", "Explain the keyed answer in Chinese, in a paragraph.", ()),
        ("task51", "Explain the keyed answer in a paragraph.", ("form",)),
        ("task46", "Explique ce que c'est que cette maladie dans une ou deux phrases, avec les signes et la cause.", ("language",)),
        ("task46", "请用 一两句话 解释 这个医学术语的 含义", ("language",)),
        ("task46", "Define it.", ("length",)),
        ("task46", "Define the disease. " * 61, ("length",)),
        ("task46", "Sure, here is a definition of the task: define the disease.", ("question_back",)),
        ("task46", "Could you share the instruction that you want me to rewrite?", ("question_back",)),
        ("task46", "Here is the rewritten instruction: define the disease named below.", ("question_back",)),
        ("task46", "Define the disease. Input: podagra of old. Output: A joint disease.", ("leaked_example",)),
        ("task46", f"Define the disease, such as: {TASKS['task46'].example.instances[0][1]}", ("leaked_example",)),
    ],
)
def test_each_rule_is_broken_and_kept(task: str, text: str, faults: tuple[str, ...]) -> None:
    verdict = Gate(TASKS[task]).judge("one", text)
    assert verdict.faults == faults and verdict.accepted == (not faults)


def test_of_two_near_copies_the_first_is_accepted() -> None:
    gate = Gate(TASKS["task46"])
    text = "Say in one or two sentences what kind of disease is meant by the term below."
    assert gate.judge("first", text).accepted
    second = gate.judge("second", text.replace("below", "given"))
    assert (second.faults, second.detail) == (("near_copy",), "first")
    assert gate.copy().judge("third", text).detail == "first"


def test_what_is_missing_is_told() -> None:
    verdict = Gate(TASKS["task131"]).judge("one", f"Choose one of {PLANS.replace('; Radiation after surgery', '')}.")
    assert verdict.detail == 'not named: Radiation after surgery; not stated: "The treatment planning is"'


def test_a_rewriting_keeps_what_its_parent_states_of_the_form() -> None:
    """The published definition of task131 does not say how to answer, so its rewrites need not; but labels and whole answers stay."""
    gate = Gate(TASKS["task131"])
    assert gate.judge("one", f"Choose one of {PLANS}.", parent="Pick out an answer.").accepted
    assert gate.judge("two", f"Take one of {PLANS}.", parent='Say "The treatment planning is: X."').faults == ("form",)
    assert Gate(TASKS["task126"]).judge("one", "List all of the chemicals.", parent="Name the chemicals.").faults == ("form",)


def test_true_and_false_are_to_be_named() -> None:
    task = replace(TASKS["task114"], labels=("True", "False"))
    assert Gate(task).judge("one", "Predict whether the question is one: True or False.").accepted
    assert Gate(task).judge("one", "Predict whether the patient will revisit, a question of risk.").faults == ("labels",)


def test_every_written_definition_of_every_task_passes() -> None:
    for task in TASKS.values():
        gate = Gate(task)
        assert {d.text: v for d in task.definitions if not (v := gate.judge(d.text, d.text)).accepted} == {}


def test_the_view_says_every_rule_in_words() -> None:
    told = views()["gold.definition_verdicts"]
    sql = told if isinstance(told, str) else told.query
    assert [rule for rule, said in RULES.items() if f"'{rule}'" not in sql or said.split(" ", 1)[1][:20] not in sql] == []
