"""What the check of a source says of its example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medslake import registry
from medslake.conformance import Scratch, checked

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.mark.spark
def test_an_example_is_not_told_to_be_another_release(spark: SparkSession, caplog: pytest.LogCaptureFixture) -> None:
    source = registry.get("source", "medical_question_pairs")
    assert all(source.known_sha256(name) for name in source.example.materialised())
    with Scratch(spark) as scratch:
        assert [one.faults for one in checked({"source": [source.name]}, scratch)] == [()]
    assert "known release" not in caplog.text
