"""MeQSum against its workbook, opened with openpyxl."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from medslake import registry
from native_fixtures import silver_frames

NAME = "MeQSum_ACL2019_BenAbacha_Demner-Fushman.xlsx"


def test_every_question_leads_back_to_its_row(test_data: Callable[[str], Path], bronze_of: Callable[..., Any]) -> None:
    source, folder = registry.get("source", "meqsum"), test_data("meqsum")
    documents = silver_frames(source, bronze_of(source, folder))["documents"].collect()
    sheet = openpyxl.load_workbook(folder / NAME, read_only=True)["QS"]
    delivered = [row[:3] for row in sheet.iter_rows(min_row=2, max_col=3, values_only=True)]
    assert len(documents) == len(delivered) == 1000
    for row in documents:
        assert row["origin"]["sha256"] == source.files[0].sha256[NAME]
        file, question, summary = delivered[row["origin"]["row"] - 1]
        assert (row["record_id"], [s["text"] for s in row["sections"]]) == (file, [question, summary])
    test = sum(row["split"] == "test" for row in documents)
    assert 70 <= test <= 130
