"""What a leak test is told about its own faults."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from medslake.leak_tests import LeakTest
from medslake.registry import get

TEST: LeakTest = get("leak_test", "exact")


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"policy": {**TEST.policy, "shot": "warn"}}, "policy of side shot is 'warn', none of block, drop, tag, note, off"),
        ({"policy": {"train": "drop"}}, "policy of side shot is None"),
        ({"policy": {**TEST.policy, "bench": "drop"}}, "policy of side bench is drop, but only training rows can be dropped"),
        ({"policy": {**TEST.policy, "model": "tag"}}, "policy names model, none of the sides train,"),
        ({"threshold": 80.0}, "threshold is 80.0, not above 0 and at most 1"),
        ({"nominees": 0}, "nominees are 0, less than 1"),
        ({"says": "equals {text}"}, "says holds more than {score} and {part}"),
        ({"examples": TEST.examples[:1]}, "the examples are not both of a hit and of none"),
    ],
)
def test_a_fault_is_named(changed: dict[str, Any], fault: str) -> None:
    assert list(TEST.faults()) == []
    assert fault in "; ".join(replace(TEST, **changed).faults())
