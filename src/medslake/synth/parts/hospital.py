"""Rows of the tables of MIMIC-IV, hosp and icu, by column: of the people of `persons`, with what was done, given and measured.

Of events there are some for each stay, not the hundreds that the real tables have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from medslake.synth.base import LEAST
from medslake.synth.draw import Draw, Length
from medslake.synth.parts.codes import nine, procedure, ten, title
from medslake.synth.parts.illnesses import ILLNESSES
from medslake.synth.parts.persons import Person, Stay, person
from medslake.synth.text import slots

__all__ = ["DICTIONARIES", "HOSPITAL", "hospital_rows", "of_care"]

Row = tuple[str, dict[str, Any]]
#: Tables of `hospital_rows`, without those of events.
HOSPITAL = (
    *("patients", "admissions", "diagnoses_icd", "procedures_icd", "services", "transfers", "icustays", "drgcodes", "hcpcsevents", "omr"),
    *("labevents", "microbiologyevents", "prescriptions", "pharmacy", "poe", "poe_detail", "emar", "emar_detail"),
    *("chartevents", "datetimeevents", "inputevents", "ingredientevents", "outputevents", "procedureevents"),
)
_WAYS = {
    "PHYSICIAN REFERRAL": 0.42,
    "TRANSFER FROM HOSPITAL": 0.3,
    "CLINIC REFERRAL": 0.1,
    "PROCEDURE SITE": 0.08,
    "WALK-IN/SELF REFERRAL": 0.1,
}
_URGENT = {"EW EMER.": 0.57, "OBSERVATION ADMIT": 0.17, "EU OBSERVATION": 0.16, "URGENT": 0.1}
_PLANNED = {
    "URGENT": 0.22,
    "SURGICAL SAME DAY ADMISSION": 0.18,
    "DIRECT EMER.": 0.15,
    "OBSERVATION ADMIT": 0.14,
    "ELECTIVE": 0.14,
    "DIRECT OBSERVATION": 0.08,
    "AMBULATORY OBSERVATION": 0.06,
}
_LEFT = {
    "HOME HEALTH CARE": 0.29,
    "HOME": 0.28,
    None: 0.16,
    "SKILLED NURSING FACILITY": 0.14,
    "REHAB": 0.05,
    "CHRONIC/LONG TERM ACUTE CARE": 0.035,
    "HOSPICE": 0.02,
    "AGAINST ADVICE": 0.015,
    "PSYCH FACILITY": 0.01,
}
_PAYERS = {"Other": 0.54, "Medicare": 0.38, "Medicaid": 0.08}
_SERVICES = {"MED": 0.4, "CMED": 0.14, "SURG": 0.13, "OMED": 0.09, "CSURG": 0.07, "NSURG": 0.06, "VSURG": 0.04, "NMED": 0.04, "ORTHO": 0.03}
_WARDS = ("Garden Ward", "Harbour Ward", "Hillside Ward", "Surgical Garden", "Heart Ward", "River Ward")
_ICUS = ("Harbour ICU", "Garden ICU", "Surgical ICU", "Heart ICU")
_OMR = {"Weight (Lbs)": (95, 260), "BMI (kg/m2)": (17, 42), "Height (Inches)": (58, 76)}
_FLUIDS = ("Blood", "Urine", "Cerebrospinal Fluid")
_UNITS = ("mg/dL", "mEq/L", "%", "K/uL", "IU/L")


def _time(when: datetime) -> str:
    return when.isoformat(" ", "seconds")


def hospital_rows(draw: Draw, number: int) -> Iterator[Row]:
    """(table, row) of a person; the first diagnosis follows from the procedure, death from age and intensive care."""
    yield from of_care(draw, number)
    one = person(draw, number)
    for stay in one.stays:
        own = draw.about("events", stay.hadm_id)
        yield from _stay_rows(own, one, stay)
        yield from _event_rows(own, one, stay)


def of_care(draw: Draw, number: int) -> Iterator[Row]:
    """Those rows of a person that the emergency department's benchmark reads."""
    one = person(draw, number)
    own = draw.about("hospital", number)
    died = f"{one.died:%Y-%m-%d}" if one.died else None
    told = {"gender": one.gender, "anchor_age": one.anchor_age, "anchor_year": one.anchor_year, "anchor_year_group": one.group, "dod": died}
    yield "patients", {"subject_id": one.subject_id, **told}
    for stay in one.stays:
        yield from _care_rows(own, one, stay)


def _care_rows(own: Draw, one: Person, stay: Stay) -> Iterator[Row]:
    key = {"subject_id": one.subject_id, "hadm_id": stay.hadm_id}
    start, end, arrived = _time(stay.started), _time(stay.ended), stay.arrived
    yield (
        "admissions",
        {
            **key,
            "admittime": start,
            "dischtime": end,
            "deathtime": end if stay.died else None,
            "admission_type": own.weighted(_URGENT if arrived else _PLANNED),
            "admit_provider_id": f"P{own.whole(0, 999):05d}",
            "admission_location": "EMERGENCY ROOM" if arrived else own.weighted(_WAYS),
            "discharge_location": "DIED" if stay.died else own.weighted(_LEFT),
            "insurance": own.weighted(_PAYERS),
            "language": "ENGLISH" if own.chance(0.927) else "?",
            "marital_status": one.married,
            "race": one.race,
            **({"edregtime": _time(arrived[0]), "edouttime": _time(arrived[1])} if arrived else {}),
            "hospital_expire_flag": int(stay.died),
        },
    )
    for place, (code, version) in enumerate(stay.codes, 1):
        yield "diagnoses_icd", {**key, "seq_num": place, "icd_code": code, "icd_version": version}
    if stay.icu:
        came, left = stay.icu
        days = round((left - came).total_seconds() / 86_400, 4)
        unit = _ICUS[stay.kind % len(_ICUS)]
        units = {"first_careunit": unit, "last_careunit": unit}
        yield "icustays", {**key, "stay_id": stay.icu_id, **units, "intime": _time(came), "outtime": _time(left), "los": days}


def _stay_rows(own: Draw, one: Person, stay: Stay) -> Iterator[Row]:
    key, start = {"subject_id": one.subject_id, "hadm_id": stay.hadm_id}, _time(stay.started)
    for place in range(own.length(Length(3, 10, most=20)) if own.chance(0.68) else 0):
        done = procedure((stay.kind + 7 * place) % LEAST)
        yield "procedures_icd", {**key, "seq_num": place + 1, "chartdate": start[:10], "icd_code": done, "icd_version": 9}
    yield "services", {**key, "transfertime": start, "curr_service": own.weighted(_SERVICES)}
    yield from _places(own, key, stay)
    if own.chance(0.85):
        words = f"{title(stay.kind).split(' of ')[0].upper()} {own.pick(('W MCC', 'W CC', 'W/O CC/MCC'))}"
        yield "drgcodes", {**key, "drg_type": "HCFA", "drg_code": 100 + stay.kind, "description": words}
        severity = {"drg_severity": own.whole(1, 4), "drg_mortality": own.whole(1, 4)}
        yield "drgcodes", {**key, "drg_type": "APR", "drg_code": 200 + stay.kind, "description": words.split(" W")[0], **severity}


def _places(own: Draw, key: dict[str, Any], stay: Stay) -> Iterator[Row]:
    """Transfers from place to place, with the emergency department before and the way out after them."""
    at = stay.hadm_id % 10_000_000 * 10
    if stay.arrived:
        times = {"intime": _time(stay.arrived[0]), "outtime": _time(stay.arrived[1])}
        yield "transfers", {**key, "transfer_id": at, "eventtype": "ED", "careunit": "Emergency Department", **times}
    ward = _WARDS[(stay.kind + own.whole(0, 2)) % len(_WARDS)]
    spots = [(stay.started, ward)]
    if stay.icu:
        spots += [(stay.icu[0], _ICUS[stay.kind % len(_ICUS)]), (stay.icu[1], ward)]
    for _ in range(own.weighted({0: 0.5, 1: 0.3, 2: 0.2})):
        since = spots[-1][0]
        spots.append((since + (stay.ended - since) * own.random(), own.pick(_WARDS)))
    for place, (came, unit) in enumerate(spots, 1):
        left = spots[place][0] if place < len(spots) else stay.ended
        times = {"intime": _time(came), "outtime": _time(left)}
        yield "transfers", {**key, "transfer_id": at + place, "eventtype": "transfer" if place > 1 else "admit", "careunit": unit, **times}
    yield "transfers", {**key, "transfer_id": at + 9, "eventtype": "discharge", "intime": _time(stay.ended)}


def _event_rows(own: Draw, one: Person, stay: Stay) -> Iterator[Row]:
    subject, key = {"subject_id": one.subject_id}, {"subject_id": one.subject_id, "hadm_id": stay.hadm_id}
    hours = max(2, int((stay.ended - stay.started).total_seconds() // 3600))
    first = stay.hadm_id % 10_000_000 * 100

    def when() -> str:
        return _time(stay.started + timedelta(minutes=own.whole(0, hours * 60 - 1)))

    def ordered() -> str:
        return f"P{own.whole(0, 999):05d}"

    if own.chance(0.15):
        yield "hcpcsevents", {**key, "chartdate": _time(stay.started)[:10], "hcpcs_cd": f"9{stay.kind:04d}", "seq_num": 1}
    for name, ends in _OMR.items():
        shown = {
            "chartdate": _time(stay.started)[:10],
            "seq_num": stay.hadm_id % 20 + 1,
            "result_name": name,
            "result_value": own.whole(*ends),
        }
        yield "omr", {**subject, **shown}
    for place in range(own.whole(4, 16)):
        value, item = round(own.random() * 200, 1), own.whole(0, 1_621)
        told = {"value": value, "valuenum": value, "valueuom": _UNITS[item % 5], "ref_range_lower": 40, "ref_range_upper": 150}
        flag = {"flag": "abnormal" if not 40 <= value <= 150 else None, "priority": own.pick(("STAT", "ROUTINE"))}
        comment = {"comments": own.words(6)} if own.chance(0.1) else {}
        ids = {"labevent_id": first + place, "specimen_id": first + place // 3, "itemid": 50_000 + item}
        yield "labevents", {**key, **ids, "order_provider_id": ordered(), "charttime": when(), **told, **flag, **comment}
    if own.chance(0.4):
        swab: dict[str, Any] = {
            "microevent_id": first,
            "micro_specimen_id": first,
            "test_seq": 1,
            "chartdate": f"{_time(stay.started)[:10]} 00:00:00",
        }
        found = {"spec_itemid": 70_070, "spec_type_desc": "SWAB", "test_itemid": 90_115, "test_name": own.pick(slots()["test"]).upper()}
        yield "microbiologyevents", {**key, **swab, **found, "charttime": when(), "comments": own.words(5)}
    for place in range(own.whole(2, 9)):
        yield from _drug_rows(own, key, first + place, when, ordered())
    if stay.icu:
        yield from _charted(own, key | {"stay_id": stay.icu_id}, stay.icu, first)


def _drug_rows(own: Draw, key: dict[str, Any], order: int, when: Any, by: str) -> Iterator[Row]:
    """A drug that was ordered, delivered and given."""
    drug, dose, start = own.pick(slots()["drug"]).capitalize(), own.pick((5, 10, 25, 50, 100)), when()
    subject = {"subject_id": key["subject_id"]}
    poe = {"poe_id": f"{key['subject_id']}-{order % 1_000_000}", "poe_seq": order % 1_000_000}
    yield (
        "poe",
        {
            **poe,
            **key,
            "ordertime": start,
            "order_type": "Medications",
            "transaction_type": "New",
            "order_provider_id": by,
            "order_status": "Inactive",
        },
    )
    if own.chance(0.2):
        yield "poe_detail", {**poe, **subject, "field_name": "Indication", "field_value": own.words(3, ended=False)}
    given = {"pharmacy_id": order, "poe_id": poe["poe_id"]}
    yield (
        "pharmacy",
        {
            **key,
            **given,
            "starttime": start,
            "medication": drug,
            "proc_type": "Unit Dose",
            "status": "Discontinued",
            "route": "PO",
            "frequency": "DAILY",
        },
    )
    amount = {"dose_val_rx": dose, "dose_unit_rx": "mg", "form_val_disp": 1, "form_unit_disp": "TAB", "doses_per_24_hrs": own.whole(1, 4)}
    known = {"drug_type": "MAIN", "drug": drug, "gsn": f"{abs(dose) * 7:06d}", "ndc": 0, "prod_strength": f"{dose}mg Tablet", "route": "PO"}
    yield "prescriptions", {**key, **given, "poe_seq": poe["poe_seq"], "order_provider_id": by, "starttime": start, **known, **amount}
    emar = {"emar_id": f"{key['subject_id']}-{order % 1_000_000}", "emar_seq": order % 1_000_000}
    yield "emar", {**key, **emar, **given, "charttime": when(), "medication": drug, "event_txt": own.pick(("Administered", "Not Given"))}
    yield (
        "emar_detail",
        {**subject, **emar, "parent_field_ordinal": 1.1, "dose_given": dose, "dose_given_unit": "mg", "product_description": drug},
    )


def _charted(own: Draw, key: dict[str, Any], icu: tuple[datetime, datetime], first: int) -> Iterator[Row]:
    """What is charted in intensive care."""
    minutes = max(2, int((icu[1] - icu[0]).total_seconds() // 60))

    def base(low: int, high: int) -> dict[str, Any]:
        charted = _time(icu[0] + timedelta(minutes=own.whole(0, minutes - 1)))
        return {**key, "caregiver_id": own.whole(0, 999), "charttime": charted, "storetime": charted, "itemid": own.whole(low, high)}

    def span(place: int) -> dict[str, Any]:
        told = base(221_000, 222_499)
        return {
            **told,
            "starttime": told["charttime"],
            "endtime": told["storetime"],
            "orderid": first + place,
            "linkorderid": first + place,
        }

    for _ in range(own.whole(4, 12)):
        value = own.whole(40, 180)
        yield "chartevents", {**base(220_000, 220_999), "value": value, "valuenum": value, "valueuom": "bpm", "warning": 0}
    told = base(224_000, 224_499)
    yield "datetimeevents", {**told, "value": told["charttime"], "valueuom": "Date and Time", "warning": 0}
    for place in range(own.whole(1, 4)):
        amount = {"amount": own.whole(10, 900), "amountuom": "ml", "rate": own.whole(1, 90), "rateuom": "mL/hour", "originalrate": 1}
        done = {"statusdescription": "FinishedRunning"}
        yield "inputevents", {**span(place), **amount, "ordercategoryname": "02-Fluids", "patientweight": own.whole(50, 120), **done}
        yield "ingredientevents", {**span(place), **amount, **done}
        yield "outputevents", {**base(226_000, 226_499), "value": own.whole(10, 900), "valueuom": "ml"}
    yield (
        "procedureevents",
        {
            **span(9),
            "value": own.whole(10, 4_000),
            "valueuom": "min",
            "ordercategoryname": "Ventilation",
            "statusdescription": "FinishedRunning",
        },
    )


def _item(draw: Draw, number: int) -> dict[str, Any]:
    label = f"{draw.pick(slots()['test']).capitalize()}, {draw.pick(slots()['site'])}"
    return {"itemid": 50_000 + number, "label": label, "fluid": draw.pick(_FLUIDS), "category": draw.pick(("Chemistry", "Hematology"))}


def _charted_item(draw: Draw, number: int) -> dict[str, Any]:
    known = {"abbreviation": f"T{number}", "linksto": "chartevents", "category": "Routine Vital Signs", "param_type": "Numeric"}
    return {**_item(draw, number), "itemid": 220_000 + 2 * number, **known}


def _service(draw: Draw, number: int) -> dict[str, Any]:
    long = draw.words(9, ended=False)
    return {"code": f"9{number:04d}", "long_description": long, "short_description": long.split(" ")[0]}


def _titled(draw: Draw, number: int) -> tuple[Any, ...]:
    """A row of d_icd_diagnoses: the illnesses, then invented codes of both revisions."""
    if number < 2 * len(ILLNESSES):
        one = ILLNESSES[number // 2]
        return (one.ten, 10, one.title) if number % 2 else (one.nine, 9, one.title)
    place = number - 2 * len(ILLNESSES)
    # Of seven codes one is of the older revision, as far as that goes; the first of both come at once.
    if place < 4 * LEAST:
        return (nine(place // 2), 9, title(place // 2)) if place % 2 else (ten(place // 2), 10, title(place // 2))
    rest = place - 4 * LEAST
    return (
        (nine(2 * LEAST + rest // 7), 9, title(2 * LEAST + rest // 7))
        if rest % 7 == 0
        else (ten(2 * LEAST + rest), 10, title(2 * LEAST + rest))
    )


def _procedure(draw: Draw, number: int) -> tuple[Any, ...]:
    return (
        procedure(number),
        9,
        f"{draw.pick(('Tapping', 'Draining', 'Splinting', 'Rinsing'))} of the {draw.pick(slots()['site'])}, way {number + 1}",
    )


def _id(column: str, form: str, draw: Draw, number: int) -> dict[str, Any]:
    return {column: form.format(number)}


#: Table -> record, how many, how many at least.
DICTIONARIES: dict[str, tuple[Callable[[Draw, int], Any], int, int]] = {
    "d_icd_diagnoses": (_titled, 109_775, 2 * len(ILLNESSES) + 4 * LEAST),
    "d_icd_procedures": (_procedure, 9_800, LEAST),
    "d_labitems": (_item, 1_622, 1_622),
    "d_hcpcs": (_service, 89_200, LEAST),
    "provider": (partial(_id, "provider_id", "P{:05d}"), 40_508, 1_000),
    "d_items": (_charted_item, 4_014, 4_014),
    "caregiver": (partial(_id, "caregiver_id", "{}"), 15_468, 1_000),
}
