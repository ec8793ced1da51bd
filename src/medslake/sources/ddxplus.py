"""DDXPlus: synthetic patients with evidences, a differential diagnosis and one pathology (Fansi Tchango et al., NeurIPS 2022).

Evidence codes are decoded with release_evidences.json: `E_91` is a question answered with Yes, `E_54_@_V_161` one answered with the
meaning of a value, `E_56_@_4` one answered with a number; several answers to one question are joined by "; ". A code that the delivered
dictionary does not hold is kept as it stands, and `outcomes['undecoded']` tells how many the row has.

The dictionary (223 evidences, about 700 values) becomes one literal in the plan, so that 1.3 million patients are decoded in the JVM
without a shuffle.
"""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Any

from medslake.sources.base import Example, FileContent, NativeFile, Source
from medslake.sources.parts.mapping import ORIGIN, hash_split, origin

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, Row

__all__ = ["SOURCE"]

#: Map lookups in Spark walk the keys one by one: 1,000 keys in buckets of a few are found hundreds of times faster.
_BUCKETS = 512
_QUOTED = r"""['"]([^'"]*)['"]"""


def _dictionary(entries: Mapping[str, Any], kind: str = "string") -> Column:
    """A dictionary known when the plan is made, as a literal array of maps; Spark parses the text once, while it optimises."""
    from pyspark.sql import functions as F

    buckets: list[dict[str, Any]] = [{} for _ in range(_BUCKETS)]
    for name, value in entries.items():
        buckets[zlib.crc32(name.encode()) % _BUCKETS][name] = value
    return F.from_json(F.lit(json.dumps(buckets)), f"array<map<string,{kind}>>")


def _lookup(dictionary: Column, key: Column) -> Column:
    """The value of `key`, null where the dictionary has none."""
    from pyspark.sql import functions as F

    return F.try_element_at(F.get(dictionary, F.pmod(F.crc32(key.cast("binary")), F.lit(_BUCKETS)).cast("int")), key)


def _meanings(evidences: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """Every code of the delivered dictionary -> name, question, answer (null = a plain yes), known."""
    codes: dict[str, dict[str, Any]] = {}
    for row in evidences:
        answers = {value: value for value in row["possible_values"] or ()}
        answers |= {value: meaning["en"] for value, meaning in (row["value_meaning"] or {}).items()}
        told = {"name": row["name"], "question": row["question_en"], "known": True}
        codes.setdefault(row["name"], told | {"answer": None})
        for value, answer in answers.items():
            codes.setdefault(f"{row['name']}_@_{value}", told | {"answer": answer})
    return codes


def _told(code: Column, codes: Column) -> Column:
    """What one code tells, as in `_meanings`; of a code that the dictionary lacks, what its parts tell. A number is its own meaning."""
    from pyspark.sql import functions as F

    name, value = F.substring_index(code, "_@_", 1), F.substring_index(code, "_@_", -1)
    question = _lookup(codes, name)["question"]
    number = code.contains("_@_") & value.rlike(r"^-?[0-9]+(\.[0-9]+)?$")
    parts = F.struct(
        name.alias("name"),
        F.coalesce(question, name).alias("question"),
        F.when(code.contains("_@_"), value).alias("answer"),
        (question.isNotNull() & number).alias("known"),
    )
    return F.coalesce(_lookup(codes, code), parts)


def _features(told: Column) -> Column:
    """One feature per evidence in order of first mention; several answers to one question are joined by "; "."""
    from pyspark.sql import functions as F

    def feature(group: Column) -> Column:
        said = F.filter(F.transform(group, lambda one: one["answer"]), lambda answer: answer.isNotNull())
        value = F.coalesce(F.nullif(F.array_join(said, "; "), F.lit("")), F.lit("Yes"))
        return F.struct(F.get(group, F.lit(0))["question"].alias("name"), value.alias("value"), F.lit(None).cast("string").alias("unit"))

    names = F.array_distinct(F.transform(told, lambda one: one["name"]))
    groups = F.transform(names, lambda name: F.filter(told, lambda one: one["name"] == name))
    return F.transform(groups, feature)


def _conditions(conditions: Sequence[Row]) -> tuple[Column, Column]:
    """Dictionaries of every spelling of a condition -> its English name, and -> its ICD-10 code where delivered."""
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for row in conditions:
        english = row["cond_name_eng"] or row["condition_name"]
        for spelling in filter(None, (row["name"], row["condition_name"], row["cond_name_fr"], english)):
            names.setdefault(spelling, english)
            if row["icd10_id"]:
                codes.setdefault(spelling, row["icd10_id"])
    return _dictionary(names), _dictionary(codes)


def _harmonise(bronze: Mapping[str, DataFrame]) -> Mapping[str, DataFrame]:
    from pyspark.sql import functions as F

    evidences = bronze["evidences"].orderBy("_file", "_row").collect()
    dictionary = _dictionary(_meanings(evidences), "struct<name: string, question: string, answer: string, known: boolean>")
    english, icd10 = _conditions(bronze["conditions"].orderBy("_file", "_row").collect() if "conditions" in bronze else ())
    codes = F.regexp_extract_all("EVIDENCES", F.lit(_QUOTED), F.lit(1))
    patients = bronze["patients"].withColumns(
        {
            "_told": F.transform(codes, lambda code: _told(code, dictionary)),
            "_first": _told(F.col("INITIAL_EVIDENCE"), dictionary),
        }
    )
    initial = F.concat_ws(" ", F.col("_first.question"), F.coalesce("_first.answer", F.lit("Yes")))
    stem = F.regexp_replace(F.substring_index("_file", "/", -1), r"(\.csv)?(\.gz)?$", "")
    record = F.concat(stem, F.lit("/"), F.lpad(F.col("_row").cast("string"), 7, "0"))
    named = F.regexp_extract("_file", "release_(train|validate|test)_patients", 1)
    # A Python list of ['name', share] pairs becomes JSON by its quotes; the digits of the shares stay as delivered.
    differential = F.regexp_replace("DIFFERENTIAL_DIAGNOSIS", r"""'([^']*)'|"([^"]*)\"""", '"$1$2"')
    undecoded = F.size(F.filter("_told", lambda one: ~one["known"]))
    outcomes = {
        "pathology": F.col("PATHOLOGY"),
        "differential_diagnosis": differential,
        "pathology_en": _lookup(english, F.col("PATHOLOGY")),
        "icd10": _lookup(icd10, F.col("PATHOLOGY")),
        "undecoded": F.when(undecoded > 0, undecoded.cast("string")),
    }
    entries = F.array(*[F.struct(F.lit(name).alias("key"), value.alias("value")) for name, value in outcomes.items()])
    person = [("age", F.col("AGE").cast("string"), "years"), ("sex", F.col("SEX"), None), ("initial_evidence", initial, None)]
    told = F.array(
        *[
            F.struct(F.lit(name).alias("name"), value.alias("value"), F.lit(unit).cast("string").alias("unit"))
            for name, value, unit in person
        ]
    )
    encounters = patients.select(
        record.alias("record_id"),
        F.lit(None).cast("string").alias("subject_id"),
        F.when(named == "validate", "validation").when(named != "", named).otherwise(hash_split(record)).alias("split"),
        F.lit("en").alias("language"),
        F.lit("Medical Knowledge").alias("domain"),
        F.concat(told, _features(F.col("_told"))).alias("features"),
        F.map_from_entries(F.filter(entries, lambda entry: entry["value"].isNotNull())).alias("outcomes"),
        F.lit(None).cast("timestamp").alias("started"),
        F.lit(None).cast("timestamp").alias("ended"),
        origin().alias("origin"),
        _opening_row(evidences).alias("joined"),
    )
    return {"encounters": encounters}


def _opening_row(evidences: Sequence[Row]) -> Column:
    """The dictionary's row for the evidence that opened the visit, null where it has none; the other evidences lie in the same file."""
    from pyspark.sql import functions as F

    rows: dict[str, str] = {}
    for row in evidences:
        rows.setdefault(row["name"], str(row["_row"]))
    found = _lookup(_dictionary(rows), F.col("_first.name")).cast("bigint")
    place = [F.lit(evidences[0][name]) for name in ("_table", "_version", "_file", "_sha256")]
    return F.when(found.isNotNull(), F.array(F.struct(*place, found).cast(ORIGIN)))


#: Invented questions: code -> (question, type, values). The pathologies are names of the label set; what leads to which is made up.
_ASKED: dict[str, tuple[str, str, dict[str, str]]] = {
    "E_1": ("Does something hurt you?", "B", {}),
    "E_2": ("Which spot hurts?", "M", {"V_1": "nowhere", "V_2": "chest", "V_3": "throat", "V_4": "belly", "V_5": "forehead"}),
    "E_3": ("How bad is it from 0 to 10?", "C", {}),
    "E_4": ("Do you cough?", "B", {}),
    "E_5": ("Is your nose blocked?", "B", {}),
    "E_6": ("Do you feel your heart stumble?", "B", {}),
    "E_7": ("Do you tire on the stairs?", "B", {}),
    "E_8": ("Does food come back up?", "B", {}),
    "E_9": ("Did you sleep badly?", "B", {}),
}
_COURSES = {
    "Bronchitis": ("E_4", "V_2"),
    "Viral pharyngitis": ("E_9", "V_3"),
    "GERD": ("E_8", "V_4"),
    "Anemia": ("E_7", "V_1"),
    "Atrial fibrillation": ("E_6", "V_2"),
    "Acute rhinosinusitis": ("E_5", "V_5"),
}
_COLUMNS = ("AGE", "DIFFERENTIAL_DIAGNOSIS", "SEX", "PATHOLOGY", "EVIDENCES", "INITIAL_EVIDENCE")


def _evidence_file(asked: Mapping[str, tuple[str, str, dict[str, str]]]) -> str:
    return json.dumps(
        {
            code: {
                "name": code,
                "code_question": code,
                "question_fr": f"({question})",
                "question_en": question,
                "is_antecedent": False,
                "default_value": next(iter(values), 0),
                "value_meaning": {value: {"fr": f"({meaning})", "en": meaning} for value, meaning in values.items()},
                "possible-values": list(values) or (list(range(11)) if kind == "C" else []),
                "data_type": kind,
            }
            for code, (question, kind, values) in asked.items()
        },
        indent=1,
    )


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_COLUMNS, *rows])
    return out.getvalue()


def _generate(rng: Random, n: int) -> Mapping[str, FileContent]:
    def patients(count: int) -> str:
        rows = []
        for _ in range(count):
            pathology, (sign, spot) = rng.choice(list(_COURSES.items()))
            evidences = [sign, f"E_2_@_{spot}", f"E_3_@_{rng.randint(1, 9)}", *rng.sample(["E_1", "E_9"], rng.randint(0, 2))]
            second = rng.choice([other for other in _COURSES if other != pathology])
            evidences = sorted(set(evidences))
            rows.append((rng.randint(5, 90), str([[pathology, 0.75], [second, 0.25]]), rng.choice("FM"), pathology, str(evidences), sign))
        return _csv(rows)

    named = {name: {"condition_name": name, "cond-name-eng": name, "icd10-id": "", "severity": 3} for name in _COURSES}
    return {
        "release_train_patients.csv": patients(n),
        "release_validate_patients.csv": patients(max(1, n // 8)),
        "release_test_patients.csv": patients(max(1, n // 4)),
        "release_evidences.json": _evidence_file(_ASKED),
        "release_conditions.json": json.dumps(named, indent=1),
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
    urls=("https://doi.org/10.6084/m9.figshare.22687585", "https://github.com/mila-iqia/ddxplus"),
    files=(
        NativeFile(
            table="patients",
            globs=("release_*_patients*.csv", "release_*_patients"),
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
    split_rule="Official: by the file name, release_{train,validate,test}_patients; other names 9:1 by a seeded hash of the record.",
    harmonise=_harmonise,
    example=Example(
        files={
            "release_train_patients.csv": _csv(
                [
                    (40, "[['GERD', 0.5], [\"Boerhaave's\", 0.25]]", "F", "GERD", "['E_2_@_V_4', 'E_2_@_V_2', 'E_3_@_7', 'E_8']", "E_8"),
                    (9, "[['Croup', 1.0]]", "M", "Croup", "['E_4', 'E_77', 'E_2_@_V_99']", "E_2_@_V_3"),
                ]
            ),
            "release_test_patients.csv": _csv([(71, "[]", "F", "Anemia", "[]", "E_7")]),
            "release_evidences.json": _evidence_file(_ASKED),
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
    generate=_generate,
)
