"""What an engine's declaration finds wrong with itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from medslake.engines import Engine


def _open(model: str, *, weights: bool = True, width: int = 1) -> None: ...


SOUND = Engine(name="echo", about="Says it again.", open=_open, identify=lambda model: model, options=(("width", 2),))


def test_a_sound_one() -> None:
    assert list(SOUND.faults()) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "Echo engine"}, "is not of lower-case letters"),
        ({"about": " "}, "`about` is not one line"),
        ({"modes": ("guess",)}, "The modes are guess; known are generate, loglikelihood."),
        ({"clearance": "secret"}, "The clearance 'secret' is no access class"),
        ({"options": (("width", None),)}, "The default of width is no text, number or truth value"),
        ({"options": (("height", 2),)}, "does not take its options: got an unexpected keyword argument 'height'."),
    ],
)
def test_faults(change: dict[str, Any], says: str) -> None:
    (fault,) = replace(SOUND, **change).faults()
    assert says in fault
