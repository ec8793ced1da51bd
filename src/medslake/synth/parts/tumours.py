"""Invented patients with breast cancer: rows of the public SEER extract and of a SEER*Stat case listing."""

from __future__ import annotations

from medslake.synth.draw import Draw

__all__ = ["PUBLIC_COLUMNS", "listed_case", "public_case"]

PUBLIC_COLUMNS = (
    *("Age", "Race ", "Marital Status", "T Stage ", "N Stage", "6th Stage", "Grade", "A Stage", "Tumor Size", "Estrogen Status"),
    *("Progesterone Status", "Regional Node Examined", "Reginol Node Positive", "Survival Months", "Status"),
)
_RACES = ("White", "Black", "Other (American Indian/AK Native, Asian/Pacific Islander)")
_MARRIED = ("Married (including common law)", "Single (never married)", "Divorced")
_GRADES = ("Well differentiated; Grade I", "Poorly differentiated; Grade III")
_SIGNS = ("Positive", "Negative")


def public_case(draw: Draw, number: int) -> tuple[object, ...]:
    """A row of the IEEE file; the nodes settle the stage and who lives five years."""
    positive = draw.whole(1, 12)
    stage = "N1" if positive < 4 else "N2" if positive < 10 else "N3"
    size = draw.whole(3, 90)
    months = draw.whole(60, 107) if positive < 8 else draw.whole(2, 59)
    return (
        *(draw.whole(30, 69), draw.pick(_RACES), draw.pick(_MARRIED)),
        *("T1" if size <= 20 else "T2" if size <= 50 else "T3", stage, {"N1": "IIA", "N2": "IIIA", "N3": "IIIC"}[stage]),
        *(draw.pick(_GRADES), "Regional", size),
        *(draw.pick(_SIGNS), draw.pick(_SIGNS), positive + draw.whole(0, 9), positive),
        *(months, "Alive" if months >= 60 else "Dead"),
    )


def listed_case(draw: Draw, number: int) -> dict[str, str | int]:
    """A row of a listing by header, in the order of the file; nodes, size and receptor settle the sequence of radiation and surgery."""
    nodes, size, positive = draw.whole(0, 9), draw.whole(2, 80), draw.chance(0.7)
    plan = (
        "No radiation and/or cancer-directed surgery"
        if size <= 10
        else "Radiation after surgery"
        if nodes < 5
        else "Radiation prior to surgery"
    )
    plan = "Radiation before and after surgery" if nodes >= 5 and not positive else plan
    year = draw.whole(2010, 2014)
    return {
        "Age at diagnosis": draw.whole(28, 89),
        "Regional nodes positive (1988+)": nodes,
        "Total number of in situ/malignant tumors for patient": draw.whole(1, 3),
        "Radiation recode": "None/Unknown" if plan.startswith("No ") else "Beam radiation",
        "Chemotherapy recode": draw.pick(("Yes", "No/Unknown")),
        "Radiation sequence with surgery": plan,
        "ER Status Recode Breast Cancer (1990+)": "Positive" if positive else "Negative",
        "PR Status Recode Breast Cancer (1990+)": draw.pick(_SIGNS),
        "CS tumor size (2004-2015)": size,
        "Derived HER2 Recode (2010+)": draw.pick(_SIGNS),
        "Regional nodes examined (1988+)": nodes + draw.whole(0, 9),
        "COD to site recode": "Alive",
        "Race recode": draw.pick(("White", "Black")),
        "Sex": "Female",
        "Vital status recode (study cutoff used)": "Alive",
        "Diagnosis_year": year,
        "Last_fu _year": year + 5,
        "interva_years": 5,
        "stutus_5_years": 1,
    }
