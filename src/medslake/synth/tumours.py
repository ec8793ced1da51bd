"""Invented patients with breast cancer: rows of the public SEER extract and of a SEER*Stat case listing."""

from __future__ import annotations

from random import Random

from medslake.synth.delimited import csv_text

__all__ = ["case_listing", "public_extract"]

_PUBLIC_HEADER = (
    *("Age", "Race ", "Marital Status", "T Stage ", "N Stage", "6th Stage", "Grade", "A Stage", "Tumor Size", "Estrogen Status"),
    *("Progesterone Status", "Regional Node Examined", "Reginol Node Positive", "Survival Months", "Status"),
)
_RACES = ("White", "Black", "Other (American Indian/AK Native, Asian/Pacific Islander)")
_MARRIED = ("Married (including common law)", "Single (never married)", "Divorced")
_GRADES = ("Well differentiated; Grade I", "Poorly differentiated; Grade III")
_SIGNS = ("Positive", "Negative")


def public_extract(rng: Random, n: int) -> str:
    """n rows in the columns of the IEEE file; the nodes settle the stage and who lives five years."""
    rows = []
    for _ in range(n):
        positive = rng.randint(1, 12)
        stage = "N1" if positive < 4 else "N2" if positive < 10 else "N3"
        size = rng.randint(3, 90)
        months = rng.randint(60, 107) if positive < 8 else rng.randint(2, 59)
        rows.append(
            (
                *(rng.randint(30, 69), rng.choice(_RACES), rng.choice(_MARRIED)),
                *("T1" if size <= 20 else "T2" if size <= 50 else "T3", stage, {"N1": "IIA", "N2": "IIIA", "N3": "IIIC"}[stage]),
                *(rng.choice(_GRADES), "Regional", size),
                *(rng.choice(_SIGNS), rng.choice(_SIGNS), positive + rng.randint(0, 9), positive),
                *(months, "Alive" if months >= 60 else "Dead"),
            )
        )
    return csv_text(_PUBLIC_HEADER, rows)


def case_listing(rng: Random, n: int) -> str:
    """n rows of a listing in which nodes, size and receptor settle the sequence of radiation and surgery."""
    rows = [_listed(rng) for _ in range(n)]
    return csv_text(list(rows[0]), [list(row.values()) for row in rows])


def _listed(rng: Random) -> dict[str, str | int]:
    """One row by header, in the order of the file."""
    nodes, size, positive = rng.randint(0, 9), rng.randint(2, 80), rng.random() < 0.7
    plan = (
        "No radiation and/or cancer-directed surgery"
        if size <= 10
        else "Radiation after surgery"
        if nodes < 5
        else "Radiation prior to surgery"
    )
    plan = "Radiation before and after surgery" if nodes >= 5 and not positive else plan
    year = rng.randint(2010, 2014)
    return {
        "Age at diagnosis": rng.randint(28, 89),
        "Regional nodes positive (1988+)": nodes,
        "Total number of in situ/malignant tumors for patient": rng.randint(1, 3),
        "Radiation recode": "None/Unknown" if plan.startswith("No ") else "Beam radiation",
        "Chemotherapy recode": rng.choice(("Yes", "No/Unknown")),
        "Radiation sequence with surgery": plan,
        "ER Status Recode Breast Cancer (1990+)": "Positive" if positive else "Negative",
        "PR Status Recode Breast Cancer (1990+)": rng.choice(_SIGNS),
        "CS tumor size (2004-2015)": size,
        "Derived HER2 Recode (2010+)": rng.choice(_SIGNS),
        "Regional nodes examined (1988+)": nodes + rng.randint(0, 9),
        "COD to site recode": "Alive",
        "Race recode": rng.choice(("White", "Black")),
        "Sex": "Female",
        "Vital status recode (study cutoff used)": "Alive",
        "Diagnosis_year": year,
        "Last_fu _year": year + 5,
        "interva_years": 5,
        "stutus_5_years": 1,
    }
