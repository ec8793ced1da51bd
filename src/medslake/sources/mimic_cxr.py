"""MIMIC-CXR: reports of chest X-rays, one file per study, cut at their headings, misspelt and joined ones among them.

A heading that names the views ("CHEST, TWO VIEWS:") stands for findings, as the publisher's section parser takes it; a section that is
findings and impression in one bears both words. A report without any heading is set aside. `attributes['headings']` says what stands
before each section, so that the text can be put together as it was written.

Who a report is of stands in its path; the list of studies must say the same. The split is that of MIMIC-CXR-JPG where its file lies
beside (its columns are known from descriptions, no file was at hand), else by subject.
"""

import re

from medslake.sources import (
    ORIGIN,
    Bronze,
    Example,
    Frame,
    NativeFile,
    Source,
    by_hash,
    by_rule,
    chosen,
    hash_split,
    joined_on,
    mapped,
    physionet,
    quoted,
    typed,
)
from medslake.sources.parts.reports import IMAGING, with_sections
from medslake.synth import Dirt, Twin, TwinTables, csv, files
from medslake.synth.parts.reports import chest_study

__all__ = ["SOURCE"]

_PATH = quoted(r"/p([0-9]+)/s([0-9]+)[.]txt(?:[.]gz)?$")
_VIEWS = "CHEST|PORTABLE|FRONTAL|PA AND LAT|AP AND LAT|LATERAL AND|(?:TWO|ONE|PA|AP|LATERAL) VIEWS?|BONE WINDOW|RIBS"
_HEADINGS = IMAGING | {"views": f"[A-Z0-9 (),/-]*(?:{_VIEWS})[A-Z0-9 (),/-]*"}
_NAMED = "transform(sections, s -> IF(s.name = 'views', named_struct('name', 'findings', 'text', s.text), s))"


def _reports(bronze: Bronze) -> Frame:
    """The reports with `subject_id`, `study_id`, `sections`, `headings`, and what the lists of studies and of images say of the study."""
    from pyspark.sql import functions as F

    ids = {name: F.expr(typed(f"regexp_extract(_file, {_PATH}, {n})", "BIGINT")) for n, name in ((1, "subject_id"), (2, "study_id"))}
    found = with_sections(bronze["reports"], _HEADINGS).withColumns(ids)
    for table, told in (("studies", "CAST(NULL AS STRING)"), ("images", "split")):
        if table in bronze:
            one = bronze[table].groupBy("study_id", "subject_id").agg(F.expr(f"min(struct({told} AS part, _origin AS row)) AS {table}"))
            found = joined_on(found, one, "study_id", same="subject_id", told=(bronze, f"reports, {table}"))
        else:
            found = found.withColumn(table, F.expr(f"CAST(NULL AS STRUCT<part: STRING, row: {ORIGIN}>)"))
    return found.withColumn("joined", F.expr("filter(array(studies.row, images.row), row -> row IS NOT NULL)"))


_ASIDE = {
    "path: it does not end in the ids of a subject and of a study": "study_id IS NULL OR subject_id IS NULL",
    "headings: the report has none": """headings = '[""]'""",
}

_DIRT = {
    "reports: no heading": Dirt(0.004, record=lambda draw, report: (report[0], f" {draw.words(30)}\n"), aside=1, rule="headings"),
    "reports: it lies in the folder of another person": Dirt(
        0.001,
        record=lambda draw, report: (re.sub("(?<=/p)[0-9]+", lambda found: str(int(found[0]) + 1), report[0]), report[1]),
        aside=1,
        rule="join",
    ),
}

SOURCE = Source(
    name="mimic_cxr",
    title="MIMIC-CXR, reports",
    citation=(
        "Johnson AEW, Pollard TJ, Berkowitz SJ, Greenbaum NR, Lungren MP, Deng CY, Mark RG, Horng S. MIMIC-CXR, a de-identified publicly "
        "available database of chest radiographs with free-text reports. Sci Data 6:317 (2019)."
    ),
    licence="PhysioNet Credentialed Health Data License 1.5.0",
    access="credentialed",
    domain="Clinical Text",
    page="https://physionet.org/content/mimic-cxr/2.0.0/",
    downloads=(
        *physionet("mimic-cxr", "2.0.0", ("mimic-cxr-reports.zip", "cxr-study-list.csv.gz")),
        *physionet("mimic-cxr-jpg", "2.0.0", ("mimic-cxr-2.0.0-split.csv.gz",)),
    ),
    agreement="PhysioNet Credentialed Health Data Use Agreement 1.5.0",
    release="2.0.0",
    files=(
        NativeFile(
            "reports",
            ("files/p*/p*/s*.txt", "*/files/p*/p*/s*.txt", "p*/p*/s*.txt"),
            "text_files",
            "document_id STRING, text STRING",
        ),
        NativeFile(
            "studies",
            ("cxr-study-list.csv", "*/cxr-study-list.csv"),
            "csv",
            "subject_id BIGINT, study_id BIGINT, path STRING",
            key=("study_id",),
            # The MedS-Ins authors had a list of their own.
            options={"aliases": {"report_path": "path"}},
            required=False,
        ),
        NativeFile(
            "images",
            ("mimic-cxr-2.0.0-split.csv", "*/mimic-cxr-2.0.0-split.csv"),
            "csv",
            "dicom_id STRING, study_id BIGINT, subject_id BIGINT, split STRING",
            key=("dicom_id",),
            required=False,
        ),
    ),
    # Nobody is in both train and test.
    split=by_rule("As MIMIC-CXR-JPG says, where its file lies beside. Else: " + by_hash("subject_id").text),
    silver={
        "documents": mapped(
            _reports,
            aside=_ASIDE,
            record_id="CAST(study_id AS STRING)",
            subject_id="CAST(subject_id AS STRING)",
            split=chosen("images.part", {"train": "train", "validate": "validation", "test": "test"}, hash_split("subject_id")),
            sections=_NAMED,
            attributes="map('headings', headings)",
        )
    },
    example=Example(
        files={
            "files/p90/p90000001/s70000001.txt": (
                "          FINAL REPORT\n CHEST, 2 VIEWS:  Clear.\n \n IMPRESSOIN: \n \n Well.\n WET READ: Well.\n"
            ),
            "files/p90/p90000001/s70000002.txt": " HISTORY:  A cough.\n FINDINGS/IMPRESSION:  Heart: large.\n",
            "files/p90/p90000002/s70000003.txt": " All is well.\n",
            "cxr-study-list.csv": "subject_id,study_id,path\n90000001,70000001,files/p90/p90000001/s70000001.txt\n",
            "mimic-cxr-2.0.0-split.csv": "dicom_id,study_id,subject_id,split\na,70000002,90000001,validate\nb,70000002,90000001,validate\n",
        },
        rows={
            "documents": [
                {
                    "record_id": "70000001",
                    "subject_id": "90000001",
                    "sections": [
                        {"name": "preamble", "text": "          FINAL REPORT\n"},
                        {"name": "findings", "text": "  Clear.\n \n"},
                        {"name": "impression", "text": " \n \n Well.\n"},
                        {"name": "wet read", "text": " Well."},
                    ],
                    "attributes": {"headings": '[""," CHEST, 2 VIEWS:"," IMPRESSOIN:"," WET READ:"]'},
                },
                {
                    "record_id": "70000002",
                    "split": "validation",
                    "sections": [
                        {"name": "history", "text": "  A cough.\n"},
                        {"name": "findings and impression", "text": "  Heart: large."},
                    ],
                },
            ]
        },
    ),
    twin=Twin(
        TwinTables(
            chest_study,
            {
                "reports": ("files/", files()),
                "studies": ("cxr-study-list.csv.gz", csv("subject_id, study_id, path")),
                "images": ("mimic-cxr-2.0.0-split.csv.gz", csv("dicom_id, study_id, subject_id, split")),
            },
            227_835,
            dirt=_DIRT,
        )
    ),
)
