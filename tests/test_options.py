from __future__ import annotations

import pytest

from medslake.errors import UnknownName, UsageError
from medslake.options import parsed

HINTS = {"share": bool, "rate": float, "count": int | None, "name": str, "tasks": tuple[str, ...]}


def test_values_take_the_field_s_type() -> None:
    settings = ["share=no", "rate=1e-4", "count=3", "name=a=b", "tasks=task1,task2", "count=None"]
    assert parsed(settings, HINTS, "option") == {"share": False, "rate": 1e-4, "count": None, "name": "a=b", "tasks": ("task1", "task2")}
    assert parsed(["share=TRUE", "tasks=", "name="], HINTS, "option") == {"share": True, "tasks": (), "name": ""}


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("share=maybe", "Option of engine x share takes true or false, not 'maybe'."),
        ("rate=fast", "Option of engine x rate takes a number, not 'fast'."),
        ("count=1.5", "Option of engine x count takes an integer, not '1.5'."),
        ("share", "--set 'share' is not of the form field=value."),
    ],
)
def test_a_wrong_value_is_one_sentence(setting: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parsed([setting], HINTS, "option of engine x")
    assert str(caught.value) == said


def test_an_unknown_field_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"No option is named 'rates'\. Did you mean 'rate'"):
        parsed(["rates=1"], HINTS, "option")
