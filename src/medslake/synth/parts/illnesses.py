"""What people in the twins suffer from beside the invented diseases: codes of ICD-9-CM and ICD-10-CM with the comorbidities that they
count for in the emergency department benchmark, so that its flags are set. Titles are in words of ours.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CHARLSON", "ELIXHAUSER", "FLAGS_OF", "ILLNESSES", "Illness"]

CHARLSON = (
    *("MI", "CHF", "PVD", "Stroke", "Dementia", "Pulmonary", "Rheumatic", "PUD", "Liver1", "DM1", "DM2", "Paralysis", "Renal", "Cancer1"),
    *("Liver2", "Cancer2", "HIV"),
)
ELIXHAUSER = (
    *("CHF", "Arrhythmia", "Valvular", "PHTN", "PVD", "HTN1", "HTN2", "Paralysis", "NeuroOther", "Pulmonary", "DM1", "DM2"),
    *("Hypothyroid", "Renal", "Liver", "PUD", "HIV", "Lymphoma", "Tumor2", "Tumor1", "Rheumatic", "Coagulopathy", "Obesity"),
    *("WeightLoss", "FluidsLytes", "BloodLoss", "Anemia", "Alcohol", "Drugs", "Psychoses", "Depression"),
)


@dataclass(frozen=True)
class Illness:
    """charlson, elixhauser: the comorbidities that it counts for."""

    nine: str
    ten: str
    title: str
    charlson: str = ""
    elixhauser: str = ""


ILLNESSES = (
    Illness("4019", "I10", "High blood pressure", "", "HTN2"),
    Illness("42822", "I5022", "Weak left heart, lasting", "CHF", "CHF"),
    Illness("25000", "E119", "Sugar disease, type 2, without harm so far", "DM1", "DM2"),
    Illness("25040", "E1122", "Sugar disease, type 2, with harm to the kidneys", "DM2", "DM1"),
    Illness("5856", "N186", "Kidneys at their end", "Renal", "Renal"),
    Illness("496", "J449", "Narrow airways, lasting", "Pulmonary", "Pulmonary"),
    Illness("42731", "I4891", "Fluttering atria", "", "Arrhythmia"),
    Illness("2449", "E039", "Slow thyroid", "", "Hypothyroid"),
    Illness("311", "F329", "Low mood, one episode", "", "Depression"),
    Illness("2809", "D509", "Too little iron in the blood", "", "Anemia"),
    Illness("27801", "E6601", "Too much weight from too much food", "", "Obesity"),
    Illness("2761", "E871", "Too little salt in the blood", "", "FluidsLytes"),
    Illness("30390", "F1020", "Bound to alcohol", "", "Alcohol"),
    Illness("412", "I252", "An old heart attack", "MI", ""),
    Illness("43889", "I6930", "What a stroke left behind", "Stroke", ""),
    Illness("5715", "K7460", "Scarred liver", "Liver1", "Liver"),
    Illness("042", "B20", "Infection with HIV", "HIV", "HIV"),
    Illness("1629", "C3490", "Growth in the lung", "Cancer1", "Tumor1"),
    Illness("1970", "C7800", "Daughter growth in the lung", "Cancer2", "Tumor2"),
    Illness("4439", "I739", "Narrow vessels of the limbs", "PVD", "PVD"),
    Illness("29410", "F0390", "Fading memory", "Dementia", ""),
    Illness("7140", "M069", "Joints under attack", "Rheumatic", "Rheumatic"),
    Illness("41519", "I2699", "Clot in the lung", "", "PHTN"),
    Illness("30400", "F1120", "Bound to opioids", "", "Drugs"),
    Illness("34590", "G40909", "Fits", "", "NeuroOther"),
)
#: (code, version) -> columns of the benchmark.
FLAGS_OF = {
    (code, version): [f"cci_{one.charlson}"] * bool(one.charlson) + [f"eci_{one.elixhauser}"] * bool(one.elixhauser)
    for one in ILLNESSES
    for code, version in ((one.nine, 9), (one.ten, 10))
}
