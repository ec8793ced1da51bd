"""Invented stays in a hospital, as rows of the tables of MIMIC-IV."""

from __future__ import annotations

from random import Random

from medslake.synth.words import DISEASES

__all__ = ["hospital_stays"]

_Rows = dict[str, list[tuple[str | int | None, ...]]]
_TABLES = ("patients", "admissions", "diagnoses_icd", "procedures_icd", "services", "transfers", "icustays")


def hospital_stays(rng: Random, n: int) -> _Rows:
    """Table -> rows of about n stays of n / 2 people; the first diagnosis follows from the procedure, death from age and intensive care."""
    tables: _Rows = {name: [] for name in _TABLES}
    for person in range(1, max(2, n // 2) + 1):
        subject, anchor_age, anchor_year = 90_000_000 + person, rng.randint(20, 88), rng.randint(2110, 2180)
        tables["patients"].append((subject, rng.choice("FM"), anchor_age, anchor_year, "2011 - 2013", None))
        for visit in range(rng.randint(1, 3)):
            _stay(rng, tables, subject, anchor_age + visit, anchor_year + visit, person * 10 + visit)
    return tables


def _stay(rng: Random, tables: _Rows, subject: int, age: int, year: int, number: int) -> None:
    stay, kind = 80_000_000 + number, rng.randrange(len(DISEASES))
    month, day, length = rng.randint(1, 12), rng.randint(1, 14), rng.randint(1, 9)
    start, end = f"{year}-{month:02d}-{day:02d} 08:00:00", f"{year}-{month:02d}-{day + length:02d} 16:30:00"
    intensive = rng.random() < 0.3
    died = int(intensive and age >= 70)
    married = rng.choice(("MARRIED", "SINGLE", "WIDOWED"))
    urgency, way = ("EW EMER.", "EMERGENCY ROOM") if intensive else ("ELECTIVE", "PHYSICIAN REFERRAL")
    left = "DIED" if died else rng.choice(("HOME", "REHAB"))
    came = (start, end, end if died else None, urgency, None, way, left)
    tables["admissions"].append((subject, stay, *came, "Other", "ENGLISH", married, "ISLANDER", None, None, died))
    tables["diagnoses_icd"].append((subject, stay, 1, f"990{kind:02d}", 9))
    tables["diagnoses_icd"].append((subject, stay, 2, f"U90{(kind + 3) % len(DISEASES):03d}", 10))
    tables["procedures_icd"].append((subject, stay, 1, start[:10], f"{90 - len(DISEASES) + kind:02d}10", 9))
    unit = "Harbour ICU" if intensive else "Garden Ward"
    tables["services"].append((subject, stay, start, None, "SURG" if kind % 2 else "MED"))
    tables["transfers"].append((subject, stay, 70_000_000 + 2 * number, "admit", unit, start, end))
    tables["transfers"].append((subject, stay, 70_000_001 + 2 * number, "discharge", None, end, None))
    if intensive:
        tables["icustays"].append((subject, stay, 60_000_000 + number, unit, unit, start, end, length))
