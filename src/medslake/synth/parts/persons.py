"""Invented people and their stays in a hospital. All of a person follows from the seed and a number, so that modules made apart link:
a twin of notes, of images or of the emergency department asks for the same person and finds the same stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from medslake.synth.base import LEAST
from medslake.synth.draw import Draw
from medslake.synth.parts.codes import nine, procedure, ten

__all__ = ["Person", "Stay", "hospital_rows", "person"]


@dataclass(frozen=True)
class Stay:
    """hadm_id; started and ended; intensive: a part of it in intensive care. kind: what is treated, from 0."""

    hadm_id: int
    started: datetime
    ended: datetime
    kind: int
    intensive: bool
    died: bool
    race: str
    married: str | None

    @property
    def icu_id(self) -> int:
        return self.hadm_id - 20_000_000


@dataclass(frozen=True)
class Person:
    subject_id: int
    gender: str
    anchor_age: int
    anchor_year: int
    stays: tuple[Stay, ...]


def person(draw: Draw, number: int) -> Person:
    """The person of a number, whichever twin asks."""
    own = draw.about("person", number)
    age, year = own.whole(20, 88), own.whole(2110, 2180)
    race, married = (
        own.pick(("ISLANDER", "WHITE", "BLACK/AFRICAN AMERICAN", "ASIAN", "OTHER")),
        own.pick(("MARRIED", "SINGLE", "WIDOWED", None)),
    )
    stays = []
    for visit in range(own.weighted({1: 0.6, 2: 0.2, 3: 0.1, 4: 0.06, 0: 0.04}) or 1):
        started = datetime(year + visit, own.whole(1, 12), own.whole(1, 28), own.whole(0, 23), own.whole(0, 59))
        intensive = own.chance(0.3)
        died = intensive and age + visit >= 70
        ended = started + timedelta(minutes=own.whole(600, 14_000))
        stays.append(Stay(80_000_000 + number * 10 + visit, started, ended, own.whole(0, LEAST - 1), intensive, died, race, married))
        if died:
            break
    return Person(90_000_000 + number, own.pick("FM"), age, year, tuple(stays))


def hospital_rows(draw: Draw, number: int) -> Iterator[tuple[str, tuple[object, ...]]]:
    """(table, row) of the tables of MIMIC-IV; the first diagnosis follows from the procedure, death from age and intensive care."""
    one = person(draw, number)
    last = one.stays[-1]
    yield (
        "patients",
        (one.subject_id, one.gender, one.anchor_age, one.anchor_year, "2011 - 2013", f"{last.ended:%Y-%m-%d}" if last.died else None),
    )
    for stay in one.stays:
        yield from _stay_rows(draw, one, stay)


def _stay_rows(draw: Draw, one: Person, stay: Stay) -> Iterator[tuple[str, tuple[object, ...]]]:
    key, start, end = (one.subject_id, stay.hadm_id), str(stay.started), str(stay.ended)
    urgency, way = ("EW EMER.", "EMERGENCY ROOM") if stay.intensive else ("ELECTIVE", "PHYSICIAN REFERRAL")
    left = "DIED" if stay.died else draw.pick(("HOME", "REHAB"))
    came = (start, end, end if stay.died else None, urgency, None, way, left)
    yield "admissions", (*key, *came, "Other", "ENGLISH", stay.married, stay.race, None, None, int(stay.died))
    yield "diagnoses_icd", (*key, 1, nine(stay.kind), 9)
    for place in range(draw.whole(1, 8)):
        yield "diagnoses_icd", (*key, 2 + place, ten((stay.kind + 3 * place + 1) % LEAST), 10)
    yield "procedures_icd", (*key, 1, start[:10], procedure(stay.kind), 9)
    unit = "Harbour ICU" if stay.intensive else "Garden Ward"
    yield "services", (*key, start, None, "SURG" if stay.kind % 2 else "MED")
    yield "transfers", (*key, 2 * stay.hadm_id, "admit", unit, start, end)
    yield "transfers", (*key, 2 * stay.hadm_id + 1, "discharge", None, end, None)
    if stay.intensive:
        days = round((stay.ended - stay.started).total_seconds() / 86_400, 4)
        yield "icustays", (*key, stay.icu_id, unit, unit, start, end, days)
