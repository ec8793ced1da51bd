"""MIMIC-IV-Note: radiology reports and discharge summaries with their detail tables, cut at their headings.

A report has the facts of its detail table under their names (`exam_name`, `parent_note_id` of an addendum). modality and anatomy are read
from what stands between EXAMINATION and INDICATION, else from the section of the examination, else from exam_name: whole words, as the
released classification script of MedS-Ins (tasks 95 and 96) reads them. modality_by_letters and anatomy_by_letters are what its summary
script (tasks 78-94) takes for them, which finds "ct" in "tract".

What the released scripts cut out of a note is not always a section: `attributes['headings']` says what stands before each section, so that
the text can be put together as it was written, and be cut in any way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medslake.sources import ORIGIN, Bronze, Example, Mapped, NativeFile, Rule, Source, by_hash, joined_on, mapped, physionet, quoted
from medslake.sources.parts.reports import IMAGING, with_sections
from medslake.synth import Dirt, Rows, Twin, TwinTables, csv, csv_text
from medslake.synth.parts.persons import PATIENTS
from medslake.synth.parts.reports import note_rows

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["SOURCE"]

_NOTE = "note_id STRING, subject_id BIGINT, hadm_id BIGINT, note_type STRING, note_seq INT, charttime STRING, storetime STRING, text STRING"
_DETAIL = "note_id STRING, subject_id BIGINT, field_name STRING, field_value STRING, field_ordinal INT"
#: Headings of discharge summaries; further ones, of which physicians write thousands, stay in the text.
_DISCHARGE = {
    name.lower(): name
    for name in (
        *("Service", "Allergies", "Attending", "Chief Complaint", "Major Surgical or Invasive Procedure", "History of Present Illness"),
        *("Past Medical History", "Social History", "Family History", "Physical Exam", "Pertinent Results", "Brief Hospital Course"),
        *("Medications on Admission", "Discharge Medications", "Discharge Disposition", "Discharge Diagnosis", "Discharge Condition"),
        *("Discharge Instructions", "Followup Instructions"),
    )
}
_MODALITIES = ("X-ray", "CT", "MRI", "Ultrasound", "Angiography", "Mammogram", "Pathology", "Fluoroscopy")
_ANATOMIES = ("Chest", "Head_and_neck", "Brain", "Abdomen", "Pelvis", "Spine")
_BLANKS = quoted(r"\s+")
#: Modalities that are told by abbreviations: those count as whole words alone.
_SHORT = {"CT": ("CT", "CTA"), "MRI": ("MRI", "MR", "MRA")}
_START, _END = "locate('EXAMINATION:', text)", "locate('INDICATION:', text)"
_SECTION = "get(filter(sections, s -> s.name = 'examination'), 0).text"
_EXAM = f"IF({_START} > 0 AND {_END} > {_START}, substring(text, {_START} + 12, {_END} - {_START} - 12), NULL)"


def _has(exam: str, *words: str) -> str:
    return "(" + " OR ".join(f"contains(lower({exam}), {quoted(word.lower())})" for word in words) + ")"


def _is(modality: str, exam: str) -> str:
    words = " OR ".join(f"array_contains(split({exam}, {_BLANKS}), '{word}')" for word in _SHORT.get(modality, ()))
    return words or _has(exam, modality)


def _listed(found: dict[str, str]) -> str:
    """SQL: the names of which the condition holds, null where none does."""
    told = ", ".join(f"IF({condition}, '{name}', NULL)" for name, condition in found.items())
    return f"nullif(array_join(array({told}), '; '), '')"


def _first(found: dict[str, str]) -> str:
    return "CASE " + " ".join(f"WHEN {condition} THEN '{name}'" for name, condition in found.items()) + " END"


_FACTS = {
    "modality": _listed({name: _is(name, "exam") for name in _MODALITIES}),
    "anatomy": _first({name: _has("exam", *(("head", "neck") if name == "Head_and_neck" else (name,))) for name in _ANATOMIES}),
    "modality_by_letters": _listed({name: _has("named", name) for name in _MODALITIES}),
    "anatomy_by_letters": _first({name: _has("named", name) for name in _ANATOMIES}),
}
_OWN = {name: name for name in ("note_type", "note_seq", "hadm_id", "charttime", "storetime", "headings")}


def _details(bronze: Bronze, table: str) -> DataFrame:
    """Per note: `details`, its fields by name with their values in order, and the rows that tell them."""
    from pyspark.sql import functions as F

    rows, notes = bronze[f"{table}_detail"], bronze[table].select("note_id", "subject_id")
    told = joined_on(rows, notes, "note_id", same="subject_id", told=(bronze, f"{table}_detail, {table}"), keep="matched")
    one = "struct(field_ordinal, _row, field_name, field_value, _origin)"
    grouped = told.where("field_name IS NOT NULL AND field_value IS NOT NULL").groupBy("note_id")
    value = "array_join(transform(filter(items, i -> i.field_name = name), i -> i.field_value), '; ')"
    return grouped.agg(F.expr(f"array_sort(collect_list({one})) AS items")).selectExpr(
        "note_id",
        f"map_from_entries(transform(array_distinct(items.field_name), name -> struct(name, {value}))) AS details",
        "items._origin AS joined",
    )


def _notes(table: str, headings: dict[str, str], facts: dict[str, str]) -> Rule:
    def rows(bronze: Bronze) -> DataFrame | None:
        from pyspark.sql import functions as F

        if table not in bronze:
            return None
        notes = with_sections(bronze[table], headings)
        if f"{table}_detail" in bronze:
            notes = joined_on(notes, _details(bronze, table), "note_id")
        else:
            notes = notes.withColumns(
                {"details": F.expr("CAST(NULL AS MAP<STRING, STRING>)"), "joined": F.expr(f"CAST(NULL AS ARRAY<{ORIGIN}>)")}
            )
        notes = notes.withColumn("named", F.expr(_EXAM)).withColumn("exam", F.expr(f"coalesce(named, {_SECTION}, details['exam_name'])"))
        told = ", ".join(f"'{name}', CAST({sql} AS STRING)" for name, sql in {**_OWN, **facts}.items())
        own = notes.withColumn("own", F.expr(f"map_filter(map({told}), (name, value) -> value IS NOT NULL)"))
        more = "map_filter(coalesce(details, CAST(map() AS MAP<STRING, STRING>)), (name, value) -> NOT array_contains(map_keys(own), name))"
        return own.withColumn("attributes", F.expr(f"map_concat(own, {more})"))

    return rows


def _documents(table: str, headings: dict[str, str], facts: dict[str, str] | None = None) -> Mapped:
    return mapped(
        _notes(table, headings, facts or {}),
        record_id="note_id",
        subject_id="CAST(subject_id AS STRING)",
        sections="sections",
        attributes="attributes",
    )


def _file(table: str, schema: str, **how: Any) -> NativeFile:
    names = tuple(f"{place}{table}.csv" for place in ("note/", "", "*/note/", "*/*/note/"))
    options = {"required": ("subject_id", "text")} if "key" in how else {}
    return NativeFile(table, names, "csv", schema, options=options, required=False, **how)


_HEAD = [column.split()[0] for column in _NOTE.split(", ")]
_FIELDS = [column.split()[0] for column in _DETAIL.split(", ")]
_CT = (
    'EXAMINATION:  CT CHEST, "low dose"\n\nINDICATION: A cough in the tract.\n\nFINDINGS:\n\nLUNGS:  Clear.\n\n'
    "IMPRESSION: \n1. Clear lungs.\n"
)
_OLD = "FINAL REPORT\n REASON FOR EXAM: A fall.\n FINDINGS AND IMPRESSION: No break.\n"
_SUMMARY = " \nName:  ___\n \nService: GARDEN\n \nChief Complaint:\nA cough,\nat night\n \nDischarge Instructions:\nRest.\n"

_DIRT = {
    "radiology: impression and nothing in it": Dirt(
        0.002, record=lambda draw, row: {**row, "text": f"{row['text'].split('IMPRESSION:')[0]}IMPRESSION:\n"}
    ),
    "discharge: a heading is there twice": Dirt(
        0.002, record=lambda draw, row: {**row, "text": f"{row['text']}Discharge Instructions:\n___\n"}
    ),
    "discharge: a heading is missing": Dirt(
        0.002, record=lambda draw, row: {**row, "text": row["text"].replace("Discharge Instructions:", "")}
    ),
    "radiology: the note is there twice": Dirt(0.001, record=lambda draw, row: Rows([row, row]), aside=1, rule="unique"),
}

SOURCE = Source(
    name="mimic_iv_note",
    title="MIMIC-IV-Note, radiology reports and discharge summaries",
    citation=(
        "Johnson A, Pollard T, Horng S, Celi LA, Mark R. MIMIC-IV-Note: deidentified free-text clinical notes (version 2.2). PhysioNet "
        "(2023). doi:10.13026/1n74-ne17."
    ),
    licence="PhysioNet Credentialed Health Data License 1.5.0",
    access="credentialed",
    domain="Clinical Text",
    page="https://physionet.org/content/mimic-iv-note/2.2/",
    downloads=physionet(
        "mimic-iv-note", "2.2", [f"note/{name}.csv.gz" for name in ("radiology", "radiology_detail", "discharge", "discharge_detail")]
    ),
    agreement="PhysioNet Credentialed Health Data Use Agreement 1.5.0",
    release="2.2",
    files=(
        _file("radiology", _NOTE, key=("note_id",)),
        _file("radiology_detail", _DETAIL),
        _file("discharge", _NOTE, key=("note_id",)),
        _file("discharge_detail", _DETAIL),
    ),
    # Nobody is in both train and test.
    split=by_hash("subject_id"),
    silver={"documents": (_documents("radiology", IMAGING, _FACTS), _documents("discharge", _DISCHARGE))},
    example=Example(
        files={
            "note/radiology.csv": csv_text(
                _HEAD,
                [
                    ("90000001-RR-1", 90000001, 80000001, "RR", 1, "2152-03-01 08:00:00", None, _CT),
                    ("90000001-RR-2", 90000001, None, "RR", 2, "2152-03-02 08:00:00", None, _OLD),
                    ("90000001-AR-3", 90000001, None, "AR", 3, "2152-03-03 08:00:00", None, "ADDENDUM  Seen again.\n"),
                ],
            ),
            "note/radiology_detail.csv": csv_text(
                _FIELDS,
                [
                    ("90000001-RR-1", 90000001, "cpt_code", "90002", 2),
                    ("90000001-RR-1", 90000001, "cpt_code", "90001", 1),
                    ("90000001-RR-2", 90000001, "exam_name", "MR SPINE", 1),
                    ("90000001-AR-3", 90000001, "parent_note_id", "90000001-RR-1", 1),
                ],
            ),
            "note/discharge.csv": csv_text(
                _HEAD, [("90000001-DS-1", 90000001, 80000001, "DS", 1, "2152-03-04 00:00:00", "2152-03-05 00:00:00", _SUMMARY)]
            ),
        },
        rows={
            "documents": [
                {
                    "record_id": "90000001-AR-3",
                    "sections": [{"name": "report", "text": "ADDENDUM  Seen again.\n"}],
                    "attributes": {
                        "note_type": "AR",
                        "note_seq": "3",
                        "charttime": "2152-03-03 08:00:00",
                        "headings": '[""]',
                        "parent_note_id": "90000001-RR-1",
                    },
                },
                {
                    "record_id": "90000001-DS-1",
                    "sections": [
                        {"name": "preamble", "text": " \nName:  ___\n \n"},
                        {"name": "service", "text": " GARDEN\n \n"},
                        {"name": "chief complaint", "text": "\nA cough,\nat night\n \n"},
                        {"name": "discharge instructions", "text": "\nRest.\n"},
                    ],
                },
                {
                    "record_id": "90000001-RR-1",
                    "subject_id": "90000001",
                    "sections": [
                        {"name": "examination", "text": '  CT CHEST, "low dose"\n\n'},
                        {"name": "indication", "text": " A cough in the tract.\n\n"},
                        {"name": "findings", "text": "\n\nLUNGS:  Clear.\n\n"},
                        {"name": "impression", "text": " \n1. Clear lungs.\n"},
                    ],
                    "attributes": {
                        "note_type": "RR",
                        "note_seq": "1",
                        "hadm_id": "80000001",
                        "charttime": "2152-03-01 08:00:00",
                        "headings": '["EXAMINATION:","INDICATION:","FINDINGS:","IMPRESSION:"]',
                        "modality": "CT",
                        "anatomy": "Chest",
                        "modality_by_letters": "CT",
                        "anatomy_by_letters": "Chest",
                        "cpt_code": "90001; 90002",
                    },
                },
                {
                    "record_id": "90000001-RR-2",
                    "sections": [
                        {"name": "preamble", "text": "FINAL REPORT\n"},
                        {"name": "indication", "text": " A fall.\n"},
                        {"name": "findings and impression", "text": " No break.\n"},
                    ],
                    "attributes": {
                        "note_type": "RR",
                        "note_seq": "2",
                        "charttime": "2152-03-02 08:00:00",
                        "headings": '[""," REASON FOR EXAM:"," FINDINGS AND IMPRESSION:"]',
                        "modality": "MRI",
                        "anatomy": "Spine",
                        "exam_name": "MR SPINE",
                    },
                },
            ]
        },
    ),
    twin=Twin(
        TwinTables(
            note_rows,
            {
                name: (f"note/{name}.csv.gz", csv(_FIELDS if name.endswith("detail") else _HEAD))
                for name in ("radiology", "radiology_detail", "discharge", "discharge_detail")
            },
            PATIENTS,
            chunk=100,
            dirt=_DIRT,
        )
    ),
)
