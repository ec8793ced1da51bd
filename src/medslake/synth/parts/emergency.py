"""Rows of the tables of MIMIC-IV-ED, and of the master table that the published benchmark makes of them: counted here from the visits
themselves, so that a job that reads the tables has to come to the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from medslake.synth.draw import Draw
from medslake.synth.parts.codes import ten, title
from medslake.synth.parts.hospital import of_care
from medslake.synth.parts.illnesses import CHARLSON, ELIXHAUSER, FLAGS_OF
from medslake.synth.parts.persons import Person, Stay, Visit, person
from medslake.synth.text import slots

__all__ = ["EMERGENCY", "benchmark_rows", "emergency_rows"]

Row = tuple[str, dict[str, Any]]
EMERGENCY = ("edstays", "triage", "vitalsign", "diagnosis", "medrecon", "pyxis")
#: What brings people -> the column of the benchmark that finds it.
_COMPLAINTS = {
    "Chest pain": "chest_pain",
    "Abd pain": "abdominal_pain",
    "ABDOMINAL PAIN": "abdominal_pain",
    "Headache": "headache",
    "Short of breath": "shortness_of_breath",
    "Back pain": "back_pain",
    "Cough": "cough",
    "Nausea": "nausea_vomiting",
    "Fever": "fever_chills",
    "Syncope": "syncope",
    "Dizziness": "dizziness",
    "s/p Fall": "",
    "Knee pain": "",
    "Transfer": "",
    "Rash": "",
}
_SAID = tuple(_COMPLAINTS)
#: What is measured -> the least, the most, digits after the point.
_SIGNS = {
    "temperature": (95.5, 103.5, 1),
    "heartrate": (48.0, 140.0, 0),
    "resprate": (11.0, 30.0, 0),
    "o2sat": (86.0, 100.0, 0),
    "sbp": (85.0, 190.0, 0),
    "dbp": (45.0, 110.0, 0),
}
_FLAGS = (*(f"cci_{name}" for name in CHARLSON), *(f"eci_{name}" for name in ELIXHAUSER))
_WAYS = {"WALK IN": 0.6, "AMBULANCE": 0.36, "UNKNOWN": 0.03, "OTHER": 0.01}
_OUT = {"HOME": 0.9, "LEFT WITHOUT BEING SEEN": 0.04, "ELOPED": 0.03, "TRANSFER": 0.03}
_TRUTH = {True: "True", False: "False"}


@dataclass(frozen=True)
class _Seen:
    """What was noted in a visit. triage: by column. vitals: time -> signs. drugs, listed: (time, name, gsn)."""

    way: str
    out: str
    triage: dict[str, Any]
    complaints: tuple[str, ...]
    vitals: dict[datetime, dict[str, Any]]
    drugs: list[tuple[datetime, str, str | None]]
    listed: list[tuple[datetime, str, str | None]]


def _seen(draw: Draw, visit: Visit) -> _Seen:
    own = draw.about("visit", visit.stay_id)
    complaints = tuple(own.some(_SAID, own.weighted({1: 0.7, 2: 0.28, 0: 0.02})))
    minutes = int((visit.left - visit.came).total_seconds() // 60)
    first = _signs(own)
    triage = {**first, "acuity": None if own.chance(0.03) else float(own.weighted({3: 0.54, 2: 0.34, 4: 0.06, 1: 0.055, 5: 0.005}))}
    vitals = {visit.came + timedelta(minutes=at): _signs(own) for at in sorted(own.some(range(5, minutes), own.whole(0, 5)))}
    drugs = [
        _drug(own, visit.came + timedelta(minutes=own.whole(1, minutes))) for _ in range(own.weighted({0: 0.3, 1: 0.3, 3: 0.3, 7: 0.1}))
    ]
    listed = [_drug(own, visit.came + timedelta(minutes=3)) for _ in range(own.weighted({0: 0.35, 2: 0.25, 5: 0.25, 12: 0.15}))]
    out = "ADMITTED" if visit.hadm_id else own.weighted(_OUT)
    return _Seen(own.weighted(_WAYS), out, triage, complaints, vitals, drugs, listed)


def _signs(own: Draw) -> dict[str, Any]:
    random, told = own.random, dict[str, Any]()
    for name, (low, high, digits) in _SIGNS.items():
        told[name] = None if random() < 0.05 else round(low + random() * (high - low), digits)
    # Pain is what a person says, mostly a number.
    told["pain"] = own.pick(("UA", "5-8", "unable", "Critical", "sleeping")) if own.chance(0.06) else own.whole(0, 10)
    return told


def _drug(own: Draw, when: datetime) -> tuple[datetime, str, str | None]:
    at = int(own.random() * len(slots()["drug"]))
    return when, slots()["drug"][at].capitalize(), None if own.chance(0.08) else f"{at:06d}"


def emergency_rows(draw: Draw, number: int) -> Iterator[Row]:
    """(table, row) of a person's visits."""
    one = person(draw, number)
    for visit in one.visits:
        yield from _visit_rows(_seen(draw, visit), one, visit)


def _visit_rows(seen: _Seen, one: Person, visit: Visit) -> Iterator[Row]:
    key = {"subject_id": one.subject_id, "stay_id": visit.stay_id}
    about = {"gender": one.gender, "race": one.race, "arrival_transport": seen.way, "disposition": seen.out}
    yield "edstays", {**key, "hadm_id": visit.hadm_id, "intime": str(visit.came), "outtime": str(visit.left), **about}
    yield "triage", {**key, **seen.triage, "chiefcomplaint": ", ".join(seen.complaints)}
    for when, signs in seen.vitals.items():
        yield "vitalsign", {**key, "charttime": str(when), **signs}
    for place in range(1 + visit.stay_id % 3):
        kind = (visit.stay_id * 7 + place) % 20
        yield "diagnosis", {**key, "seq_num": place + 1, "icd_code": ten(kind), "icd_version": 10, "icd_title": title(kind).upper()}
    for place, (when, name, gsn) in enumerate(seen.drugs, 1):
        yield "pyxis", {**key, "charttime": str(when), "med_rn": place, "name": name, "gsn_rn": 1, "gsn": gsn}
    for place, (when, name, gsn) in enumerate(seen.listed, 1):
        known = {"ndc": f"{place:011d}", "etc_rn": 1, "etccode": f"{place:08d}", "etcdescription": "Invented group"}
        yield "medrecon", {**key, "charttime": str(when), "name": name, "gsn": gsn, **known}


def benchmark_rows(draw: Draw, number: int) -> Iterator[Row]:
    """The tables that the benchmark reads, and the row of each visit: of every second person in the 117 columns of its first version."""
    one = person(draw, number)
    rows = list(of_care(draw, number))
    yield from rows
    admissions = {row["hadm_id"]: row for table, row in rows if table == "admissions"}
    for at, visit in enumerate(one.visits):
        seen = _seen(draw, visit)
        yield from _visit_rows(seen, one, visit)
        yield ("later" if number % 2 else "first"), _master_row(seen, one, at, admissions.get(visit.hadm_id) or {})


def _duration(span: timedelta) -> str:
    """As pandas prints it."""
    return (
        f"{span.days} days {'+' if span.days < 0 else ''}{span.seconds // 3600:02d}:{span.seconds // 60 % 60:02d}:{span.seconds % 60:02d}"
    )


def _master_row(seen: _Seen, one: Person, at: int, admission: dict[str, Any]) -> dict[str, Any]:
    visit = one.visits[at]
    stay = next((stay for stay in one.stays if stay.hadm_id == visit.hadm_id), None)
    coming = one.visits[at + 1].came if at + 1 < len(one.visits) else None
    died = one.died.replace(hour=0, minute=0, second=0) if one.died else None
    dead = bool(stay and died and stay.ended >= died)
    moved = stay.icu[0].replace(microsecond=0) - visit.left if stay and stay.icu else None
    critical = moved is not None and moved <= timedelta(hours=12)
    told = {
        "index": visit.stay_id % 1_000_000,
        "subject_id": one.subject_id,
        "hadm_id": f"{visit.hadm_id}.0" if visit.hadm_id else None,
        "stay_id": visit.stay_id,
        "intime": visit.came,
        "outtime": visit.left,
        "anchor_age": one.anchor_age,
        "gender": one.gender,
        "anchor_year": one.anchor_year,
        "dod": f"{died:%Y-%m-%d}" if died else None,
        "ethnicity": one.race,
        "race": one.race,
        **{name: admission.get(name) for name in ("admittime", "dischtime", "deathtime", "edregtime", "edouttime", "insurance")},
        "in_year": visit.came.year,
        "age": visit.came.year - one.anchor_year + one.anchor_age,
        "ed_los": _duration(visit.left - visit.came),
        "ed_los_hours": round((visit.left - visit.came).total_seconds() / 3600, 2),
        **({"intime_icu": stay.icu[0].replace(microsecond=0)} if stay and stay.icu else {}),
        **(
            {"time_to_icu_transfer": _duration(moved), "time_to_icu_transfer_hours": round(moved.total_seconds() / 3600, 2)}
            if moved
            else {}
        ),
        "outcome_inhospital_mortality": _TRUTH[dead],
        "outcome_icu_transfer_12h": _TRUTH[critical],
        "outcome_critical": _TRUTH[dead or critical],
        "outcome_hospitalization": _TRUTH[visit.hadm_id is not None],
        "outcome_ed_revisit_3d": _TRUTH[coming is not None and coming - visit.left < timedelta(days=3)],
        "arrival_transport": seen.way,
        "disposition": seen.out,
        "chiefcomplaint": ", ".join(seen.complaints) or None,
    }
    if coming:
        gone = coming - visit.left
        told |= {"next_ed_visit_time": coming, "next_ed_visit_time_diff": _duration(gone)}
        told["next_ed_visit_time_diff_days"] = round(gone.total_seconds() / 86_400, 2)
    return told | _counted(one, visit) | _measured(seen)


def _counted(one: Person, visit: Visit) -> dict[str, Any]:
    """Earlier visits and stays, and the illnesses of stays that ended in the 1780 days before."""
    times = {
        "ed": [other.came for other in one.visits],
        "hosp": [stay.started for stay in one.stays],
        "icu": [stay.icu[0].replace(microsecond=0) for stay in one.stays if stay.icu],
    }
    told: dict[str, Any] = {
        f"n_{what}_{days}d": sum(timedelta(0) < visit.came - time <= timedelta(days=days) for time in found)
        for what, found in times.items()
        for days in (30, 90, 365)
    }
    known = {flag for stay in _before(one, visit) for code in stay.codes for flag in FLAGS_OF.get(code, ())}
    return told | {flag: int(flag in known) for flag in _FLAGS}


def _before(one: Person, visit: Visit) -> list[Stay]:
    return [stay for stay in one.stays if timedelta(0) < visit.came - stay.ended <= timedelta(days=356 * 5)]


def _number(value: Any) -> float | None:
    return None if isinstance(value, str) or value is None else float(value)


def _measured(seen: _Seen) -> dict[str, Any]:
    told: dict[str, Any] = {f"triage_{name}": _number(value) for name, value in seen.triage.items()}
    for name in (*_SIGNS, "pain"):
        taken = [value for signs in seen.vitals.values() if (value := _number(signs[name])) is not None]
        told[f"ed_{name}_last"] = taken[-1] if taken else None
    said = {flag for complaint in seen.complaints if (flag := _COMPLAINTS[complaint])}
    told |= {f"chiefcom_{flag}": _TRUTH[flag in said] for flag in dict.fromkeys(filter(None, _COMPLAINTS.values()))}
    return {
        **told,
        "n_med": float(len({gsn or name for _, name, gsn in seen.drugs})),
        "n_medrecon": float(len({g for *_, g in seen.listed if g})),
    }
