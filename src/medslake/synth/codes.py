"""Invented ICD codes and titles in the layouts of CMS: fixed width, a code list, and general equivalence mappings."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from medslake.synth.words import DISEASES

__all__ = ["GEM_HEADER", "Codes", "icd_codes"]

GEM_HEADER = '"icd9cm","icd10cm","flags","approximate","no_map","combination","scenario","choice_list"'


@dataclass(frozen=True)
class Codes:
    """Contents of the five files."""

    diagnoses: str
    procedures: str
    ten: str
    listed: str
    mappings: str


def icd_codes(rng: Random, n: int) -> Codes:
    """Invented titles under the code ranges that ICD leaves for provisional use; n (10 to 1,000) is the number of diagnoses."""
    severities = ("mild", "moderate", "severe", "unspecified")
    nine, ten, gem, listed = [], [], [], ["22", "U90-U99"]
    for number in range(min(max(n, len(DISEASES)), 1000)):
        disease = DISEASES[number % len(DISEASES)]
        title = f"{disease.name().capitalize()}, {severities[number // len(DISEASES) % 4]}, form {number // (4 * len(DISEASES)) + 1}"
        old, new = f"{number // 100 + 990:03d}{number % 100:02d}", f"U9{number // 1000 % 10}{number % 1000:03d}"
        listed += [code for code in (new[:3], new) if code not in listed]
        nine.append(f"{old:<5} {title}")
        ten.append(f"{new:<7} {title}")
        gem.append(f'"{old}","{new}","{rng.choice(("00000", "10000"))}",0,0,0,0,0')
    cuts = [
        f"{number:02d}{part:02d} {name} of the {disease.site}"
        for number, disease in enumerate(DISEASES, 90 - len(DISEASES))
        for part, name in enumerate(("Tapping", "Draining"), 10)
    ]
    return Codes(
        diagnoses="".join(f"{line}\n" for line in nine),
        procedures="".join(f"{line}\n" for line in cuts),
        ten="".join(f"{line}\n" for line in ten),
        listed="\r\n".join(listed),
        mappings="\n".join([GEM_HEADER, *gem]) + "\n",
    )
