"""Everything that the package registers, by the same code as `medslake plugin check`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from medslake import registry
from medslake.conformance import Checked, Scratch, checked
from some_sources import some_sources

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: Kind -> those of it that the suite tries where the long tests try all. Of tasks one in one rendering and one in two; the examples of the
#: others run in one plan in tests/tasks.
SOME = {
    "source": some_sources(),
    "task": {next(name for name, task in registry.sound("task").items() if bool(task.paper) == corrected) for corrected in (False, True)},
}


def is_long(kind: str, name: str) -> bool:
    return name not in SOME.get(kind, {name})


EVERY = [(kind, name) for kind in registry.KINDS for name in registry.sound(kind)]
WANTED = EVERY if os.environ.get("MEDSLAKE_TEST_LONG") else [(kind, name) for kind, name in EVERY if not is_long(kind, name)]
MARKED = [pytest.param(*one, marks=[pytest.mark.long] if is_long(*one) else []) for one in EVERY]


@pytest.fixture(scope="module")
def outcome(spark: SparkSession) -> Iterator[dict[tuple[str, str], Checked]]:
    with Scratch(spark) as scratch:
        found = checked({kind: [name for other, name in WANTED if other == kind] for kind in registry.KINDS}, scratch)
        yield {(one.kind, one.name): one for one in found}


@pytest.mark.parametrize("kind", registry.KINDS)
def test_all_of_a_kind_load(kind: str) -> None:
    assert registry.broken(kind) == []


@pytest.mark.parametrize(("kind", "name"), MARKED)
def test_it_keeps_what_its_kind_promises(kind: str, name: str, outcome: dict[tuple[str, str], Checked]) -> None:
    assert [fault.what for fault in outcome[kind, name].faults] == []
