"""MIMIC4 ICD-10: discharge summaries of MIMIC-IV-Note with the ICD-10 codes of the stay, split by published lists of stays.

The files are made by the repository's notebooks from a user's own copy: text of small letters without line ends, headings and numbers,
codes without points, joined by ";". Procedures (ICD-10-PCS, seven characters) stand among the diagnoses.
"""

from medslake.sources import Example, NativeFile, Source, by_file, mapped
from medslake.synth import Twin, TwinFile, csv, csv_text
from medslake.synth.parts.reports import coded_summary

_NAMES = ("disch_*_split.csv", "train_full.csv", "dev_full.csv", "test_full.csv")
_HEADER = ("subject_id", "hadm_id", "text", "labels")

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
    silver={
        "labelled_texts": mapped(
            "notes",
            record_id="CAST(hadm_id AS STRING)",
            subject_id="CAST(subject_id AS STRING)",
            text="text",
            labels="array_distinct(filter(transform(split(coalesce(labels, ''), ';'), code -> trim(code)), code -> code <> ''))",
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
            "mimicdata/mimic4_icd10/disch_test_split.csv": csv_text(_HEADER, [(90000003, 80000005, "name ___ linden rash", "U902")]),
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
                {"record_id": "80000005", "split": "test"},
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
