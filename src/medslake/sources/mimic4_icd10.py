"""MIMIC4 ICD-10: discharge summaries of MIMIC-IV-Note with the ICD-10 codes of the stay, split by published lists of stays.

The files are made by the repository's notebooks from a user's own copy: text of small letters without line ends, headings and numbers,
codes without points, joined by ";". Procedures (ICD-10-PCS, seven characters) stand among the diagnoses.

Names of the codes come from the source icd10_order, where it was ingested before: of the order files, else of the trees that MedS-Ins used.
"""

from functools import reduce

from medslake.sources import Bronze, Example, Frame, NativeFile, Source, by_file, joined, joined_on, mapped
from medslake.synth import Twin, TwinFile, csv, csv_text
from medslake.synth.parts.reports import coded_summary

_NAMES = ("disch_*_split.csv", "train_full.csv", "dev_full.csv", "test_full.csv")
_HEADER = ("subject_id", "hadm_id", "text", "labels")

_CODES = "array_distinct(filter(transform(split(coalesce(labels, ''), ';'), code -> trim(code)), code -> code <> ''))"
#: Tables that name codes -> SQL for the code and its name, those that count first. In a tree a text named description is the name of the
#: code that holds it, any other that of the code it is named by.
_HELD = "replace(IF(element_at(path, -1) = 'description', get(path, size(path) - 2), element_at(path, -1)), '.', '')"
_NAMED = {
    "bronze.icd10_order__icd10pcs_order": ("code", "title"),
    "bronze.icd10_order__icd10cm_order": ("code", "title"),
    "bronze.icd10_order__icd10pcs_tree": (_HELD, "value"),
    "bronze.icd10_order__icd10cm_tree": (_HELD, "value"),
}


def _notes(bronze: Bronze) -> Frame:
    """The notes with `codes`, and `names` of those that a table names."""
    from pyspark.sql import functions as F

    notes = bronze["notes"].withColumn("codes", F.expr(_CODES))
    tables = [
        bronze[table].selectExpr(f"{code} AS code", f"struct({place} AS place, {name} AS name, _origin AS row) AS told")
        for place, (table, (code, name)) in enumerate(_NAMED.items())
        if table in bronze
    ]
    if not tables:
        return notes.withColumns({"names": F.expr("CAST(NULL AS MAP<STRING, STRING>)"), "joined": joined()})
    known = reduce(lambda a, b: a.unionByName(b), tables).groupBy("code").agg(F.expr("min(told) AS told"))
    wanted = notes.select("_row", "_file", "_origin", F.explode("codes").alias("code"))
    named = joined_on(wanted, known, "code", told=(bronze, "codes of notes, names"), keep="matched")
    one = "map_from_entries(collect_list(struct(code, told.name))) AS names"
    each = named.groupBy("_file", "_row").agg(F.expr(one), F.expr("array_distinct(array_sort(collect_list(told.row))) AS joined"))
    return joined_on(notes, each, ("_file", "_row"))


SOURCE = Source(
    name="mimic4_icd10",
    title="MIMIC4 ICD-10, discharge summaries with codes",
    citation=(
        "Nguyen TT, Schlegel V, Kashyap A, Winkler S, Huang SS, Liu JJ, Lin CJ. Mimic-IV-ICD: a new benchmark for extreme multilabel "
        "classification. arXiv:2304.13998 (2023)."
    ),
    licence="PhysioNet Credentialed Health Data License 1.5.0 (the repository has no licence file)",
    access="credentialed",
    domain="Clinical Text",
    page="https://github.com/thomasnguyen92/MIMIC-IV-ICD-data-processing",
    agreement="PhysioNet Credentialed Health Data Use Agreement 1.5.0",
    files=(
        NativeFile(
            "notes",
            tuple(
                f"{place}{name}"
                for place in ("mimicdata/mimic4_icd10/", "*/mimicdata/mimic4_icd10/", "mimic4_icd10/", "")
                for name in _NAMES
            ),
            "csv",
            "subject_id BIGINT, hadm_id BIGINT, text STRING, labels STRING",
            key=("hadm_id",),
            options={"required": ("text",)},
            all_globs=True,
        ),
    ),
    split=by_file(train="train", validation="dev", test="test"),
    needs=tuple(_NAMED),
    silver={
        "labelled_texts": mapped(
            _notes,
            record_id="CAST(hadm_id AS STRING)",
            subject_id="CAST(subject_id AS STRING)",
            text="text",
            labels="codes",
            label_names="names",
            label_set="'icd10'",
            unit="'document'",
        )
    },
    example=Example(
        files={
            "mimicdata/mimic4_icd10/disch_train_split.csv": csv_text(
                _HEADER,
                [
                    (90000001, 80000001, "name ___ service garden ember fever", "U900;0XY00Z0; U900"),
                    (90000002, 80000003, "name ___ a rest", None),
                ],
            ),
            "mimicdata/mimic4_icd10/disch_dev_split.csv": csv_text(_HEADER, [(90000003, 80000004, "name ___ marlow fever", "U901")]),
            "mimicdata/mimic4_icd10/disch_test_split.csv": csv_text(_HEADER, [(90000003, 80000005, "name ___ linden rash", "U9001XA")]),
        },
        rows={
            "labelled_texts": [
                {
                    "record_id": "80000001",
                    "subject_id": "90000001",
                    "split": "train",
                    "text": "name ___ service garden ember fever",
                    "labels": ["U900", "0XY00Z0"],
                    "label_set": "icd10",
                    "unit": "document",
                },
                {"record_id": "80000003", "labels": []},
                {"record_id": "80000004", "split": "validation", "labels": ["U901"]},
                # The names are those of the example of icd10_order.
                {"record_id": "80000005", "split": "test", "label_names": {"U9001XA": "Ember fever,  first visit"}},
            ]
        },
    ),
    twin=Twin(
        *(
            TwinFile(f"mimicdata/mimic4_icd10/disch_{split}_split.csv", coded_summary, csv(_HEADER), size, chunk=200)
            for split, size in (("train", 110_442), ("dev", 4_017), ("test", 7_851))
        )
    ),
)
