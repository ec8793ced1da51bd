"""Invented patients in the files of DDXPlus: evidences as codes, a differential diagnosis, and the dictionaries of both."""

from __future__ import annotations

import json

from medslake.synth.draw import Draw, Length
from medslake.synth.text import listed, slots

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
#: The other names of the label set; each has a sign of its own.
_OTHERS = listed(
    "Acute COPD exacerbation / infection;Acute dystonic reactions;Acute laryngitis;Acute otitis media;"
    "Acute pulmonary edema;Allergic sinusitis;Anaphylaxis;Boerhaave;Bronchiectasis;Bronchiolitis;"
    "Bronchospasm / acute asthma exacerbation;Chagas;Chronic rhinosinusitis;Cluster headache;Croup;Ebola;Epiglottitis;"
    "Guillain-Barré syndrome;HIV (initial infection);Influenza;Inguinal hernia;Larygospasm;Localized edema;"
    "Myasthenia gravis;Myocarditis;PSVT;Pancreatic neoplasm;Panic attack;Pericarditis;Pneumonia;Possible NSTEMI / STEMI;"
    "Pulmonary embolism;Pulmonary neoplasm;SLE;Sarcoidosis;Scombroid food poisoning;Spontaneous pneumothorax;"
    "Spontaneous rib fracture;Stable angina;Tuberculosis;URTI;Unstable angina;Whooping cough"
)
#: Questions beyond the first: signs of the other pathologies, and before them those that say nothing about any.
_BESIDE = {
    f"E_{number}": f"Do you have {sign} {adverb}?"
    for number, (sign, adverb) in enumerate(zip(tuple(slots()["sign"]) * 4, tuple(slots()["adv"]) * 9, strict=False), 10)
    if number < 223
}
_IDLE = tuple(_BESIDE)[: -len(_OTHERS)]
_ALL = {**_COURSES, **{name: (sign, "V_1") for name, sign in zip(_OTHERS, tuple(_BESIDE)[-len(_OTHERS) :], strict=True)}}
_NAMES = tuple(_ALL)
#: The first are seen most often, as few are in the real files.
_SHARES = {name: 0.06 if name in _COURSES else 0.015 for name in _ALL}
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
    named = {name: {"condition_name": name, "cond-name-eng": name, "icd10-id": "", "severity": 3} for name in _ALL}
    return {**evidence_files(beside=True), "release_conditions.json": json.dumps(named, indent=1)}


def patient(draw: Draw, number: int) -> tuple[object, ...]:
    """A row; the opening evidence settles the pathology, which leads most differentials. Lists are written as Python prints them."""
    pathology = draw.weighted(_SHARES)
    sign, spot = _ALL[pathology]
    beside = draw.some(_IDLE, min(max(2, draw.length(Length(16, 31))), 60))
    evidences = sorted({sign, f"E_2_@_{spot}", f"E_3_@_{draw.whole(1, 9)}", *beside})
    names = [name for name in draw.some(_NAMES, draw.length(Length(8, 22, most=27))) if name != pathology]
    names.insert(0 if draw.chance(0.69) else min(len(names), draw.whole(1, 4)), pathology)
    weights = sorted((0.2 + draw.random() for _ in names), reverse=True)
    whole = sum(weights)
    return (
        *(draw.whole(1, 95), [[name, weight / whole] for name, weight in zip(names, weights, strict=True)]),
        *(draw.pick("FM"), pathology, evidences, sign),
    )
