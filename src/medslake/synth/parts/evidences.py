"""Invented patients in the files of DDXPlus: evidences as codes, a differential diagnosis, and the dictionaries of both."""

from __future__ import annotations

import json

from medslake.synth.draw import Draw, Length
from medslake.synth.text import slots

__all__ = ["PATIENT_COLUMNS", "dictionaries", "evidence_files", "patient"]

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
#: Evidences that say nothing about the pathology.
_BESIDE = {
    f"E_{number}": f"Do you have {sign} {adverb}?"
    for number, (sign, adverb) in enumerate(zip(tuple(slots()["sign"]) * 4, tuple(slots()["adv"]) * 9, strict=False), 10)
}
PATIENT_COLUMNS = "AGE,DIFFERENTIAL_DIAGNOSIS,SEX,PATHOLOGY,EVIDENCES,INITIAL_EVIDENCE"


def evidence_files(beside: bool = False) -> dict[str, str]:
    """release_evidences.json with the invented questions E_1 to E_9, and where asked for those that say nothing."""
    asked = {**_ASKED, **({code: (question, "B", {}) for code, question in _BESIDE.items()} if beside else {})}
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
        for code, (question, kind, values) in asked.items()
    }
    return {"release_evidences.json": json.dumps(told, indent=1)}


def dictionaries() -> dict[str, str]:
    """What is the same at every scale."""
    named = {name: {"condition_name": name, "cond-name-eng": name, "icd10-id": "", "severity": 3} for name in _COURSES}
    return {**evidence_files(beside=True), "release_conditions.json": json.dumps(named, indent=1)}


def patient(draw: Draw, number: int) -> tuple[object, ...]:
    """A row; the opening evidence settles the pathology. Lists are written as Python prints them."""
    pathology, (sign, spot) = draw.pick(list(_COURSES.items()))
    count = max(2, draw.length(Length(15, 30)))
    beside = draw.some(list(_BESIDE), min(count, 60))
    evidences = sorted({sign, f"E_2_@_{spot}", f"E_3_@_{draw.whole(1, 9)}", *beside})
    others = draw.some([name for name in _COURSES if name != pathology], draw.whole(1, 5))
    shares = [0.6, *(0.4 / len(others) for _ in others)]
    differential = [[name, share] for name, share in zip([pathology, *others], shares, strict=True)]
    return (draw.whole(1, 95), differential, draw.pick("FM"), pathology, evidences, sign)
