"""Invented ICD codes and titles in the layouts of CMS. A code follows from its number, so tables made apart use the same ones.

The first codes lie in ranges that ICD leaves for provisional use. Numbers below LEAST are in every list, at whatever scale.
"""

from __future__ import annotations

from medslake.synth.base import LEAST
from medslake.synth.draw import Draw
from medslake.synth.parts.words import DISEASES
from medslake.synth.text import slots

__all__ = ["GEM_COLUMNS", "diagnosis", "listed_code", "mapping", "nine", "procedure", "procedure_line", "ten", "ten_line", "title"]

GEM_COLUMNS = "icd9cm,icd10cm,flags,approximate,no_map,combination,scenario,choice_list"
_SEVERITIES = ("mild", "moderate", "severe", "unspecified", "recurrent", "chronic", "acute", "late")


def nine(number: int) -> str:
    """A diagnosis of ICD-9-CM, without its point."""
    family = 990 + number // 100 if number < 1000 else 989 - (number - 1000) // 100
    return f"{family:03d}{number % 100:02d}"


def ten(number: int) -> str:
    """A code of ICD-10-CM, without its point."""
    return f"U9{number // 1000}{number % 1000:03d}" if number < 10_000 else f"Y{number // 1000 - 10:02d}{number % 1000:03d}"


def procedure(number: int) -> str:
    """A procedure of ICD-9-CM, without its point."""
    return f"{99 - number // 100:02d}{number % 100:02d}"


def title(number: int) -> str:
    """What a diagnosis is called, in both revisions; the first are those of the other twins."""
    sites, severity = slots("en")["site"], _SEVERITIES[number // len(DISEASES) % len(_SEVERITIES)]
    name = DISEASES[number % len(DISEASES)].name() if number < 800 else slots("en")["disease"][number % 600]
    return f"{name.capitalize()} of the {sites[number * 7 % len(sites)]}, {severity}, form {number // 80 + 1}"


def diagnosis(draw: Draw, number: int) -> str:
    return f"{nine(number):<5} {title(number)}"


def procedure_line(draw: Draw, number: int) -> str:
    done, sites = draw.pick(("Tapping", "Draining", "Splinting", "Rinsing")), slots("en")["site"]
    return f"{procedure(number):<4} {done} of the {sites[number % len(sites)]}, way {number + 1}"


def ten_line(draw: Draw, number: int) -> str:
    return f"{ten(number):<7} {title(number)}"


def listed_code(draw: Draw, number: int) -> str:
    """A code, and before the first of its kind the chapter, block or category."""
    code = ten(number)
    return "\r\n".join([*(("22", "U90-U99") if number == 0 else ()), *((code[:3],) if number % 1000 == 0 else ()), code])


def mapping(draw: Draw, number: int) -> tuple[object, ...]:
    """Every second ICD-9-CM code has a further ICD-10-CM code."""
    old, new = number * 2 // 3, number if number % 3 < 2 else number + LEAST
    return (nine(old), ten(new), draw.pick(("00000", "10000")), 0, 0, 0, 0, 0)
