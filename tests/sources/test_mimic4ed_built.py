"""The master table of the MIMIC-IV-ED benchmark, built from tables of ours, against what we worked out by hand: 57 stays, all flags."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medslake import registry
from medslake.sources import Bronze
from medslake.sources.mimic4ed import FEATURES, OUTCOMES
from medslake.sources.parts.comorbidities import FLAGS
from medslake.sources.parts.ed_stays import COLUMNS, COMPLAINTS, master_table
from medslake.sources.parts.mimic_tables import TABLES
from medslake.synth import csv_text
from native_fixtures import silver_frames, write_files

Row = tuple[object, ...]
#: One diagnosis of an earlier admission each -> the comorbidities that it sets, looked up in the lists of Quan et al.
DIAGNOSES = (
    (9, "41001", "cci_MI"),
    (10, "I500", "cci_CHF eci_CHF"),
    (9, "4439", "cci_PVD eci_PVD"),
    (10, "G459", "cci_Stroke"),
    (10, "F03", "cci_Dementia"),
    (9, "49121", "cci_Pulmonary eci_Pulmonary"),
    (10, "M069", "cci_Rheumatic eci_Rheumatic"),
    (9, "53100", "cci_PUD"),
    (10, "K259", "cci_PUD eci_PUD"),
    (10, "K739", "cci_Liver1 eci_Liver"),
    (9, "25000", "cci_DM1 eci_DM2"),
    (10, "E1122", "cci_DM2 eci_DM1"),
    (9, "3420", "cci_Paralysis eci_Paralysis"),
    (10, "N186", "cci_Renal eci_Renal"),
    (9, "1749", "cci_Cancer1 eci_Tumor1"),
    (10, "K7290", "cci_Liver2 eci_Liver"),
    (10, "C787", "cci_Cancer2 eci_Tumor2"),
    (9, "042", "cci_HIV eci_HIV"),
    (10, "I480", "eci_Arrhythmia"),
    (9, "4241", "eci_Valvular"),
    (10, "I2699", "eci_PHTN"),
    (9, "40391", "cci_Renal eci_HTN1 eci_Renal"),
    (10, "I10", "eci_HTN2"),
    (10, "G20", "eci_NeuroOther"),
    (9, "2449", "eci_Hypothyroid"),
    (10, "C8190", "cci_Cancer1 eci_Lymphoma"),
    (9, "2866", "eci_Coagulopathy"),
    (10, "E669", "eci_Obesity"),
    (9, "7832", "eci_WeightLoss"),
    (10, "E871", "eci_FluidsLytes"),
    (9, "2800", "eci_BloodLoss"),
    (10, "D509", "eci_Anemia"),
    (9, "30300", "eci_Alcohol"),
    (10, "F1120", "eci_Drugs"),
    (9, "29530", "eci_Psychoses"),
    (10, "F329", "eci_Depression"),
)
#: What most stays have in common.
USUAL: dict[str, object] = {
    **dict.fromkeys(COLUMNS),
    **dict.fromkeys((name for name in COLUMNS if name.startswith(("n_ed_", "n_hosp_", "n_icu_"))), 0),
    **dict.fromkeys((*COMPLAINTS, *(f"outcome_{name}" for name in OUTCOMES)), False),
    **dict.fromkeys(FLAGS, 0),
    "n_med": 0.0,
    "n_medrecon": 0.0,
    "race": "ISLANDER",
    "arrival_transport": "WALK IN",
    "disposition": "HOME",
}


class Ward:
    """Rows of the tables, and of each stay what the master table must say."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = {name: [] for name in ("patients", "admissions", "icustays", "diagnoses_icd", "edstays")}
        self.tables |= {name: [] for name in ("triage", "vitalsign", "pyxis", "medrecon")}
        self.gold: list[dict[str, object]] = []

    def person(self, subject: int, gender: str, age: int, year: int, died: str | None = None) -> None:
        self.tables["patients"].append((subject, gender, age, year, "2011 - 2013", died))

    def admission(self, subject: int, stay: int, start: str, end: str, race: str | None = None, died: str | None = None) -> None:
        insured = (None, None, None, None, "Other", None, None, race)
        self.tables["admissions"].append((subject, stay, start, end, died, *insured))

    def intensive(self, subject: int, stay: int | None, unit: int, start: str) -> None:
        self.tables["icustays"].append((subject, stay, unit, "Harbour ICU", "Harbour ICU", start))

    def visit(self, subject: int, stay: int, start: str, end: str, gender: str, hadm: int | None = None, **told: object) -> None:
        """told: the columns that are not as usual."""
        self.tables["edstays"].append((subject, hadm, stay, start, end, gender, "ISLANDER", "WALK IN", "HOME"))
        ids = {"index": len(self.gold), "subject_id": subject, "hadm_id": hadm, "stay_id": stay, "intime": start, "outtime": end}
        self.gold.append(USUAL | ids | {"gender": gender, "in_year": int(start[:4])} | told)

    def files(self) -> dict[str, str]:
        return {f"{TABLES[name][0]}/{name}.csv": _text(name, rows) for name, rows in self.tables.items()}


def _text(name: str, rows: list[Row]) -> str:
    header = [column.split()[0] for column in TABLES[name][1].split(", ")]
    return csv_text(header, [(*row, *[None] * (len(header) - len(row))) for row in rows])


def _comorbid(ward: Ward) -> None:
    """An admission from new year to 5 January, a visit 59 days and two hours after new year."""
    for at, (version, code, flags) in enumerate(DIAGNOSES):
        subject, hadm = 90001001 + at, 80001001 + at
        ward.person(subject, "F", 40, 2149)
        ward.admission(subject, hadm, "2150-01-01 08:00:00", "2150-01-05 08:00:00", "WHITE")
        ward.tables["diagnoses_icd"].append((subject, hadm, 1, code, version))
        ward.visit(
            *(subject, 70001001 + at, "2150-03-01 10:00:00", "2150-03-01 13:30:00", "F"),
            anchor_age=40,
            anchor_year=2149,
            age=41,
            ed_los="0 days 03:30:00",
            ed_los_hours=3.5,
            **{"n_hosp_90d": 1, "n_hosp_365d": 1} | dict.fromkeys(flags.split(), 1),
        )


def _returning(ward: Ward) -> None:
    """Four visits: 2 days 23 hours, 28 days and 335 days one hour apart; the last is 366 days after the first."""
    ward.person(90002001, "F", 30, 2160)
    who: dict[str, object] = {"anchor_age": 30, "anchor_year": 2160, "age": 30}

    def then(time: str, difference: str, days: float) -> dict[str, object]:
        return {"next_ed_visit_time": time, "next_ed_visit_time_diff": difference, "next_ed_visit_time_diff_days": days}

    ward.visit(
        *(90002001, 70002001, "2160-01-01 00:00:00", "2160-01-01 04:00:00", "F"),
        **who | then("2160-01-03 23:00:00", "2 days 19:00:00", 2.79),
        ed_los="0 days 04:00:00",
        ed_los_hours=4.0,
        outcome_ed_revisit_3d=True,
    )
    ward.visit(
        *(90002001, 70002002, "2160-01-03 23:00:00", "2160-01-04 02:00:00", "F"),
        **who | then("2160-01-31 23:00:00", "27 days 21:00:00", 27.88),
        ed_los="0 days 03:00:00",
        ed_los_hours=3.0,
        n_ed_30d=1,
        n_ed_90d=1,
        n_ed_365d=1,
    )
    ward.visit(
        *(90002001, 70002003, "2160-01-31 23:00:00", "2160-02-01 01:00:00", "F"),
        **who | then("2161-01-01 00:00:00", "334 days 23:00:00", 334.96),
        ed_los="0 days 02:00:00",
        ed_los_hours=2.0,
        n_ed_30d=1,
        n_ed_90d=2,
        n_ed_365d=2,
    )
    ward.visit(
        *(90002001, 70002004, "2161-01-01 00:00:00", "2161-01-01 06:15:36", "F"),
        **who | {"age": 31, "ed_los": "0 days 06:15:36", "ed_los_hours": 6.26, "n_ed_365d": 2},
    )


def _critical(ward: Ward) -> None:
    """Intensive care 6 hours after, 13 hours after and 2 hours before the end of the visit; a death in and one after hospital."""

    def admitted(start: str, end: str, race: str | None = None, died: str | None = None) -> dict[str, object]:
        times: dict[str, object] = {"admittime": start, "dischtime": end, "deathtime": died}
        return times | {"ethnicity": race, "insurance": "Other", "outcome_hospitalization": True}

    ward.person(90002002, "M", 70, 2170)
    ward.admission(90002002, 80002002, "2170-05-01 00:00:00", "2170-05-10 00:00:00", "WHITE")
    ward.intensive(90002002, 80002002, 60002002, "2170-05-02 12:00:00")
    ward.admission(90002002, 80002003, "2170-05-31 07:00:00", "2170-06-05 00:00:00", "BLACK")
    ward.intensive(90002002, 80002003, 60002004, "2170-06-02 00:00:00")
    ward.intensive(90002002, 80002003, 60002003, "2170-05-31 14:00:00")
    ward.visit(
        *(90002002, 70002005, "2170-05-31 00:00:00", "2170-05-31 08:00:00", "M", 80002003),
        **admitted("2170-05-31 07:00:00", "2170-06-05 00:00:00", "BLACK"),
        anchor_age=70,
        anchor_year=2170,
        age=70,
        ed_los="0 days 08:00:00",
        ed_los_hours=8.0,
        n_hosp_30d=1,
        n_hosp_90d=1,
        n_hosp_365d=1,
        n_icu_30d=1,
        n_icu_90d=1,
        n_icu_365d=1,
        intime_icu="2170-05-31 14:00:00",
        time_to_icu_transfer="0 days 06:00:00",
        time_to_icu_transfer_hours=6.0,
        outcome_icu_transfer_12h=True,
        outcome_critical=True,
    )
    ward.person(90002003, "F", 80, 2140, "2140-02-10")
    ward.admission(90002003, 80002004, "2140-02-08 19:00:00", "2140-02-10 05:00:00", None, "2140-02-10 05:00:00")
    ward.intensive(90002003, 80002004, 60002005, "2140-02-09 09:00:00")
    ward.visit(
        *(90002003, 70002006, "2140-02-08 10:00:00", "2140-02-08 20:00:00", "F", 80002004),
        **admitted("2140-02-08 19:00:00", "2140-02-10 05:00:00", died="2140-02-10 05:00:00"),
        anchor_age=80,
        anchor_year=2140,
        age=80,
        dod="2140-02-10",
        ed_los="0 days 10:00:00",
        ed_los_hours=10.0,
        intime_icu="2140-02-09 09:00:00",
        time_to_icu_transfer="0 days 13:00:00",
        time_to_icu_transfer_hours=13.0,
        outcome_inhospital_mortality=True,
        outcome_critical=True,
    )
    ward.person(90002004, "M", 50, 2145, "2145-04-01")
    ward.admission(90002004, 80002005, "2145-03-03 15:00:00", "2145-03-06 12:00:00")
    ward.intensive(90002004, 80002005, 60002006, "2145-03-03 18:00:00")
    ward.visit(
        *(90002004, 70002007, "2145-03-03 08:00:00", "2145-03-03 20:00:00", "M", 80002005),
        **admitted("2145-03-03 15:00:00", "2145-03-06 12:00:00"),
        anchor_age=50,
        anchor_year=2145,
        age=50,
        dod="2145-04-01",
        ed_los="0 days 12:00:00",
        ed_los_hours=12.0,
        intime_icu="2145-03-03 18:00:00",
        time_to_icu_transfer="-1 days +22:00:00",
        time_to_icu_transfer_hours=-2.0,
        outcome_icu_transfer_12h=True,
        outcome_critical=True,
    )
    ward.person(90002005, "F", 45, 2145, "2145-05-05")
    ward.admission(90002005, 80002006, "2145-05-01 11:30:00", "2145-05-04 10:00:00")
    ward.visit(
        *(90002005, 70002008, "2145-05-01 08:00:00", "2145-05-01 12:00:00", "F", 80002006),
        **admitted("2145-05-01 11:30:00", "2145-05-04 10:00:00"),
        anchor_age=45,
        anchor_year=2145,
        age=45,
        dod="2145-05-05",
        ed_los="0 days 04:00:00",
        ed_los_hours=4.0,
    )


def _looking_back(ward: Ward) -> None:
    """Discharged 1780 days before, a second earlier, at the very moment, and not yet: the first alone counts."""
    ward.person(90002006, "M", 66, 2130)
    for hadm, start, end, code in (
        (80002007, "2130-02-10 12:00:00", "2130-02-16 12:00:00", "I10  "),
        (80002008, "2130-02-10 10:00:00", "2130-02-16 11:59:59", "E669"),
        (80002009, "2134-12-30 12:00:00", "2135-01-01 12:00:00", "F329"),
        (80002010, "2134-12-31 12:00:00", "2135-01-02 12:00:00", "G20"),
    ):
        ward.admission(90002006, hadm, start, end)
        ward.tables["diagnoses_icd"].append((90002006, hadm, 1, code, 10))
    ward.visit(
        *(90002006, 70002009, "2135-01-01 12:00:00", "2135-01-01 12:30:00", "M"),
        anchor_age=66,
        anchor_year=2130,
        age=71,
        ed_los="0 days 00:30:00",
        ed_los_hours=0.5,
        eci_HTN2=1,
        n_hosp_30d=2,
        n_hosp_90d=2,
        n_hosp_365d=2,
    )
    ward.person(90002015, "F", 55, 2155)
    for unit, start in ((60002010, "2155-12-31 00:00:00"), (60002011, "2155-10-02 00:00:00"), (60002012, "2154-12-30 23:59:59")):
        ward.intensive(90002015, 80002900 + unit % 100, unit, start)
    ward.visit(
        *(90002015, 70002021, "2155-12-31 00:00:00", "2155-12-31 02:00:00", "F"),
        anchor_age=55,
        anchor_year=2155,
        age=55,
        ed_los="0 days 02:00:00",
        ed_los_hours=2.0,
        n_icu_90d=1,
        n_icu_365d=1,
    )


def _told_twice(ward: Ward) -> None:
    """The first visit is without an admission and takes the ethnicity that two of the three others tell."""
    ward.person(90002007, "F", 20, 2150)
    who: dict[str, object] = {"anchor_age": 20, "anchor_year": 2150, "age": 20, "ed_los": "0 days 01:00:00", "ed_los_hours": 1.0}
    ward.visit(
        *(90002007, 70002010, "2150-01-01 10:00:00", "2150-01-01 11:00:00", "F"),
        **who | {"ethnicity": "WHITE", "next_ed_visit_time": "2150-06-01 10:00:00"},
        next_ed_visit_time_diff="150 days 23:00:00",
        next_ed_visit_time_diff_days=150.96,
    )
    for hadm, month, race, told in (
        (
            *(80002011, "06", "ASIAN"),
            {"n_ed_365d": 1, "next_ed_visit_time": "2150-09-01 10:00:00", "next_ed_visit_time_diff": "91 days 23:00:00"}
            | {"next_ed_visit_time_diff_days": 91.96},
        ),
        (
            *(80002012, "09", "WHITE"),
            {"n_ed_365d": 2, "n_hosp_365d": 1, "next_ed_visit_time": "2150-11-01 10:00:00"}
            | {"next_ed_visit_time_diff": "60 days 23:00:00", "next_ed_visit_time_diff_days": 60.96},
        ),
        (80002013, "11", "WHITE", {"n_ed_90d": 1, "n_ed_365d": 3, "n_hosp_90d": 1, "n_hosp_365d": 2}),
    ):
        start, end = f"2150-{month}-01 10:30:00", f"2150-{month}-02 10:00:00"
        ward.admission(90002007, hadm, start, end, race)
        ward.visit(
            *(90002007, hadm - 10_000_000, f"2150-{month}-01 10:00:00", f"2150-{month}-01 11:00:00", "F", hadm),
            **who | {"admittime": start, "dischtime": end, "ethnicity": race, "insurance": "Other", "outcome_hospitalization": True},
            **told,
        )


def _measured(ward: Ward) -> None:
    ward.person(90002008, "M", 33, 2133)
    ward.tables["triage"].append((90002008, 70002014, 98.1, 88, 16, 97, 120, 70, "7", 2, "Chest Pain; SHORTNESS OF BREATH"))
    for time, *values in (
        ("09:00:00", 98.2, 90, None, 95, 121, 71, "SR", "5-8"),
        ("11:00:00", None, 92, 18, None, 122, None, None, "4"),
        ("10:00:00", 99.0, 91, 17, 96, 123, 72, None, "UA"),
    ):
        ward.tables["vitalsign"].append((90002008, 70002014, f"2133-03-01 {time}", *values))
    for name, gsn in (("Ab", "000111"), ("Ab", "000111"), ("Velatrine", None), ("Velatrine", None), ("Cd", "000222")):
        ward.tables["pyxis"].append((90002008, 70002014, "2133-03-01 09:30:00", 1, name, 1, gsn))
    for gsn in ("000333", None, "000444", "000333"):
        ward.tables["medrecon"].append((90002008, 70002014, "2133-03-01 08:30:00", "Velatrine", gsn))
    ward.visit(
        *(90002008, 70002014, "2133-03-01 08:00:00", "2133-03-01 20:30:00", "M"),
        anchor_age=33,
        anchor_year=2133,
        age=33,
        ed_los="0 days 12:30:00",
        ed_los_hours=12.5,
        triage_temperature=98.1,
        triage_heartrate=88.0,
        triage_resprate=16.0,
        triage_o2sat=97.0,
        triage_sbp=120.0,
        triage_dbp=70.0,
        triage_pain=7.0,
        triage_acuity=2.0,
        chiefcomplaint="Chest Pain; SHORTNESS OF BREATH",
        chiefcom_chest_pain=True,
        chiefcom_shortness_of_breath=True,
        ed_temperature_last=99.0,
        ed_heartrate_last=92.0,
        ed_resprate_last=18.0,
        ed_o2sat_last=96.0,
        ed_sbp_last=122.0,
        ed_dbp_last=72.0,
        ed_pain_last=4.0,
        n_med=3.0,
        n_medrecon=2.0,
    )


def _complaining(ward: Ward) -> None:
    for at, (complaint, pain, number, words) in enumerate(
        (
            ("ABD PAIN, Nausea", "0", 0.0, "abdominal_pain nausea_vomiting"),
            ("Lightheaded, Dizziness", "UA", None, "headache dizziness"),
            ("Back pain, Fever, Cough", "5-8", None, "back_pain fever_chills cough"),
            ("Syncope", "10", 10.0, "syncope"),
        )
    ):
        subject, stay = 90002009 + at, 70002015 + at
        ward.person(subject, "F", 50, 2150)
        ward.tables["triage"].append((subject, stay, None, None, None, None, None, None, pain, 3, complaint))
        ward.visit(
            *(subject, stay, "2150-07-01 00:00:00", "2150-07-01 01:00:00", "F"),
            anchor_age=50,
            anchor_year=2150,
            age=50,
            ed_los="0 days 01:00:00",
            ed_los_hours=1.0,
            triage_pain=number,
            triage_acuity=3.0,
            chiefcomplaint=complaint,
            **dict.fromkeys((f"chiefcom_{word}" for word in words.split()), True),
        )
    ward.person(90002013, "M", 50, 2150)
    for subject, stay, who in (
        (90002013, 70002019, {"anchor_age": 50, "anchor_year": 2150, "age": 50}),
        # Of this one the table of persons knows nothing.
        (90002014, 70002020, {}),
    ):
        times = ("2150-07-01 00:00:00", "2150-07-01 01:00:00", "M")
        ward.visit(subject, stay, *times, **who | {"ed_los": "0 days 01:00:00", "ed_los_hours": 1.0})


@pytest.fixture(scope="module")
def ward() -> Ward:
    made = Ward()
    for part in (_comorbid, _returning, _critical, _looking_back, _told_twice, _measured, _complaining):
        part(made)
    return made


def test_every_column_is_as_worked_out_by_hand(ward: Ward, tmp_path: Path, bronze_of: Callable[..., Any]) -> None:
    source = registry.get("source", "mimic4ed")
    bronze = bronze_of(source, write_files(tmp_path / "tables", ward.files()))
    made = {row["stay_id"]: row.asDict() for row in master_table(Bronze(bronze)).collect()}
    wrong = [
        (gold["stay_id"], name, gold[name], made[gold["stay_id"]][name])  # type: ignore[index]
        for gold in ward.gold
        for name in COLUMNS
        if gold[name] != _plain(made[gold["stay_id"]][name])  # type: ignore[index]
    ]
    assert wrong == []
    assert len(made) == len(ward.gold) == 57
    assert [name for name in (*FLAGS, *COMPLAINTS) if not any(gold[name] for gold in ward.gold)] == []
    assert {gold[f"outcome_{name}"] for gold in ward.gold for name in OUTCOMES} == {True, False}
    looked = made[70002009]["joined"]
    admissions = [one["row"] for one in looked if one["table"].endswith("__admissions")]
    assert admissions == [36 + 5 + 1]


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def test_a_published_table_is_compared_on_the_same_stays(ward: Ward, tmp_path: Path, bronze_of: Callable[..., Any]) -> None:
    """As the benchmark would publish it: with two columns that say something else, and a stay that the tables lack."""
    source = registry.get("source", "mimic4ed")
    gold = [{**row} for row in ward.gold]
    gold[0] |= {"age": 77, "outcome_critical": True}
    gold[1]["ed_los_hours"] = 99.0
    gold[2]["stay_id"] = 79999999
    rows = [[row[name] for name in COLUMNS[:117]] for row in gold]
    files = {"master_dataset.csv": csv_text(COLUMNS[:117], rows), **ward.files()}
    bronze = bronze_of(source, write_files(tmp_path / "both", files))
    found = {row["record_id"]: row for row in silver_frames(source, bronze)["encounters"].collect()}
    assert len(found) == 57
    differs = {key: row["outcomes"]["differs"] for key, row in found.items() if "differs" in row["outcomes"]}
    assert differs == {"70001001": "age, outcome_critical"}
    assert not found["79999999"]["joined"]
    tables = {table: frame for table, frame in bronze.items() if table != "master_dataset"}
    built = {row["record_id"]: row for row in silver_frames(source, tables)["encounters"].collect()}
    for key in found.keys() & built.keys() - {"70001001"}:
        told = {one["name"]: one["value"] for one in built[key]["features"]}
        assert told == {one["name"]: one["value"] for one in found[key]["features"]}
        assert list(told) == [name for name in FEATURES if name in told]
