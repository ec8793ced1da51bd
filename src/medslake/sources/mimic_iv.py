"""MIMIC-IV: structured tables of hosp, icu and ed of the full release, of the demo, or of a copy in their layout; one encounter per
admission. Tables that no encounter is made of are optional and lie in bronze.

Features tell what is known of a stay while it lasts: the person, the way in, services and care units in time order, procedures in the
order of the record. What only its end reveals (death, length, discharge, diagnoses, DRGs) is an outcome and never a feature; the
discharge rows of `transfers` and the discharge lounge are left out for that reason.

ICD codes are written without points, as MIMIC writes them; titles come from d_icd_* where delivered, else from the source icd_codes. A
code without a title stands alone, and `outcomes['untitled_codes']` tells how many a stay has. A diagnosis is told once, a procedure once
a day. A row of a stay that names another person is set aside, and so is a stay of a person whom `patients` does not have. Dates are
shifted by the publisher; age is anchor_age moved on to the year of admission (the publisher writes 91 for everybody older than 89 in the
anchor year).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

from medslake.sources import ORIGIN, Bronze, Example, Source, by_hash, joined_on, mapped
from medslake.sources.parts.encounters import features, outcomes
from medslake.sources.parts.mimic_tables import TABLES, table_downloads, table_file
from medslake.synth import Dirt, Rows, Twin, TwinFile, TwinTables, Writer, csv, csv_text
from medslake.synth.parts.emergency import EMERGENCY, emergency_rows
from medslake.synth.parts.hospital import DICTIONARIES, HOSPITAL, hospital_rows
from medslake.synth.parts.persons import PATIENTS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["SOURCE"]

#: Digests of the demo, version 2.2 (uncompressed members).
_SHA256 = {
    "hosp/admissions.csv": "b08247c945ce0c69c505cf3427c6442135b89d9ea6315a89d4adb7b1733ce1d4",
    "hosp/d_labitems.csv": "6a758494be345531d17ff3f2efcb0fefad78e7bfce83a4168f4ab5132e148856",
    "hosp/diagnoses_icd.csv": "ffb493244933ae7e1cbb17183f78a2e65625bd253489c01d376bfdc49df774af",
    "hosp/drgcodes.csv": "3afe54488408372c92b3c1deebbeff70dcbc0b70c72fdd187fa1039d52ff33b9",
    "hosp/hcpcsevents.csv": "ad058e432fb2cf136c3edb0edbc64058488426c09b792778c8bfd1f7b7b3c0d7",
    "hosp/omr.csv": "64a75e495f3c85b16981c94fe72c4818f8dd67eeff534604a12d5f974c9c938f",
    "hosp/patients.csv": "d6f7f45cad83a977cfe40cf80572ad13df3970071c5f91bf2fd319c3903516f0",
    "hosp/procedures_icd.csv": "03161547a84ac86657f27c4fedd5d5f1e1b391b29e3faa53a6e6171e141b9fb6",
    "hosp/provider.csv": "e875328b0edd1a71a946ca51cdbae7a6110d058ee3640f838b902718361fe985",
    "hosp/services.csv": "78d0093c8829fa86dd1c1895128e62615d0da15a8faa4123f0ecfe00213dfcc7",
    "hosp/transfers.csv": "75a8f8c8bcaecb57406bbec43aa1cffee72cf2b91195a949aa7f21426432da8b",
    "icu/caregiver.csv": "61a6937a2e9b91e6daa32ce564418278f3b8b6a076a8c1fd4212fdd32bd943d6",
    "icu/d_items.csv": "3a9ff93b12727ec17000896c144c03573bccae0f8f71d5d5c2ba773ebf7ffa5d",
    "icu/icustays.csv": "9a79a759372a6075560a0dcf53d10122e691a8a4dce7141101f6660ab8476f42",
}


@dataclass(frozen=True)
class _Part:
    """What a table adds to a stay: `value`, joined by "; " in `order`. titles: lists of titles of its codes, see `_titled`.

    once: columns of which rows that share them are told once.
    """

    table: str
    order: str
    value: str
    where: str = "true"
    titles: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    once: str = "_origin"


_OWN = ("icd_code", "icd_version", "long_title")
#: Table -> code, version and title in it; the release's own list comes first.
_DIAGNOSES = {
    "d_icd_diagnoses": _OWN,
    "bronze.icd_codes__icd9cm_diagnoses": ("code", "9", "title"),
    "bronze.icd_codes__icd10cm": ("code", "10", "title"),
}
_PROCEDURES = {"d_icd_procedures": _OWN, "bronze.icd_codes__icd9cm_procedures": ("code", "9", "title")}
_UNITS = "IF(first_careunit <=> last_careunit, first_careunit, concat_ws(' to ', first_careunit, last_careunit))"
_WITHIN = "eventtype <> 'discharge' AND coalesce(careunit, '') <> 'Discharge Lounge'"
_CODED = ("seq_num, code, version", "concat_ws(': ', code, title)")
_PARTS = {
    "services": _Part("services", "transfertime, _row", "nullif(curr_service, '')"),
    "care_units": _Part("transfers", "intime, transfer_id", "nullif(careunit, '')", _WITHIN),
    "icu_stays": _Part("icustays", "intime, stay_id", f"nullif({_UNITS}, '')"),
    "procedures": _Part("procedures_icd", *_CODED, titles=_PROCEDURES, once="code, version, chartdate"),
    "diagnoses": _Part("diagnoses_icd", *_CODED, titles=_DIAGNOSES, once="code, version"),
    "drgs": _Part("drgcodes", "drg_type, drg_code", "concat(drg_type, ' ', concat_ws(': ', drg_code, description))"),
}
_NONE = f"CAST(array() AS ARRAY<{ORIGIN}>)"
_PEOPLE = ("gender", "race", "admission_type", "admission_location", "insurance", "language", "marital_status")
_DAYS = "round((unix_timestamp(dischtime) - unix_timestamp(admittime)) / 86400D, 2)"


def _titled(bronze: Bronze, part: _Part, of_stays: DataFrame) -> DataFrame:
    """The part's rows with `code` (without points and blanks, in capitals: one spelling for all lists), `version`, `title`, `title_row`."""
    from pyspark.sql import functions as F

    def coded(rows: DataFrame, code: str, version: str, *columns: str) -> DataFrame:
        return rows.selectExpr(f"upper(replace(trim({code}), '.', '')) AS code", f"{version} AS version", *columns)

    rows = coded(of_stays, "icd_code", "icd_version", "*")
    # Without any list this empty one is left, and no code has a title.
    lists = [rows.where("false").selectExpr("code", "version", "-1 AS rank", "'' AS title", "_origin AS title_row")]
    for rank, (table, (code, version, title)) in enumerate(part.titles.items()):
        if table in bronze:
            lists.append(coded(bronze[table], code, version, f"{rank} AS rank", f"{title} AS title", "_origin AS title_row"))
    every = reduce(lambda a, b: a.unionByName(b), lists)
    best = every.groupBy("code", "version").agg(F.expr("min(struct(rank, title_row.row, title, title_row)) AS best"))
    titles = best.select("code", "version", "best.title", "best.title_row")
    return joined_on(rows, titles, ("code", "version"), told=(bronze, f"{part.table}, titles"))


def _gathered(bronze: Bronze, name: str, part: _Part) -> DataFrame:
    """Per stay: `<name>`, `<name>_untitled` (codes without a title), `<name>_rows` (bronze rows it is made of)."""
    from pyspark.sql import functions as F

    rows = bronze[part.table].where("hadm_id IS NOT NULL").where(part.where)
    stays = bronze["admissions"].select("hadm_id", "subject_id")
    # The id of a stay implies the person.
    rows = joined_on(rows, stays, "hadm_id", same="subject_id", told=(bronze, f"{part.table}, admissions"), keep="matched")
    rows = _titled(bronze, part, rows) if part.titles else rows.selectExpr("*", "'' AS title", f"CAST(NULL AS {ORIGIN}) AS title_row")
    one = f"struct({part.order}, {part.value} AS value, title, _origin AS row, title_row, struct({part.once}) AS once)"
    items = rows.groupBy("hadm_id").agg(F.expr(f"array_sort(collect_list({one})) AS items"))
    first = "filter(items, (i, n) -> array_position(items.once, i.once) = n + 1)"
    return items.withColumn("told", F.expr(first)).selectExpr(
        "hadm_id",
        f"array_join(told.value, '; ') AS {name}",
        f"size(filter(told, i -> i.title IS NULL)) AS {name}_untitled",
        f"array_distinct(filter(concat(items.row, items.title_row), row -> row IS NOT NULL)) AS {name}_rows",
    )


def _stays(bronze: Bronze) -> DataFrame:
    """The admissions with the person and what each part adds; null where its table was not delivered."""
    from pyspark.sql import functions as F

    person = bronze["patients"].selectExpr("subject_id", "gender", "anchor_age", "anchor_year", "array(_origin) AS person_rows")
    stays = joined_on(bronze["admissions"], person, "subject_id", told=(bronze, "admissions, patients"), required=True)
    for name, part in _PARTS.items():
        if part.table in bronze:
            stays = joined_on(stays, _gathered(bronze, name, part), "hadm_id")
        else:
            absent = {name: "STRING", f"{name}_untitled": "INT", f"{name}_rows": f"ARRAY<{ORIGIN}>"}
            stays = stays.withColumns({column: F.lit(None).cast(type) for column, type in absent.items()})
    rows = ", ".join(f"coalesce({name}_rows, {_NONE})" for name in ("person", *_PARTS))
    return stays.withColumn("joined", F.expr(f"concat({rows})"))


def _said(column: str) -> str:
    return f"IF({column} IN ('', '?'), NULL, {column})"


def _columns(table: str) -> list[str]:
    return [column.split()[0] for column in TABLES[table][1].split(", ")]


def _files(tables: Mapping[str, Iterable[Sequence[object]]]) -> dict[str, str]:
    """Synthetic native files: table -> its rows."""
    return {f"{TABLES[name][0]}/{name}.csv": csv_text(_columns(name), rows) for name, rows in tables.items()}


_EXAMPLE_TABLES: Mapping[str, Sequence[Sequence[object]]] = {
    "patients": [(90000001, "F", 60, 2150, "2011 - 2013", None)],
    "admissions": [
        (
            *(90000001, 80000001, "2152-03-01 08:00:00", "2152-03-03 20:00:00", None),
            *("URGENT", "P00001", "CLINIC", "HOME", "Other", "?", None, "ISLANDER", None, None, 0),
        ),
        (
            *(90000001, 80000002, "2153-01-01 00:00:00", "2153-01-01 06:00:00", "2153-01-01 06:00:00"),
            *("EW EMER.", None, None, "DIED", None, None, "WIDOWED", None, None, None, 1),
        ),
    ],
    "diagnoses_icd": [(90000001, 80000001, 2, "U90.0", 10), (90000001, 80000001, 10, "990.01", 9), (90000001, 80000001, 1, "99000  ", 9)],
    "d_icd_diagnoses": [("99000", 9, "Ember fever"), ("U900", 10, "Ember fever of the isles")],
    "services": [(90000001, 80000001, "2152-03-02 09:00:00", "MED", "SURG"), (90000001, 80000001, "2152-03-01 08:30:00", None, "MED")],
    "transfers": [
        (90000001, 80000001, 70000003, "discharge", None, "2152-03-03 20:00:00", None),
        (90000001, 80000001, 70000002, "transfer", "Discharge Lounge", "2152-03-03 18:00:00", "2152-03-03 20:00:00"),
        (90000001, 80000001, 70000001, "admit", "Garden Ward", "2152-03-01 08:00:00", "2152-03-03 18:00:00"),
        (90000001, None, 70000009, "ED", "Emergency Department", "2152-02-01 08:00:00", "2152-02-01 09:00:00"),
    ],
    "icustays": [
        (90000001, 80000002, 60000001, "Harbour ICU", "Garden Ward", "2153-01-01 00:00:00", "2153-01-01 06:00:00", 0.25),
    ],
}


_DIRT = {
    "admissions: the line is cut": Dirt(0.002, text=lambda draw, line: f"{line[:30]}\n", aside=1, rule="columns"),
    "admissions: the stay is there twice": Dirt(0.002, record=lambda draw, row: Rows([row, row]), aside=1, rule="unique"),
    "diagnoses_icd: the stay is another person's": Dirt(
        0.002, record=lambda draw, row: {**row, "subject_id": row["subject_id"] + 1}, aside=1, rule="join"
    ),
    "diagnoses_icd: the code is written with its point": Dirt(
        0.02, record=lambda draw, row: {**row, "icd_code": f"{row['icd_code'][:3]}.{row['icd_code'][3:]}"}
    ),
}


def _twins(tables: Iterable[str]) -> dict[str, tuple[str, Writer]]:
    return {name: (f"{TABLES[name][0]}/{name}.csv.gz", csv(_columns(name))) for name in tables}


SOURCE = Source(
    name="mimic_iv",
    title="MIMIC-IV, hospital, intensive care and emergency tables",
    citation=(
        "Johnson A, Bulgarelli L, Pollard T, Gow B, Moody B, Horng S, Celi LA, Mark R. MIMIC-IV. PhysioNet. doi:10.13026/kpb9-mt58. "
        "Demo 2.2: doi:10.13026/dp1f-ex47. Goldberger A, et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation "
        "101(23):e215-e220 (2000)."
    ),
    licence="PhysioNet Credentialed Health Data License 1.5.0; the demo: Open Data Commons Open Database License 1.0",
    access="credentialed",
    domain="Clinical Text",
    page=("https://physionet.org/content/mimiciv/", "https://physionet.org/content/mimic-iv-demo/2.2/"),
    agreement="PhysioNet Credentialed Health Data Use Agreement 1.5.0",
    downloads=table_downloads(TABLES),
    files=tuple(table_file(table, required=table in ("patients", "admissions"), sha256=_SHA256) for table in TABLES),
    # Nobody is in both train and test.
    split=by_hash("subject_id"),
    silver={
        "encounters": mapped(
            _stays,
            record_id="CAST(hadm_id AS STRING)",
            subject_id="CAST(subject_id AS STRING)",
            features=features(
                {
                    "age": "year(admittime) - anchor_year + anchor_age",
                    **{name: _said(name) for name in (*_PEOPLE, "services", "care_units", "icu_stays", "procedures")},
                },
                units={"age": "years"},
            ),
            outcomes=outcomes(
                in_hospital_death="CASE hospital_expire_flag WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END",
                length_of_stay_days=_DAYS,
                discharge_location="discharge_location",
                diagnoses="diagnoses",
                drgs="drgs",
                untitled_codes="nullif(coalesce(procedures_untitled, 0) + coalesce(diagnoses_untitled, 0), 0)",
            ),
            started="admittime",
            ended="dischtime",
        )
    },
    needs=tuple(table for part in _PARTS.values() for table in part.titles if table.startswith("bronze.")),
    example=Example(
        files=_files(_EXAMPLE_TABLES),
        rows={
            "encounters": [
                {
                    "record_id": "80000001",
                    "subject_id": "90000001",
                    "features": [
                        {"name": "age", "value": "62", "unit": "years"},
                        {"name": "gender", "value": "F", "unit": None},
                        {"name": "race", "value": "ISLANDER", "unit": None},
                        {"name": "admission_type", "value": "URGENT", "unit": None},
                        {"name": "admission_location", "value": "CLINIC", "unit": None},
                        {"name": "insurance", "value": "Other", "unit": None},
                        {"name": "services", "value": "MED; SURG", "unit": None},
                        {"name": "care_units", "value": "Garden Ward", "unit": None},
                    ],
                    "outcomes": {
                        "in_hospital_death": "no",
                        "length_of_stay_days": "2.5",
                        "discharge_location": "HOME",
                        "diagnoses": "99000: Ember fever; U900: Ember fever of the isles; 99001",
                        "untitled_codes": "1",
                    },
                },
                {
                    "record_id": "80000002",
                    "features": [
                        {"name": "age", "value": "63", "unit": "years"},
                        {"name": "gender", "value": "F", "unit": None},
                        {"name": "admission_type", "value": "EW EMER.", "unit": None},
                        {"name": "marital_status", "value": "WIDOWED", "unit": None},
                        {"name": "icu_stays", "value": "Harbour ICU to Garden Ward", "unit": None},
                    ],
                    "outcomes": {"in_hospital_death": "yes", "length_of_stay_days": "0.25", "discharge_location": "DIED"},
                },
            ]
        },
    ),
    twin=Twin(
        TwinTables(hospital_rows, _twins(HOSPITAL), PATIENTS, dirt=_DIRT),
        TwinTables(emergency_rows, _twins(EMERGENCY), PATIENTS, first=0),
        *(
            TwinFile(path, made, writer, size, first=0, least=least)
            for name, (made, size, least) in DICTIONARIES.items()
            for path, writer in _twins([name]).values()
        ),
        records=PATIENTS,
    ),
)
