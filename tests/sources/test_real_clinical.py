"""The MIMIC family and DDXPlus on the files at hand: counts of SOURCE.md, and what silver keeps against the files read otherwise."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medslake import settings
from medslake.ingest.ingest import ingest
from medslake.lake import open_lake
from medslake.sources.mimic4ed import FEATURES

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from medslake.lake import Lake

DATA = settings.test_data_dir()
SHAPES = DATA / "physionet_shapes_synthetic"
CONVERTERS = DATA / "released_converters"
RELEASED = CONVERTERS / "mimic_iv_modality_anatomy_summaries"
FIRST = {
    "mimic_iv_note": SHAPES,
    "mimic_cxr": SHAPES / "mimic-cxr",
    "mimic4_icd10": SHAPES,
    "mimic4ed": SHAPES,
    "mimic_iv": DATA / "mimic_iv_demo",
    "ddxplus": DATA / "ddxplus",
}
SECOND = {
    "mimic_iv_note": RELEASED / "input/DATA/MIMIC-IV/mimic-iv-note/2.2",
    "mimic_iv": DATA / "mimic_iv_demo_tinyehr",
    "ddxplus": DATA / "ddxplus_full",
}
pytestmark = pytest.mark.skipif(
    not all(folder.is_dir() for folder in (*FIRST.values(), *SECOND.values())),
    reason="third-party data is not here (set MEDSLAKE_TEST_DATA)",
)


def _lake(spark: SparkSession, place: Path, folders: Mapping[str, Path]) -> Lake:
    lake = open_lake(str(place / "lake"), spark=spark)
    result = ingest(lake, {name: str(folder) for name, folder in folders.items()})
    assert result.get("failed", {}) == {}
    return lake


@pytest.fixture(scope="module")
def first(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    yield _lake(spark, tmp_path_factory.mktemp("first"), FIRST)


@pytest.fixture(scope="module")
def second(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """Further copies of three sources."""
    yield _lake(spark, tmp_path_factory.mktemp("second"), SECOND)


def silver(lake: Lake, kind: str, source: str) -> dict[str, dict[str, Any]]:
    return {row["record_id"]: row for row in lake.arrow.read(f"silver.{kind}", where={"source": source}).to_pylist()}


def table(path: Path) -> list[dict[str, str]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def as_written(row: Mapping[str, Any]) -> str:
    """The text that the sections of a report were cut from."""
    headings = json.loads(dict(row["attributes"])["headings"])
    assert len(headings) == len(row["sections"])
    return "".join(before + section["text"] for before, section in zip(headings, row["sections"], strict=True))


def cut(text: str) -> tuple[str, str] | None:
    """Findings and impression as the released scripts cut them, traps and all."""
    if not all(word in text for word in ("FINDINGS:", "IMPRESSION:", "EXAMINATION:", "INDICATION:")):
        return None
    at, to = text.find("FINDINGS:"), text.find("IMPRESSION:")
    return text[at + len("FINDINGS: ") : to].strip(), text[to + len("IMPRESSION: ") :].strip()


DEMO = {
    "admissions": 275,
    "caregiver": 15468,
    "d_items": 4014,
    "d_labitems": 1622,
    "diagnoses_icd": 4506,
    "drgcodes": 454,
    "hcpcsevents": 61,
    "icustays": 140,
    "omr": 2964,
    "patients": 100,
    "procedures_icd": 722,
    "provider": 40508,
    "services": 319,
    "transfers": 1190,
}
COUNTS = {
    "mimic_iv_note__radiology": 17,
    "mimic_iv_note__radiology_detail": 16,
    "mimic_iv_note__discharge": 8,
    "mimic_iv_note__discharge_detail": 8,
    "mimic_cxr__reports": 5,
    "mimic_cxr__studies": 5,
    "mimic4_icd10__notes": 8,
    "mimic4ed__master_dataset": 40,
    "mimic4ed__edstays": 40,
    "mimic4ed__triage": 40,
    "mimic4ed__vitalsign": 62,
    "mimic4ed__diagnosis": 88,
    "mimic4ed__medrecon": 56,
    "mimic4ed__pyxis": 52,
    "ddxplus__patients": 150,
    "ddxplus__evidences": 223,
    "ddxplus__conditions": 49,
    **{f"mimic_iv__{name}": rows for name, rows in DEMO.items()},
}
SECOND_COUNTS = {
    "mimic_iv__patients": 100,
    "mimic_iv__admissions": 275,
    "mimic_iv__diagnoses_icd": 4506,
    "mimic_iv__procedures_icd": 722,
    "mimic_iv__prescriptions": 18087,
    "mimic_iv__microbiologyevents": 2899,
    "mimic_iv__icustays": 140,
    "mimic_iv__procedureevents": 1468,
    "ddxplus__patients": 1000,
    "ddxplus__evidences": 223,
    "ddxplus__conditions": 49,
}


def test_counts(first: Lake, second: Lake) -> None:
    for lake, counts in ((first, COUNTS), (second, SECOND_COUNTS)):
        assert {name: lake.arrow.count(f"bronze.{name}") for name in counts} == counts
        assert not lake.exists("ops.quarantine") or lake.arrow.read("ops.quarantine").to_pylist() == []
    assert len(silver(first, "encounters", "mimic_iv")) == len(silver(second, "encounters", "mimic_iv")) == 275


def test_every_note_can_be_put_together_as_it_was_written(first: Lake) -> None:
    rows = silver(first, "documents", "mimic_iv_note")
    notes = [note for name in ("radiology", "discharge") for note in table(SHAPES / f"note/{name}.csv.gz")]
    assert {note["note_id"]: note["text"] for note in notes} == {key: as_written(row) for key, row in rows.items()}
    assert Counter(dict(row["attributes"])["note_type"] for row in rows.values()) == {"RR": 16, "AR": 1, "DS": 8}
    assert sum("hadm_id" not in dict(row["attributes"]) for row in rows.values()) == 7
    cuts = [found for row in rows.values() if (found := cut(as_written(row))) is not None]
    assert (len(cuts), sum(bool(a) and bool(b) for a, b in cuts)) == (13, 11)
    named = Counter(tuple(s["name"] for s in row["sections"]).count("discharge instructions") for row in rows.values())
    assert (named[1], named[2]) == (6, 1)
    for detail in table(SHAPES / "note/radiology_detail.csv.gz"):
        assert dict(rows[detail["note_id"]]["attributes"])["exam_name"] == detail["field_value"]


def test_reports_of_chest_x_rays(first: Lake) -> None:
    rows = silver(first, "documents", "mimic_cxr")
    for study in table(SHAPES / "mimic-cxr/cxr-study-list.csv.gz"):
        row = rows.pop(study["study_id"])
        assert (row["subject_id"], row["origin"]["file"]) == (study["subject_id"], study["path"])
        assert as_written(row) == (SHAPES / "mimic-cxr" / study["path"]).read_bytes().decode().rstrip("\n")
    assert rows == {}
    found = silver(first, "documents", "mimic_cxr")
    names = {key: [s["name"] for s in row["sections"]] for key, row in found.items()}
    assert names["50000003"] == ["wet read", "history", "findings", "impression"]
    assert names["50000004"] == ["preamble", "indication", "impression", "findings"]
    assert names["50000005"] == ["preamble", "examination", "findings and impression"]
    assert sum({"findings", "impression"} <= set(each) for each in names.values()) == 3


def test_codes_of_discharge_notes(first: Lake) -> None:
    rows = silver(first, "labelled_texts", "mimic4_icd10")
    for part, split, codes in (("train", "train", 13), ("dev", "validation", 3), ("test", "test", 4)):
        native = table(SHAPES / f"mimicdata/mimic4_icd10/disch_{part}_split.csv")
        mine = [rows[note["hadm_id"]] for note in native]
        assert {row["split"] for row in mine} == {split}
        assert [(row["text"], row["labels"]) for row in mine] == [(note["text"], note["labels"].split(";")) for note in native]
        assert sum(len(row["labels"]) for row in mine) == codes


def test_the_master_table_is_read_by_name(first: Lake) -> None:
    rows = silver(first, "encounters", "mimic4ed")
    native = table(SHAPES / "mimic4ed/master_dataset.csv")
    assert len(rows) == len(native) == 40
    told = ("hospitalization", "critical", "ed_revisit_3d")
    counts = {name: sum(dict(row["outcomes"])[name] == "True" for row in rows.values()) for name in told}
    assert counts == {"hospitalization": 22, "critical": 6, "ed_revisit_3d": 5}
    for line in native:
        row = rows[line["stay_id"]]
        assert {one["name"]: one["value"] for one in row["features"]} == {name: line[name] for name in FEATURES if line[name]}
        assert str(row["started"])[:19] == line["intime"]
    features = [{one["name"]: one["value"] for one in row["features"]} for row in rows.values()]
    assert (sum(int(one["age"]) < 18 for one in features), sum("triage_acuity" not in one for one in features)) == (3, 3)
    # The benchmark's tables lie there in part, so that nothing is built of them.
    assert not any("differs" in dict(row["outcomes"]) for row in rows.values())


def test_the_first_release_of_ddxplus_is_told_by_its_codes(second: Lake) -> None:
    """French codes are none of the dictionary: every one is counted, and diseases are known by their French names."""
    rows = silver(second, "encounters", "ddxplus")
    assert len(rows) == 1000
    assert sum(int(dict(row["outcomes"])["undecoded"]) for row in rows.values()) == 9786
    assert all("pathology_en" in dict(row["outcomes"]) and "icd10" in dict(row["outcomes"]) for row in rows.values())
    assert {row["split"] for row in rows.values()} == {"test"}
