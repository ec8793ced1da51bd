"""ChatDoctor: counts, collections by file name, and lists that were written by Python."""

from __future__ import annotations

import ast
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake import registry
from medslake.sources.parts.python_text import python_strings
from native_fixtures import silver_frames

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def test_rows_equal_the_files(test_data: Callable[[str], Path], bronze_of: Callable[..., Any]) -> None:
    source, folder = registry.get("source", "chatdoctor"), test_data("chatdoctor")
    silver = silver_frames(source, bronze_of(source, folder))
    talks = json.loads((folder / "chatdoctor5k.json").read_text())
    dialogues = silver["dialogues"].collect()
    assert len(dialogues) == len(talks) == 5452
    assert {row["collection"] for row in dialogues} == {"genmedgpt"}
    for row in dialogues:
        talk = talks[row["origin"]["row"] - 1]
        assert [(turn["speaker"], turn["text"]) for turn in row["turns"]] == [("patient", talk["input"]), ("doctor", talk["output"])]
    with (folder / "format_dataset.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    concepts = silver["concepts"].collect()
    assert len(concepts) == len(table) == 796
    for row in concepts:
        told = table[row["origin"]["row"] - 1]
        assert (row["concept_id"], row["name"]) == (f"chatdoctor:{told['idx']}", told["disease"].strip())
        lists = {"symptom": "Symptom", "test": "TestsAndProcedures", "medication": "commonMedications"}
        for name, column in lists.items():
            expected = [one.strip() for one in ast.literal_eval(told[column]) if one.strip()]
            assert [fact["value"] for fact in row["attributes"] if fact["name"] == name] == expected


def test_python_lists_with_quotes_and_escapes(spark: SparkSession) -> None:
    lists: list[list[str]] = [["a", "b's"], ['say "ah"'], ['it\'s "both"'], [], ["  padded "], ["back\\slash", "c, d"]]
    frame = spark.createDataFrame([(number, str(one)) for number, one in enumerate(lists)], "number INT, told STRING")
    found = {row["number"]: row["values"] for row in frame.selectExpr("number", f"{python_strings('told')} AS values").collect()}
    assert found == {number: [text.strip() for text in one] for number, one in enumerate(lists)}
