"""MIMIC-IV: structured hosp and icu tables of the full release, of the demo, or of a copy in their layout; one encounter per admission.

Features tell what is known of a stay while it lasts: the person, the way in, services and care units in time order, procedures in the
order of the record. What only its end reveals (death, length, discharge, diagnoses, DRGs) is an outcome and never a feature; the
discharge rows of `transfers` and the discharge lounge are left out for that reason.

ICD codes are written without points, as MIMIC writes them; titles come from d_icd_* where delivered, else from the source icd_codes. A
code without a title stands alone, and `outcomes['untitled_codes']` tells how many a stay has. Dates are shifted by the publisher; age
is anchor_age moved on to the year of admission (the publisher writes 91 for everybody older than 89 in the anchor year).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from random import Random
from typing import TYPE_CHECKING, Any

from medslake.sources.base import Example, FileContent, NativeFile, Source
from medslake.sources.parts.mapping import ORIGIN, hash_split, origin
from medslake.synth.words import DISEASES

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

__all__ = ["SOURCE"]

_DX_TITLES, _SG_TITLES, _TEN_TITLES = (
    "bronze.icd_codes__icd9cm_diagnoses",
    "bronze.icd_codes__icd9cm_procedures",
    "bronze.icd_codes__icd10cm",
)

#: table -> (module, columns, key); column types after the publisher's create.sql.
_TABLES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "patients": (
        "hosp",
        "subject_id BIGINT, gender STRING, anchor_age INT, anchor_year INT, anchor_year_group STRING, dod DATE",
        ("subject_id",),
    ),
    "admissions": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, admittime TIMESTAMP, dischtime TIMESTAMP, deathtime TIMESTAMP, admission_type STRING, "
        "admit_provider_id STRING, admission_location STRING, discharge_location STRING, insurance STRING, language STRING, "
        "marital_status STRING, race STRING, edregtime TIMESTAMP, edouttime TIMESTAMP, hospital_expire_flag INT",
        ("hadm_id",),
    ),
    "diagnoses_icd": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, seq_num INT, icd_code STRING, icd_version INT",
        ("hadm_id", "seq_num"),
    ),
    "procedures_icd": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, seq_num INT, chartdate DATE, icd_code STRING, icd_version INT",
        ("hadm_id", "seq_num"),
    ),
    "d_icd_diagnoses": ("hosp", "icd_code STRING, icd_version INT, long_title STRING", ("icd_code", "icd_version")),
    "d_icd_procedures": ("hosp", "icd_code STRING, icd_version INT, long_title STRING", ("icd_code", "icd_version")),
    "transfers": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, transfer_id BIGINT, eventtype STRING, careunit STRING, intime TIMESTAMP, outtime TIMESTAMP",
        ("transfer_id",),
    ),
    "services": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, transfertime TIMESTAMP, prev_service STRING, curr_service STRING",
        ("hadm_id", "transfertime", "curr_service"),
    ),
    "drgcodes": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, drg_type STRING, drg_code STRING, description STRING, drg_severity INT, drg_mortality INT",
        ("hadm_id", "drg_type", "drg_code"),
    ),
    "hcpcsevents": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, chartdate DATE, hcpcs_cd STRING, seq_num INT, short_description STRING",
        ("hadm_id", "hcpcs_cd", "seq_num"),
    ),
    "omr": (
        "hosp",
        "subject_id BIGINT, chartdate DATE, seq_num INT, result_name STRING, result_value STRING",
        ("subject_id", "chartdate", "seq_num", "result_name"),
    ),
    "labevents": (
        "hosp",
        "labevent_id BIGINT, subject_id BIGINT, hadm_id BIGINT, specimen_id BIGINT, itemid BIGINT, order_provider_id STRING, "
        "charttime TIMESTAMP, storetime TIMESTAMP, value STRING, valuenum DOUBLE, valueuom STRING, ref_range_lower DOUBLE, "
        "ref_range_upper DOUBLE, flag STRING, priority STRING, comments STRING",
        ("labevent_id",),
    ),
    "d_labitems": ("hosp", "itemid BIGINT, label STRING, fluid STRING, category STRING", ("itemid",)),
    "prescriptions": (
        "hosp",
        "subject_id BIGINT, hadm_id BIGINT, pharmacy_id BIGINT, poe_id STRING, poe_seq INT, order_provider_id STRING, starttime TIMESTAMP, "
        "stoptime TIMESTAMP, drug_type STRING, drug STRING, formulary_drug_cd STRING, gsn STRING, ndc STRING, prod_strength STRING, "
        "form_rx STRING, dose_val_rx STRING, dose_unit_rx STRING, form_val_disp STRING, form_unit_disp STRING, "
        "doses_per_24_hrs DOUBLE, route STRING",
        (),
    ),
    "microbiologyevents": (
        "hosp",
        "microevent_id BIGINT, subject_id BIGINT, hadm_id BIGINT, micro_specimen_id BIGINT, order_provider_id STRING, chartdate TIMESTAMP, "
        "charttime TIMESTAMP, spec_itemid BIGINT, spec_type_desc STRING, test_seq INT, storedate TIMESTAMP, storetime TIMESTAMP, "
        "test_itemid BIGINT, test_name STRING, org_itemid BIGINT, org_name STRING, isolate_num INT, quantity STRING, ab_itemid BIGINT, "
        "ab_name STRING, dilution_text STRING, dilution_comparison STRING, dilution_value DOUBLE, interpretation STRING, comments STRING",
        ("microevent_id",),
    ),
    "provider": ("hosp", "provider_id STRING", ("provider_id",)),
    "icustays": (
        "icu",
        "subject_id BIGINT, hadm_id BIGINT, stay_id BIGINT, first_careunit STRING, last_careunit STRING, intime TIMESTAMP, "
        "outtime TIMESTAMP, los DOUBLE",
        ("stay_id",),
    ),
    "d_items": (
        "icu",
        "itemid BIGINT, label STRING, abbreviation STRING, linksto STRING, category STRING, unitname STRING, param_type STRING, "
        "lownormalvalue DOUBLE, highnormalvalue DOUBLE",
        ("itemid",),
    ),
    "chartevents": (
        "icu",
        "subject_id BIGINT, hadm_id BIGINT, stay_id BIGINT, caregiver_id BIGINT, charttime TIMESTAMP, storetime TIMESTAMP, itemid BIGINT, "
        "value STRING, valuenum DOUBLE, valueuom STRING, warning INT",
        (),
    ),
    "procedureevents": (
        "icu",
        "subject_id BIGINT, hadm_id BIGINT, stay_id BIGINT, caregiver_id BIGINT, starttime TIMESTAMP, endtime TIMESTAMP, "
        "storetime TIMESTAMP, itemid BIGINT, value DOUBLE, valueuom STRING, location STRING, locationcategory STRING, orderid BIGINT, "
        "linkorderid BIGINT, ordercategoryname STRING, ordercategorydescription STRING, patientweight DOUBLE, isopenbag INT, "
        "continueinnextdept INT, statusdescription STRING, originalamount DOUBLE, originalrate DOUBLE",
        ("orderid",),
    ),
    "caregiver": ("icu", "caregiver_id BIGINT", ("caregiver_id",)),
}
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


def _file(table: str) -> NativeFile:
    module, schema, key = _TABLES[table]
    name = f"{module}/{table}.csv"
    capitals = {"ORIGINALAMOUNT": "originalamount", "ORIGINALRATE": "originalrate"} if table == "procedureevents" else {}
    return NativeFile(
        table=table,
        globs=(name, f"{table}.csv"),
        format="csv",
        schema=schema,
        key=key,
        # Version 2.0 knew no providers.
        options={"aliases": capitals, "optional": ("admit_provider_id", "order_provider_id", "caregiver_id")},
        sha256={name: _SHA256[name]} if name in _SHA256 else {},
        required=table in ("patients", "admissions"),
    )


def _plain(code: str) -> Column:
    """A code without points and blanks, in capitals: one spelling for MIMIC, its pointed copies and the code lists."""
    from pyspark.sql import functions as F

    return F.upper(F.replace(F.trim(code), F.lit("."), F.lit("")))


def _titles(bronze: Mapping[str, DataFrame], dictionary: str, listed: Mapping[str, int]) -> DataFrame | None:
    """`code, version, title, title_row`: one title per code, the release's own dictionary before the code lists."""
    from pyspark.sql import functions as F

    frames = []
    if dictionary in bronze:
        frames.append(bronze[dictionary].select(F.lit(0).alias("rank"), "icd_code", "icd_version", "long_title", origin().alias("row")))
    for rank, (table, version) in enumerate(listed.items(), 1):
        if table in bronze:
            frames.append(
                bronze[table]
                .select(F.lit(rank), "code", F.lit(version), "title", origin())
                .toDF("rank", "icd_code", "icd_version", "long_title", "row")
            )
    if not frames:
        return None
    every = reduce(lambda a, b: a.unionByName(b), frames)
    best = every.groupBy(_plain("icd_code").alias("code"), F.col("icd_version").alias("version"))
    chosen = best.agg(F.min(F.struct("rank", F.col("row.row").alias("at"), F.col("long_title").alias("title"), "row")).alias("best"))
    return chosen.select("code", "version", "best.title", F.col("best.row").alias("title_row"))


def _coded(rows: DataFrame, titles: DataFrame | None, name: str) -> DataFrame:
    """Per stay: `<name>` = 'code: title; ...' by seq_num, `<name>_untitled`, `<name>_rows`."""
    from pyspark.sql import functions as F

    codes = rows.select(
        "hadm_id", "seq_num", _plain("icd_code").alias("code"), F.col("icd_version").alias("version"), origin().alias("row")
    )
    if titles is None:
        codes = codes.withColumns({"title": F.lit(None).cast("string"), "title_row": F.lit(None).cast(ORIGIN)})
    else:
        codes = codes.join(titles, ["code", "version"], "left")
    items = F.array_sort(F.collect_list(F.struct("seq_num", "code", "version", "title", "row", "title_row")))
    stays = codes.groupBy("hadm_id").agg(items.alias("items"))
    told = F.transform("items", lambda one: F.concat_ws(": ", one["code"], one["title"]))
    both = F.concat(F.col("items.row"), F.col("items.title_row"))
    return stays.select(
        "hadm_id",
        F.array_join(told, "; ").alias(name),
        F.size(F.filter("items", lambda one: one["title"].isNull())).alias(f"{name}_untitled"),
        F.array_distinct(F.filter(both, lambda row: row.isNotNull())).alias(f"{name}_rows"),
    )


def _in_order(rows: DataFrame, name: str, value: Column, *order: str) -> DataFrame:
    """Per stay: `<name>` = the values joined by '; ' in the order of the columns given, `<name>_rows`."""
    from pyspark.sql import functions as F

    items = F.array_sort(F.collect_list(F.struct(*order, value.alias("value"), origin().alias("row"))))
    stays = rows.where("hadm_id is not null").groupBy("hadm_id").agg(items.alias("items"))
    told = F.array_join(F.filter(F.col("items.value"), lambda one: one.isNotNull() & (one != "")), "; ")
    return stays.select("hadm_id", told.alias(name), F.col("items.row").alias(f"{name}_rows"))


def _parts(bronze: Mapping[str, DataFrame]) -> dict[str, DataFrame]:
    """Name of a part -> what it adds to a stay; parts whose files were not delivered are missing."""
    from pyspark.sql import functions as F

    parts = {}
    if "services" in bronze:
        parts["services"] = _in_order(bronze["services"], "services", F.col("curr_service"), "transfertime", "_row")
    if "transfers" in bronze:
        within = bronze["transfers"].where("eventtype <> 'discharge' and coalesce(careunit, '') <> 'Discharge Lounge'")
        parts["care_units"] = _in_order(within, "care_units", F.col("careunit"), "intime", "transfer_id")
    if "icustays" in bronze:
        first, last = F.col("first_careunit"), F.col("last_careunit")
        unit = F.when(first.eqNullSafe(last), first).otherwise(F.concat_ws(" to ", first, last))
        parts["icu_stays"] = _in_order(bronze["icustays"], "icu_stays", unit, "intime", "stay_id")
    if "procedures_icd" in bronze:
        titles = _titles(bronze, "d_icd_procedures", {_SG_TITLES: 9})
        parts["procedures"] = _coded(bronze["procedures_icd"], titles, "procedures")
    if "diagnoses_icd" in bronze:
        titles = _titles(bronze, "d_icd_diagnoses", {_DX_TITLES: 9, _TEN_TITLES: 10})
        parts["diagnoses"] = _coded(bronze["diagnoses_icd"], titles, "diagnoses")
    if "drgcodes" in bronze:
        drg = F.concat(F.col("drg_type"), F.lit(" "), F.concat_ws(": ", "drg_code", "description"))
        parts["drgs"] = _in_order(bronze["drgcodes"], "drgs", drg, "drg_type", "drg_code")
    return parts


def _harmonise(bronze: Mapping[str, DataFrame]) -> Mapping[str, DataFrame]:
    from pyspark.sql import functions as F

    people = bronze["patients"].select("subject_id", "gender", "anchor_age", "anchor_year", F.array(origin()).alias("person_rows"))
    stays = bronze["admissions"].withColumn("_at", origin()).join(people, "subject_id", "left")
    parts = _parts(bronze)
    for part in parts.values():
        stays = stays.join(part, "hadm_id", "left")

    def of(part: str) -> Column:
        return F.col(part) if part in parts else F.lit(None).cast("string")

    features = [
        ("age", F.year("admittime") - F.col("anchor_year") + F.col("anchor_age"), "years"),
        *[(name, F.col(name), None) for name in ("gender", "race", "admission_type", "admission_location", "insurance", "language")],
        ("marital_status", F.col("marital_status"), None),
        *[(name, of(name), None) for name in ("services", "care_units", "icu_stays", "procedures")],
    ]
    told = [
        F.struct(F.lit(name).alias("name"), value.cast("string").alias("value"), F.lit(unit).cast("string").alias("unit"))
        for name, value, unit in features
    ]
    untitled = reduce(
        lambda a, b: a + b, [F.coalesce(f"{part}_untitled", F.lit(0)) for part in ("procedures", "diagnoses") if part in parts], F.lit(0)
    )
    days = F.round((F.unix_timestamp("dischtime") - F.unix_timestamp("admittime")) / F.lit(86400.0), 2)
    outcomes = {
        "in_hospital_death": F.when(F.col("hospital_expire_flag") == 1, "yes").when(F.col("hospital_expire_flag") == 0, "no"),
        "length_of_stay_days": days,
        "discharge_location": F.col("discharge_location"),
        "diagnoses": of("diagnoses"),
        "drgs": of("drgs"),
        "untitled_codes": F.when(untitled > 0, untitled),
    }
    entries = F.array(*[F.struct(F.lit(name).alias("key"), value.cast("string").alias("value")) for name, value in outcomes.items()])
    none = F.array().cast(f"array<{ORIGIN}>")
    rows = ["person_rows", *[f"{part}_rows" for part in parts]]
    encounters = stays.select(
        F.col("hadm_id").cast("string").alias("record_id"),
        F.col("subject_id").cast("string").alias("subject_id"),
        hash_split(F.col("subject_id").cast("string")).alias("split"),
        F.lit("en").alias("language"),
        F.lit("Clinical Text").alias("domain"),
        F.filter(F.array(*told), lambda one: ~F.coalesce(one["value"], F.lit("")).isin("", "?")).alias("features"),
        F.map_from_entries(F.filter(entries, lambda entry: entry["value"].isNotNull())).alias("outcomes"),
        F.col("admittime").alias("started"),
        F.col("dischtime").alias("ended"),
        F.col("_at").alias("origin"),
        F.concat(*[F.coalesce(F.col(name), none) for name in rows]).alias("joined"),
    )
    return {"encounters": encounters}


def _csv(table: str, rows: Sequence[Sequence[Any]]) -> str:
    header = ",".join(column.split()[0] for column in _TABLES[table][1].split(", "))
    return "\n".join([header, *[",".join("" if cell is None else str(cell) for cell in row) for row in rows]]) + "\n"


def _generate(rng: Random, n: int) -> Mapping[str, FileContent]:
    """About n invented stays of n / 2 people; the first diagnosis follows from the procedure, death from age and intensive care."""
    tables: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _FILLED}
    for person in range(1, max(2, n // 2) + 1):
        subject, anchor_age, anchor_year = 90_000_000 + person, rng.randint(20, 88), rng.randint(2110, 2180)
        tables["patients"].append((subject, rng.choice("FM"), anchor_age, anchor_year, "2011 - 2013", None))
        for visit in range(rng.randint(1, 3)):
            _stay(rng, tables, subject, anchor_age + visit, anchor_year + visit, person * 10 + visit)
    return {f"{_TABLES[name][0]}/{name}.csv": _csv(name, rows) for name, rows in tables.items()}


_FILLED = ("patients", "admissions", "diagnoses_icd", "procedures_icd", "services", "transfers", "icustays")


def _stay(rng: Random, tables: Mapping[str, list[tuple[Any, ...]]], subject: int, age: int, year: int, number: int) -> None:
    stay, kind = 80_000_000 + number, rng.randrange(len(DISEASES))
    month, day, length = rng.randint(1, 12), rng.randint(1, 14), rng.randint(1, 9)
    start, end = f"{year}-{month:02d}-{day:02d} 08:00:00", f"{year}-{month:02d}-{day + length:02d} 16:30:00"
    intensive = rng.random() < 0.3
    died = int(intensive and age >= 70)
    person = ("ISLANDER", rng.choice(("MARRIED", "SINGLE", "WIDOWED")))
    way = ("EW EMER.", "EMERGENCY ROOM") if intensive else ("ELECTIVE", "PHYSICIAN REFERRAL")
    left = "DIED" if died else rng.choice(("HOME", "REHAB"))
    tables["admissions"].append(
        (
            subject,
            stay,
            start,
            end,
            end if died else None,
            way[0],
            None,
            way[1],
            left,
            "Other",
            "ENGLISH",
            person[1],
            person[0],
            None,
            None,
            died,
        )
    )
    tables["diagnoses_icd"].append((subject, stay, 1, f"990{kind:02d}", 9))
    tables["diagnoses_icd"].append((subject, stay, 2, f"U90{(kind + 3) % len(DISEASES):03d}", 10))
    tables["procedures_icd"].append((subject, stay, 1, start[:10], f"{90 - len(DISEASES) + kind:02d}10", 9))
    unit = "Harbour ICU" if intensive else "Garden Ward"
    tables["services"].append((subject, stay, start, None, "SURG" if kind % 2 else "MED"))
    tables["transfers"].append((subject, stay, 70_000_000 + 2 * number, "admit", unit, start, end))
    tables["transfers"].append((subject, stay, 70_000_001 + 2 * number, "discharge", None, end, None))
    if intensive:
        tables["icustays"].append((subject, stay, 60_000_000 + number, unit, unit, start, end, length))


SOURCE = Source(
    name="mimic_iv",
    title="MIMIC-IV, hospital and intensive care tables",
    citation=(
        "Johnson A, Bulgarelli L, Pollard T, Gow B, Moody B, Horng S, Celi LA, Mark R. MIMIC-IV. PhysioNet. doi:10.13026/kpb9-mt58. "
        "Demo 2.2: doi:10.13026/dp1f-ex47. Goldberger A, et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation "
        "101(23):e215-e220 (2000)."
    ),
    licence="PhysioNet Credentialed Health Data License 1.5.0; the demo: Open Data Commons Open Database License 1.0",
    access="credentialed",
    urls=("https://physionet.org/content/mimiciv/", "https://physionet.org/content/mimic-iv-demo/2.2/"),
    files=tuple(_file(table) for table in _TABLES),
    split_rule="No official split: 9:1 train and test by a seeded hash of the person, so that nobody is in both.",
    harmonise=_harmonise,
    needs=(_DX_TITLES, _SG_TITLES, _TEN_TITLES),
    example=Example(
        files={
            "hosp/patients.csv": _csv("patients", [(90000001, "F", 60, 2150, "2011 - 2013", None)]),
            "hosp/admissions.csv": _csv(
                "admissions",
                [
                    (
                        90000001,
                        80000001,
                        "2152-03-01 08:00:00",
                        "2152-03-03 20:00:00",
                        None,
                        "URGENT",
                        "P00001",
                        "CLINIC",
                        "HOME",
                        "Other",
                        "?",
                        None,
                        "ISLANDER",
                        None,
                        None,
                        0,
                    ),
                    (
                        90000001,
                        80000002,
                        "2153-01-01 00:00:00",
                        "2153-01-01 06:00:00",
                        "2153-01-01 06:00:00",
                        "EW EMER.",
                        None,
                        None,
                        "DIED",
                        None,
                        None,
                        "WIDOWED",
                        None,
                        None,
                        None,
                        1,
                    ),
                ],
            ),
            "hosp/diagnoses_icd.csv": _csv(
                "diagnoses_icd",
                [(90000001, 80000001, 2, "U90.0", 10), (90000001, 80000001, 10, "990.01", 9), (90000001, 80000001, 1, "99000  ", 9)],
            ),
            "hosp/d_icd_diagnoses.csv": _csv("d_icd_diagnoses", [("99000", 9, "Ember fever"), ("U900", 10, "Ember fever of the isles")]),
            "hosp/services.csv": _csv(
                "services",
                [(90000001, 80000001, "2152-03-02 09:00:00", "MED", "SURG"), (90000001, 80000001, "2152-03-01 08:30:00", None, "MED")],
            ),
            "hosp/transfers.csv": _csv(
                "transfers",
                [
                    (90000001, 80000001, 70000003, "discharge", None, "2152-03-03 20:00:00", None),
                    (90000001, 80000001, 70000002, "transfer", "Discharge Lounge", "2152-03-03 18:00:00", "2152-03-03 20:00:00"),
                    (90000001, 80000001, 70000001, "admit", "Garden Ward", "2152-03-01 08:00:00", "2152-03-03 18:00:00"),
                    (90000001, None, 70000009, "ED", "Emergency Department", "2152-02-01 08:00:00", "2152-02-01 09:00:00"),
                ],
            ),
            "icu/icustays.csv": _csv(
                "icustays",
                [(90000001, 80000002, 60000001, "Harbour ICU", "Garden Ward", "2153-01-01 00:00:00", "2153-01-01 06:00:00", 0.25)],
            ),
        },
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
    generate=_generate,
)
