"""ChatDoctor: patients' messages with doctors' replies, and a table of diseases (Li et al., Cureus 2023).

Three collections by file name: GenMedGPT-5k (chatdoctor5k.json, written by a model), iCliniq and HealthCareMagic-100k (real users).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING

from medslake.sources.base import Example, FileContent, NativeFile, Source
from medslake.sources.parts.mapping import hash_split, joined, origin
from medslake.synth.words import DISEASES, PERSON_WORDS, SIGNS

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

__all__ = ["SOURCE"]

INSTRUCTION = "If you are a doctor, please answer the medical questions based on the patient's description."
_DIALOGUES, _DISEASES = "chatdoctor5k.json", "format_dataset.csv"


def python_strings(column: str) -> Column:
    """The strings of a Python list written as text, `['a', "b's"]`; quotes and escapes of the two signs are taken off."""
    from pyspark.sql import functions as F

    quoted = F.regexp_extract_all(column, F.lit(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\""""), F.lit(0))
    bare = F.transform(quoted, lambda one: F.regexp_replace(F.substring(one, F.lit(2), F.length(one) - 2), r"\\(['\"\\])", "$1"))
    # F.trim alone would be given the position as the characters to trim.
    return F.filter(F.transform(bare, lambda one: F.trim(one)), lambda one: one != "")


def _dialogues(rows: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    name = F.lower("_file")
    collection = (
        F.when(name.contains("healthcaremagic"), "healthcaremagic").when(name.contains("icliniq"), "icliniq").otherwise("genmedgpt")
    )
    record = F.concat(collection, F.lit("/"), F.lpad(F.col("_row").cast("string"), 6, "0"))
    return rows.select(
        record.alias("record_id"),
        F.lit(None).cast("string").alias("subject_id"),
        hash_split(record).alias("split"),
        F.lit("en").alias("language"),
        F.lit("Daily Conversation").alias("domain"),
        F.array(
            F.struct(F.lit("patient").alias("speaker"), F.col("input").alias("text")),
            F.struct(F.lit("doctor").alias("speaker"), F.col("output").alias("text")),
        ).alias("turns"),
        F.col("instruction").alias("instruction"),
        F.lit(None).cast("string").alias("summary"),
        collection.alias("collection"),
        origin().alias("origin"),
        joined().alias("joined"),
    )


def _concepts(rows: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F

    def facts(name: str, values: Column) -> Column:
        return F.transform(
            F.coalesce(values, F.array().cast("array<string>")), lambda one: F.struct(F.lit(name).alias("name"), one.alias("value"))
        )

    reason = F.filter(F.array(F.trim("reason")), lambda one: one.isNotNull() & (one != ""))
    record = F.concat(F.lit("disease/"), F.lpad(F.col("idx").cast("string"), 6, "0"))
    return rows.select(
        record.alias("record_id"),
        F.lit(None).cast("string").alias("subject_id"),
        hash_split(record).alias("split"),
        F.lit("en").alias("language"),
        F.lit("Medical Knowledge").alias("domain"),
        F.concat(F.lit("chatdoctor:"), F.col("idx").cast("string")).alias("concept_id"),
        F.trim("disease").alias("name"),
        F.array().cast("array<string>").alias("synonyms"),
        F.lit(None).cast("string").alias("definition"),
        F.array().cast("array<struct<type: string, target: string, target_name: string>>").alias("relations"),
        F.array().cast("array<string>").alias("xrefs"),
        F.concat(
            facts("symptom", python_strings("Symptom")),
            facts("reason", reason),
            facts("test", python_strings("TestsAndProcedures")),
            facts("medication", python_strings("commonMedications")),
        ).alias("attributes"),
        origin().alias("origin"),
        joined().alias("joined"),
    )


def _harmonise(bronze: Mapping[str, DataFrame]) -> Mapping[str, DataFrame]:
    silver = {}
    if "dialogues" in bronze:
        silver["dialogues"] = _dialogues(bronze["dialogues"])
    if "diseases" in bronze:
        silver["concepts"] = _concepts(bronze["diseases"])
    return silver


def _json(rows: list[dict[str, str]]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _csv(rows: Sequence[tuple[str, ...]]) -> str:
    out = io.StringIO()
    header = ("idx", "disease", "Symptom", "reason", "TestsAndProcedures", "commonMedications")
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def _generate(rng: Random, n: int) -> Mapping[str, FileContent]:
    def talk(greeting: str) -> dict[str, str]:
        disease = rng.choice(DISEASES)
        asked = f"{greeting} I am {rng.choice(PERSON_WORDS)} and have {disease.symptom()} with {rng.choice(SIGNS)}. What could it be?"
        reply = f"This sounds like {disease.name()}. We should do a {disease.test}, and {disease.drug} will help."
        return {"instruction": INSTRUCTION, "input": asked, "output": reply}

    table = [
        (
            str(number),
            disease.name().capitalize(),
            str([disease.symptom(), *SIGNS[number % 4 : number % 4 + 2]]),
            f"A harmless invented illness of the {disease.site}, known since the first map of the isles.",
            str([disease.test]),
            str([disease.drug]),
        )
        for number, disease in enumerate(DISEASES)
    ]
    return {
        _DIALOGUES: _json([talk("Doctor,") for _ in range(n)]),
        "iCliniq.json": _json([talk("Hello doctor,") for _ in range(n // 4)]),
        "HealthCareMagic-100k.json": _json([talk("Hi,") for _ in range(n // 4)]),
        _DISEASES: _csv(table),
    }


SOURCE = Source(
    name="chatdoctor",
    title="ChatDoctor dialogues and disease table",
    citation="Li Y, Li Z, Zhang K, Dan R, Jiang S, Zhang Y. ChatDoctor. Cureus 15(6):e40895 (2023).",
    licence="Apache-2.0 (repository); README: for academic research only",
    access="noncommercial",
    urls=("https://github.com/Kent0n-Li/ChatDoctor",),
    files=(
        NativeFile(
            table="dialogues",
            globs=(_DIALOGUES, "GenMedGPT*.json", "iCliniq*.json", "icliniq*.json", "HealthCareMagic*.json"),
            format="json_array",
            schema="instruction STRING, input STRING, output STRING",
            # iCliniq was also released with the doctor's, ChatGPT's and ChatDoctor's answers side by side.
            options={"aliases": {"answer_icliniq": "output"}, "required": ("input", "output")},
            sha256={_DIALOGUES: "780c1a6aa67d461359ac220c120134429290b1e340545c3ad8954e1aa235d80f"},
            required=False,
            all_globs=True,
        ),
        NativeFile(
            table="diseases",
            globs=(_DISEASES,),
            format="csv",
            schema="idx INT, disease STRING, Symptom STRING, reason STRING, TestsAndProcedures STRING, commonMedications STRING",
            key=("idx",),
            options={"required": ("disease",)},
            sha256={_DISEASES: "d1fdcdd2c20fb80e446af788aef92d470595aa51c88743af71ce8c0f2a5b9e4b"},
            required=False,
        ),
    ),
    split_rule="No official split: 9:1 train and test by a seeded hash of collection and record number.",
    harmonise=_harmonise,
    example=Example(
        files={
            _DIALOGUES: _json(
                [
                    {"instruction": INSTRUCTION, "input": "Doctor, my lips are pale.", "output": "Let us float a drop of your blood."},
                    {"instruction": INSTRUCTION, "input": "Doctor, my toe burns.", "output": "Rest it, and take tamorane."},
                ]
            ),
            "iCliniq.json": _json([{"input": "Hello doctor, the room spins.", "answer_icliniq": "Sit down and look at one point."}]),
            _DISEASES: _csv(
                [
                    (
                        "0",
                        "Linden rash",
                        "['Ring shaped spots', \"Baker's itch\"]",
                        'Leaf dust, "the fine kind".',
                        "['Leaf patch test']",
                        "['Dorazil (Dora)']",
                    ),
                    ("1", "Ferris anemia", "['Pale lips']", "", "[]", "['Ironel']"),
                ]
            ),
        },
        rows={
            "dialogues": [
                {
                    "record_id": "genmedgpt/000001",
                    "collection": "genmedgpt",
                    "instruction": INSTRUCTION,
                    "turns": [
                        {"speaker": "patient", "text": "Doctor, my lips are pale."},
                        {"speaker": "doctor", "text": "Let us float a drop of your blood."},
                    ],
                },
                {"record_id": "genmedgpt/000002", "collection": "genmedgpt"},
                {
                    "record_id": "icliniq/000001",
                    "collection": "icliniq",
                    "instruction": None,
                    "turns": [
                        {"speaker": "patient", "text": "Hello doctor, the room spins."},
                        {"speaker": "doctor", "text": "Sit down and look at one point."},
                    ],
                },
            ],
            "concepts": [
                {
                    "record_id": "disease/000000",
                    "concept_id": "chatdoctor:0",
                    "name": "Linden rash",
                    "attributes": [
                        {"name": "symptom", "value": "Ring shaped spots"},
                        {"name": "symptom", "value": "Baker's itch"},
                        {"name": "reason", "value": 'Leaf dust, "the fine kind".'},
                        {"name": "test", "value": "Leaf patch test"},
                        {"name": "medication", "value": "Dorazil (Dora)"},
                    ],
                },
                {
                    "record_id": "disease/000001",
                    "name": "Ferris anemia",
                    "attributes": [{"name": "symptom", "value": "Pale lips"}, {"name": "medication", "value": "Ironel"}],
                },
            ],
        },
    ),
    generate=_generate,
)
