"""Texts that rules read as numbers, days and times: whole and as written, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medslake.sources import typed

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

RIGHT = {
    "INT": ["0", "-12", "+7", "007", "2147483647"],
    "BIGINT": ["80000001", "-9223372036854775808"],
    "DOUBLE": ["1.5", "-.5", "2", "1e-3", "+3.25E4"],
    "BOOLEAN": ["true", "False"],
    "DATE": ["2152-03-01", "2020-02-29"],
    "TIMESTAMP": ["2152-03-01 09:00:00", "2152-03-01T09:00:00.25", "2152-03-01 09:00:00Z", "2152-03-01 09:00:00+02:00"],
}
WRONG = {
    "INT": ["", "1.0", "80000001.0", "2147483648", "12d", "0x1F", "1e3", "1,000", "1_000", " 1", "1\n", "\u0661", "NaN"],
    "BIGINT": ["9223372036854775808", "1L", "7f"],
    "DOUBLE": ["1d", "2.5f", "0x1p3", "1,5", "1.", "NaN", "Infinity", "1 e3", "\u0663.5"],
    "BOOLEAN": ["1", "yes", "t", "truth"],
    "DATE": ["2152", "2152-03", "2152-3-1", "2152-02-30", "2152-03-01 09:00:00", "01.03.2152", "2152-03-01x"],
    "TIMESTAMP": ["2152-03-01", "2152-03-01 09", "2152-03-01 09:00", "2152-03-01 25:00:00", "09:00:00", "2152-03-01 09:00:00 CET"],
}


@pytest.mark.parametrize("kind", RIGHT)
def test_a_text_is_wholly_a_value_or_none(kind: str, spark: SparkSession) -> None:
    texts = [*RIGHT[kind], *WRONG[kind]]
    frame = spark.createDataFrame(list(enumerate(texts)), "place INT, text STRING")
    found = {texts[row["place"]]: row["value"] for row in frame.selectExpr("place", f"{typed('text', kind)} AS value").collect()}
    assert [text for text in RIGHT[kind] if found[text] is None] == []
    assert {text: found[text] for text in WRONG[kind] if found[text] is not None} == {}
