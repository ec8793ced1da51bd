"""DDXPlus: synthetic patients with evidences, a differential diagnosis and one pathology (Fansi Tchango et al., NeurIPS 2022).

Evidence codes are decoded with release_evidences.json: `E_91` is a question answered with Yes, `E_54_@_V_161` one answered with the
meaning of a value, `E_56_@_4` one answered with a number; several answers to one question are joined by "; ". A code that the delivered
dictionary does not hold is kept as it stands, and `outcomes['undecoded']` tells how many the row has; such rows are left out of task130.
The first release writes French mnemonics and French names of diseases; the dictionary of the English one knows the diseases alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from medslake.sources import ORIGIN, Bronze, Example, NativeFile, Source, by_file, by_hash, mapped, quoted, row_number
from medslake.sources.parts.dictionaries import dictionary, looked_up
from medslake.sources.parts.encounters import feature, outcomes
from medslake.synth import Dirt, Twin, TwinFile, csv, written
from medslake.synth.parts.evidences import PATIENT_COLUMNS, dictionaries, evidence_files, patient

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Row

__all__ = ["SOURCE"]

_STEM = r"regexp_replace(substring_index(_file, '/', -1), '(\\.csv)?(\\.gz)?$', '')"
_ONE_QUOTED, _QUOTED = quoted(r"""['"]([^'"]*)['"]"""), quoted(r"""'([^']*)'|"([^"]*)["]""")
#: A Python list of ['name', share] pairs becomes JSON by its quotes; the digits of the shares stay as delivered.
_DIFFERENTIAL = f"""regexp_replace(DIFFERENTIAL_DIAGNOSIS, {_QUOTED}, '"$1$2"')"""
_CODES = f"regexp_extract_all(EVIDENCES, {_ONE_QUOTED}, 1)"
#: What each code tells, gathered by evidence in order of first mention.
_GROUPS = "transform(array_distinct(_told.name), name -> filter(_told, t -> t.name = name))"
_ANSWERED = (
    f"transform({_GROUPS}, g -> named_struct('name', get(g, 0).question, "
    "'value', coalesce(nullif(array_join(g.answer, '; '), ''), 'Yes'), 'unit', CAST(NULL AS STRING)))"
)
#: A pathology is found in whatever Unicode form and case it is written, with blanks around.
_FOLDED = "lower(trim(PATHOLOGY))"
_PERSON = (
    feature("age", "AGE", "years"),
    feature("sex", "SEX"),
    feature("initial_evidence", "concat_ws(' ', _first.question, coalesce(_first.answer, 'Yes'))"),
)


def _meanings(evidences: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """Every code of the delivered dictionary -> name, question, answer (null = a plain yes), known."""
    codes: dict[str, dict[str, Any]] = {}
    for row in evidences:
        answers = {value: value for value in row["possible_values"] or ()}
        answers |= {value: meaning["en"] for value, meaning in (row["value_meaning"] or {}).items()}
        for code, answer in {row["name"]: None, **{f"{row['name']}_@_{value}": answer for value, answer in answers.items()}}.items():
            codes.setdefault(code, {"name": row["name"], "question": row["question_en"], "answer": answer, "known": True})
    return codes


def _spellings(conditions: Sequence[Row]) -> dict[str, dict[str, str]]:
    """Every spelling of a condition, folded as in `_FOLDED` -> its English name, and its ICD-10 code where delivered."""
    told: dict[str, dict[str, str]] = {}
    for row in conditions:
        english = row["cond_name_eng"] or row["condition_name"]
        for spelling in filter(None, (row["name"], row["condition_name"], row["cond_name_fr"], english)):
            for form in ("NFC", "NFD"):
                found = told.setdefault(normalize(form, spelling).strip().lower(), {"english": english})
                if row["icd10_id"]:
                    found.setdefault("icd10", row["icd10_id"])
    return told


def _told(code: str) -> str:
    """SQL: what one code tells, as in `_meanings`; of a code that it lacks, what its parts tell. A number is its own meaning."""
    name, value, has_value = f"substring_index({code}, '_@_', 1)", f"substring_index({code}, '_@_', -1)", f"contains({code}, '_@_')"
    question = f"{looked_up('_codes', name)}.question"
    number = rf"{has_value} AND {value} RLIKE '^-?[0-9]+(\\.[0-9]+)?$'"
    parts = (
        f"named_struct('name', {name}, 'question', coalesce({question}, {name}), 'answer', IF({has_value}, {value}, NULL), "
        f"'known', {question} IS NOT NULL AND {number})"
    )
    return f"coalesce({looked_up('_codes', code)}, {parts})"


def _patients(bronze: Bronze) -> DataFrame:
    """The patients and what the dictionaries say: `_told` of each evidence, `_first` of the initial one, `_opening` its row, `_disease`."""
    from pyspark.sql import functions as F

    evidences, conditions = (
        bronze[table].orderBy("_file", "_row").collect() if table in bronze else [] for table in ("evidences", "conditions")
    )
    # The row for the evidence that opened the visit; the other evidences lie in the same file.
    rows = {row["name"]: row["_origin"].asDict() for row in reversed(evidences)}
    known = {
        "_codes": dictionary(_meanings(evidences), "STRUCT<name: STRING, question: STRING, answer: STRING, known: BOOLEAN>"),
        "_rows": dictionary(rows, ORIGIN),
        "_conditions": dictionary(_spellings(conditions), "STRUCT<english: STRING, icd10: STRING>"),
    }
    told = {"_told": f"transform({_CODES}, code -> {_told('code')})", "_first": _told("INITIAL_EVIDENCE")}
    found = {"_opening": looked_up("_rows", "_first.name"), "_disease": looked_up("_conditions", _FOLDED)}
    patients = bronze["patients"].withColumns(known)
    for step in (told, found):
        patients = patients.withColumns({name: F.expr(sql) for name, sql in step.items()})
    return patients


_DIRT = {
    "a code of the first release": Dirt(0.01, record=lambda draw, row: (*row[:4], [*row[4], "douleurxx"], row[5])),
}

SOURCE = Source(
    name="ddxplus",
    title="DDXPlus, synthetic patients for differential diagnosis",
    citation=(
        "Fansi Tchango A, Goel R, Wen Z, Martel J, Ghosn J. DDXPlus: a new dataset for automatic medical diagnosis. "
        "NeurIPS 2022 Datasets and Benchmarks."
    ),
    licence="CC BY 4.0",
    access="public",
    domain="Medical Knowledge",
    page=("https://doi.org/10.6084/m9.figshare.22687585", "https://github.com/mila-iqia/ddxplus"),
    files=(
        NativeFile(
            table="patients",
            globs=("release_*_patients*.csv", "release_*_patients", "*/release_*_patients*.csv"),
            format="csv",
            schema="AGE INT, DIFFERENTIAL_DIAGNOSIS STRING, SEX STRING, PATHOLOGY STRING, EVIDENCES STRING, INITIAL_EVIDENCE STRING",
            options={"required": ("PATHOLOGY", "EVIDENCES")},
            sha256={"release_train_patients_sample.csv": "ebf8717455b58bad28f6d88f7f36931500215af307f8d461fabcb22ab213f523"},
            all_globs=True,
        ),
        NativeFile(
            table="evidences",
            globs=("release_evidences.json",),
            format="json_members",
            schema=(
                "name STRING, code_question STRING, question_fr STRING, question_en STRING, is_antecedent BOOLEAN, default_value STRING, "
                "value_meaning MAP<STRING, STRUCT<fr: STRING, en: STRING>>, possible_values ARRAY<STRING>, data_type STRING"
            ),
            key=("name",),
            options={"id": "name", "aliases": {"possible-values": "possible_values"}, "required": ("question_en",)},
            sha256={"release_evidences.json": "281c78b044ae60514e28ecc9052d08a8225dd3e2db3f00f8788b99c47b05e0c0"},
        ),
        NativeFile(
            table="conditions",
            globs=("release_conditions.json",),
            format="json_members",
            schema=(
                "name STRING, condition_name STRING, cond_name_fr STRING, cond_name_eng STRING, icd10_id STRING, severity INT, "
                "symptoms STRING, antecedents STRING, index INT"
            ),
            key=("name",),
            # The release writes hyphens; a reduced copy in circulation writes cond_name_eng and leaves the rest out.
            options={
                "id": "name",
                "aliases": {"cond-name-fr": "cond_name_fr", "cond-name-eng": "cond_name_eng", "icd10-id": "icd10_id"},
            },
            sha256={"release_conditions.json": "e7c1cc2b46bbf6676844d85b3232086e0b0778633f373c7f8e9825f148169e62"},
            required=False,
        ),
    ),
    split=(
        by_file(train="release_train_patients", validation="release_validate_patients", test="release_test_patients"),
        by_hash("record_id"),
    ),
    silver={
        "encounters": mapped(
            _patients,
            record_id=row_number(_STEM, digits=7),
            features=f"concat(array({', '.join(_PERSON)}), {_ANSWERED})",
            outcomes=outcomes(
                pathology="PATHOLOGY",
                differential_diagnosis=_DIFFERENTIAL,
                pathology_en="_disease.english",
                icd10="_disease.icd10",
                undecoded="nullif(size(filter(_told, t -> NOT t.known)), 0)",
            ),
            joined="IF(_opening IS NULL, NULL, array(_opening))",
        )
    },
    example=Example(
        files={
            "release_train_patients.csv": written(
                csv(PATIENT_COLUMNS),
                [
                    (40, "[['GERD', 0.5], [\"Boerhaave's\", 0.25]]", "F", "GERD", "['E_2_@_V_4', 'E_2_@_V_2', 'E_3_@_7', 'E_8']", "E_8"),
                    (9, "[['Croup', 1.0]]", "M", "Croup", "['E_4', 'E_77', 'E_2_@_V_99']", "E_2_@_V_3"),
                ],
            ),
            "release_test_patients.csv": written(csv(PATIENT_COLUMNS), [(71, "[]", "F", "Anemia", "[]", "E_7")]),
            **evidence_files(),
            "release_conditions.json": json.dumps(
                {
                    "RGO": {"condition_name": "RGO", "cond-name-fr": "RGO", "cond-name-eng": "GERD", "icd10-id": "K21", "severity": 3},
                    "Croup": {"condition_name": "Croup", "cond_name_eng": "Croup", "index": 1},
                }
            ),
        },
        rows={
            "encounters": [
                {
                    "record_id": "release_test_patients/0000001",
                    "split": "test",
                    "features": [
                        {"name": "age", "value": "71", "unit": "years"},
                        {"name": "sex", "value": "F", "unit": None},
                        {"name": "initial_evidence", "value": "Do you tire on the stairs? Yes", "unit": None},
                    ],
                    "outcomes": {"pathology": "Anemia", "differential_diagnosis": "[]"},
                },
                {
                    "record_id": "release_train_patients/0000001",
                    "split": "train",
                    "features": [
                        {"name": "age", "value": "40", "unit": "years"},
                        {"name": "sex", "value": "F", "unit": None},
                        {"name": "initial_evidence", "value": "Does food come back up? Yes", "unit": None},
                        {"name": "Which spot hurts?", "value": "belly; chest", "unit": None},
                        {"name": "How bad is it from 0 to 10?", "value": "7", "unit": None},
                        {"name": "Does food come back up?", "value": "Yes", "unit": None},
                    ],
                    "outcomes": {
                        "pathology": "GERD",
                        "differential_diagnosis": '[["GERD", 0.5], ["Boerhaave\'s", 0.25]]',
                        "pathology_en": "GERD",
                        "icd10": "K21",
                    },
                },
                {
                    "record_id": "release_train_patients/0000002",
                    "features": [
                        {"name": "age", "value": "9", "unit": "years"},
                        {"name": "sex", "value": "M", "unit": None},
                        {"name": "initial_evidence", "value": "Which spot hurts? throat", "unit": None},
                        {"name": "Do you cough?", "value": "Yes", "unit": None},
                        {"name": "E_77", "value": "Yes", "unit": None},
                        {"name": "Which spot hurts?", "value": "V_99", "unit": None},
                    ],
                    "outcomes": {
                        "pathology": "Croup",
                        "differential_diagnosis": '[["Croup", 1.0]]',
                        "pathology_en": "Croup",
                        "undecoded": "2",
                    },
                },
            ]
        },
    ),
    twin=Twin(
        *(
            TwinFile(f"release_{split}_patients.csv", patient, csv(PATIENT_COLUMNS), size, dirt=_DIRT)
            for split, size in (("train", 1_025_602), ("validate", 132_448), ("test", 134_529))
        ),
        plain=dictionaries,
    ),
)
