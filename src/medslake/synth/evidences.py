"""Invented patients in the files of DDXPlus: evidences as codes, a differential diagnosis, and the dictionaries of both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from random import Random

from medslake.synth.delimited import csv_text

__all__ = ["evidence_files", "patient_file", "release"]

#: Code -> (question, type, values). The pathologies are names of the label set; what leads to which is made up.
_ASKED: dict[str, tuple[str, str, dict[str, str]]] = {
    "E_1": ("Does something hurt you?", "B", {}),
    "E_2": ("Which spot hurts?", "M", {"V_1": "nowhere", "V_2": "chest", "V_3": "throat", "V_4": "belly", "V_5": "forehead"}),
    "E_3": ("How bad is it from 0 to 10?", "C", {}),
    "E_4": ("Do you cough?", "B", {}),
    "E_5": ("Is your nose blocked?", "B", {}),
    "E_6": ("Do you feel your heart stumble?", "B", {}),
    "E_7": ("Do you tire on the stairs?", "B", {}),
    "E_8": ("Does food come back up?", "B", {}),
    "E_9": ("Did you sleep badly?", "B", {}),
}
#: Pathology -> its sign and its spot.
_COURSES = {
    "Bronchitis": ("E_4", "V_2"),
    "Viral pharyngitis": ("E_9", "V_3"),
    "GERD": ("E_8", "V_4"),
    "Anemia": ("E_7", "V_1"),
    "Atrial fibrillation": ("E_6", "V_2"),
    "Acute rhinosinusitis": ("E_5", "V_5"),
}
_COLUMNS = ("AGE", "DIFFERENTIAL_DIAGNOSIS", "SEX", "PATHOLOGY", "EVIDENCES", "INITIAL_EVIDENCE")


def patient_file(rows: Iterable[Sequence[object]]) -> str:
    """Rows of age, differential diagnosis, sex, pathology, evidences and initial evidence; lists are written as Python prints them."""
    return csv_text(_COLUMNS, rows)


def evidence_files() -> dict[str, str]:
    """release_evidences.json with the invented questions E_1 to E_9."""
    told: dict[str, dict[str, object]] = {
        code: {
            "name": code,
            "code_question": code,
            "question_fr": f"({question})",
            "question_en": question,
            "is_antecedent": False,
            "default_value": next(iter(values), 0),
            "value_meaning": {value: {"fr": f"({meaning})", "en": meaning} for value, meaning in values.items()},
            "possible-values": list(values) or (list(range(11)) if kind == "C" else []),
            "data_type": kind,
        }
        for code, (question, kind, values) in _ASKED.items()
    }
    return {"release_evidences.json": json.dumps(told, indent=1)}


def release(rng: Random, n: int) -> dict[str, str]:
    """A whole release: n patients that train, n / 8 that validate, n / 4 that test."""
    named = {name: {"condition_name": name, "cond-name-eng": name, "icd10-id": "", "severity": 3} for name in _COURSES}
    return {
        "release_train_patients.csv": _patients(rng, n),
        "release_validate_patients.csv": _patients(rng, max(1, n // 8)),
        "release_test_patients.csv": _patients(rng, max(1, n // 4)),
        **evidence_files(),
        "release_conditions.json": json.dumps(named, indent=1),
    }


def _patients(rng: Random, count: int) -> str:
    rows = []
    for _ in range(count):
        pathology, (sign, spot) = rng.choice(list(_COURSES.items()))
        evidences = [sign, f"E_2_@_{spot}", f"E_3_@_{rng.randint(1, 9)}", *rng.sample(["E_1", "E_9"], rng.randint(0, 2))]
        second = rng.choice([other for other in _COURSES if other != pathology])
        evidences = sorted(set(evidences))
        rows.append((rng.randint(5, 90), [[pathology, 0.75], [second, 0.25]], rng.choice("FM"), pathology, evidences, sign))
    return patient_file(rows)
