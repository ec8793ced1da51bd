"""MIMIC-IV: the demo's 275 stays, and the copy of it that writes ICD codes with points."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medslake import registry
from native_fixtures import silver_frames

TABLES = ("patients", "admissions", "diagnoses_icd", "procedures_icd", "transfers", "services", "drgcodes", "icustays")
#: Folder -> its encounters; one is asked for by two tests.
READ: dict[str, list[Any]] = {}


@pytest.fixture
def harmonised(tmp_path: Path, test_data: Callable[[str], Path], bronze_of: Callable[..., Any]) -> Callable[[str], list[Any]]:
    """Encounters of a folder of MIMIC tables, with the titles of the real code lists."""

    def read(folder: str) -> list[Any]:
        if folder in READ:
            return READ[folder]
        source = registry.get("source", "mimic_iv")
        # A copy of the tables that silver reads: events are not needed here.
        home = tmp_path / folder
        for table in TABLES:
            for found in test_data(folder).glob(f"*/{table}.csv"):
                (home / found.parent.name).mkdir(parents=True, exist_ok=True)
                shutil.copy(found, home / found.parent.name / found.name)
        titles = bronze_of(registry.get("source", "icd_codes"), test_data("icd_codes"))
        bronze = bronze_of(source, home) | {f"bronze.icd_codes__{table}": frame for table, frame in titles.items()}
        READ[folder] = silver_frames(source, bronze)["encounters"].collect()
        return READ[folder]

    return read


def _tables(folder: Path) -> dict[str, list[dict[str, str]]]:
    return {path.stem: list(csv.DictReader(path.open(newline=""))) for path in folder.glob("*/*.csv") if path.stem in TABLES}


def test_the_demo(harmonised: Callable[[str], list[Any]], test_data: Callable[[str], Path]) -> None:
    rows, native = harmonised("mimic_iv_demo"), _tables(test_data("mimic_iv_demo"))
    assert len(rows) == 275
    assert len({row["subject_id"] for row in rows}) == 100
    assert sum(row["outcomes"]["in_hospital_death"] == "yes" for row in rows) == 15
    people = {one["subject_id"]: one for one in native["patients"]}
    for row in rows:
        stay = native["admissions"][row["origin"]["row"] - 1]
        assert (stay["hadm_id"], stay["subject_id"]) == (row["record_id"], row["subject_id"])
        person = people[row["subject_id"]]
        told = {one["name"]: one["value"] for one in row["features"]}
        assert int(told["age"]) == int(person["anchor_age"]) + int(stay["admittime"][:4]) - int(person["anchor_year"])
        assert not {"discharge_location", "diagnoses", "drgs", "in_hospital_death", "length_of_stay_days"} & set(told)
        assert "Discharge Lounge" not in told.get("care_units", "")
        codes = [text.split(":")[0] for text in row["outcomes"]["diagnoses"].split("; ") if text.split(":")[0].isalnum()]
        own = sorted((one for one in native["diagnoses_icd"] if one["hadm_id"] == row["record_id"]), key=lambda one: int(one["seq_num"]))
        assert [code for code in codes if code in {one["icd_code"] for one in own}] == [one["icd_code"] for one in own]
        served = sorted((one["transfertime"], one["curr_service"]) for one in native["services"] if one["hadm_id"] == row["record_id"])
        assert told.get("services", "") == "; ".join(service for _, service in served)
        _joined_rows_belong(row, native)
    # 99 diagnoses are missing from the subset of the ICD-10-CM titles, and no ICD-10 procedure has one there.
    assert sum(int(row["outcomes"].get("untitled_codes", 0)) for row in rows) == 99 + 321
    splits: dict[str, set[str]] = {}
    for row in rows:
        splits.setdefault(row["subject_id"], set()).add(row["split"])
    assert all(len(found) == 1 for found in splits.values())


def _joined_rows_belong(row: Any, native: dict[str, list[dict[str, str]]]) -> None:
    seen = set()
    for one in row["joined"]:
        table = one["table"].partition("__")[2]
        seen.add((table, one["row"]))
        if table in native:
            joined = native[table][one["row"] - 1]
            assert joined["subject_id"] == row["subject_id"]
            assert joined.get("hadm_id", row["record_id"]) == row["record_id"]
    diagnoses = {place for place, one in enumerate(native["diagnoses_icd"], 1) if one["hadm_id"] == row["record_id"]}
    assert {place for table, place in seen if table == "diagnoses_icd"} == diagnoses


def test_codes_with_points_get_the_same_titles(harmonised: Callable[[str], list[Any]]) -> None:
    plain = {row["record_id"]: row["outcomes"]["diagnoses"] for row in harmonised("mimic_iv_demo")}
    pointed = {row["record_id"]: row["outcomes"]["diagnoses"] for row in harmonised("mimic_iv_demo_tinyehr")}
    assert pointed == plain
