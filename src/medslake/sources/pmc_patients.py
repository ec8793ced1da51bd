"""PMC-Patients: summaries of patients from case reports of PubMed Central, and which of them are alike (Zhao et al., 2023).

Released as CSV (V1, lists and dictionaries written as Python does) and as JSON (V2); columns are those that the authors' page names, no
file was at hand. Likeness is the released score: 1, or 2 for the closer.
"""

import json

from medslake.sources import (
    Bronze,
    Example,
    Frame,
    NativeFile,
    Source,
    attributes,
    by_hash,
    hash_split,
    hugging_face,
    joined_on,
    mapped,
    sections,
)
from medslake.synth import Draw, Length, Twin, TwinFile, csv

_COLUMNS = (
    "patient_id STRING, patient_uid STRING, PMID STRING, file_path STRING, title STRING, patient STRING, age STRING, gender STRING, "
    "relevant_articles STRING, similar_patients STRING"
)
#: As Python writes it, in both releases.
_AGE = """replace(age, '"', "'")"""


def _patients(bronze: Bronze) -> Frame | None:
    """Of both releases, the later one where both are at hand."""
    return bronze.get("json_patients", bronze.get("csv_patients"))


def _alike(bronze: Bronze) -> Frame | None:
    """A row per patient with others that are alike, of whom the texts are at hand.

    Of the same split alone, so that no test patient is read in training.
    """
    from pyspark.sql import functions as F

    patients = _patients(bronze)
    if patients is None:
        return None
    scores = """from_json(replace(similar_patients, "'", '"'), 'MAP<STRING, STRING>')"""
    pairs = patients.selectExpr("patient_uid AS query", f"{hash_split('PMID')} AS asked", f"explode({scores}) AS (patient_uid, score)")
    texts = patients.selectExpr("patient_uid", "patient AS text", f"{hash_split('PMID')} AS kept", "_origin AS place")
    found = joined_on(pairs, texts, "patient_uid", told=(bronze, "similar, patients"), keep="matched").where("asked = kept")
    told = "array_sort(collect_list(struct(patient_uid, text, score, place))) AS others"
    grouped = found.groupBy("query").agg(F.expr(told)).withColumnRenamed("query", "patient_uid")
    return joined_on(patients, grouped, "patient_uid", keep="matched").selectExpr("*", "transform(others, o -> o.place) AS joined")


def _file(table: str, globs: tuple[str, ...], form: str) -> NativeFile:
    options = {"required": ("patient",)}
    return NativeFile(table, globs, form, _COLUMNS, key=("patient_uid",), options=options, required=False)


def _record(number: int, text: str, similar: dict[str, int]) -> dict[str, object]:
    told = {"patient_id": str(number), "patient_uid": f"90{number}-1", "PMID": "1", "file_path": "x.xml", "title": "On tea"}
    return {**told, "patient": text, "age": [[41.0, "year"]], "gender": "F", "relevant_articles": {"1": 1}, "similar_patients": similar}


_ROWS = [
    _record(0, "A baker with an itch.", {"901-1": 2, "907-1": 1}),
    _record(1, "A baker with a rash.", {"900-1": 2}),
    _record(2, "A child with a cough.", {}),
]


def _patient(draw: Draw, number: int) -> dict[str, object]:
    """The first two patients of four are of one article."""
    uid, beside, past = (f"{7_000_000 + at - (at % 4 == 1)}-{1 + (at % 4 == 1)}" for at in (number, number ^ 1, draw.whole(0, number - 1)))
    article, alike = int(uid[:7]), {beside: draw.pick((1, 2))} if draw.chance(0.5) else {}
    earlier = {past: 1} if number and draw.chance(0.9) else {}
    told = {"patient_id": number, "patient_uid": uid, "PMID": 30_000_000 + article, "file_path": f"comm/PMC{article}.xml"}
    text = {"title": draw.about("article", article).words(Length(13, 22), ended=False), "patient": draw.words(Length(370, 850))}
    age = [[float(draw.whole(1, 90)), draw.weighted({"year": 0.95, "month": 0.05})]]
    links = {"relevant_articles": str({str(30_000_000 + article): 2}), "similar_patients": str({**earlier, **alike})}
    return {**told, **text, "age": str(age), "gender": draw.weighted({"M": 0.52, "F": 0.48}), **links}


SOURCE = Source(
    name="pmc_patients",
    title="PMC-Patients, patients of case reports",
    citation=(
        "Zhao Z, Jin Q, Chen F, Peng T, Yu S. A large-scale dataset of patient summaries for retrieval-based clinical decision support "
        "systems. Scientific Data 10:909 (2023)."
    ),
    licence="CC BY-NC-SA 4.0",
    access="noncommercial",
    domain="Academical Papers",
    page="https://github.com/zhao-zy15/PMC-Patients",
    downloads=hugging_face("zhengyun21/PMC-Patients", ("PMC-Patients.csv",)),
    files=(
        _file("json_patients", ("PMC-Patients*.json", "PMC-Patients/PMC-Patients*.json"), "json_array"),
        _file("csv_patients", ("PMC-Patients.csv", "PMC-Patients*.csv", "PMC-Patients/PMC-Patients*.csv"), "csv"),
    ),
    split=by_hash("subject_id"),
    silver={
        "documents": mapped(
            _patients,
            record_id="patient_uid",
            # Patients of one article lie in one split.
            subject_id="PMID",
            title="title",
            sections=sections("patient"),
            attributes=attributes("gender", age=_AGE, pmid="PMID"),
        ),
        "pairs": mapped(
            _alike,
            record_id="patient_uid",
            subject_id="PMID",
            text="patient",
            candidates="transform(others, o -> named_struct('id', o.patient_uid, 'text', o.text, 'label', o.score, "
            "'explanation', CAST(NULL AS STRING)))",
            label_set="'pmc_patients_likeness'",
        ),
    },
    example=Example(
        files={"PMC-Patients-V2.json": json.dumps(_ROWS)},
        rows={
            "documents": [
                {
                    "record_id": "900-1",
                    "subject_id": "1",
                    "title": "On tea",
                    "sections": [{"name": "patient", "text": "A baker with an itch."}],
                    "attributes": {"gender": "F", "age": "[[41.0, 'year']]", "pmid": "1"},
                },
                {"record_id": "901-1"},
                {"record_id": "902-1"},
            ],
            "pairs": [
                {
                    "record_id": "900-1",
                    "text": "A baker with an itch.",
                    "candidates": [{"id": "901-1", "text": "A baker with a rash.", "label": "2", "explanation": None}],
                },
                {"record_id": "901-1"},
            ],
        },
    ),
    twin=Twin(TwinFile("PMC-Patients.csv", _patient, csv([one.split()[0] for one in _COLUMNS.split(", ")]), 167_034)),
)
