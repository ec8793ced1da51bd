"""Closed labels in the spellings in which sources deliver them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medslake.tasks import as_spelled, is_one_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LABELS = ("Guillain-Barr\u00e9 syndrome", "GERD", "Baker's itch", "no")
#: As delivered -> the label.
SPELLINGS = {
    "GERD": "GERD",
    " gerd\n": "GERD",
    "\u00a0Gerd\u3000": "GERD",
    "Guillain-Barre\u0301 syndrome": LABELS[0],
    "GUILLAIN-BARR\u00c9 SYNDROME": LABELS[0],
    "baker's ITCH": LABELS[2],
    "No": "no",
    "Guillain-Barre syndrome": None,
    "Guillain\u2013Barr\u00e9 syndrome": None,
    "GERD.": None,
    "GER D": None,
    "RGO": None,
    "": None,
}


def test_a_label_is_written_as_the_task_spells_it(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(text,) for text in SPELLINGS], "text STRING")
    found = rows.selectExpr("text", f"{as_spelled('text', LABELS)} AS label", f"{is_one_of('text', LABELS)} AS known").collect()
    assert {row["text"]: row["label"] for row in found} == SPELLINGS
    assert {row["text"]: row["known"] for row in found} == {text: label is not None for text, label in SPELLINGS.items()}
