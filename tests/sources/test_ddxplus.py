"""DDXPlus: evidence codes decoded in the JVM, checked against a decoder of ten lines in Python."""

from __future__ import annotations

import ast
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from medslake import registry
from native_fixtures import silver_frames

CSV = "release_train_patients_sample.csv"


def decoded(patient: dict[str, str], dictionary: dict[str, Any]) -> list[tuple[str, str]]:
    answers: dict[str, list[str]] = {}
    for code in ast.literal_eval(patient["EVIDENCES"]):
        name, _, value = code.partition("_@_")
        meaning = dictionary[name]["value_meaning"].get(value, {"en": value})["en"]
        answers.setdefault(dictionary[name]["question_en"], []).extend([meaning] if value else [])
    return [(question, "; ".join(said) or "Yes") for question, said in answers.items()]


def test_patients_are_decoded_as_by_hand(test_data: Callable[[str], Path], bronze_of: Callable[..., Any]) -> None:
    source, folder = registry.get("source", "ddxplus"), test_data("ddxplus")
    bronze = bronze_of(source, folder)
    assert {table: frame.count() for table, frame in bronze.items()} == {"patients": 150, "evidences": 223, "conditions": 49}
    encounters = silver_frames(source, bronze)["encounters"].collect()
    dictionary = json.loads((folder / "release_evidences.json").read_text())
    with (folder / CSV).open(newline="", encoding="utf-8") as file:
        patients = list(csv.DictReader(file))
    assert len(encounters) == len(patients) == 150
    order = list(dictionary)
    for row in encounters:
        patient = patients[row["origin"]["row"] - 1]
        told = [(one["name"], one["value"]) for one in row["features"]]
        assert told[:2] == [("age", patient["AGE"]), ("sex", patient["SEX"])]
        assert told[2] == ("initial_evidence", f"{dictionary[patient['INITIAL_EVIDENCE']]['question_en']} Yes")
        assert told[3:] == decoded(patient, dictionary)
        assert row["outcomes"]["pathology"] == row["outcomes"]["pathology_en"] == patient["PATHOLOGY"]
        assert json.loads(row["outcomes"]["differential_diagnosis"]) == ast.literal_eval(patient["DIFFERENTIAL_DIAGNOSIS"])
        assert "undecoded" not in row["outcomes"]
        assert row["split"] == "train"
        assert [order[one["row"] - 1] for one in row["joined"]] == [patient["INITIAL_EVIDENCE"]]
    # Worked out with the dictionary open in an editor.
    said = next({one["name"]: one["value"] for one in row["features"]} for row in encounters if row["origin"]["row"] == 1)
    assert said["age"] == "18"
    assert said["Do you feel pain somewhere?"] == "forehead; cheek(R); temple(L)"
    assert said["Characterize your pain:"] == "sensitive; heavy"
    assert said["How intense is the pain?"] == "4"
    assert said["Have you traveled out of the country in the last 4 weeks?"] == "N"
    assert said["Do you have a fever (either felt or measured with a thermometer)?"] == "Yes"
