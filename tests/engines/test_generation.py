"""What a Generation may be: a text that any file can hold, or a reason."""

from __future__ import annotations

import math

import pytest

from medslake.engines.base import Generation, Prompt

ROW = Prompt("r", [{"role": "user", "content": "Where?"}], 8, choices=("the knee", "the hip", "the back"))


def test_a_lone_surrogate_is_replaced_and_a_pair_is_not() -> None:
    assert Generation("r", "a \ud83d b 🩺", "stop", 1, 1).text == "a \ufffd b 🩺"


def test_no_text_has_a_reason() -> None:
    for given in (None, 5):
        made = Generation("r", given, "stop", 1, 1)  # type: ignore[arg-type]
        assert (made.text, made.error) == (None, "the engine gave neither a text nor a reason")
    assert Generation("r", "half", "stop", 1, 1, error="cut").text is None
    assert Generation("r", "", "stop", 1, 1).text == ""


@pytest.mark.parametrize("place", range(3))
def test_nan_is_no_answer_wherever_it_stands(place: int) -> None:
    sums = [-1.0, -2.0, -3.0]
    assert Generation.chosen(ROW, sums, [2, 2, 2], 9).text == "the knee"
    sums[place] = math.nan
    made = Generation.chosen(ROW, sums, [2, 2, 2], 9)
    assert (made.text, made.error) == (None, f"the log-likelihood of choice {place + 1} of 3 is not a number")
    assert made.finish_reason == "error" and not made.choices


def test_choices_that_are_all_impossible_are_no_answer() -> None:
    assert Generation.chosen(ROW, [-math.inf, -4.0, -math.inf], [2, 2, 2], 9).text == "the hip"
    assert Generation.chosen(ROW, [-math.inf] * 3, [2, 2, 2], 9).error == "none of the 3 choices has a likelihood above 0"
