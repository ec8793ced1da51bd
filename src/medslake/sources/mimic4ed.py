"""The MIMIC-IV-ED benchmark: stays in the emergency department, from its master table, from the tables of MIMIC-IV, or from both.

`--from` is the folder with master_dataset.csv (117 columns of the first version, 120 of the second, read by name), or with hosp, icu and
ed, of which the same table is built (`parts/ed_stays.py`), or with both. Then the master table tells the stays, as it was published, and
`outcomes['differs']` names the columns in which the built one says something else, numbers up to the second decimal.

Features bear the names of the columns and the values as they are written there. What is known when the stay ends alone (last vital signs,
length, drugs) stands behind what triage tells; whoever asks at triage drops it by name. The benchmark's own filters (adults, with acuity)
are not applied, as MedS-Ins does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medslake.sources import Bronze, Example, NativeFile, Source, by_hash, joined_on, mapped, quoted, typed
from medslake.sources.parts.comorbidities import FLAGS
from medslake.sources.parts.ed_stays import COLUMNS, COMPLAINTS, TABLES_READ, VITALS, master_table
from medslake.sources.parts.encounters import features, outcomes
from medslake.sources.parts.mimic_tables import TABLES, table_downloads, table_file
from medslake.synth import Dirt, Twin, TwinTables, csv, csv_text
from medslake.synth.parts.emergency import benchmark_rows
from medslake.synth.parts.persons import PATIENTS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["FEATURES", "OUTCOMES", "SOURCE"]

_COUNTS = tuple(f"n_{what}_{days}d" for what in ("ed", "hosp", "icu") for days in (30, 90, 365))
_TRIAGE = (*(f"triage_{name}" for name in (*VITALS, "pain", "acuity")), *COMPLAINTS, *FLAGS)
FEATURES = (
    *("age", "gender", *_COUNTS, *_TRIAGE),
    *(*(f"ed_{name}_last" for name in VITALS), "ed_pain_last", "ed_los", "n_med", "n_medrecon"),
)
OUTCOMES = ("hospitalization", "critical", "ed_revisit_3d", "inhospital_mortality", "icu_transfer_12h")
_COMPARED = (*FEATURES, *(f"outcome_{name}" for name in OUTCOMES))
#: Without these a file is none of the benchmark; others, and the components of `critical`, may be absent.
_NEEDED = {"subject_id", "stay_id", "age", "gender", *(f"outcome_{name}" for name in OUTCOMES[:3])}


def _written(column: str, kind: str) -> str:
    """SQL for a built value as the benchmark writes it."""
    return f"initcap(CAST({column} AS STRING)) AS {column}" if kind == "boolean" else f"CAST({column} AS STRING) AS {column}"


def _built(bronze: Bronze) -> DataFrame | None:
    if not all(table in bronze for table in TABLES_READ):
        return None
    table = master_table(bronze)
    return table.selectExpr(*(_written(name, dict(table.dtypes)[name]) for name in COLUMNS), "_origin", "joined")


def _differs(column: str) -> str:
    ours, theirs = (typed(name, "DOUBLE") for name in (f"ours.{column}", column))
    near = f"abs({ours} - {theirs}) < 0.011"
    return f"coalesce({near}, lower(ours.{column}) = lower({column}), ours.{column} IS NULL AND {column} IS NULL)"


def _stays(bronze: Bronze) -> DataFrame | None:
    """The stays with `differs`: null where nothing can be compared or nothing does."""
    from pyspark.sql import functions as F

    published, built = bronze.get("master_dataset"), _built(bronze)
    if published is None:
        return None if built is None else built.withColumn("differs", F.lit(None).cast("string"))
    if built is None:
        return published.withColumn("differs", F.lit(None).cast("string"))
    ours = built.select("stay_id", F.struct(*_COMPARED).alias("ours"), F.array("_origin").alias("joined"))
    rows = joined_on(published, ours, "stay_id", told=(bronze, "master_dataset, edstays"))
    delivered = bronze["edstays"].selectExpr("CAST(stay_id AS STRING) AS stay_id")
    bronze.left_out["stays that master_dataset.csv does not tell"] = joined_on(
        delivered, published.select("stay_id"), "stay_id", keep="unmatched"
    )
    told = ", ".join(f"IF({_differs(name)}, NULL, {quoted(name)})" for name in _COMPARED)
    return rows.withColumn("differs", F.expr(f"IF(ours IS NULL, NULL, nullif(array_join(array({told}), ', '), ''))"))


def _header(table: str) -> list[str]:
    return [column.split()[0] for column in TABLES[table][1].split(", ")]


def _native(**tables: list[tuple[object, ...]]) -> dict[str, str]:
    """Files of tables; each row has the first columns of its table, the others are empty."""
    files = {}
    for table, rows in tables.items():
        header = _header(table)
        files[f"{TABLES[table][0]}/{table}.csv"] = csv_text(header, [(*row, *[None] * (len(header) - len(row))) for row in rows])
    return files


_CALM = dict.fromkeys(COMPLAINTS, "False") | dict.fromkeys((*_COUNTS, *FLAGS), "0")
_FIRST = {
    "age": "60",
    "gender": "F",
    "n_hosp_90d": "1",
    "n_hosp_365d": "1",
    "eci_HTN2": "1",
    "chiefcom_cough": "True",
    "triage_temperature": "98.6",
    "triage_pain": "3.0",
    "triage_acuity": "2.0",
    "ed_heartrate_last": "80.0",
    "ed_los": "0 days 03:30:00",
    "n_med": "1.0",
    "n_medrecon": "0.0",
}
_SECOND = {
    "age": "60",
    "gender": "F",
    "n_hosp_90d": "1",
    "n_hosp_365d": "1",
    "eci_HTN2": "1",
    "n_ed_30d": "2",
    "n_ed_90d": "1",
    "n_ed_365d": "1",
    "ed_los": "0 days 02:00:00",
    "n_med": "0.0",
    "n_medrecon": "0.0",
}


def _master(stay: int, told: dict[str, str], revisit: str) -> dict[str, str]:
    others = {"inhospital_mortality": "False", "icu_transfer_12h": "False", "hospitalization": "False", "critical": "False"}
    ids = {"subject_id": "90000001", "stay_id": str(stay), "outcome_ed_revisit_3d": revisit}
    return ids | {f"outcome_{name}": value for name, value in others.items()} | _CALM | told


_ROWS = [_master(70000001, _FIRST, "True"), _master(70000002, _SECOND, "False")]
_HEADER = [name for name in COLUMNS if name in _COMPARED or name in ("subject_id", "stay_id")]
_FILES = {
    "master_dataset.csv": csv_text(_HEADER, [[row.get(name) for name in _HEADER] for row in _ROWS]),
    **_native(
        patients=[(90000001, "F", 60, 2150)],
        admissions=[(90000001, 80000001, "2150-01-01 08:00:00", "2150-01-05 08:00:00")],
        diagnoses_icd=[(90000001, 80000001, 1, "I10", 10)],
        icustays=[(90000001, 80000001, 60000001, "Harbour ICU", "Harbour ICU", "2149-01-02 08:00:00")],
        edstays=[
            (90000001, None, 70000001, "2150-03-01 10:00:00", "2150-03-01 13:30:00"),
            (90000001, None, 70000002, "2150-03-03 10:00:00", "2150-03-03 12:00:00"),
            (90000001, None, 70000003, "2152-03-03 10:00:00", "2152-03-03 12:00:00"),
        ],
        triage=[(90000001, 70000001, 98.6, None, None, None, None, None, "3", 2, "Cough")],
        vitalsign=[
            (90000001, 70000001, "2150-03-01 12:00:00", None, 80),
            (90000001, 70000001, "2150-03-01 11:00:00", None, 90),
        ],
        pyxis=[(90000001, 70000001, "2150-03-01 11:00:00", 1, "Velatrine", 1, None)],
        medrecon=[(90000001, 70000001, "2150-03-01 11:00:00", "Velatrine")],
    ),
}

_DIRT = {
    "first: a child": Dirt(0.002, record=lambda draw, row: {**row, "age": draw.whole(2, 17)}),
    "later: no person": Dirt(0.001, record=lambda draw, row: {**row, "subject_id": None}, aside=1, rule="missing_key"),
}

_SCHEMA = ", ".join(f"{name} STRING" for name in COLUMNS)
SOURCE = Source(
    name="mimic4ed",
    title="MIMIC-IV-ED benchmark",
    citation=(
        "Xie F, Zhou J, Lee JW, Tan M, Li S, Rajnthern LS, Chee ML, Chakraborty B, Wong AKI, Dagan A, Ong MEH, Gao F, Liu N. Benchmarking "
        "emergency department prediction models with machine learning and public electronic health records. Sci Data 9:658 (2022)."
    ),
    licence="PhysioNet Credentialed Health Data License 1.5.0 (code of the benchmark: GPL-3.0)",
    access="credentialed",
    domain="Clinical Text",
    page=("https://github.com/nliulab/mimic4ed-benchmark", "https://physionet.org/content/mimic-iv-ed/2.2/"),
    downloads=table_downloads((*TABLES_READ, "diagnosis")),
    agreement="PhysioNet Credentialed Health Data Use Agreement 1.5.0",
    files=(
        NativeFile(
            "master_dataset",
            ("master_dataset.csv", "*/master_dataset.csv"),
            "csv",
            _SCHEMA,
            key=("stay_id",),
            options={"optional": tuple(name for name in COLUMNS if name not in _NEEDED), "required": ("subject_id",)},
            required=False,
        ),
        *(table_file(table) for table in (*TABLES_READ, "diagnosis")),
    ),
    # Nobody is in both train and test.
    split=by_hash("subject_id"),
    silver={
        "encounters": mapped(
            _stays,
            record_id="CAST(stay_id AS STRING)",
            subject_id="CAST(subject_id AS STRING)",
            features=features({name: name for name in FEATURES}, {"age": "years"}),
            outcomes=outcomes(**{name: f"outcome_{name}" for name in OUTCOMES}, differs="differs"),
            started=typed("intime", "TIMESTAMP"),
            ended=typed("outtime", "TIMESTAMP"),
        )
    },
    example=Example(
        files=_FILES,
        rows={
            "encounters": [
                {
                    "record_id": "70000001",
                    "subject_id": "90000001",
                    "features": [
                        {"name": name, "value": _ROWS[0][name], "unit": "years" if name == "age" else None}
                        for name in FEATURES
                        if name in _ROWS[0]
                    ],
                    "outcomes": {
                        "hospitalization": "False",
                        "critical": "False",
                        "ed_revisit_3d": "True",
                        "inhospital_mortality": "False",
                        "icu_transfer_12h": "False",
                    },
                },
                {
                    "record_id": "70000002",
                    "outcomes": {
                        "hospitalization": "False",
                        "critical": "False",
                        "ed_revisit_3d": "False",
                        "inhospital_mortality": "False",
                        "icu_transfer_12h": "False",
                        "differs": "n_ed_30d",
                    },
                },
            ]
        },
    ),
    twin=Twin(
        TwinTables(
            benchmark_rows,
            {
                # The three columns that the second version adds stand at the end.
                "first": ("v1/master_dataset.csv", csv(COLUMNS[:-3])),
                "later": ("v2/master_dataset.csv", csv(COLUMNS)),
                **{table: (f"{TABLES[table][0]}/{table}.csv.gz", csv(_header(table))) for table in (*TABLES_READ, "diagnosis")},
            },
            PATIENTS,
            dirt=_DIRT,
        )
    ),
)
