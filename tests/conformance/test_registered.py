"""Everything that the package registers, by the same code as `medslake plugin check`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from medslake import registry
from medslake.conformance import Checked, Scratch, checked

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

EVERY = [(kind, name) for kind in registry.KINDS for name in registry.sound(kind)]


@pytest.fixture(scope="module")
def outcome(spark: SparkSession) -> Iterator[dict[tuple[str, str], Checked]]:
    with Scratch(spark) as scratch:
        found = checked({kind: list(registry.sound(kind)) for kind in registry.KINDS}, scratch)
        yield {(one.kind, one.name): one for one in found}


@pytest.mark.parametrize("kind", registry.KINDS)
def test_all_of_a_kind_load(kind: str) -> None:
    assert registry.broken(kind) == []


@pytest.mark.long
@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_it_keeps_what_its_kind_promises(kind: str, name: str, outcome: dict[tuple[str, str], Checked]) -> None:
    assert [fault.what for fault in outcome[kind, name].faults] == []
