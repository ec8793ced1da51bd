"""Invented people with their visits to an emergency department and stays in a hospital, as in MIMIC-IV. All of a person follows from the
seed and a number, so that modules made apart link: a twin of notes, of images or of the emergency department asks for the same person and
finds the same stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from medslake.synth.base import LEAST
from medslake.synth.draw import Draw, Length
from medslake.synth.parts.codes import nine, ten
from medslake.synth.parts.illnesses import ILLNESSES

__all__ = ["GROUPS", "PATIENTS", "Person", "Stay", "Visit", "admitted", "person"]

#: People of MIMIC-IV 2.2; three of five have been in the hospital.
PATIENTS = 299_712
#: Years in which somebody may truly have been seen -> share.
GROUPS = {"2014 - 2016": 0.57, "2011 - 2013": 0.43}
_RACES = {"WHITE": 0.62, "BLACK/AFRICAN AMERICAN": 0.17, "ISLANDER": 0.06, "OTHER": 0.06, "ASIAN": 0.05, "UNKNOWN": 0.04}
_MARRIED = {"SINGLE": 0.4, "MARRIED": 0.26, "WIDOWED": 0.2, "DIVORCED": 0.1, None: 0.04}
_STAYS = {1: 0.52, 2: 0.2, 3: 0.12, 4: 0.06, 6: 0.06, 10: 0.03, 20: 0.01}
_VISITS = {1: 0.86, 2: 0.1, 3: 0.04}


@dataclass(frozen=True)
class Visit:
    """To the emergency department. hadm_id: of the stay that it led to."""

    stay_id: int
    came: datetime
    left: datetime
    hadm_id: int | None = None


@dataclass(frozen=True)
class Stay:
    """hadm_id; started and ended. kind: what is treated, from 0. codes: of the diagnoses, (code, version) in order. icu: the time in
    intensive care. arrived: when the person came to the emergency department and left it, where one did; visit: the same, where the
    department's own module knows it."""

    hadm_id: int
    started: datetime
    ended: datetime
    kind: int
    codes: tuple[tuple[str, int], ...]
    icu: tuple[datetime, datetime] | None
    died: bool
    arrived: tuple[datetime, datetime] | None
    visit: Visit | None

    @property
    def icu_id(self) -> int:
        return self.hadm_id - 20_000_000


@dataclass(frozen=True)
class Person:
    subject_id: int
    gender: str
    anchor_age: int
    anchor_year: int
    race: str
    married: str | None
    group: str
    stays: tuple[Stay, ...]
    visits: tuple[Visit, ...]
    died: datetime | None


def admitted(number: int) -> int:
    """The number of the n-th person who has been in the hospital."""
    return number // 3 * 5 + number % 3


def person(draw: Draw, number: int) -> Person:
    """The person of a number, whichever twin asks. Visits and stays follow each other in time."""
    return _person(draw.run_seed, number)


@lru_cache(maxsize=16)
def _person(seed: int, number: int) -> Person:
    own = Draw(seed, "person", number)
    age, year = own.whole(18, 88), own.whole(2110, 2180)
    race, married, group = own.weighted(_RACES), own.weighted(_MARRIED), own.weighted(GROUPS)
    now = datetime(year, 1, 1) + timedelta(minutes=own.whole(0, 520_000))
    stays: list[Stay] = []
    visits: list[Visit] = []
    inside = number % 5 < 3
    for place in range(own.weighted(_STAYS if inside else _VISITS)):
        first = 90_000_000 + number * 50 + 2 * place
        if not inside or own.chance(0.19):
            visits.append(_visit(own, first, now, None))
            now = visits[-1].left + _gap(own)
        if not inside:
            continue
        visit = _visit(own, first + 1, now, 80_000_000 + number * 20 + place) if own.chance(0.48) else None
        if visit:
            visits.append(visit)
        arrived = (now, visit.left if visit else now + timedelta(minutes=own.whole(60, 900))) if visit or own.chance(0.35) else None
        stay = _stay(own, 80_000_000 + number * 20 + place, arrived[1] if arrived else now, age + now.year - year, arrived, visit)
        stays.append(stay)
        now = stay.ended + _gap(own)
        if stay.died:
            break
    died = stays[-1].ended if stays and stays[-1].died else now + timedelta(days=own.whole(20, 300)) if own.chance(0.26) else None
    return Person(90_000_000 + number, own.pick("FM"), age, year, race, married, group, tuple(stays), tuple(visits), died)


def _gap(own: Draw) -> timedelta:
    """Until the next time: sometimes a day or two."""
    return timedelta(minutes=own.whole(500, 4_300) if own.chance(0.15) else own.whole(6_000, 400_000))


def _visit(own: Draw, stay_id: int, came: datetime, hadm_id: int | None) -> Visit:
    return Visit(stay_id, came, came + timedelta(minutes=own.whole(60, 900)), hadm_id)


def _stay(own: Draw, hadm_id: int, started: datetime, age: int, arrived: tuple[datetime, datetime] | None, visit: Visit | None) -> Stay:
    """Whoever is 75 or older does not survive intensive care."""
    ended = started + timedelta(minutes=own.whole(700, 14_000))
    came = started + timedelta(minutes=own.whole(10, 600))
    icu = (came, came + (ended - came) * own.random()) if own.chance(0.46) else None
    died, kind = bool(icu) and age >= 75, own.whole(0, LEAST - 1)
    version = own.weighted({10: 0.51, 9: 0.49})
    code = ten if version == 10 else nine
    count = own.length(Length(14, 34, most=38))
    chosen = [code((kind + 3 * place + 1) % LEAST) for place in range((count - 1) // 3)]
    known = [one.ten if version == 10 else one.nine for one in own.some(ILLNESSES, min(len(ILLNESSES), count - 1 - len(chosen)))]
    codes = dict.fromkeys([code(kind), *chosen, *known])
    return Stay(hadm_id, started, ended, kind, tuple((one, version) for one in codes), icu, died, arrived, visit)
